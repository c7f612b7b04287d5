using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;

namespace Towpath.Engines.Environments;

/// <summary>An engine that an environment can move away from.</summary>
public interface IDeparture
{
    /// <summary>Ends what of the environment runs here. What holds data stays.</summary>
    Task LeaveAsync(EnvironmentDesired desired, CancellationToken cancellationToken);
}

/// <summary>
/// An environment wherever its releases say that it runs. While one comes in that names another engine than the release before, both are looked
/// at: the new one is ready there before the old one ends here, and the way back leads to what still runs.
/// </summary>
/// <param name="engineOf">The engine that a release's environment names.</param>
public sealed class EitherEnvironment(Func<EnvironmentSpec, IEnvironmentEngine> engineOf) : IEnvironmentEngine
{
    /// <inheritdoc/>
    public async Task<ObservedEnvironment> ObserveAsync(DeploymentPlan plan, CancellationToken cancellationToken)
    {
        var here = await Target(plan).ObserveAsync(plan, cancellationToken);
        if (Left(plan) is not { } left)
        {
            return here;
        }

        var there = await left.ObserveAsync(plan with { Target = plan.Previous! }, cancellationToken);
        return here with { Replicas = [.. here.Replicas, .. there.Replicas], GatewayRuns = here.GatewayRuns && there.GatewayRuns };
    }

    /// <inheritdoc/>
    public async Task ApplyAsync(Effect effect, DeploymentPlan plan, CancellationToken cancellationToken)
    {
        if (Left(plan) is not { } left)
        {
            await Target(plan).ApplyAsync(effect, plan, cancellationToken);
            return;
        }

        var old = plan with { Target = plan.Previous!, Previous = null };
        var young = plan with { Previous = null };
        switch (effect)
        {
            case StartReplica { Side: Side.Previous } start:
                await left.ApplyAsync(start with { Side = Side.Target }, old, cancellationToken);
                break;
            case AdmitReplica { Side: Side.Previous } admit:
                await left.ApplyAsync(admit with { Side = Side.Target }, old, cancellationToken);
                break;
            case ConfigureGateway { Side: Side.Previous }:
                await left.ApplyAsync(new ConfigureGateway(Side.Target), old, cancellationToken);
                break;
            case SetShare or ParkReplica or RetireReplica:
                // Each knows its own replicas by their names, and has nothing to do for others.
                await left.ApplyAsync(effect, old, cancellationToken);
                await Target(plan).ApplyAsync(effect, young, cancellationToken);
                break;
            case CleanUp clean:
                await CleanUpAsync(clean.Side, old, young, left, cancellationToken);
                break;
            default:
                // The way in for both is that of the new one alone: what is there keeps its own until it is left.
                await Target(plan).ApplyAsync(effect, young, cancellationToken);
                break;
        }
    }

    private async Task CleanUpAsync(Side side, DeploymentPlan old, DeploymentPlan young, IEnvironmentEngine left, CancellationToken cancellationToken)
    {
        var (stays, goes) = side == Side.Previous ? (old, young) : (young, old);
        await Target(stays).ApplyAsync(new CleanUp(Side.Target), stays, cancellationToken);
        if ((side == Side.Previous ? Target(young) : left) is IDeparture departure)
        {
            await departure.LeaveAsync(goes.Target, cancellationToken);
        }
    }

    private IEnvironmentEngine Target(DeploymentPlan plan) => engineOf(plan.Target.Environment);

    /// <summary>The engine of the release before, where it is another one.</summary>
    private IEnvironmentEngine? Left(DeploymentPlan plan) =>
        plan.Previous is { } previous && previous.Environment.Engine != plan.Target.Environment.Engine ? engineOf(previous.Environment) : null;
}
