using Towpath.Core.Rollouts;
using Towpath.Simulation.Checks;

namespace Towpath.Simulation.World;

/// <summary>What goes wrong by itself, or by somebody's hand, at random moments.</summary>
internal sealed class Chaos(MachineWorld machine, Ledger ledger)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Looks each second whether something goes wrong, until a virtual time; what was broken for a while is whole then.</summary>
    public void Begin(TimeSpan until)
    {
        machine.Clock.After(Look, () =>
        {
            if (machine.Clock.Elapsed >= until)
            {
                End();
                return;
            }
            for (var kind = FaultKind.ReplicaCrash; kind <= FaultKind.ClockJump; kind++)
                if (machine.Faults[kind] > 0 && machine.Random.NextDouble() < machine.Faults[kind] / 60)
                    Happen(kind);
            Begin(until);
        });
    }

    private void End()
    {
        machine.Faults = new FaultRates();
        machine.DiskIsFull = false;
        if (machine.Clock.Error != TimeSpan.Zero) Jump(TimeSpan.Zero);
    }

    private void Happen(FaultKind kind)
    {
        var all = machine.Environments.ToList();
        if (all.Count == 0) return;
        var world = all[machine.Random.Next(all.Count)];
        machine.Trace?.Invoke($"{world.Name}: {kind}");
        switch (kind)
        {
            case FaultKind.ReplicaCrash:
                OnOne(world, c => c.Process == ReplicaProcess.Running, c => world.Crash(c, 137));
                break;
            case FaultKind.StoppedByHand:
                OnOne(world, c => c.Process == ReplicaProcess.Running, world.Stop);
                break;
            case FaultKind.RemovedByHand:
                OnOne(world, _ => true, world.Remove);
                break;
            case FaultKind.WeightAltered:
                OnOne(world, c => c.IsKnown, c => c.Weight = machine.Random.Next(257));
                break;
            case FaultKind.GatewayCrash:
                world.Disturb();
                world.StopGateway();
                break;
            case FaultKind.Reboot:
                Reboot();
                break;
            case FaultKind.DiskFull:
                machine.DiskIsFull = true;
                machine.Clock.After(machine.Between(1, 20), () => machine.DiskIsFull = false);
                break;
            case FaultKind.ClockJump:
                Jump(TimeSpan.FromSeconds((machine.Random.NextDouble() - 0.5) * 3600));
                break;
        }
    }

    private void OnOne(EnvironmentWorld world, Func<SimulatedContainer, bool> which, Action<SimulatedContainer> act)
    {
        var fitting = world.Containers.Where(which).ToList();
        if (fitting.Count == 0) return;
        var chosen = fitting[machine.Random.Next(fitting.Count)];
        world.Disturb(chosen.Service.Name);
        world.Flow();
        act(chosen);
    }

    private void Reboot()
    {
        foreach (var world in machine.Environments)
        {
            world.Disturb();
            foreach (var container in world.Containers) world.Stop(container);
            world.StopGateway();
            world.Migrating = null;
        }
    }

    private void Jump(TimeSpan error)
    {
        machine.Clock.Error = error;
        ledger.ClockJumpedAt = machine.Clock.Elapsed;
    }
}
