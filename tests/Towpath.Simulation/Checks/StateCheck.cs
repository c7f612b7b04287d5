using Towpath.Core.Rollouts;
using Towpath.Simulation.Time;
using Towpath.Simulation.World;

namespace Towpath.Simulation.Checks;

/// <summary>What is stored is never worked on by two: no two processes on one volume, no two migrations at once, and none of it removed without need.</summary>
internal sealed class StateCheck(Ledger ledger) : WorldCheck
{
    private readonly Dictionary<(EnvironmentWorld World, string Container), List<SimulatedProcess>> _starting = [];

    /// <inheritdoc/>
    public override void Asked(EnvironmentWorld world, DeploymentPlan plan, Effect effect, SimulatedProcess process)
    {
        if (effect is not StartReplica start) return;
        if (!_starting.TryGetValue((world, start.Container), out var processes)) _starting[(world, start.Container)] = processes = [];
        processes.Add(process);
    }

    /// <inheritdoc/>
    public override void Started(EnvironmentWorld world, SimulatedContainer container)
    {
        if (!container.Service.Spec.IsStateful) return;
        // What a process had begun when it was held up goes on when it wakes: the one thing that a lease can't keep out.
        if (_starting.GetValueOrDefault((world, container.Name))?.Exists(p => p.SinceHeldUp < ExclusiveCheck.LongestEffect) == true) return;
        foreach (var other in world.Of(container.Service.Name))
            if (other != container && other.Process == ReplicaProcess.Running)
                Violated($"{container.Name} was started on the volume that {other.Name} still writes to");
    }

    /// <inheritdoc/>
    public override void Migrates(EnvironmentWorld world, DeploymentPlan plan, string service)
    {
        if (world.Migrating is { } other) Violated($"the migration of {service} of {plan.Target.Release} began while that of {other.Service} of {other.Release} ran");
        var revision = plan.Target.Service(service)!.Revision;
        if (plan.Previous?.Service(service)?.Revision == revision) return;
        if (world.Of(service).Any(c => c.Service.Revision == revision && c.TakesRequests && c.Release == plan.Target.Release))
            Violated($"requests went to {plan.Target.Release} before its migration of {service} ran");
    }

    /// <inheritdoc/>
    public override void Removes(EnvironmentWorld world, DeploymentPlan plan)
    {
        if (ledger.Current(world) is { } current) Violated($"{world.Name} was removed with its data although {current.Release} is good in it");
    }
}

/// <summary>One deployment at a time acts on an environment, and only on behalf of the control plane that holds its lease.</summary>
internal sealed class ExclusiveCheck(Ledger ledger) : WorldCheck
{
    // A control plane that was held up may find, when it goes on, that another has taken over from it.
    internal static readonly TimeSpan LongestEffect = TimeSpan.FromSeconds(60);

    private readonly List<(EnvironmentWorld World, string Deployment, Effect Effect, SimulatedProcess Process)> _underWay = [];

    /// <inheritdoc/>
    public override void Asked(EnvironmentWorld world, DeploymentPlan plan, Effect effect, SimulatedProcess process)
    {
        foreach (var other in _underWay)
            if (other.World == world && other.Deployment != plan.Id && other.Process == process)
                Violated($"{plan.Id} began {effect.Key} in {world.Name} while {other.Deployment} was at {other.Effect.Key}");
        foreach (var other in _underWay)
            if (other.World == world && other.Process == process && effect.Target is { } target && other.Effect.Target == target)
                Violated($"two effects at once on {target}: {effect.Key} and {other.Effect.Key}");
        foreach (var other in _underWay)
            if (other.World == world && other.Process != process && other.Process.IsAlive && other.Process.SinceHeldUp > LongestEffect)
                Violated($"{process.Name} began {effect.Key} in {world.Name} while {other.Process.Name} was at {other.Effect.Key}");
        var holder = ledger.Store.LeaseOf(world.Application, world.Name)?.Owner;
        if (holder != process.Name) Violated($"{process.Name} began {effect.Key} in {world.Name} although {holder ?? "nobody"} holds the lease");
        _underWay.Add((world, plan.Id, effect, process));
    }

    /// <inheritdoc/>
    public override void Ended(EnvironmentWorld world, DeploymentPlan plan, Effect effect, SimulatedProcess process)
    {
        var index = _underWay.FindIndex(u => u.World == world && u.Effect.Key == effect.Key && u.Process == process);
        if (index >= 0) _underWay.RemoveAt(index);
    }
}
