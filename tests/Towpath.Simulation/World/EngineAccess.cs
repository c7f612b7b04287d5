using System.Collections.Immutable;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;
using Towpath.Engines;
using Towpath.Engines.Containers;
using Towpath.Simulation.Time;

namespace Towpath.Simulation.World;

/// <summary>
/// One environment as one process reaches it: over a connection that loses calls and answers, is slow, and ends with the process.
/// </summary>
internal sealed class EngineAccess(EnvironmentWorld world, SimulatedProcess process) : IEnvironmentEngine
{
    private MachineWorld Machine => world.Machine;

    /// <inheritdoc/>
    public async Task<ObservedEnvironment> ObserveAsync(DeploymentPlan plan, CancellationToken cancellationToken)
    {
        await PauseAsync(Machine.Between(0.002, 0.02), cancellationToken);
        if (Machine.Happens(FaultKind.BlindLook)) throw new EngineException(EngineError.Unreachable, "connection refused");
        var seen = Look();
        await PauseAsync(Machine.Happens(FaultKind.StaleLook) ? Machine.Between(0.1, 4) : Machine.Between(0.002, 0.02), cancellationToken);
        return seen;
    }

    /// <inheritdoc/>
    public Task ApplyAsync(Effect effect, DeploymentPlan plan, CancellationToken cancellationToken)
    {
        var call = new EngineCall(world, process, effect, plan);
        call.Begin(cancellationToken);
        return call.Answer;
    }

    private ObservedEnvironment Look()
    {
        world.Flow();
        var replicas = ImmutableArray.CreateBuilder<ObservedReplica>(world.Containers.Count);
        foreach (var container in world.Containers) replicas.Add(Look(container));
        return new ObservedEnvironment(replicas.MoveToImmutable(), world.GatewayRuns)
        {
            Entry = world.GatewayRuns ? Counters(world.Entry) : null,
        };
    }

    private ObservedReplica Look(SimulatedContainer container)
    {
        var isReady = container.IsReady(Machine.Clock.Elapsed);
        return new ObservedReplica
        {
            Container = container.Name,
            Service = container.Service.Name,
            Revision = container.Service.Revision,
            Ordinal = container.Ordinal,
            Release = container.Release,
            ImageDigest = container.Service.Image.Digest,
            Process = container.Process,
            Since = container.Since,
            ExitCode = container.ExitCode,
            Restarts = container.Restarts,
            Ready = isReady,
            ReadinessDetail = isReady ? null : "connection refused",
            Traffic = !world.GatewayRuns || !container.IsKnown ? ReplicaTraffic.None
                : container.IsDraining ? ReplicaTraffic.Draining
                : !isReady ? ReplicaTraffic.Joining
                : container.Weight == 0 ? ReplicaTraffic.Standby : ReplicaTraffic.Serving,
            Weight = world.GatewayRuns ? container.Weight : 0,
            Counters = world.GatewayRuns && container.IsKnown ? Counters(container.Answered) : null,
        };
    }

    private static RequestCounters Counters((double Requests, double Errors, double Slow) seen) => new((long)seen.Requests, (long)seen.Errors, (long)seen.Slow);

    private Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken) => Task.Delay(pause, process.Time, cancellationToken);
}
