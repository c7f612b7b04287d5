using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;

namespace Towpath.Core.Rollouts;

/// <summary>What a deployment does in each state on its way to success, told by what it sees.</summary>
internal static class WayForward
{
    public static void Go(DeploymentStep step, ObservedEnvironment observed)
    {
        switch (step.State.Phase)
        {
            case DeploymentPhase.Requested:
                step.Enter(DeploymentPhase.Gated, "judging the gates");
                step.Once(new CheckGates());
                break;
            case DeploymentPhase.Gated:
                if (step.Once(new CheckGates())) Begin(step);
                break;
            case DeploymentPhase.Provisioning:
                Provision(step, observed);
                break;
            case DeploymentPhase.Migrating:
                Migrate(step);
                break;
            case DeploymentPhase.Rolling:
                if (IsInPlace(step, observed) && IsCleared(step)) step.Enter(DeploymentPhase.Verifying, "asking through the gateway");
                break;
            case DeploymentPhase.Verifying:
                Verify(step, observed);
                break;
        }
    }

    private static void Begin(DeploymentStep step)
    {
        // Asked before anything is touched: halfway there would be neither a way forward nor one back.
        if (step.Plan.InTheWay.FirstOrDefault(m => !m.CanBeTakenBack) is { } final)
            step.Fail(WayBackDiagnostics.MigrationInTheWay(step.Environment, step.Plan.Target.Release, final), $"{step.Plan.Target.Release} did not enter {step.Environment}: nothing was touched");
        else step.Enter(DeploymentPhase.Provisioning, "bringing about what the release needs");
    }

    /// <summary>
    /// What later releases did to the data is taken back, the newest first, once a release that returns has all requests: theirs would fail on
    /// data of before.
    /// </summary>
    private static bool IsCleared(DeploymentStep step) => step.Plan.InTheWay.Reverse().All(m => step.Once(new RevertMigration(m.Run.Service, m.Run.Release)));

    private static void Provision(DeploymentStep step, ObservedEnvironment observed)
    {
        if (!step.Once(new PrepareEnvironment()) || !step.Once(new ConfigureGateway(Side.Both))) return;
        if (!step.Settle(Side.Target, step.Plan.Target.Services.Where(s => s.Backing), observed)) return;
        if (step.Plan.Target.Resources.Any() && !step.Once(new EnsureResources())) return;
        if (step.Plan.Target.Migrations.Any()) step.Enter(DeploymentPhase.Migrating, "running migrations; traffic is untouched");
        else step.Enter(DeploymentPhase.Rolling, "replacing what changed");
    }

    private static void Migrate(DeploymentStep step)
    {
        // One after the other, in start order: two migrations may share a database.
        foreach (var service in step.Plan.Target.Migrations)
            if (!step.Once(new RunMigration(service.Name)))
                return;
        step.Enter(DeploymentPhase.Rolling, "replacing what changed");
    }

    /// <summary>All services have rolled, and the gateway knows no others. Looked at until the end: what falls over meanwhile is no success.</summary>
    private static bool IsInPlace(DeploymentStep step, ObservedEnvironment observed) =>
        step.Settle(Side.Target, step.Plan.Target.Services, observed)
        && step.RemoveOthers(Side.Target, observed)
        && step.Once(new ConfigureGateway(Side.Target));

    private static void Verify(DeploymentStep step, ObservedEnvironment observed)
    {
        if (!IsInPlace(step, observed)) return;
        foreach (var probe in step.Plan.Target.Environment.Verify)
            if (!step.Once(new Verify(probe.Name)))
                return;
        if (!step.Once(new CleanUp(Side.Target)) || !step.State.Pending.IsEmpty) return;
        if (ReadBack(step.Plan.Target, observed) is { } differs) step.RollBack(differs);
        else step.Succeed();
    }

    /// <summary>Compares what runs with what was asked for, by digest and count.</summary>
    private static Diagnostic? ReadBack(EnvironmentDesired desired, ObservedEnvironment observed)
    {
        foreach (var service in desired.Services.Where(s => s.Strategy != RolloutStrategy.Job))
        {
            var replicas = observed.Replicas
                .Where(r => r.Service == service.Name && r.Revision == service.Revision && r.Ordinal < service.Replicas && r.Process == ReplicaProcess.Running).ToList();
            if (replicas.Find(r => r.ImageDigest != service.Image.Digest) is { } other)
                return RolloutDiagnostics.ReadBackDiffers(desired, service, other.ImageDigest);
            if (replicas.Count != service.Replicas)
                return RolloutDiagnostics.ReadBackDiffers(desired, service, $"{replicas.Count} of {service.Replicas} replicas");
        }
        return null;
    }
}
