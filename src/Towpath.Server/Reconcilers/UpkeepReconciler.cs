using Towpath.Core.Rollouts;
using Towpath.Engines;
using Towpath.Server.Storage;

namespace Towpath.Server.Reconcilers;

/// <summary>
/// Looks after one environment while nothing is deployed into it. Like a deployment's reconciler it holds no decision: what is seen goes to the
/// machine, what the machine answers is stored, and only then begun. It gives way to a deployment: nothing new begins, what is under way ends.
/// </summary>
internal sealed class UpkeepReconciler
{
    /// <summary>How often the environment is looked at.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan BlindPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StoreCountsEvery = TimeSpan.FromSeconds(10);

    private readonly ReconcilerTools _tools;
    private readonly IEnvironmentEngine _engine;
    private readonly UpkeepPlan _plan;
    private readonly HaltRecord? _frozen;
    private readonly HeldLease _lease;
    private readonly EffectsUnderWay _effects;
    private UpkeepState _state;
    private UpkeepState _stored;
    private long _storedAt;

    /// <summary>For an environment at rest and the lease on it.</summary>
    public UpkeepReconciler(ReconcilerTools tools, IEnvironmentEngine engine, RestPlan plan, HeldLease lease)
    {
        _tools = tools;
        _engine = engine;
        _plan = plan.Upkeep;
        // To stand still is all that an environment can do whose deployment could go neither forward nor back.
        _frozen = plan.Frozen is null ? null : new HaltRecord(lease.Lease.Application, lease.Lease.Environment, "towpath", $"{plan.Frozen} needs a person", default);
        _lease = lease;
        _effects = new EffectsUnderWay(new EffectRunner(engine, _plan.Plan, tools.Judge, lease.Keep, tools.Time), tools.Time);
        _state = tools.Store.Upkeep(lease.Lease.Application, lease.Lease.Environment) is { } text
            ? RolloutsJson.ReadUpkeep(text)
            : UpkeepState.Initial("");
        _stored = _state;
        _storedAt = tools.Time.GetTimestamp();
    }

    /// <summary>Looks after the environment until it has to give way.</summary>
    /// <param name="giveWay">Cancelled when a deployment waits: what is under way ends first. Given so, it only ends what an earlier process began.</param>
    /// <param name="cancellationToken">Cancelled when the control plane stops.</param>
    /// <exception cref="StaleLeaseException">Another control plane acts on the environment.</exception>
    public async Task RunAsync(CancellationToken giveWay, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var asking = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, giveWay);
        using var wake = giveWay.UnsafeRegister(_ => _effects.Wake(), null);
        var looked = false;
        try
        {
            while (!giveWay.IsCancellationRequested || !_effects.None || _state.Pending.Any(p => !CanWait(p.Effect)))
            {
                stop.Token.ThrowIfCancellationRequested();
                _lease.Keep();
                TakeUpHalts();
                // The first look comes before all else: what is stored may be of a release that does not run any more.
                if (looked || giveWay.IsCancellationRequested)
                {
                    _effects.Start(
                        giveWay.IsCancellationRequested ? [.. _state.Pending.Where(p => !CanWait(p.Effect))] : _state.Pending,
                        effect => CanWait(effect) ? asking.Token : stop.Token);
                    if (await _effects.NextAsync(Tick, stop.Token) is { } answer)
                    {
                        Happened(answer);
                        continue;
                    }
                }
                if (giveWay.IsCancellationRequested || await ObserveAsync(asking.Token) is not { } observed) continue;
                Happened(observed);
                looked = true;
            }
            Store();
        }
        finally
        {
            stop.Cancel();
            await _effects.EndAsync();
        }
    }

    /// <summary>It only asks: broken off it leaves nothing behind, and a deployment need not wait for its answer.</summary>
    private static bool CanWait(Effect effect) => effect is Verify or VerifyPrivately;

    private void TakeUpHalts()
    {
        var halt = _frozen ?? _tools.Store.HaltOver(_lease.Lease.Application, _lease.Lease.Environment);
        if (halt is not null && _state.Halted is null) Happened(new WorldStopped(halt.Actor, halt.Reason));
        if (halt is null && _state.Halted is not null) Happened(new WorldResumed());
    }

    private async Task<Observed?> ObserveAsync(CancellationToken cancellationToken)
    {
        try
        {
            return new Observed(await _engine.ObserveAsync(_plan.Plan, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It has to give way, or the control plane stops: the loop sees which.
            return null;
        }
        catch (Exception e)
        {
            _tools.Log($"{_lease.Lease.Application}/{_lease.Lease.Environment} can't be observed: {e.Message}");
            await Task.Delay(BlindPause, _tools.Time, cancellationToken).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            return null;
        }
    }

    private void Happened(DeploymentEvent happened)
    {
        var decision = _tools.Machines.Upkeep(_state, happened, _plan, _tools.Time.GetUtcNow());
        // What only counts may wait: counters go on from what is stored, so that a kill loses none of it.
        var isCount = decision.Facts.IsEmpty && decision.State.Pending == _state.Pending && decision.State.Halted == _state.Halted;
        _state = decision.State;
        if (!isCount || _tools.Time.GetElapsedTime(_storedAt) >= StoreCountsEvery) Store(decision.Facts);
    }

    private void Store(params System.Collections.Immutable.ImmutableArray<Core.Journal.Fact> facts)
    {
        _storedAt = _tools.Time.GetTimestamp();
        if (ReferenceEquals(_state, _stored) && facts.IsEmpty) return;
        _tools.Store.SaveUpkeep(_lease.Lease, RolloutsJson.Write(_state), _tools.Time.GetUtcNow(), facts);
        _stored = _state;
    }
}
