using System.Globalization;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;

namespace Towpath.Core.Rollouts;

/// <summary>Diagnostics of shares of requests: what a step of a canary showed.</summary>
public static class CanaryDiagnostics
{
    /// <summary>TP5014: more errors than the hard limit allows.</summary>
    public static Diagnostic Aborted(EnvironmentDesired environment, ServiceDesired service, int percent, RequestCounters seen) => new(
        "TP5014", Severity.Error,
        $"service \"{service.Name}\" failed {seen.Errors} of {seen.Requests} requests at {percent} % in {environment.Environment.Name}",
        service.Rollout.Location ?? service.Spec.Location, "its hard limit stands here",
        [$"More than {Share(service.Rollout.Analysis.HardErrors)} of them ended in a 5xx, so nothing was waited for: the old replicas took all requests back."],
        "Read its log with `towpath logs`, mend what it says and ship again.");

    /// <summary>TP5015: too many errors or slow answers in a step.</summary>
    public static Diagnostic Failed(EnvironmentDesired environment, ServiceDesired service, int percent, RequestCounters seen) => new(
        "TP5015", Severity.Error,
        $"service \"{service.Name}\" did not pass its step at {percent} % in {environment.Environment.Name}",
        service.Rollout.Location ?? service.Spec.Location, "what a step must show stands here",
        [
            $"Of {seen.Requests} requests {seen.Errors} ended in a 5xx; at most {Share(service.Rollout.Analysis.MostErrors)} may.",
            .. service.Rollout.Analysis.MostSlow is { } most ? (string[])[$"{seen.Slow} were slow; at most {Share(most)} may."] : [],
        ],
        "Read its log with `towpath logs`, mend what it says and ship again.");

    /// <summary>TP5016: a step did not see enough requests to be judged.</summary>
    public static Diagnostic Starved(EnvironmentDesired environment, ServiceDesired service, int percent, RequestCounters seen) => new(
        "TP5016", Severity.Error,
        $"service \"{service.Name}\" answered only {seen.Requests} requests at {percent} % in {environment.Environment.Name}",
        service.Rollout.Location ?? service.Spec.Location, "its step stands here",
        [$"A step needs {service.Rollout.Analysis.LeastRequests} of them to be judged, and none came in time: without data a step has not passed."],
        "Ask for fewer requests in `analysis`, give it more patience, or let it go on by hand with `towpath proceed`.");

    private static string Share(double share) => (share * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %";
}
