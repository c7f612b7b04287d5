using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications;

/// <summary>TP2080 to TP2089: how many replicas there are, and services that run at set times.</summary>
public static class ScaleDiagnostics
{
    /// <summary>More at least than at most.</summary>
    public static Diagnostic ScaleRange(Location place, int min, int max) => new(
        "TP2080",
        Severity.Error,
        $"there can't be {min} replicas at least and {max} at most",
        place,
        Help: "`max` is not below `min`, and `min` is 1 without it");

    /// <summary>Nothing says when there are more.</summary>
    public static Diagnostic ScaleByNothing(Location place) => new(
        "TP2081",
        Severity.Error,
        "what decides how many replicas there are?",
        place,
        "nothing is measured",
        Help: "add `cpu: 70%`, `memory: 80%` or `requests: 100/s`");

    /// <summary>A target of the wrong shape.</summary>
    public static Diagnostic BadTarget(Location place, string what, string value, string example) => new(
        "TP2082",
        Severity.Error,
        $"{what} can't be `{value}`",
        place,
        Help: $"write it as `{example}`");

    /// <summary>A percentage of nothing.</summary>
    public static Diagnostic ScaleWithoutReservation(Location place, string service, string what, string key) => new(
        "TP2083",
        Severity.Error,
        $"`{service}` reserves no {what}, so that no percentage of it can be measured",
        place,
        "of what?",
        Notes: ["a cluster compares what replicas use with what they reserve; without a reservation it never adds one"],
        Help: $"add `deploy.resources.reservations.{key}` or a limit of it");

    /// <summary>No expression of cron.</summary>
    public static Diagnostic BadCron(Location place, string text, string problem) => new(
        "TP2084",
        Severity.Error,
        $"`{text}` is no time of cron: {problem}",
        place,
        Notes: ["the five fields are minute, hour, day of the month, month and day of the week; each is `*`, a number, a range, a step or a list of these"],
        Help: "write it as `\"*/5 * * * *\"` for every five minutes, or `@daily`");

    /// <summary>Set times, where nothing starts services at them.</summary>
    public static Diagnostic ScheduleOnContainers(Location place) => new(
        "TP2085",
        Severity.Error,
        "services run at set times on Kubernetes only",
        place,
        "would never be started",
        Notes: ["an environment of the engine `containers` is deployed when a release enters it, and nothing starts a service in between"],
        Help: "say `engine: kubernetes` of each environment, or start its command from a scheduler of yours");

    /// <summary>It runs to its end, and something says that it runs on.</summary>
    public static Diagnostic ScheduleContradicted(Location place, string service, string key) => new(
        "TP2086",
        Severity.Error,
        $"`{service}` runs to its end at set times and can't have `{key}`",
        place,
        "is for a service that runs on",
        Help: $"remove `{key}` or `schedule`");
}
