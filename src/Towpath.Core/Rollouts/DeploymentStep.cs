using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;

namespace Towpath.Core.Rollouts;

/// <summary>One decision in the making: the state so far and the facts so far. Local to <see cref="DeploymentMachine"/>.</summary>
internal sealed class DeploymentStep(DeploymentState state, DeploymentPlan plan, DateTimeOffset now)
{
    private readonly List<Fact> _facts = [];

    public DeploymentState State { get; private set; } = state;

    public DeploymentPlan Plan { get; } = plan;

    public string Environment => Plan.Target.Environment.Name;

    public Decision Decision => new(State, [.. _facts]);

    /// <summary>True when the effect was done before; else sees to it that it is under way.</summary>
    public bool Once(Effect effect)
    {
        if (State.Done.Contains(effect.Key)) return true;
        if (!State.IsPending(effect.Key)) Begin(effect);
        return false;
    }

    /// <summary>Takes an answer to an effect; false when nobody waits for it.</summary>
    public bool Answer(string key, Diagnostic? failure)
    {
        if (State.Pending.FirstOrDefault(p => p.Effect.Key == key) is not { } pending) return false;
        var lasting = failure is null && pending.Effect.Target is null;
        State = State with
        {
            Pending = State.Pending.Remove(pending),
            Done = lasting ? State.Done.Add(key) : State.Done,
        };
        Tell(failure is null ? FactKind.EffectDone : FactKind.EffectFailed, EffectWords.Of(pending.Effect), f => f with
        {
            Service = pending.Effect.About,
            Duration = now - pending.Since,
            Diagnostic = failure,
        });
        return true;
    }

    /// <summary>Rolls services whose dependencies have settled; true when all have.</summary>
    public bool Settle(EnvironmentDesired desired, Side side, IEnumerable<ServiceDesired> services, ObservedEnvironment observed)
    {
        var settled = new HashSet<string>(StringComparer.Ordinal);
        var all = services.ToList();
        foreach (var service in all)
        {
            if (service.DependsOn.Any(d => all.Exists(s => s.Name == d) && !settled.Contains(d))) continue;
            var replicas = observed.Replicas.Where(r => r.Service == service.Name).ToList();
            var step = RolloutPlanner.Next(desired, side, service, replicas, State, Plan.Policy, now);
            if (step.Failure is { } failure)
            {
                if (State.Phase == DeploymentPhase.RollingBack) Freeze(failure);
                else RollBack(failure);
                return false;
            }
            foreach (var effect in step.Effects) Begin(effect);
            if (step.Settled) settled.Add(service.Name);
        }
        return settled.Count == all.Count;
    }

    /// <summary>Retires replicas of services that the release does not have; true when none are left.</summary>
    public bool RemoveOthers(EnvironmentDesired desired, ObservedEnvironment observed)
    {
        var others = observed.Replicas.Where(r => desired.Service(r.Service) is null).ToList();
        var step = RolloutPlanner.Remove(others, State);
        foreach (var effect in step.Effects) Begin(effect);
        return step.Settled;
    }

    public void Enter(DeploymentPhase phase, string text)
    {
        var spent = now - State.Since;
        State = State with { Phase = phase, Since = now };
        Tell(FactKind.DeploymentPhase, text, f => f with { Duration = spent });
    }

    public void RollBack(Diagnostic failure)
    {
        // What was done once on the way forward must be done anew on the way back; what is under way ends first.
        State = State with { Failure = failure, Done = [] };
        Enter(DeploymentPhase.RollingBack, Plan.Previous is { } previous
            ? $"{failure.Headline}: going back to {previous.Release}"
            : $"{failure.Headline}: taking everything back");
    }

    public void CountSetback() => State = State with { Setbacks = State.Setbacks + 1 };

    public void Freeze(Diagnostic reason)
    {
        State = State with { Failure = RolloutDiagnostics.RollbackFailed(Environment, reason) };
        End(DeploymentPhase.Frozen, FactKind.DeploymentFrozen, $"{Environment} needs a person", State.Failure);
    }

    public void Fail(Diagnostic failure, string text)
    {
        State = State with { Failure = failure };
        End(DeploymentPhase.Failed, FactKind.DeploymentFailed, text, failure);
    }

    public void Succeed() => End(DeploymentPhase.Succeeded, FactKind.DeploymentSucceeded, $"{Plan.Target.Release} runs in {Environment}");

    public void End(DeploymentPhase phase, string kind, string text, Diagnostic? diagnostic = null)
    {
        State = State with { Phase = phase, Since = now, Pending = [] };
        Tell(kind, text, f => f with { Diagnostic = diagnostic, Duration = now - State.Began });
    }

    private void Begin(Effect effect) => State = State with { Pending = State.Pending.Add(new PendingEffect(effect, now)) };

    private void Tell(string kind, string text, Func<Fact, Fact> more) => _facts.Add(more(new Fact
    {
        At = now,
        Kind = kind,
        Application = Plan.Target.Application,
        Environment = Environment,
        Release = Plan.Target.Release,
        Deployment = Plan.Id,
        Step = State.Phase.ToString(),
        Text = text,
    }));
}
