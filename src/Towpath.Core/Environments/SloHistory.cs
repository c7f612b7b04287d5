using System.Collections.Immutable;

namespace Towpath.Core.Environments;

/// <summary>What users saw within one span of time.</summary>
/// <param name="From">Its beginning.</param>
/// <param name="Seen">Requests in it.</param>
public sealed record SloBucket(DateTimeOffset From, RequestCounters Seen);

/// <summary>
/// What users saw of an environment, in buckets: the newest are short, older ones are joined, so that the number stays bounded however
/// long the environment lives.
/// </summary>
/// <param name="Last">Counters at the last look.</param>
/// <param name="Buckets">Oldest first.</param>
public sealed record SloHistory(RequestCounters Last, ImmutableArray<SloBucket> Buckets)
{
    /// <summary>Nothing seen yet.</summary>
    public static SloHistory Empty { get; } = new(default, []);
}
