using System.Collections.Immutable;
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

    /// <summary>Sees to it that a gateway that is gone comes back for both sides; false where there was none yet.</summary>
    public bool RestoreGateway()
    {
        var gateway = new ConfigureGateway(Side.Both);
        if (!State.Done.Contains(gateway.Key)) return false;
        // What it was told last is told again when its turn comes.
        State = State with { Done = State.Done.Remove(new ConfigureGateway(Side.Target).Key).Remove(new ConfigureGateway(Side.Previous).Key) };
        if (!State.IsPending(gateway.Key)) Begin(gateway);
        return true;
    }

    /// <summary>Takes an answer to an effect; false when nobody waits for it.</summary>
    public bool Answer(string key, Diagnostic? failure)
    {
        if (State.Pending.FirstOrDefault(p => p.Effect.Key == key) is not { } pending) return false;
        var lasting = failure is null && pending.Effect.Target is null;
        State = State with { Pending = State.Pending.Remove(pending), Done = lasting ? State.Done.Add(key) : State.Done };
        if (failure is null) Remember(pending.Effect);
        var text = failure is null ? EffectWords.Of(pending.Effect) : $"{EffectWords.Doing(pending.Effect)} failed";
        Tell(failure is null ? FactKind.EffectDone : FactKind.EffectFailed, text, f => f with
        {
            Service = pending.Effect.About,
            Duration = now - pending.Since,
            Diagnostic = failure,
        });
        return true;
    }

    /// <summary>Keeps in mind what became of the data.</summary>
    private void Remember(Effect done)
    {
        switch (done)
        {
            case RunMigration { Service: var service } when !Plan.Ran.Contains(service)
                && Plan.Target.Service(service)?.Spec.Delivery.Migrate is { Reversible: false } or { Revert: not null }:
                State = State with { Binding = State.Binding.Add(service) };
                break;
            case RevertMigration revert:
                State = State with { TakenBack = State.TakenBack.Add(new MigrationRun(revert.Release ?? Plan.Target.Release, revert.Service)) };
                break;
        }
    }

    /// <summary>Rolls services whose dependencies have settled; true when all have.</summary>
    public bool Settle(Side side, IEnumerable<ServiceDesired> services, ObservedEnvironment observed)
    {
        var settled = new HashSet<string>(StringComparer.Ordinal);
        var all = services.ToList();
        foreach (var service in all)
        {
            if (service.DependsOn.Any(d => all.Exists(s => s.Name == d) && !settled.Contains(d))) continue;
            var replicas = observed.Replicas.Where(r => r.Service == service.Name).ToList();
            var step = RolloutPlanner.Next(Plan, side, service, replicas, State, now);
            if (step.Failure is { } failure)
            {
                if (State.Phase == DeploymentPhase.RollingBack) Freeze(RolloutDiagnostics.RollbackFailed(Environment, failure));
                else RollBack(failure);
                return false;
            }
            foreach (var effect in step.Effects) Begin(effect);
            Remember(service, step);
            if (step.Settled) settled.Add(service.Name);
        }
        return settled.Count == all.Count;
    }

    private void Remember(ServiceDesired service, RolloutStep step)
    {
        if (step.Progress is { } progress) State = State with { Weighted = State.Weighted.SetItem(service.Name, progress) };
        if (step.Reached is { } reached)
            Tell(FactKind.ShareReached, $"{service.Name} takes {reached} % of its requests with the new revision", f => f with { Service = service.Name, Share = reached });
        if (step.Passed is { } passed)
            Tell(FactKind.SharePassed, $"{service.Name} passed its step at {passed} %", f => f with { Service = service.Name, Share = passed });
    }

    /// <summary>Sees to it that replicas of services that a side does not have leave; true when all have.</summary>
    public bool RemoveOthers(Side side, ObservedEnvironment observed)
    {
        var step = RolloutPlanner.Remove(Plan, side, observed.Replicas, State);
        foreach (var effect in step.Effects) Begin(effect);
        return step.Settled;
    }

    /// <summary>Takes all requests from the release that failed, wherever the one before can carry them; true when that is done.</summary>
    public bool TakeBack(EnvironmentDesired previous, ObservedEnvironment observed)
    {
        var shares = RolloutPlanner.TakeBack(previous, observed, State).ToList();
        foreach (var share in shares.Where(s => !State.IsPending(s.Key))) Begin(share);
        return shares.Count == 0;
    }

    /// <summary>Takes up what a person asked; false for what was taken up before.</summary>
    public bool TakeUp(PersonAsked asked)
    {
        if (asked.Number <= State.LastAsked) return false;
        State = State with { LastAsked = asked.Number };
        return true;
    }

    public void Pause(PauseRequested asked)
    {
        if (State.Paused is not null) return;
        State = State with { Paused = new Hold(asked.Actor, asked.Reason, now) };
        Tell(FactKind.DeploymentPaused, asked.Reason is { } reason ? $"stands still: {reason}" : "stands still", f => f with { Actor = asked.Actor });
    }

    public void Resume(string actor)
    {
        if (State.Paused is null) return;
        GoOn();
        Tell(FactKind.DeploymentResumed, State.Halted is null ? "goes on" : "goes on once the environment does", f => f with { Actor = actor });
    }

    public void Halt(WorldStopped stopped)
    {
        if (State.Halted is null) State = State with { Halted = new Hold(stopped.Actor, stopped.Reason, now) };
    }

    public void Unhalt()
    {
        if (State.Halted is null) return;
        State = State with { Halted = null };
        Refresh();
    }

    /// <summary>No person keeps it back any more.</summary>
    public void GoOn()
    {
        if (State.Paused is null) return;
        State = State with { Paused = null };
        Refresh();
    }

    /// <summary>What was found before it stood still says nothing about now.</summary>
    private void Refresh() => State = State with
    {
        Done = State.Phase == DeploymentPhase.Gated ? State.Done.Remove(new CheckGates().Key) : State.Done,
        Weighted = State.Weighted.ToImmutableSortedDictionary(w => w.Key, w => w.Value.Afresh(), StringComparer.Ordinal),
    };

    public void Proceed(ServiceDesired service, WeightedProgress progress, string actor)
    {
        if (progress == State.Weighted.GetValueOrDefault(service.Name)) return;
        State = State with { Weighted = State.Weighted.SetItem(service.Name, progress) };
        Tell(FactKind.DeploymentProceeded, $"{service.Name} goes on by hand", f => f with { Service = service.Name, Actor = actor });
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
        State = State with { Failure = failure, Done = [], Weighted = State.Weighted.Clear() };
        Enter(DeploymentPhase.RollingBack, Plan.Previous is { } previous
            ? $"{failure.Headline}: going back to {previous.Release}"
            : $"{failure.Headline}: taking everything back");
    }

    public void CountSetback() => State = State with { Setbacks = State.Setbacks + 1 };

    public void Freeze(Diagnostic reason)
    {
        State = State with { Failure = reason };
        End(DeploymentPhase.Frozen, FactKind.DeploymentFrozen, $"{Environment} needs a person", reason);
    }

    public void Fail(Diagnostic failure, string text)
    {
        State = State with { Failure = failure };
        End(DeploymentPhase.Failed, FactKind.DeploymentFailed, text, failure);
    }

    public void Succeed() => End(DeploymentPhase.Succeeded, FactKind.DeploymentSucceeded, $"{Plan.Target.Release} runs in {Environment}");

    public void End(DeploymentPhase phase, string kind, string text, Diagnostic? diagnostic = null)
    {
        // A migration that nobody waits for any more may run to its end.
        foreach (var pending in State.Pending.Where(p => p.Effect is RunMigration)) Remember(pending.Effect);
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
