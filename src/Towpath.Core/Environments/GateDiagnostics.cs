using Towpath.Core.Diagnostics;

namespace Towpath.Core.Environments;

/// <summary>Diagnostics of promotion: what was asked for can't be done now.</summary>
public static class GateDiagnostics
{
    private const int MostNamed = 20;

    /// <summary>TP4001: no such application.</summary>
    public static Diagnostic UnknownApplication(string name, IReadOnlyCollection<string> known) => new(
        "TP4001", Severity.Error, $"there is no application \"{name}\"",
        Notes: [known.Count == 0 ? "None was shipped yet, or none that you may see." : $"Known are: {string.Join(", ", known.Take(MostNamed))}{(known.Count > MostNamed ? $" and {known.Count - MostNamed} more" : "")}."],
        Help: "Ship a commit with `towpath ship` in the repository of the application, or name another one with `--app`.");

    /// <summary>TP4002: no such environment.</summary>
    public static Diagnostic UnknownEnvironment(string application, string name, IEnumerable<string> known) => new(
        "TP4002", Severity.Error, $"{application} has no environment \"{name}\"",
        Notes: [$"Its ladder in towpath.yaml is: {string.Join(", ", known)}."],
        Help: "Use one of these names, or add the environment to towpath.yaml and ship that commit.");

    /// <summary>TP4003: no such release.</summary>
    public static Diagnostic UnknownRelease(string application, string name) => new(
        "TP4003", Severity.Error, $"{application} has no release or commit \"{name}\"",
        Notes: ["A release is named by its identifier or the beginning of it, or by the beginning of its commit."],
        Help: "List what there is with `towpath releases`.");

    /// <summary>TP4004: the name fits several releases.</summary>
    public static Diagnostic AmbiguousRelease(string name, IEnumerable<string> candidates) => new(
        "TP4004", Severity.Error, $"\"{name}\" fits several releases",
        Notes: [$"They are: {string.Join(", ", candidates)}."],
        Help: "Give more of the identifier.");

    /// <summary>TP4005: nothing to promote, confirm or go back to.</summary>
    public static Diagnostic NothingToPromote(string environment, string why) => new(
        "TP4005", Severity.Error, $"there is no release to bring into {environment}",
        Notes: [why],
        Help: "See with `towpath status` where releases are.");

    /// <summary>TP4006: a gate is closed that waiting does not open.</summary>
    public static Diagnostic MayNotEnter(EnvironmentKey environment, string release, IEnumerable<GateVerdict> closed) => new(
        "TP4006", Severity.Error, $"{release} may not enter {environment.Name}",
        environment.Location, "its gates stand here",
        [.. closed.Select(g => $"{g.Name}: {g.Text}")],
        "Bring about what is missing, then promote again.");

    /// <summary>TP4007: a confirmation in a role that the environment does not ask for.</summary>
    public static Diagnostic RoleNotAsked(EnvironmentKey environment, string role, IReadOnlyCollection<string> roles) => new(
        "TP4007", Severity.Error, $"{environment.Name} asks for no confirmation by \"{role}\"",
        environment.Location, "its gates stand here",
        [roles.Count == 0 ? "It asks for no confirmation at all." : $"It asks for: {string.Join(", ", roles)}."],
        "Confirm in one of these roles with `--role`.");

    /// <summary>TP4010: a release that was rejected is to enter.</summary>
    public static Diagnostic ReleaseRejected(EnvironmentKey environment, string release, string actor, string reason) => new(
        "TP4010", Severity.Error, $"{release} was rejected and enters {environment.Name} by no way",
        environment.Location, "it was to enter here",
        [$"{actor} rejected it: {reason}"],
        "Ship a commit without what was wrong with it; a rejection is not taken back.");

    /// <summary>TP4011: a rejection without a reason.</summary>
    public static Diagnostic NoReason(string release) => new(
        "TP4011", Severity.Error, $"nobody would know why {release} was rejected",
        Notes: ["A rejection is for good, and people will ask for its reason later."],
        Help: "Say it: `towpath reject RELEASE --reason \"orders are lost\"`.");

    /// <summary>TP4012: a deploy request that does not say everything, or says what nobody asks.</summary>
    /// <param name="environment">What it is for.</param>
    /// <param name="missing">Fields of the template that are not filled in, each with what it is for.</param>
    /// <param name="unknown">Fields that the template does not have.</param>
    public static Diagnostic RequestIncomplete(string environment, IReadOnlyCollection<string> missing, IReadOnlyCollection<string> unknown) => new(
        "TP4012", Severity.Error, $"the deploy request for {environment} is not complete",
        Notes: [.. missing.Select(m => $"missing: {m}"), .. unknown.Select(u => $"there is no field \"{u}\"")],
        Help: "Give each as `--field NAME=TEXT`.");

    /// <summary>TP4009: a secret that the application does not have.</summary>
    public static Diagnostic UnknownSecret(string application, string name, IEnumerable<string> known) => new(
        "TP4009", Severity.Error, $"{application} has no secret \"{name}\"",
        Notes: [$"Its Compose file declares: {string.Join(", ", known)}."],
        Help: "Declare it under `secrets:` in the Compose file and ship that commit.");
}

/// <summary>An environment and where it is declared.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Location">Its place in <c>towpath.yaml</c>.</param>
public sealed record EnvironmentKey(string Name, Location Location);
