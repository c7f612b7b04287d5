using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Rollouts;

/// <summary>Phases of a deployment.</summary>
public enum DeploymentPhase
{
    /// <summary>Asked for; waits for its turn in the environment, and nothing is touched.</summary>
    Requested,

    /// <summary>Its turn has come; the gates are judged once more.</summary>
    Gated,

    /// <summary>Network, volumes, secrets, gateway, backing services and declared resources are brought about.</summary>
    Provisioning,

    /// <summary>Migrations run; traffic is untouched.</summary>
    Migrating,

    /// <summary>Changed services are replaced.</summary>
    Rolling,

    /// <summary>Probes go through the gateway, then the running digests are read back.</summary>
    Verifying,

    /// <summary>Ended: the release runs, proven.</summary>
    Succeeded,

    /// <summary>Something failed: the environment is brought back to the release before.</summary>
    RollingBack,

    /// <summary>Ended: neither forward nor back works; a person must look.</summary>
    Frozen,

    /// <summary>Ended: the release before runs, or nothing where there was none.</summary>
    Failed,

    /// <summary>Ended before it touched anything: a newer release took its place.</summary>
    Superseded,

    /// <summary>Ended before it touched anything: a person took it back.</summary>
    Cancelled,
}

/// <summary>An effect that was decided and has not been answered.</summary>
/// <param name="Effect">What.</param>
/// <param name="Since">When it was decided.</param>
public sealed record PendingEffect(Effect Effect, DateTimeOffset Since);

/// <summary>The persisted state of one deployment. Where replicas stand is not in it: that is observed.</summary>
public sealed record DeploymentState
{
    /// <summary>Where it is.</summary>
    public required DeploymentPhase Phase { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When the deployment was asked for.</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>Effects under way.</summary>
    public ImmutableArray<PendingEffect> Pending { get; init; } = [];

    /// <summary>Keys of effects that are done once per deployment.</summary>
    public ImmutableSortedSet<string> Done { get; init; } = [];

    /// <summary>Failed effects while rolling back; a bound keeps it from trying for ever.</summary>
    public int Setbacks { get; init; }

    /// <summary>Why it is not going forward.</summary>
    public Diagnostic? Failure { get; init; }

    /// <summary>How far the weighted rollout of each service has come; a service without one has not begun, or has none.</summary>
    public ImmutableSortedDictionary<string, WeightedProgress> Weighted { get; init; } = ImmutableSortedDictionary<string, WeightedProgress>.Empty;

    /// <summary>Services whose migrations this deployment ran, in that order, as far as no release before can run on what they left behind.</summary>
    public ImmutableArray<string> Binding { get; init; } = [];

    /// <summary>Migrations, its own and those of others, that this deployment took back.</summary>
    public ImmutableArray<MigrationRun> TakenBack { get; init; } = [];

    /// <summary>Number of the last request of a person that was taken up; 0 for none.</summary>
    public long LastAsked { get; init; }

    /// <summary>A person made it stand still; null where it goes on.</summary>
    public Hold? Paused { get; init; }

    /// <summary>The whole environment stands still; null where it goes on.</summary>
    public Hold? Halted { get; init; }

    /// <summary>A person or a halt keeps it from beginning anything; what is under way ends.</summary>
    [JsonIgnore]
    public bool StandsStill => Paused is not null || Halted is not null;

    /// <summary>Nothing more will happen.</summary>
    [JsonIgnore]
    public bool Ended => Phase is DeploymentPhase.Succeeded or DeploymentPhase.Frozen or DeploymentPhase.Failed
        or DeploymentPhase.Superseded or DeploymentPhase.Cancelled;

    /// <summary>
    /// As a clock sees it that was set back meanwhile: nothing in it lies in the future, or each time limit would be longer by as much.
    /// </summary>
    public DeploymentState NotAfter(DateTimeOffset now) => Began <= now && Since <= now && Weighted.Values.All(w => !(w.Since > now)) ? this : this with
    {
        Began = Began < now ? Began : now,
        Since = Since < now ? Since : now,
        Weighted = Weighted.ToImmutableSortedDictionary(w => w.Key, w => w.Value.Since > now ? w.Value with { Since = now } : w.Value, StringComparer.Ordinal),
    };

    /// <summary>An effect of that key is under way.</summary>
    public bool IsPending(string key) => Pending.Any(p => p.Effect.Key == key);

    /// <summary>An effect on that container is under way.</summary>
    public bool IsBusy(string container) => Pending.Any(p => p.Effect.Target == container);
}

/// <summary>Why a deployment stands still.</summary>
/// <param name="Actor">Who stopped it.</param>
/// <param name="Reason">What was said, or null.</param>
/// <param name="Since">Since when.</param>
public sealed record Hold(string Actor, string? Reason, DateTimeOffset Since);
