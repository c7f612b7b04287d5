using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Core.Rollouts.Strategies;

namespace Towpath.Core.Rollouts;

/// <summary>
/// The deployment's state machine: a pure function of state, event and time. Its table is <see cref="Table"/>; what it does in each state while
/// it goes forward is in <see cref="WayForward"/>, what it does to go back in <see cref="WayBack"/>.
/// </summary>
/// <remarks>
/// An answer to an effect that is not pending, and a request of a person that was taken up before, change nothing: they were delivered twice,
/// or the control plane was killed between them and their answer. While a person or a halt makes a deployment stand still, answers are taken
/// and looks are not: what is under way ends, and nothing begins.
/// </remarks>
public static class DeploymentMachine
{
    /// <summary>Every state and every event. See <see cref="TransitionTable"/> for how it is read.</summary>
    public static TransitionTable Table { get; } = TransitionTable.Parse(
        """
        state        | Observed                        | EffectSucceeded | EffectFailed  | NewerRequested | CancelRequested | PauseRequested | ResumeRequested | ProceedRequested | WorldStopped | WorldResumed
        Requested    | = Gated                         | .               | .             | Superseded     | = Cancelled     | =              | =               | =                | =            | =
        Gated        | = Provisioning Failed           | =               | = Failed      | Superseded     | = Cancelled     | =              | =               | =                | =            | =
        Provisioning | = Migrating Rolling RollingBack | =               | = RollingBack | .              | = RollingBack   | =              | =               | =                | =            | =
        Migrating    | = Rolling                       | =               | = RollingBack | .              | = RollingBack   | =              | =               | =                | =            | =
        Rolling      | = Verifying RollingBack         | =               | = RollingBack | .              | = RollingBack   | =              | =               | =                | =            | =
        Verifying    | = Succeeded RollingBack         | =               | = RollingBack | .              | = RollingBack   | =              | =               | =                | =            | =
        RollingBack  | = Failed Frozen                 | =               | = Frozen      | .              | =               | =              | =               | =                | =            | =
        Succeeded    | .                               | .               | .             | .              | .               | .              | .               | .                | .            | .
        Frozen       | .                               | .               | .             | .              | .               | .              | .               | .                | .            | .
        Failed       | .                               | .               | .             | .              | .               | .              | .               | .                | .            | .
        Superseded   | .                               | .               | .             | .              | .               | .              | .               | .                | .            | .
        Cancelled    | .                               | .               | .             | .              | .               | .              | .               | .                | .            | .
        """);

    /// <summary>The state that a deployment begins in.</summary>
    public static DeploymentState Initial(DateTimeOffset now) => new() { Phase = DeploymentPhase.Requested, Since = now, Began = now };

    /// <summary>The state after an event.</summary>
    public static Decision Decide(DeploymentState state, DeploymentEvent happened, DeploymentPlan plan, DateTimeOffset now)
    {
        if (Table.Ignores(state.Phase.ToString(), happened.GetType().Name)) return new Decision(state, []);
        var step = new DeploymentStep(state.NotAfter(now), plan, now);
        switch (happened)
        {
            case Observed observed when !state.StandsStill:
                OnObserved(step, observed.Environment);
                break;
            case EffectSucceeded succeeded:
                step.Answer(succeeded.Key, null);
                break;
            case EffectFailed failed when step.Answer(failed.Key, failed.Diagnostic):
                OnEffectFailed(step, failed.Diagnostic);
                break;
            case NewerRequested newer:
                step.End(DeploymentPhase.Superseded, FactKind.DeploymentSuperseded, $"{newer.Release} took its place");
                break;
            case PersonAsked asked when step.TakeUp(asked):
                OnAsked(step, asked);
                break;
            case WorldStopped stopped:
                step.Halt(stopped);
                break;
            case WorldResumed:
                step.Unhalt();
                break;
        }
        return step.Decision;
    }

    private static void OnObserved(DeploymentStep step, ObservedEnvironment observed)
    {
        // Without a gateway no replica serves, and each would look as if it could go: it comes first, whatever else is to be done.
        if (!observed.GatewayRuns && step.RestoreGateway()) return;
        if (step.State.Phase == DeploymentPhase.RollingBack) WayBack.Go(step, observed);
        else WayForward.Go(step, observed);
    }

    private static void OnEffectFailed(DeploymentStep step, Diagnostic diagnostic)
    {
        switch (step.State.Phase)
        {
            case DeploymentPhase.Gated:
                step.Fail(diagnostic, $"{step.Plan.Target.Release} did not enter {step.Environment}: nothing was touched");
                break;
            case DeploymentPhase.RollingBack when step.State.Setbacks >= step.Plan.Policy.MaxSetbacks:
                step.Freeze(RolloutDiagnostics.RollbackFailed(step.Environment, diagnostic));
                break;
            case DeploymentPhase.RollingBack:
                step.CountSetback();
                break;
            default:
                step.RollBack(diagnostic);
                break;
        }
    }

    private static void OnAsked(DeploymentStep step, PersonAsked asked)
    {
        switch (asked)
        {
            case CancelRequested when step.State.Phase is DeploymentPhase.Requested or DeploymentPhase.Gated:
                step.End(DeploymentPhase.Cancelled, FactKind.DeploymentCancelled, $"{asked.Actor} took it back");
                break;
            case CancelRequested when step.State.Phase != DeploymentPhase.RollingBack:
                // Whoever wants it back wants that now, and not when somebody lets it go on.
                step.GoOn();
                step.RollBack(WayBackDiagnostics.TakenBack(step.Plan.Target, asked.Actor));
                break;
            case PauseRequested pause:
                step.Pause(pause);
                break;
            case ResumeRequested:
                step.Resume(asked.Actor);
                break;
            case ProceedRequested proceed:
                Proceed(step, proceed);
                break;
        }
    }

    /// <summary>Only rollouts that have begun can be let go on: a request does not wait for one that may come.</summary>
    private static void Proceed(DeploymentStep step, ProceedRequested asked)
    {
        foreach (var service in step.Plan.Target.Services.Where(s => asked.Service is null || s.Name == asked.Service))
            if (step.State.Weighted.GetValueOrDefault(service.Name) is { } progress)
                step.Proceed(service, WeightedRollout.Proceed(step.Plan, service, progress, asked.Whole), asked.Actor);
    }
}
