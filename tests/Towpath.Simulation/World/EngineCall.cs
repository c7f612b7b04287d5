using Towpath.Core.Diagnostics;
using Towpath.Core.Rollouts;
using Towpath.Engines.Containers;
using Towpath.Simulation.Time;

namespace Towpath.Simulation.World;

/// <summary>One effect under way: its steps, what becomes of its answer, and what is left of it when nobody waits any more.</summary>
internal sealed class EngineCall(EnvironmentWorld world, SimulatedProcess process, Effect effect, DeploymentPlan plan)
{
    private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MachineWorld _machine = world.Machine;
    private IEnumerator<TimeSpan> _steps = EffectScript.Of(effect, plan, world).GetEnumerator();
    private CancellationTokenRegistration _cancelled;
    private double _slowness = 1;
    private int _breaksAt = int.MaxValue;
    private bool _isAbandoned;
    private bool _hasEnded;

    /// <summary>Completes with the answer.</summary>
    public Task Answer => _answer.Task;

    /// <summary>Sends it.</summary>
    public void Begin(CancellationToken cancellationToken)
    {
        // A dead process reaches nothing any more.
        if (!process.IsAlive) return;
        if (cancellationToken.IsCancellationRequested)
        {
            _answer.TrySetCanceled(cancellationToken);
            return;
        }
        _cancelled = cancellationToken.UnsafeRegister(
            static (call, token) => ((EngineCall)call!).Abandon(token), this);
        _machine.Trace?.Invoke($"{world.Name}: {process.Name} {plan.Id} {effect.Key}{(effect is SetShare share ? $" to {string.Join(' ', share.Weights.Select(w => $"{w.Key}={w.Value}"))}" : "")}");
        _machine.Checks.Asked(world, plan, effect, process);
        if (_machine.Happens(FaultKind.CallLost))
        {
            Fail(_machine.Between(0.01, 2), new EngineException(EngineError.Unreachable, "connection reset"));
            return;
        }
        if (_machine.Happens(FaultKind.CallRefused))
        {
            Fail(_machine.Between(0.01, 1), new EngineException(EngineError.Other, "internal error"));
            return;
        }
        if (_machine.Happens(FaultKind.SlowCall)) _slowness = 1 + (_machine.Random.NextDouble() * 20);
        if (_machine.Happens(FaultKind.PartialApply)) _breaksAt = _machine.Random.Next(1, 4);
        Advance();
    }

    private void Abandon(CancellationToken token)
    {
        _isAbandoned = true;
        _machine.Checks.Ended(world, plan, effect, process);
        _answer.TrySetCanceled(token);
    }

    private void Advance()
    {
        if (process.IsAlive && process.HeldUpUntil > _machine.Clock.Elapsed)
        {
            _machine.Clock.After(process.HeldUpUntil - _machine.Clock.Elapsed, Advance);
            return;
        }
        // What had been sent when nobody waited any more may still be done; what would have come after it is not.
        var isLast = _isAbandoned || !process.IsAlive;
        if (_hasEnded || (isLast && _machine.Random.Next(2) == 0))
        {
            End();
            return;
        }
        try
        {
            if (--_breaksAt == 0) throw new EngineException(EngineError.TimedOut, "connection closed half-way");
            var goesOn = _steps.MoveNext();
            if (isLast) End();
            else if (goesOn) _machine.Clock.After(_steps.Current * _slowness, Advance);
            else Done();
        }
        catch (Exception e) when (e is EngineException or DiagnosticException)
        {
            Fail(TimeSpan.Zero, e);
        }
    }

    private void Done()
    {
        var isLost = _machine.Happens(FaultKind.ReplyLost);
        if (_machine.Happens(FaultKind.DoneTwice)) Repeat();
        if (isLost) Fail(_machine.Between(0.1, 5), new EngineException(EngineError.TimedOut, "no answer"));
        else End();
        if (!isLost) _answer.TrySetResult();
    }

    /// <summary>The same once more while the first answer is on its way, as by a connection that sends again.</summary>
    private void Repeat()
    {
        try
        {
            foreach (var _ in EffectScript.Of(effect, plan, world)) continue;
        }
        catch (Exception e) when (e is EngineException or DiagnosticException)
        {
            // Nobody waits for this one.
        }
    }

    private void Fail(TimeSpan after, Exception e)
    {
        _machine.Trace?.Invoke($"{world.Name}: {plan.Id} {effect.Key} fails: {e.Message}");
        _machine.Clock.After(after, () =>
        {
            End();
            _answer.TrySetException(e);
        });
    }

    private void End()
    {
        if (_hasEnded) return;
        _hasEnded = true;
        _cancelled.Dispose();
        _steps.Dispose();
        _steps = Enumerable.Empty<TimeSpan>().GetEnumerator();
        if (!_isAbandoned) _machine.Checks.Ended(world, plan, effect, process);
    }
}
