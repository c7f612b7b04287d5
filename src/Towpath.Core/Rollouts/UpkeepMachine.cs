namespace Towpath.Core.Rollouts;

/// <summary>
/// An environment at rest: what drifted is told and mended, what is kept warm goes in time, the verification is asked again, and what users see
/// is counted. A pure function of state, event and time, whose table is <see cref="Table"/>.
/// </summary>
/// <remarks>
/// An environment whose last deployment froze is not at rest: what runs there is for a person to judge. It is planned with
/// <see cref="Applications.DriftPolicy.Report"/> and without a release before, and then nothing at all is touched.
/// </remarks>
public static class UpkeepMachine
{
    /// <summary>Every state and every event that reaches an environment at rest. See <see cref="TransitionTable"/> for how it is read.</summary>
    public static TransitionTable Table { get; } = TransitionTable.Parse(
        """
        state   | Observed       | EffectSucceeded | EffectFailed   | WorldStopped | WorldResumed
        Resting | = Busy         | .               | .              | Halted       | .
        Busy    | = Resting      | = Resting       | = Resting      | Halted       | .
        Halted  | =              | =               | =              | .            | Resting Busy
        """);

    /// <summary>The state after an event.</summary>
    public static UpkeepDecision Decide(UpkeepState state, DeploymentEvent happened, UpkeepPlan plan, DateTimeOffset now)
    {
        if (Table.Ignores(state.Phase.ToString(), happened.GetType().Name)) return new UpkeepDecision(state, []);
        var step = new UpkeepStep(state.NotAfter(now), plan, now);
        switch (happened)
        {
            case Observed observed:
                OnObserved(step, observed.Environment);
                break;
            case EffectSucceeded succeeded:
                step.Answer(succeeded.Key, null);
                break;
            case EffectFailed failed:
                step.Answer(failed.Key, failed.Diagnostic);
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

    private static void OnObserved(UpkeepStep step, ObservedEnvironment observed)
    {
        step.BeginRelease(observed.Entry);
        step.Count(observed.Entry);
        step.TellDrift(Drift.Find(step.Plan.Plan, step.IsWarm, observed, step.State.Drifted).ToList());
        if (step.State.Halted is not null) return;
        var (before, others) = Drift.Leftovers(step.Plan.Plan, step.IsWarm, observed);
        step.EndWarmth([.. before]);
        if (step.Plan.Drift == Applications.DriftPolicy.Mend)
        {
            step.Clear(others);
            Mend(step, observed);
        }
        step.AskVerification();
    }

    private static void Mend(UpkeepStep step, ObservedEnvironment observed)
    {
        // Without a gateway nothing is known about traffic: every replica would look as if it could go.
        if (!observed.GatewayRuns)
        {
            step.Try(new ConfigureGateway(Side.Target));
            return;
        }
        var plan = step.Plan.Plan with { Previous = step.IsWarm ? step.Plan.Plan.Previous : null };
        var settled = new HashSet<string>(StringComparer.Ordinal);
        foreach (var service in plan.Target.Services)
        {
            // After a restart of the machine all stand still: they come back in the order in which they were brought in.
            if (!service.DependsOn.All(settled.Contains)) continue;
            var mended = service.Strategy == Environments.RolloutStrategy.Job
                ? RolloutStep.Done
                : RolloutPlanner.Mend(plan, service, observed.Replicas.Where(r => r.Service == service.Name), step.AsDeployment, step.Now);
            foreach (var effect in mended.Effects) step.Try(effect);
            if (mended.Settled) settled.Add(service.Name);
        }
        foreach (var effect in observed.Changes.Select(c => c.Mend).OfType<Effect>().Distinct()) step.Try(effect);
        foreach (var effect in RolloutPlanner.Remove(plan, Side.Target, observed.Replicas, step.AsDeployment).Effects) step.Try(effect);
    }
}
