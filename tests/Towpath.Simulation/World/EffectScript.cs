using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;

namespace Towpath.Simulation.World;

/// <summary>
/// What each effect does to the world, step by step. Between two steps time passes (a `yield` says how long), and whoever does them can be
/// killed there: what was done stays, the rest does not happen. As in the real engine each looks first and acts then.
/// </summary>
internal static class EffectScript
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan AdmitLimit = TimeSpan.FromSeconds(15);

    /// <summary>The steps of an effect. Failures are <see cref="DiagnosticException"/>.</summary>
    public static IEnumerable<TimeSpan> Of(Effect effect, DeploymentPlan plan, EnvironmentWorld world) => effect switch
    {
        PrepareEnvironment => Prepare(plan, world),
        ConfigureGateway configure => Configure(configure, plan, world),
        EnsureResources => Pause(world, 0.3),
        RunMigration migration => Migrate(migration, plan, world),
        RevertMigration revert => Revert(revert, plan, world),
        StartReplica start => Start(start, Desired(plan, start.Side), world),
        AdmitReplica admit => Admit(admit, plan, world),
        SetShare share => Share(share, plan, world),
        ParkReplica park => Park(park, plan, world),
        RetireReplica retire => Retire(retire, plan, world),
        Verify verify => Verify(verify.Probe, null, plan, world),
        VerifyPrivately verify => Verify(verify.Probe, verify.Service, plan, world),
        CleanUp => Pause(world, 0.2),
        RemoveEnvironment => Remove(plan, world),
        _ => throw new InvalidOperationException($"the simulated engine does not know {effect.Key}"),
    };

    private static EnvironmentDesired Desired(DeploymentPlan plan, Side side) => side == Side.Previous ? plan.Previous! : plan.Target;

    private static IEnumerable<TimeSpan> Pause(EnvironmentWorld world, double most_s)
    {
        yield return world.Machine.Between(0.02, most_s);
    }

    private static IEnumerable<TimeSpan> Prepare(DeploymentPlan plan, EnvironmentWorld world)
    {
        yield return world.Machine.Between(0.05, 0.5);
        if (world.Machine.DiskIsFull) throw Impossible(plan, "preparing", "no space left on device");
        world.Machine.Checks.Prepared(world, plan);
    }

    private static IEnumerable<TimeSpan> Configure(ConfigureGateway configure, DeploymentPlan plan, EnvironmentWorld world)
    {
        yield return world.Machine.Between(0.05, 0.3);
        if (!world.GatewayRuns) world.StartGateway();
        var sides = configure.Side switch
        {
            Side.Target => new[] { plan.Target },
            Side.Previous => [plan.Previous ?? plan.Target],
            _ => [plan.Target, plan.Previous ?? plan.Target],
        };
        world.Machine.Checks.Acts(world, plan, configure, () => world.Configure(sides.SelectMany(s => s.Services).Where(s => s.BehindGateway).Select(s => s.Name)));
    }

    private static IEnumerable<TimeSpan> Migrate(RunMigration migration, DeploymentPlan plan, EnvironmentWorld world)
    {
        var mark = (plan.Target.Release, migration.Service);
        yield return world.Machine.Between(0.02, 0.2);
        if (world.Migrated.Contains(mark)) yield break;
        if (world.Machine.DiskIsFull) throw Impossible(plan, "migrating", "no space left on device");
        var behaviour = world.Machine.BehaviourOf(plan.Target.Service(migration.Service)!.Image.Digest);
        // Its container is not a part of whoever started it: it runs to its end, and its result counts for whoever asks next.
        if (world.Migrating is not { } running || (running.Release, running.Service) != mark)
        {
            var takes = world.Machine.Between(0.5, 4);
            world.Machine.Checks.Migrates(world, plan, migration.Service);
            world.Migrating = (mark.Release, mark.Service, world.Machine.Clock.Elapsed + takes);
            world.Machine.Clock.After(takes, () => Migrated(world, mark, behaviour));
        }
        while (world.Migrating is { } now && (now.Release, now.Service) == mark) yield return Poll;
        if (!world.Migrated.Contains(mark)) throw Impossible(plan, "migrating", "exit code 1");
    }

    private static void Migrated(EnvironmentWorld world, (string Release, string Service) mark, ImageBehaviour behaviour)
    {
        if (world.Migrating is not { } running || (running.Release, running.Service) != mark) return;
        world.Migrating = null;
        if (behaviour.Migrates) world.Migrated.Add(mark);
    }

    private static IEnumerable<TimeSpan> Revert(RevertMigration revert, DeploymentPlan plan, EnvironmentWorld world)
    {
        yield return world.Machine.Between(0.5, 3);
        world.Migrated.Remove((plan.Of(revert).Release, revert.Service));
    }

    private static IEnumerable<TimeSpan> Start(StartReplica start, EnvironmentDesired desired, EnvironmentWorld world)
    {
        yield return world.Machine.Between(0.02, 0.2);
        var container = world.Find(start.Container);
        if (container is null)
        {
            if (world.Machine.DiskIsFull) throw Impossible(desired, "starting a replica", "no space left on device");
            container = world.Create(start.Container, desired.Service(start.Service)!, start.Ordinal, desired.Release);
            yield return world.Machine.Between(0.02, 0.3);
            if (world.Find(start.Container) != container) throw Impossible(desired, "starting a replica", "its container is gone");
        }
        if (container.Process is not (ReplicaProcess.Running or ReplicaProcess.Restarting)) world.Start(container);
    }

    private static IEnumerable<TimeSpan> Admit(AdmitReplica admit, DeploymentPlan plan, EnvironmentWorld world)
    {
        yield return world.Machine.Between(0.02, 0.1);
        if (world.Find(admit.Container) is not { } container) throw Impossible(plan, "admitting", "its container is gone");
        if (!world.GatewayRuns || !world.Backends.Contains(admit.Service)) throw Away();
        world.Machine.Checks.Acts(world, plan, admit, () =>
        {
            world.Flow();
            (container.IsKnown, container.IsDraining, container.Weight) = (true, false, admit.Weight);
        });
        for (var waited = TimeSpan.Zero; !container.IsReady(world.Machine.Clock.Elapsed); waited += Poll)
        {
            if (waited > AdmitLimit) throw Impossible(plan, "admitting", "the gateway's check does not pass");
            yield return Poll;
        }
    }

    private static IEnumerable<TimeSpan> Share(SetShare share, DeploymentPlan plan, EnvironmentWorld world)
    {
        yield return world.Machine.Between(0.01, 0.1);
        if (!world.GatewayRuns) throw Away();
        world.Machine.Checks.Acts(world, plan, share, () =>
        {
            world.Flow();
            foreach (var (name, weight) in share.Weights)
                if (world.Find(name) is { IsKnown: true } container) container.Weight = weight;
        });
    }

    private static IEnumerable<TimeSpan> Park(ParkReplica park, DeploymentPlan plan, EnvironmentWorld world)
    {
        foreach (var pause in Drain(park, park.Container, plan, world)) yield return pause;
        if (!park.Stop || world.Find(park.Container) is not { } container) yield break;
        yield return world.Machine.Between(0.1, 1);
        world.Machine.Checks.Acts(world, plan, park, () => world.Stop(container));
    }

    private static IEnumerable<TimeSpan> Retire(RetireReplica retire, DeploymentPlan plan, EnvironmentWorld world)
    {
        foreach (var pause in Drain(retire, retire.Container, plan, world)) yield return pause;
        if (world.Find(retire.Container) is not { } container) yield break;
        yield return world.Machine.Between(0.1, 1);
        world.Machine.Checks.Acts(world, plan, retire, () => world.Stop(container));
        yield return world.Machine.Between(0.02, 0.1);
        if (world.Find(retire.Container) == container) world.Machine.Checks.Acts(world, plan, retire, () => world.Remove(container));
    }

    private static IEnumerable<TimeSpan> Drain(Effect effect, string name, DeploymentPlan plan, EnvironmentWorld world)
    {
        yield return world.Machine.Between(0.01, 0.1);
        if (world.Find(name) is not { IsKnown: true } container) yield break;
        if (!world.GatewayRuns) throw Away();
        world.Machine.Checks.Acts(world, plan, effect, () =>
        {
            world.Flow();
            container.IsDraining = true;
        });
        yield return world.Machine.Between(0.1, 1.5);
        if (container.IsDraining) container.Leave();
    }

    private static IEnumerable<TimeSpan> Verify(string name, string? privately, DeploymentPlan plan, EnvironmentWorld world)
    {
        var probe = plan.Target.Environment.Verify.First(p => p.Name == name);
        for (var waited = TimeSpan.Zero; ; waited += Poll)
        {
            yield return Poll;
            if (Answers(probe, privately, plan, world)) yield break;
            if (waited > probe.Timeout) throw new DiagnosticException(ExitCode.DeploymentFailed, RolloutDiagnostics.VerificationFailed(world.Name, probe, "it answered 500"));
        }
    }

    /// <summary>Whoever would be asked answers as expected: each replica with a share, or, on the private route, each of the new ones.</summary>
    private static bool Answers(VerificationProbe probe, string? privately, DeploymentPlan plan, EnvironmentWorld world)
    {
        var routed = plan.Target.RoutedTo(probe.Path);
        if (routed is null || !world.GatewayRuns) return false;
        var asked = world.Of(routed.Name).Where(c => privately is null ? world.Serves(c) : c.IsKnown && c.Service.Revision == routed.Revision).ToList();
        return asked.Count > 0 && asked.TrueForAll(c => c.Verifies(world.Machine.Clock.Elapsed));
    }

    private static IEnumerable<TimeSpan> Remove(DeploymentPlan plan, EnvironmentWorld world)
    {
        yield return world.Machine.Between(0.1, 0.5);
        foreach (var container in world.Containers.ToList())
        {
            if (world.Find(container.Name) == container) world.Remove(container);
            yield return world.Machine.Between(0.01, 0.1);
        }
        world.Machine.Checks.Removes(world, plan);
        world.Clear();
    }

    private static DiagnosticException Impossible(DeploymentPlan plan, string what, string why) => Impossible(plan.Target, what, why);

    private static DiagnosticException Impossible(EnvironmentDesired desired, string what, string why) =>
        new(ExitCode.DeploymentFailed, RolloutDiagnostics.EffectImpossible(desired.Environment.Name, what, why));

    private static Towpath.Engines.Containers.EngineException Away() =>
        new(Towpath.Engines.Containers.EngineError.Unreachable, "the gateway does not answer");
}
