using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;

namespace Towpath.Core.Rollouts;

/// <summary>What an environment at rest is to look like.</summary>
/// <param name="Plan">The release that runs as its target; the release before as its previous one, where it is still kept warm.</param>
/// <param name="Drift">What is done about changes behind Towpath's back.</param>
/// <param name="WarmUntil">Until when the release before is kept warm; null where it is not.</param>
/// <param name="VerifyEvery">How often the environment's verification is asked again; null for never.</param>
public sealed record UpkeepPlan(DeploymentPlan Plan, DriftPolicy Drift, DateTimeOffset? WarmUntil, TimeSpan? VerifyEvery)
{
    /// <summary>No other release ran there before. It may be another one already when the environment is looked at for the first time.</summary>
    public bool IsFirst { get; init; }
}

/// <summary>What the upkeep of an environment is at.</summary>
public enum UpkeepPhase
{
    /// <summary>Nothing is under way: all is as it should be, or only told, or its pause is not over.</summary>
    Resting,

    /// <summary>Effects are under way: something is mended or cleared away, or the verification is asked again.</summary>
    Busy,

    /// <summary>A halt keeps it from beginning anything; it looks on, and counts.</summary>
    Halted,
}

/// <summary>When an effect may be tried again that was tried before.</summary>
/// <param name="Times">Times that it was tried in a row.</param>
/// <param name="NotBefore">Not before.</param>
public sealed record Retry(int Times, DateTimeOffset NotBefore)
{
    /// <summary>Pauses grow up to it.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);

    /// <summary>The effect is tried now; long enough after its last pause that is another matter, and pauses are short again.</summary>
    public static Retry After(Retry? before, DateTimeOffset now)
    {
        var times = before is null || now - before.NotBefore >= Pause(before.Times) ? 1 : before.Times + 1;
        return new Retry(times, now + Pause(times));
    }

    private static TimeSpan Pause(int times) => FirstPause * (1 << Math.Min(times - 1, 16)) is var pause && pause < LongestPause ? pause : LongestPause;
}

/// <summary>What is remembered about an environment at rest. Stored; begins anew with each release that comes in, but for <see cref="Slo"/>.</summary>
public sealed record UpkeepState
{
    /// <summary>Release that runs.</summary>
    public required string Release { get; init; }

    /// <summary>Effects under way.</summary>
    public ImmutableArray<PendingEffect> Pending { get; init; } = [];

    /// <summary>What drifted, was told and is not in order yet: by key, so that each is told once for as long as it lasts, in words.</summary>
    public ImmutableSortedDictionary<string, string> Drifted { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>It was told that the release before is no longer kept warm.</summary>
    public bool WarmthEnded { get; init; }

    /// <summary>Effects that were tried lately, by key: each pauses longer before it is tried again.</summary>
    public ImmutableSortedDictionary<string, Retry> Retries { get; init; } = ImmutableSortedDictionary<string, Retry>.Empty;

    /// <summary>When the verification was asked last; null before the first time.</summary>
    public DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>Why the verification that was asked last failed; null where it passed.</summary>
    public Diagnostic? VerificationFailure { get; init; }

    /// <summary>What failed so far in the verification that is being asked.</summary>
    public Diagnostic? AskedFailure { get; init; }

    /// <summary>What users saw.</summary>
    public SloHistory Slo { get; init; } = SloHistory.Empty;

    /// <summary>The environment stands still; null where it goes on.</summary>
    public Hold? Halted { get; init; }

    /// <summary>What it is at.</summary>
    [JsonIgnore]
    public UpkeepPhase Phase => Halted is not null ? UpkeepPhase.Halted : Pending.IsEmpty ? UpkeepPhase.Resting : UpkeepPhase.Busy;

    /// <summary>As a clock sees it that was set back meanwhile: nothing that waits would wait longer by as much.</summary>
    public UpkeepState NotAfter(DateTimeOffset now) => !(VerifiedAt > now) && Retries.Values.All(r => r.NotBefore - now <= Retry.LongestPause) ? this : this with
    {
        VerifiedAt = VerifiedAt > now ? now : VerifiedAt,
        Retries = Retries.RemoveRange(Retries.Where(r => r.Value.NotBefore - now > Retry.LongestPause).Select(r => r.Key)),
    };

    /// <summary>At the beginning of a release's time.</summary>
    public static UpkeepState Initial(string release) => new() { Release = release };
}

/// <summary>Answer of the upkeep: what to store, and the facts to store with it.</summary>
/// <param name="State">Next state; pending effects that are not in the state before are to be started once it is stored.</param>
/// <param name="Facts">What to write into the journal, in the same transaction.</param>
public sealed record UpkeepDecision(UpkeepState State, ImmutableArray<Fact> Facts);
