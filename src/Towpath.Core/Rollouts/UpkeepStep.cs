using System.Collections.Immutable;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;

namespace Towpath.Core.Rollouts;

/// <summary>One decision about an environment at rest in the making. Local to <see cref="UpkeepMachine"/>.</summary>
internal sealed class UpkeepStep(UpkeepState state, UpkeepPlan plan, DateTimeOffset now)
{
    private readonly List<Fact> _facts = [];

    public UpkeepState State { get; private set; } = state;

    public UpkeepPlan Plan { get; } = plan;

    public DateTimeOffset Now { get; } = now;

    public UpkeepDecision Decision => new(State, [.. _facts]);

    /// <summary>The release before is still kept ready to come back.</summary>
    public bool IsWarm => Plan.Plan.Previous is not null && Plan.WarmUntil > Now;

    /// <summary>What the planner of rollouts asks about effects under way. It begins now, so that nothing is blamed on the release.</summary>
    public DeploymentState AsDeployment => new() { Phase = DeploymentPhase.Rolling, Since = Now, Began = Now, Pending = State.Pending };

    /// <summary>With another release all is new, but for what users saw and a halt.</summary>
    public void BeginRelease(RequestCounters? entry)
    {
        var release = Plan.Plan.Target.Release;
        if (State.Release == release) return;
        var slo = State.Release.Length == 0 && Plan.IsFirst ? SloHistory.From(entry) : State.Slo;
        State = UpkeepState.Initial(release) with { Slo = slo.Begin(entry, Now), Halted = State.Halted, VerifiedAt = Now };
    }

    public void Count(RequestCounters? entry)
    {
        if (entry is not { } counters) return;
        var slo = State.Slo.Add(counters, Now);
        if (!ReferenceEquals(slo, State.Slo)) State = State with { Slo = slo };
    }

    /// <summary>Tells what is new, and what is no more.</summary>
    public void TellDrift(List<Drift> found)
    {
        foreach (var drift in found.Where(d => !State.Drifted.ContainsKey(d.Key)))
            Tell(FactKind.DriftFound, drift.Text, f => f with { Service = drift.Service, Step = drift.Key });
        var drifted = found.ToImmutableSortedDictionary(d => d.Key, d => d.Text, StringComparer.Ordinal);
        foreach (var mended in State.Drifted.Keys.Where(k => !drifted.ContainsKey(k)))
            Tell(FactKind.DriftMended, $"{mended[(mended.IndexOf(':', StringComparison.Ordinal) + 1)..]} is as it should be again", f => f with { Step = mended });
        // Not by sequence: what was read from the store may be sorted in another way.
        if (drifted.Count != State.Drifted.Count || drifted.Any(d => State.Drifted.GetValueOrDefault(d.Key) != d.Value)) State = State with { Drifted = drifted };
    }

    /// <summary>What was kept warm goes when its time is over; that is no drift, and told once.</summary>
    public void EndWarmth(List<ObservedReplica> kept)
    {
        if (kept.Count > 0 && !State.WarmthEnded)
        {
            State = State with { WarmthEnded = true };
            Tell(FactKind.WarmEnded, $"{Plan.Plan.Previous?.Release} is no longer kept ready to come back", f => f);
        }
        Clear(kept);
    }

    /// <summary>Clears away what does nothing.</summary>
    public void Clear(IEnumerable<ObservedReplica> replicas)
    {
        foreach (var replica in replicas) Try(new RetireReplica(replica.Service, replica.Container));
    }

    /// <summary>Begins an effect, unless something is done to the same replica, or its pause is not over.</summary>
    public void Try(Effect effect)
    {
        if (IsPending(effect)) return;
        var tried = State.Retries.GetValueOrDefault(effect.Key);
        if (tried is not null && Now < tried.NotBefore) return;
        State = State with
        {
            Retries = State.Retries.RemoveRange(State.Retries.Where(r => Now - r.Value.NotBefore >= Retry.LongestPause).Select(r => r.Key))
                .SetItem(effect.Key, Retry.After(tried, Now)),
        };
        Begin(effect);
    }

    /// <summary>Asks all probes once more when it is time for it.</summary>
    public void AskVerification()
    {
        if (Plan.VerifyEvery is not { } every || State.Pending.Any(p => p.Effect is Verify)) return;
        if (State.VerifiedAt is not { } last)
        {
            // The deployment itself has just asked.
            State = State with { VerifiedAt = Now };
            return;
        }
        if (Now - last < every || Plan.Plan.Target.Environment.Verify.IsEmpty) return;
        State = State with { VerifiedAt = Now, AskedFailure = null };
        foreach (var probe in Plan.Plan.Target.Environment.Verify) Begin(new Verify(probe.Name));
    }

    /// <summary>Takes an answer to an effect, if somebody waits for it.</summary>
    public void Answer(string key, Diagnostic? failure)
    {
        if (State.Pending.FirstOrDefault(p => p.Effect.Key == key) is not { } pending) return;
        State = State with { Pending = State.Pending.Remove(pending) };
        if (pending.Effect is Verify) Verified(failure);
        else if (failure is not null)
            Tell(FactKind.DriftMendFailed, $"{EffectWords.Doing(pending.Effect)} failed; it is tried again", f => f with { Service = pending.Effect.About, Diagnostic = failure });
    }

    public void Halt(WorldStopped stopped) => State = State with { Halted = new Hold(stopped.Actor, stopped.Reason, Now) };

    public void Unhalt() => State = State with { Halted = null };

    /// <summary>The verification has passed when its last probe has answered and none had failed.</summary>
    private void Verified(Diagnostic? failure)
    {
        State = State with { AskedFailure = State.AskedFailure ?? failure };
        if (State.Pending.Any(p => p.Effect is Verify)) return;
        var (before, after) = (State.VerificationFailure, State.AskedFailure);
        State = State with { VerificationFailure = after, AskedFailure = null };
        if (before is null && after is not null)
            Tell(FactKind.VerificationFailed, after.Headline, f => f with { Diagnostic = after });
        else if (before is not null && after is null)
            Tell(FactKind.VerificationPassed, "the verification passes again", f => f);
    }

    private bool IsPending(Effect effect) =>
        State.Pending.Any(p => p.Effect.Key == effect.Key || (effect.Target is not null && p.Effect.Target == effect.Target));

    private void Begin(Effect effect) => State = State with { Pending = State.Pending.Add(new PendingEffect(effect, Now)) };

    private void Tell(string kind, string text, Func<Fact, Fact> more) => _facts.Add(more(new Fact
    {
        At = Now,
        Kind = kind,
        Application = Plan.Plan.Target.Application,
        Environment = Plan.Plan.Target.Environment.Name,
        Release = Plan.Plan.Target.Release,
        Text = text,
    }));
}
