using System.Collections.Immutable;

namespace Towpath.Load;

/// <summary>What a run, or a window of it, saw.</summary>
/// <param name="Name">Of the window.</param>
/// <param name="Kinds">By kind of request, in the plan's order.</param>
/// <param name="Total">All kinds together.</param>
/// <param name="LatenessP99">
/// How late the generator itself was: from the moment that a request should have started to its start. It is part of the latencies; where
/// it is large, the machine was too busy to measure well.
/// </param>
/// <param name="Samples">The first failures in words, at most ten.</param>
public sealed record LoadReport(
    string Name, ImmutableArray<LoadFigures> Kinds, LoadFigures Total, TimeSpan LatenessP99, ImmutableArray<string> Samples)
{
    /// <summary>Figures of a kind.</summary>
    public LoadFigures Kind(string name) => Kinds.First(k => k.Name == name);
}

/// <summary>Figures of one kind of request, or of all.</summary>
/// <param name="Name">Of the kind.</param>
/// <param name="Sent">Requests whose outcome is known.</param>
/// <param name="Succeeded">Answered as expected.</param>
/// <param name="Failures">Failed, by how; kinds of failure that did not happen are not in it.</param>
/// <param name="P50">Half of the requests took no longer, from the moment that they should have started.</param>
/// <param name="P90">As <paramref name="P50"/>, nine of ten.</param>
/// <param name="P99">As <paramref name="P50"/>, 99 of 100.</param>
/// <param name="Max">The slowest.</param>
public sealed record LoadFigures(
    string Name,
    long Sent,
    long Succeeded,
    ImmutableSortedDictionary<LoadFailure, long> Failures,
    TimeSpan P50,
    TimeSpan P90,
    TimeSpan P99,
    TimeSpan Max)
{
    /// <summary>Requests that failed in any way.</summary>
    public long Failed => Sent - Succeeded;
}
