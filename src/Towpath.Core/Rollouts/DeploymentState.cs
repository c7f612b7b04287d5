using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;

namespace Towpath.Core.Rollouts;

/// <summary>Phases of a deployment.</summary>
public enum DeploymentPhase
{
    /// <summary>Asked for; waits for its turn in the environment.</summary>
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

    /// <summary>Number of the last request of a person that was taken up; 0 for none.</summary>
    public long LastAsked { get; init; }

    /// <summary>A person made it stand still; null where it goes on.</summary>
    public Hold? Paused { get; init; }

    /// <summary>The whole environment stands still; null where it goes on.</summary>
    public Hold? Halted { get; init; }

    /// <summary>Nothing more will happen.</summary>
    [JsonIgnore]
    public bool Ended => Phase is DeploymentPhase.Succeeded or DeploymentPhase.Frozen or DeploymentPhase.Failed
        or DeploymentPhase.Superseded or DeploymentPhase.Cancelled;

    /// <summary>An effect of that key is under way.</summary>
    public bool IsPending(string key) => Pending.Any(p => p.Effect.Key == key);

    /// <summary>An effect on that container is under way.</summary>
    public bool IsBusy(string container) => Pending.Any(p => p.Effect.Target == container);
}

/// <summary>What a deployment is to do: fixed when it begins.</summary>
/// <param name="Id">Deployment, <c>d-N</c>.</param>
/// <param name="Target">The release that is to come in.</param>
/// <param name="Previous">The release that is there; null where none ever succeeded.</param>
/// <param name="Policy">Bounds of the rollout.</param>
public sealed record DeploymentPlan(string Id, EnvironmentDesired Target, EnvironmentDesired? Previous, RolloutPolicy Policy);

/// <summary>Bounds of a rollout.</summary>
/// <param name="Surge">New replicas of a service that may be on their way at once.</param>
/// <param name="ReadyTimeout">How long a new replica may take to become ready.</param>
/// <param name="MaxRestarts">Times that the engine may start a new replica again before it counts as failed.</param>
/// <param name="MaxSetbacks">Failed effects that a rollback survives.</param>
public sealed record RolloutPolicy(int Surge, TimeSpan ReadyTimeout, int MaxRestarts = 3, int MaxSetbacks = 15);

/// <summary>What can happen to a deployment.</summary>
public abstract record DeploymentEvent;

/// <summary>The environment was looked at.</summary>
public sealed record Observed(ObservedEnvironment Environment) : DeploymentEvent;

/// <summary>An effect was done.</summary>
public sealed record EffectSucceeded(string Key) : DeploymentEvent;

/// <summary>An effect could not be done.</summary>
public sealed record EffectFailed(string Key, Diagnostic Diagnostic) : DeploymentEvent;

/// <summary>A newer release waits for the same environment.</summary>
public sealed record NewerRequested(string Release) : DeploymentEvent;

/// <summary>A person asked for something. Each is numbered, so that one that is delivered twice counts once.</summary>
/// <param name="Number">Its number; greater than those of earlier ones.</param>
/// <param name="Actor">Who.</param>
public abstract record PersonAsked(long Number, string Actor) : DeploymentEvent;

/// <summary>A person takes the request back, or wants what was done taken back.</summary>
public sealed record CancelRequested(long Number, string Actor) : PersonAsked(Number, Actor);

/// <summary>A person wants the deployment to stand still: what is under way ends, nothing new begins.</summary>
public sealed record PauseRequested(long Number, string Actor, string? Reason) : PersonAsked(Number, Actor);

/// <summary>A person lets a deployment that stands still go on.</summary>
public sealed record ResumeRequested(long Number, string Actor) : PersonAsked(Number, Actor);

/// <summary>A person lets weighted rollouts take their next step now, whatever interval and analysis say.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Actor">Who.</param>
/// <param name="Service">The service, or null for all.</param>
/// <param name="Whole">All that is left at once, not one step.</param>
public sealed record ProceedRequested(long Number, string Actor, string? Service, bool Whole) : PersonAsked(Number, Actor);

/// <summary>Everything in the environment is to stand still.</summary>
public sealed record WorldStopped(string Actor, string? Reason) : DeploymentEvent;

/// <summary>The environment may go on.</summary>
public sealed record WorldResumed : DeploymentEvent;

/// <summary>Why a deployment stands still.</summary>
/// <param name="Actor">Who stopped it.</param>
/// <param name="Reason">What was said, or null.</param>
/// <param name="Since">Since when.</param>
public sealed record Hold(string Actor, string? Reason, DateTimeOffset Since);
