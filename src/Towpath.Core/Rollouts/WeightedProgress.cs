using System.Collections.Immutable;
using Towpath.Core.Environments;

namespace Towpath.Core.Rollouts;

/// <summary>
/// What must be remembered of a weighted rollout (canary, blue-green); where its replicas stand is observed. A step is first prepared (its
/// replicas stand by), then opened, then in force once the gateway's weights are those of its share.
/// </summary>
/// <param name="Step">Step that is under way, from 0; the number of steps for the whole that comes after the last.</param>
/// <param name="IsOpen">Its share may be given; by hand only a person opens it.</param>
/// <param name="Given">Percent of the requests that is given until the share of the step is.</param>
/// <param name="Since">Since when the share of the step is in force; null before.</param>
/// <param name="Baseline">Counters of the new replicas from which the step is judged, by container; null until they are read.</param>
public sealed record WeightedProgress(
    int Step, bool IsOpen, int Given, DateTimeOffset? Since, ImmutableSortedDictionary<string, RequestCounters>? Baseline)
{
    /// <summary>At the beginning of a step.</summary>
    public static WeightedProgress At(int step, bool isOpen, int given) => new(step, isOpen, given, null, null);

    /// <summary>A step that stood still is judged anew: what was counted meanwhile says nothing about it.</summary>
    public WeightedProgress Afresh() => this with { Baseline = null };

    /// <inheritdoc/>
    public bool Equals(WeightedProgress? other) => other is not null
        && (Step, IsOpen, Given, Since) == (other.Step, other.IsOpen, other.Given, other.Since)
        && (Baseline is null ? other.Baseline is null : other.Baseline is not null && Baseline.SequenceEqual(other.Baseline));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Step, IsOpen, Given, Since);
}
