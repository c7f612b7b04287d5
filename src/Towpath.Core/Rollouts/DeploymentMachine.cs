using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;

namespace Towpath.Core.Rollouts;

/// <summary>
/// The deployment's state machine: a pure function of state, event and time.
/// <code>
/// phase \ event   Observed                          EffectSucceeded   EffectFailed      NewerRequested   CancelRequested
/// Requested       → Gated, judge gates              (none pending)    (none pending)    → Superseded     → Cancelled
/// Gated           gates judged → Provisioning       remember          → Failed          → Superseded     → Cancelled
/// Provisioning    next step; all there → Migrating  remember          → RollingBack     ignored          → RollingBack
/// Migrating       next one; all ran → Rolling       remember          → RollingBack     ignored          → RollingBack
/// Rolling         next steps; settled → Verifying   remember          → RollingBack     ignored          → RollingBack
/// Verifying       probe, read back → Succeeded      remember          → RollingBack     ignored          → RollingBack
/// RollingBack     next steps; settled → Failed      remember          retry, → Frozen   ignored          ignored
/// Succeeded, Failed, Frozen, Superseded, Cancelled: ended, every event is ignored
/// </code>
/// An answer to an effect that is not pending is ignored: it was answered before the control plane was killed, or twice.
/// </summary>
public static class DeploymentMachine
{
    /// <summary>The state that a deployment begins in.</summary>
    public static DeploymentState Initial(DateTimeOffset now) => new() { Phase = DeploymentPhase.Requested, Since = now, Began = now };

    /// <summary>The state after an event.</summary>
    public static Decision Decide(DeploymentState state, DeploymentEvent happened, DeploymentPlan plan, DateTimeOffset now)
    {
        if (state.Ended) return new Decision(state, []);
        var step = new DeploymentStep(state, plan, now);
        switch (happened)
        {
            case Observed observed:
                OnObserved(step, observed.Environment);
                break;
            case EffectSucceeded succeeded:
                step.Answer(succeeded.Key, null);
                break;
            case EffectFailed failed when step.Answer(failed.Key, failed.Diagnostic):
                OnEffectFailed(step, failed.Diagnostic);
                break;
            case NewerRequested newer when state.Phase is DeploymentPhase.Requested or DeploymentPhase.Gated:
                step.End(DeploymentPhase.Superseded, FactKind.DeploymentSuperseded, $"{newer.Release} took its place");
                break;
            case CancelRequested cancel when state.Phase is DeploymentPhase.Requested or DeploymentPhase.Gated:
                step.End(DeploymentPhase.Cancelled, FactKind.DeploymentCancelled, $"{cancel.Actor} took it back");
                break;
            case CancelRequested cancel when state.Phase is not DeploymentPhase.RollingBack:
                step.RollBack(RolloutDiagnostics.EffectImpossible(plan.Target.Environment.Name, "the deployment", $"{cancel.Actor} cancelled it"));
                break;
        }
        return step.Decision;
    }

    private static void OnEffectFailed(DeploymentStep step, Diagnostic diagnostic)
    {
        switch (step.State.Phase)
        {
            case DeploymentPhase.Gated:
                step.Fail(diagnostic, $"{step.Plan.Target.Release} did not enter {step.Environment}: nothing was touched");
                break;
            case DeploymentPhase.RollingBack when step.State.Setbacks >= step.Plan.Policy.MaxSetbacks:
                step.Freeze(diagnostic);
                break;
            case DeploymentPhase.RollingBack:
                step.CountSetback();
                break;
            default:
                step.RollBack(diagnostic);
                break;
        }
    }

    private static void OnObserved(DeploymentStep step, ObservedEnvironment observed)
    {
        switch (step.State.Phase)
        {
            case DeploymentPhase.Requested:
                step.Enter(DeploymentPhase.Gated, "judging the gates");
                step.Once(new CheckGates());
                break;
            case DeploymentPhase.Gated:
                if (step.Once(new CheckGates())) step.Enter(DeploymentPhase.Provisioning, "bringing about what the release needs");
                break;
            case DeploymentPhase.Provisioning:
                Provision(step, observed);
                break;
            case DeploymentPhase.Migrating:
                Migrate(step);
                break;
            case DeploymentPhase.Rolling:
                Roll(step, observed);
                break;
            case DeploymentPhase.Verifying:
                Verify(step, observed);
                break;
            case DeploymentPhase.RollingBack:
                RollBack(step, observed);
                break;
        }
    }

    private static void Provision(DeploymentStep step, ObservedEnvironment observed)
    {
        if (!step.Once(new PrepareEnvironment()) || !step.Once(new ConfigureGateway(Side.Both))) return;
        if (!step.Settle(step.Plan.Target, Side.Target, step.Plan.Target.Services.Where(s => s.Backing), observed)) return;
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

    private static void Roll(DeploymentStep step, ObservedEnvironment observed)
    {
        if (!step.Settle(step.Plan.Target, Side.Target, step.Plan.Target.Services, observed)) return;
        if (!step.RemoveOthers(step.Plan.Target, observed)) return;
        if (!step.Once(new ConfigureGateway(Side.Target))) return;
        step.Enter(DeploymentPhase.Verifying, "asking through the gateway");
    }

    private static void Verify(DeploymentStep step, ObservedEnvironment observed)
    {
        foreach (var probe in step.Plan.Target.Environment.Verify)
            if (!step.Once(new Verify(probe.Name)))
                return;
        if (!step.Once(new CleanUp(Side.Target))) return;
        if (ReadBack(step.Plan.Target, observed) is { } differs) step.RollBack(differs);
        else step.Succeed();
    }

    /// <summary>Compares what runs with what was asked for, by digest and count.</summary>
    private static Diagnostic? ReadBack(EnvironmentDesired desired, ObservedEnvironment observed)
    {
        foreach (var service in desired.Services.Where(s => s.Strategy != RolloutStrategy.Job))
        {
            var replicas = observed.Replicas.Where(r => r.Service == service.Name).ToList();
            if (replicas.Find(r => r.ImageDigest != service.Image.Digest) is { } other)
                return RolloutDiagnostics.ReadBackDiffers(desired, service, other.ImageDigest);
            var running = replicas.Count(r => r.Process == ReplicaProcess.Running);
            if (running != service.Replicas)
                return RolloutDiagnostics.ReadBackDiffers(desired, service, $"{running} of {service.Replicas} replicas");
        }
        return null;
    }

    private static void RollBack(DeploymentStep step, ObservedEnvironment observed)
    {
        if (step.Plan.Previous is not { } previous)
        {
            // What is under way could make again what is being removed: let it end first.
            if (step.State.Pending.Any(p => p.Effect is not RemoveEnvironment)) return;
            if (step.Once(new RemoveEnvironment()))
                step.Fail(step.State.Failure!, $"{step.Plan.Target.Release} failed in {step.Environment}; nothing ran there before, and nothing is left");
            return;
        }
        // Two configurations at once would leave the gateway with either: the one of the way forward ends first.
        if (step.State.IsPending(new ConfigureGateway(Side.Target).Key)) return;
        if (!step.Once(new ConfigureGateway(Side.Both))) return;
        if (!step.Settle(previous, Side.Previous, previous.Services, observed)) return;
        if (!step.RemoveOthers(previous, observed)) return;
        if (!step.Once(new ConfigureGateway(Side.Previous)) || !step.Once(new CleanUp(Side.Previous))) return;
        step.Fail(step.State.Failure!, $"{step.Plan.Target.Release} failed in {step.Environment}; {previous.Release} runs again");
    }
}
