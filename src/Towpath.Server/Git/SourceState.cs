using Towpath.Core.Diagnostics;

namespace Towpath.Server.Git;

/// <summary>How a source stands, as this control plane saw it since it began.</summary>
/// <param name="LookedAt">When it looked last; null for not yet.</param>
/// <param name="Commit">The commit that it found then; null where it has found none yet.</param>
/// <param name="Failures">Looks in a row that failed.</param>
/// <param name="Failure">What is wrong with the source or with its newest commit; null for nothing.</param>
/// <param name="FailedAt">Since when; null where nothing is wrong.</param>
/// <param name="IsElsewhere">Another control plane looked at it when this one wanted to.</param>
internal sealed record SourceState(DateTimeOffset? LookedAt, string? Commit, int Failures, Diagnostic? Failure, DateTimeOffset? FailedAt, bool IsElsewhere)
{
    /// <summary>Before the first look.</summary>
    public static SourceState Unseen { get; } = new(null, null, 0, null, null, false);

    /// <summary>The same with something wrong, since now where nothing was.</summary>
    public SourceState With(Diagnostic failure, DateTimeOffset now) => this with { Failure = failure, FailedAt = FailedAt ?? now };
}
