using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications;

/// <summary>TP203x and the first of TP204x: how services are replaced, and what an environment promises.</summary>
public static class StrategyDiagnostics
{
    /// <summary>A strategy with none or several of its kinds.</summary>
    public static Diagnostic StrategyChoice(Location place, IEnumerable<string> known) => new(
        "TP2031",
        Severity.Error,
        "a strategy is exactly one way of replacing a service",
        place,
        Notes: [$"it is one of {string.Join(", ", known)}"],
        Help: "write `strategy: rolling`, or `strategy: { canary: { steps: [10%, 50%] } }`");

    /// <summary>Neither a number of replicas nor a percentage of them.</summary>
    public static Diagnostic BadPortion(Location place, string what, string value) => new(
        "TP2032",
        Severity.Error,
        $"{what} is no number of replicas: `{value}`",
        place,
        Help: "write a number from 0 to 100, or a whole percentage of the replicas such as 25%");

    /// <summary>A rolling replacement that may neither add nor take away.</summary>
    public static Diagnostic NothingMoves(Location place) => new(
        "TP2033",
        Severity.Error,
        "no replica could ever be replaced: none may be added and none may be missing",
        place,
        Help: "allow one of them: `surge: 1` for one more meanwhile, or `unavailable: 1` for one less");

    /// <summary>A step of a canary that is no share of the requests between nothing and the whole.</summary>
    public static Diagnostic BadStep(Location place, string value) => new(
        "TP2034",
        Severity.Error,
        $"a step of a canary is a share from 1% to 99%, but this is `{value}`",
        place,
        Notes: ["after the last step the new revision takes all requests by itself"]);

    /// <summary>Steps of a canary that do not rise.</summary>
    public static Diagnostic StepsNotRising(Location place, int before, int step) => new(
        "TP2035",
        Severity.Error,
        $"the steps of a canary must rise, but {step}% comes after {before}%",
        place,
        "not more than the step before");

    /// <summary>Not a share in percent.</summary>
    public static Diagnostic BadShare(Location place, string what, string value) => new(
        "TP2036",
        Severity.Error,
        $"{what} is no share: `{value}`",
        place,
        Help: "write a percentage from 0% to 100%, with its sign, such as 99.9%");

    /// <summary>A canary would be aborted by what its steps accept.</summary>
    public static Diagnostic AbortBelowErrors(Location place) => new(
        "TP2037",
        Severity.Error,
        "a canary would be aborted by errors that its steps accept",
        place,
        "less than `errors`",
        Help: "make `abort` larger than `errors`");

    /// <summary>Slow answers are to be judged, and nothing says what is slow.</summary>
    public static Diagnostic NoLatencyObjective(Location place, string environment) => new(
        "TP2038",
        Severity.Error,
        $"`{environment}` does not say from when on an answer is slow",
        place,
        "can't be judged",
        Help: "add `slo: { latency: { p95: 300ms } }` to the environment");

    /// <summary>A strategy of a service that can't be replaced so.</summary>
    public static Diagnostic StrategyWithoutEffect(Location place, string service, string strategy, string why) => new(
        "TP2039",
        Severity.Warning,
        $"`{service}` is not replaced by `{strategy}`: {why}",
        place,
        "no effect");

    /// <summary>An objective that promises nothing.</summary>
    public static Diagnostic SloPromisesNothing(Location place) => new(
        "TP2040",
        Severity.Error,
        "an objective needs `availability` or `latency`",
        place,
        Help: "write `slo: { availability: 99.9% }`");

    /// <summary>A latency objective with none or several percentiles.</summary>
    public static Diagnostic LatencyChoice(Location place, IEnumerable<string> known) => new(
        "TP2041",
        Severity.Error,
        "a latency objective is one percentile and its time",
        place,
        Notes: [$"it is one of {string.Join(", ", known)}"],
        Help: "write `latency: { p95: 300ms }`");

    /// <summary>A time that must be longer than nothing.</summary>
    public static Diagnostic NoTime(Location place, string what) => new(
        "TP2042",
        Severity.Error,
        $"{what} must be longer than nothing",
        place);

    /// <summary>A verification is to be repeated, and there is none.</summary>
    public static Diagnostic NothingToVerify(Location place, string environment) => new(
        "TP2043",
        Severity.Error,
        $"`{environment}` has no verification that could be repeated",
        place,
        Help: "name its probes: `verify: [smoke]`");
}
