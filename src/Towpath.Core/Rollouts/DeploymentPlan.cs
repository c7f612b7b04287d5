using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;

namespace Towpath.Core.Rollouts;

/// <summary>What a deployment is to do: fixed when it begins.</summary>
/// <param name="Id">Deployment, <c>d-N</c>.</param>
/// <param name="Target">The release that is to come in.</param>
/// <param name="Previous">The release that is there; null where none ever succeeded.</param>
/// <param name="Policy">Bounds of the rollout.</param>
public sealed record DeploymentPlan(string Id, EnvironmentDesired Target, EnvironmentDesired? Previous, RolloutPolicy Policy)
{
    /// <summary>The target was the environment's good release before: it comes back without being weighed.</summary>
    public bool Returns { get; init; }

    /// <summary>Services of the target whose migrations ran here before, and stand: they are passed over.</summary>
    public ImmutableSortedSet<string> Ran { get; init; } = [];

    /// <summary>Migrations of other releases that stand since the target was here last, oldest first: it can't run before they are taken back.</summary>
    public ImmutableArray<StandingMigration> InTheWay { get; init; } = [];

    /// <summary>Migrations that earlier deployments ran and left since the release before came in, oldest first: they are in the way back.</summary>
    public ImmutableArray<StandingMigration> Inherited { get; init; } = [];

    /// <summary>Releases beside the two sides whose migrations may have to be taken back, by identifier.</summary>
    public ImmutableDictionary<string, EnvironmentDesired> Earlier { get; init; } = ImmutableDictionary<string, EnvironmentDesired>.Empty;

    /// <summary>
    /// A service of the target takes its requests by shares, where there is something to weigh it against: not what runs on another engine, which has requests of its own.
    /// In a cluster only pods that were made to be weighed can be told apart, so that the release before must have been one, too.
    /// </summary>
    public bool Weighs(ServiceDesired service) => service.IsByShares && (Target.Environment.Engine == EngineKind.Kubernetes
        ? Previous is { Environment.Engine: EngineKind.Kubernetes } && Previous.Service(service.Name) is { Replicas: > 0 } before && before.IsByShares
        : Previous is not { Environment.Engine: EngineKind.Kubernetes });

    /// <summary>The release whose migration an effect takes back.</summary>
    public EnvironmentDesired Of(RevertMigration revert) => revert.Release is { } release && release != Target.Release ? Earlier[release] : Target;

    /// <summary>The release that a side stands for.</summary>
    /// <exception cref="InvalidOperationException">The previous side is asked for where there is none, or both.</exception>
    public EnvironmentDesired Of(Side side) => side switch
    {
        Side.Target => Target,
        Side.Previous when Previous is not null => Previous,
        _ => throw new InvalidOperationException($"{Id} has no release on side {side}"),
    };
}

/// <summary>Bounds of a rollout.</summary>
/// <param name="Surge">New replicas of a service that may be on their way at once, whatever its strategy allows.</param>
/// <param name="ReadyTimeout">How long a new replica may take to become ready.</param>
/// <param name="MaxRestarts">Times that the engine may start a new replica again before it counts as failed.</param>
/// <param name="MaxSetbacks">Failed effects that a rollback survives.</param>
public sealed record RolloutPolicy(int Surge, TimeSpan ReadyTimeout, int MaxRestarts = 3, int MaxSetbacks = 15);
