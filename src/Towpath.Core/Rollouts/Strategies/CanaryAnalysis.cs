using Towpath.Core.Applications;
using Towpath.Core.Environments;

namespace Towpath.Core.Rollouts.Strategies;

/// <summary>What the requests of a step say about it so far.</summary>
public enum StepVerdict
{
    /// <summary>Nothing yet: the interval is not over, or requests are missing.</summary>
    Waits,

    /// <summary>It showed what it must.</summary>
    Passed,

    /// <summary>More errors than the hard limit allows: at once, interval or not.</summary>
    Aborted,

    /// <summary>The interval is over, and errors or slow answers are too many.</summary>
    Failed,

    /// <summary>The requests that it must answer did not come in time.</summary>
    Starved,
}

/// <summary>Judges a canary's step by what its replicas answered since it began.</summary>
public static class CanaryAnalysis
{
    /// <summary>The verdict for a step; no data never passes.</summary>
    /// <param name="spec">What it must show, and how long it lasts at least.</param>
    /// <param name="seen">What the new replicas answered since the step began.</param>
    /// <param name="lasted">How long it has lasted.</param>
    public static StepVerdict Judge(StrategySpec spec, RequestCounters seen, TimeSpan lasted)
    {
        var analysis = spec.Analysis;
        // So many errors that even good answers to all that is still missing of the least number would not make up for them.
        if (seen.Errors > analysis.HardErrors * Math.Max(seen.Requests, analysis.LeastRequests)) return StepVerdict.Aborted;
        if (lasted < spec.Interval) return StepVerdict.Waits;
        if (seen.Requests < analysis.LeastRequests)
            // Whoever lets it go on by hand may take all the time.
            return lasted >= Longer(analysis.Patience, spec.Interval) && !spec.ByHand ? StepVerdict.Starved : StepVerdict.Waits;
        return seen.ErrorShare > analysis.MostErrors || seen.SlowShare > (analysis.MostSlow ?? 1) ? StepVerdict.Failed : StepVerdict.Passed;
    }

    /// <summary>The verdict where nobody counts requests: a step was held for its time, with all that carry it ready. Crashes and what never gets ready fail it elsewhere.</summary>
    /// <param name="spec">How long it lasts at least.</param>
    /// <param name="areReady">All that carry it are ready.</param>
    /// <param name="lasted">How long it has lasted.</param>
    public static StepVerdict JudgeUncounted(StrategySpec spec, bool areReady, TimeSpan lasted) => areReady && lasted >= spec.Interval ? StepVerdict.Passed : StepVerdict.Waits;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
