using System.Threading.Channels;
using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Engines;
using Towpath.Server.Storage;

namespace Towpath.Server.Reconcilers;

/// <summary>
/// Carries one deployment from its stored state to its end. It holds no decision: it shows the machine what happened, stores what the
/// machine answers, and starts the effects that the answer asks for, in this order. Killed at any moment, the next one goes on from the
/// store: effects that were not answered run again.
/// </summary>
public sealed class DeploymentReconciler
{
    /// <summary>How often the environment is looked at while nothing happens.</summary>
    public static readonly TimeSpan DefaultTick = TimeSpan.FromMilliseconds(120);

    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BlindPause = TimeSpan.FromSeconds(1);

    private readonly IStore _store;
    private readonly IEnvironmentEngine _engine;
    private readonly DeploymentPlan _plan;
    private readonly TimeProvider _time;
    private readonly EffectRunner _runner;
    private readonly Action<string> _log;
    private readonly TimeSpan _tick;
    private readonly string? _arrival;
    private readonly Channel<DeploymentEvent> _answers = Channel.CreateUnbounded<DeploymentEvent>();
    private readonly HashSet<string> _inFlight = new(StringComparer.Ordinal);
    private Lease _lease;
    private DeploymentState _state;

    /// <summary>For a stored deployment and the lease on its environment.</summary>
    /// <param name="store">Remembers the deployment.</param>
    /// <param name="engine">The environment.</param>
    /// <param name="plan">What is to be done.</param>
    /// <param name="record">The deployment as it is stored.</param>
    /// <param name="lease">The right to act on the environment.</param>
    /// <param name="time">Clock.</param>
    /// <param name="log">The control plane's own log.</param>
    /// <param name="tick">How often the environment is looked at; null for <see cref="DefaultTick"/>.</param>
    /// <param name="arrival">What to tell when the release has come to the top of the ladder; null below it.</param>
    public DeploymentReconciler(
        IStore store, IEnvironmentEngine engine, DeploymentPlan plan, DeploymentRecord record, Lease lease, TimeProvider time, Action<string> log,
        TimeSpan? tick = null, string? arrival = null)
    {
        _store = store;
        _engine = engine;
        _plan = plan;
        _lease = lease;
        _time = time;
        _log = log;
        _tick = tick ?? DefaultTick;
        _arrival = arrival;
        _runner = new EffectRunner(engine, plan, time);
        _state = RolloutsJson.Read(record.State);
    }

    /// <summary>Runs until the deployment has ended.</summary>
    /// <returns>Its last state.</returns>
    /// <exception cref="StaleLeaseException">Another control plane acts on the environment.</exception>
    public async Task<DeploymentState> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var effects = new List<Task>();
        try
        {
            while (!_state.Ended)
            {
                RenewLease();
                effects.RemoveAll(t => t.IsCompleted);
                effects.AddRange(StartEffects(stop.Token));
                if (await NextAnswerAsync(stop.Token) is { } answer) Happened(answer, stop.Token);
                else if (await ObserveAsync(stop.Token) is { } observed) Happened(observed, stop.Token);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(effects).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return _state;
    }

    /// <summary>Pending effects that are not under way in this process: new ones, and after a restart those that were never answered.</summary>
    private IEnumerable<Task> StartEffects(CancellationToken cancellationToken)
    {
        foreach (var pending in _state.Pending)
            if (_inFlight.Add(pending.Effect.Key))
                yield return Task.Run(() => RunEffectAsync(pending.Effect, cancellationToken), cancellationToken);
    }

    private async Task RunEffectAsync(Effect effect, CancellationToken cancellationToken) =>
        await _answers.Writer.WriteAsync(await _runner.RunAsync(effect, cancellationToken), cancellationToken);

    private async Task<DeploymentEvent?> NextAnswerAsync(CancellationToken cancellationToken)
    {
        if (_answers.Reader.TryRead(out var answer)) return answer;
        // With nothing under way there is nothing to wait for: the next look decides.
        if (_inFlight.Count == 0 && _state.Phase is DeploymentPhase.Requested or DeploymentPhase.Gated) return null;
        using var tick = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var wait = _answers.Reader.WaitToReadAsync(tick.Token).AsTask();
        await Task.WhenAny(wait, Task.Delay(_tick, _time, tick.Token));
        await tick.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return _answers.Reader.TryRead(out answer) ? answer : null;
    }

    private async Task<Observed?> ObserveAsync(CancellationToken cancellationToken)
    {
        try
        {
            return new Observed(await _engine.ObserveAsync(_plan, cancellationToken));
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Without a picture no step is safe; traffic goes on as it is while the engine or the gateway comes back.
            _log($"{_plan.Id}: {_plan.Target.Environment.Name} can't be observed: {e.Message}");
            await Task.Delay(BlindPause, _time, cancellationToken);
            return null;
        }
    }

    /// <summary>The one place where the state changes: decided by the machine, stored, and only then acted on.</summary>
    private void Happened(DeploymentEvent happened, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var now = _time.GetUtcNow();
        var decision = DeploymentMachine.Decide(_state, happened, _plan, now);
        if (happened is EffectSucceeded or EffectFailed) _inFlight.Remove(Key(happened));
        if (ReferenceEquals(decision.State, _state) && decision.Facts.IsEmpty) return;
        var json = RolloutsJson.Write(decision.State);
        var phase = decision.State.Phase.ToString();
        if (decision.State.Phase == DeploymentPhase.Succeeded)
            _store.CompleteDeployment(_lease, _plan.Id, phase, json, now, [.. decision.Facts, .. Arrival(now)]);
        else
            _store.UpdateDeployment(_lease, _plan.Id, phase, decision.State.Ended, json, now, decision.Facts);
        _state = decision.State;
    }

    /// <summary>Told in the same write as the end of the deployment, or a control plane killed between the two would never tell it.</summary>
    private IEnumerable<Fact> Arrival(DateTimeOffset now)
    {
        if (_arrival is null) yield break;
        yield return new Fact
        {
            At = now,
            Kind = FactKind.ReleaseArrived,
            Application = _plan.Target.Application,
            Environment = _plan.Target.Environment.Name,
            Release = _plan.Target.Release,
            Text = _arrival,
        };
    }

    private static string Key(DeploymentEvent answer) => answer switch
    {
        EffectSucceeded succeeded => succeeded.Key,
        EffectFailed failed => failed.Key,
        _ => "",
    };

    private void RenewLease()
    {
        var now = _time.GetUtcNow();
        if (_lease.ExpiresAt - now > LeaseTime / 2) return;
        var renewed = _store.TryTakeLease(_lease.Application, _lease.Environment, _lease.Owner, now, LeaseTime);
        // Another token is a new lease, not this one: somebody held it in between, and what is known here is no longer what is stored.
        _lease = renewed?.Token == _lease.Token ? renewed : throw new StaleLeaseException(_lease.Application, _lease.Environment);
    }
}
