using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Engines;
using Towpath.Server.Storage;

namespace Towpath.Server.Reconcilers;

/// <summary>
/// Carries one deployment from its stored state to its end. It holds no decision: it shows the machine what happened and what was asked,
/// stores what the machine answers, and starts the effects that the answer asks for, in this order. Killed at any moment, the next one goes
/// on from the store: effects that were not answered run again.
/// </summary>
internal sealed class DeploymentReconciler
{
    /// <summary>How often the environment is looked at while nothing happens.</summary>
    public static readonly TimeSpan DefaultTick = TimeSpan.FromMilliseconds(120);

    private static readonly TimeSpan BlindPause = TimeSpan.FromSeconds(1);

    private readonly ReconcilerTools _tools;
    private readonly IEnvironmentEngine _engine;
    private readonly DeploymentPlan _plan;
    private readonly HeldLease _lease;
    private readonly TimeSpan _tick;
    private readonly string? _arrival;
    private readonly EffectsUnderWay _effects;
    private DeploymentState _state;

    /// <summary>For a stored deployment and the lease on its environment.</summary>
    /// <param name="tools">What it works with.</param>
    /// <param name="engine">The environment.</param>
    /// <param name="plan">What is to be done.</param>
    /// <param name="record">The deployment as it is stored.</param>
    /// <param name="lease">The right to act on the environment.</param>
    /// <param name="tick">How often the environment is looked at; null for <see cref="DefaultTick"/>.</param>
    /// <param name="arrival">What to tell when the release has come to the top of the ladder; null below it.</param>
    public DeploymentReconciler(
        ReconcilerTools tools, IEnvironmentEngine engine, DeploymentPlan plan, DeploymentRecord record, HeldLease lease,
        TimeSpan? tick = null, string? arrival = null)
    {
        _tools = tools;
        _engine = engine;
        _plan = plan;
        _lease = lease;
        _tick = tick ?? DefaultTick;
        _arrival = arrival;
        _effects = new EffectsUnderWay(new EffectRunner(engine, plan, tools.Judge, lease.Keep, tools.Time), tools.Time);
        _state = RolloutsJson.Read(record.State);
    }

    /// <summary>Runs until the deployment has ended.</summary>
    /// <param name="cancellationToken">Cancelled when the control plane stops.</param>
    /// <param name="leave">Cancelled when the deployment is to be left as it is: what is under way ends first, and nothing new begins.</param>
    /// <returns>Its last state.</returns>
    /// <exception cref="StaleLeaseException">Another control plane acts on the environment.</exception>
    public async Task<DeploymentState> RunAsync(CancellationToken cancellationToken, CancellationToken leave = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var wake = leave.UnsafeRegister(_ => _effects.Wake(), null);
        try
        {
            while (!_state.Ended && !(leave.IsCancellationRequested && _effects.None))
            {
                stop.Token.ThrowIfCancellationRequested();
                _lease.Keep();
                if (TakeUpWhatWasAsked()) continue;
                if (!leave.IsCancellationRequested) _effects.Start(_state.Pending, _ => stop.Token);
                if (await _effects.NextAsync(Patience, stop.Token) is { } answer) Happened(answer);
                else if (!leave.IsCancellationRequested && await ObserveAsync(stop.Token) is { } observed) Happened(observed);
            }
        }
        finally
        {
            stop.Cancel();
            await _effects.EndAsync();
        }
        return _state;
    }

    /// <summary>With nothing under way there is nothing to wait for before the first steps: the next look decides.</summary>
    private TimeSpan Patience =>
        _effects.None && _state is { Phase: DeploymentPhase.Requested or DeploymentPhase.Gated, Paused: null, Halted: null } ? TimeSpan.Zero : _tick;

    /// <summary>Halts, what people asked and newer requests, before anything else is begun; true where that changed anything.</summary>
    private bool TakeUpWhatWasAsked()
    {
        var before = _state;
        var (application, environment) = (_plan.Target.Application, _plan.Target.Environment.Name);
        var halt = _tools.Store.HaltOver(application, environment);
        if (halt is not null && _state.Halted is null) Happened(new WorldStopped(halt.Actor, halt.Reason));
        if (halt is null && _state.Halted is not null) Happened(new WorldResumed());
        foreach (var asked in _tools.Store.Commands(_plan.Id, _state.LastAsked))
            if (!_state.Ended)
                Happened(EventOf(asked));
        if (_state.Phase is DeploymentPhase.Requested or DeploymentPhase.Gated && Newer(application, environment) is { } newer)
            Happened(new NewerRequested(newer.Release));
        return !ReferenceEquals(before, _state);
    }

    private DeploymentRecord? Newer(string application, string environment) =>
        _tools.Store.OpenDeployments(application, environment).SkipWhile(d => d.Id != _plan.Id).Skip(1).LastOrDefault();

    private static PersonAsked EventOf(CommandRecord asked) => asked.Kind switch
    {
        CommandKind.Cancel => new CancelRequested(asked.Number, asked.Actor),
        CommandKind.Pause => new PauseRequested(asked.Number, asked.Actor, asked.Reason),
        CommandKind.Resume => new ResumeRequested(asked.Number, asked.Actor),
        _ => new ProceedRequested(asked.Number, asked.Actor, asked.Service, asked.Whole),
    };

    private async Task<Observed?> ObserveAsync(CancellationToken cancellationToken)
    {
        try
        {
            return new Observed(await _engine.ObserveAsync(_plan, cancellationToken));
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Without a picture no step is safe; traffic goes on as it is while the engine or the gateway comes back.
            _tools.Log($"{_plan.Id}: {_plan.Target.Environment.Name} can't be observed: {e.Message}");
            await Task.Delay(BlindPause, _tools.Time, cancellationToken);
            return null;
        }
    }

    /// <summary>The one place where the state changes: decided by the machine, stored, and only then acted on.</summary>
    private void Happened(DeploymentEvent happened)
    {
        var now = _tools.Time.GetUtcNow();
        var decision = _tools.Machines.Deployment(_state, happened, _plan, now);
        if (ReferenceEquals(decision.State, _state) && decision.Facts.IsEmpty) return;
        var json = RolloutsJson.Write(decision.State);
        var phase = decision.State.Phase.ToString();
        if (decision.State.Phase == DeploymentPhase.Succeeded)
            _tools.Store.CompleteDeployment(_lease.Lease, _plan.Id, phase, json, now, [.. decision.Facts, .. Arrival(now)]);
        else
            _tools.Store.UpdateDeployment(_lease.Lease, _plan.Id, phase, decision.State.Ended, json, now, decision.Facts);
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
}
