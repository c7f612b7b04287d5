using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications;

/// <summary>TP20xx, second part: <c>x-towpath</c> of services, and rules over the whole application.</summary>
public static class DeliveryDiagnostics
{
    /// <summary>The only service with ports got the route <c>/</c>.</summary>
    public static Diagnostic RouteInferred(Location place, string service) => new(
        "TP2020",
        Severity.Note,
        $"`{service}` gets the public route `/`, because no other has ports for people",
        place,
        Help: "say it yourself: `x-towpath: { route: / }`");

    /// <summary>Several services with ports and no route.</summary>
    public static Diagnostic RouteAmbiguous(Location place, IEnumerable<string> services) => new(
        "TP2021",
        Severity.Error,
        $"which service takes public requests? {string.Join(", ", services)} have ports and none has a route",
        place,
        "one of them",
        Notes: ["an environment has one public port, its gateway's; routes say which service answers which path"],
        Help: "give at least one service `x-towpath: { route: / }`");

    /// <summary>Two services with one route.</summary>
    public static Diagnostic SameRoute(Location place, string route, string other) => new(
        "TP2022",
        Severity.Error,
        $"the route `{route}` is taken by `{other}`",
        place,
        "taken",
        Help: "give each service its own path");

    /// <summary>A path that does not begin with a slash, or has characters that a path can't have.</summary>
    public static Diagnostic BadPath(Location place, string what, string path) => new(
        "TP2023",
        Severity.Error,
        $"{what} is no path: `{path}`",
        place,
        Help: "begin it with `/`; no blanks, `?` or `#`",
        Fix: PathFix.LeadingSlash(place, path));

    /// <summary>A route or health path without a port.</summary>
    public static Diagnostic NoHttpPort(Location place, string service) => new(
        "TP2024",
        Severity.Error,
        $"on which port does `{service}` answer?",
        place,
        "needs a port",
        Help: "add `port:` under x-towpath, or `expose:` to the service");

    /// <summary>Several replicas of a service that writes to a volume.</summary>
    public static Diagnostic StatefulReplicas(Location place, string service, int replicas) => new(
        "TP2025",
        Severity.Error,
        $"`{service}` writes to a volume and can't have {replicas} replicas",
        place,
        Notes: ["two processes that write to one volume would corrupt it"],
        Help: "keep one replica, or mount the volume read-only");

    /// <summary>A test with neither or both of a stage and a command.</summary>
    public static Diagnostic TestChoice(Location place) => new(
        "TP2026",
        Severity.Error,
        "a test needs either `target` or `command`",
        place,
        Help: "write `test: { target: STAGE }` for a stage of the Dockerfile, or `test: { command: [...] }`");

    /// <summary>A test stage of a service that Towpath does not build.</summary>
    public static Diagnostic TestWithoutBuild(Location place, string service) => new(
        "TP2027",
        Severity.Error,
        $"`{service}` has no `build`, so that no stage of it can be tested",
        place,
        Help: "add `build:`, or test with `command`");

    /// <summary>A resource of an unknown kind.</summary>
    public static Diagnostic UnknownResource(Location place, string kind, IEnumerable<string> known) => new(
        "TP2028",
        Severity.Error,
        $"there is no resource of the kind `{kind}`",
        place,
        "not known",
        Help: Suggest.Nearest(kind, known) is { } near ? $"did you mean `{near}`?" : $"the kinds are {string.Join(", ", known)}",
        Fix: Fix.Rename(place, kind, Suggest.Only(kind, known)));

    /// <summary>A RabbitMQ resource that is neither queue nor exchange, or both.</summary>
    public static Diagnostic QueueOrExchange(Location place) => new(
        "TP2029",
        Severity.Error,
        "a rabbitmq resource needs either `queue` or `exchange`",
        place,
        Help: "write one entry for each");

    /// <summary>A backup with none or several of a command, a volume and a reason.</summary>
    public static Diagnostic BackupChoice(Location place) => new(
        "TP2252",
        Severity.Error,
        "a backup needs one of `command`, `volume` and `none`",
        place,
        Help: "write `backup: { command: [...] }` for a dump, `backup: { volume: NAME }` for a copy, or `backup: { none: \"why\" }`");

    /// <summary>Scaling is not acted on yet.</summary>
    public static Diagnostic ScaleNotCarried(Location place) => new(
        "TP2030",
        Severity.Note,
        "`scale` is read but not acted on yet: the number of replicas stays as it is",
        place);
}
