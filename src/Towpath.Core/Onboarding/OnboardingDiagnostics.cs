using System.Globalization;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Onboarding;

/// <summary>TP25xx: what a repository does not say, so that a person must.</summary>
public static class OnboardingDiagnostics
{
    /// <summary>Neither a Compose file nor a Dockerfile.</summary>
    public static Diagnostic NothingToStartFrom() => new(
        "TP2500",
        Severity.Error,
        "there is neither a Compose file nor a Dockerfile to start from",
        Help: "add a Dockerfile to each service, or name the folder of the application with `--path`");

    /// <summary>An HTTP service without a health path.</summary>
    public static Diagnostic HealthNotFound(Location place, string service) => new(
        "TP2501",
        Severity.Note,
        $"no health path was found in the source of `{service}`",
        place,
        Notes: ["without one it counts as ready as soon as its port accepts connections"],
        Help: "add an endpoint that answers 200 once the service can serve, and say it: `x-towpath: { health: /healthz }`");

    /// <summary>A port that only the framework's habit tells.</summary>
    public static Diagnostic PortAssumed(Location place, string service, int port, string framework) => new(
        "TP2502",
        Severity.Note,
        string.Create(CultureInfo.InvariantCulture, $"`{service}` is taken to listen on port {port}"),
        place,
        Notes: [$"that is the usual port of {framework}; neither the Compose file nor the Dockerfile says one"],
        Help: "correct `x-towpath.port`, and add `EXPOSE` to the Dockerfile");

    /// <summary>Nobody answers for a service.</summary>
    public static Diagnostic OwnerUnknown(Location place, string service) => new(
        "TP2503",
        Severity.Note,
        $"nobody is named who answers for `{service}`",
        place,
        Notes: ["there is no CODEOWNERS rule for it"],
        Help: "say it: `x-towpath: { owner: TEAM }`, or run `towpath init --owner TEAM`");

    /// <summary>Several services take public requests, and their routes are guesses.</summary>
    public static Diagnostic RoutesGuessed(Location place, IEnumerable<string> routes) => new(
        "TP2504",
        Severity.Note,
        $"which service answers which path is a guess: {string.Join(", ", routes)}",
        place,
        Notes: ["the prefix of a route is taken off before the service sees the request"],
        Help: "correct the routes; with `route: { path: /api, strip: false }` a service sees the whole path");

    /// <summary>Migrations without a known command.</summary>
    public static Diagnostic MigrationUnknown(Location place, string service, string folder) => new(
        "TP2505",
        Severity.Note,
        $"the changes of the schema in `{folder}` are run by nobody",
        place,
        Notes: [$"they belong to `{service}`, but which command of its image runs them can't be told from the files"],
        Help: "say it: `x-towpath: { migrate: COMMAND }`");

    /// <summary>A service whose text can't be extended without touching others.</summary>
    public static Diagnostic AddByHand(Location place, string service, IEnumerable<string> keys) => new(
        "TP2506",
        Severity.Warning,
        $"`{service}` is written in a way that can't be extended without touching other services",
        place,
        Notes: [$"to be added under `x-towpath`: {string.Join(", ", keys)}"],
        Help: "add the keys by hand");

    /// <summary>Several health paths.</summary>
    public static Diagnostic HealthChoice(Location place, string service, string taken, IEnumerable<string> others) => new(
        "TP2507",
        Severity.Note,
        $"`{service}` has several health paths; `{taken}` is taken",
        place,
        Notes: [$"others are {string.Join(", ", others)}"],
        Help: "take the one that fails while the service can't serve");

    /// <summary>A value that differs from what was found.</summary>
    public static Diagnostic ValueKept(Location place, string service, string key, string found, string source) => new(
        "TP2508",
        Severity.Note,
        $"`{key}` of `{service}` is left as it is, though {source} says `{found}`",
        place,
        Help: "correct it, or run `towpath init --force`");
}
