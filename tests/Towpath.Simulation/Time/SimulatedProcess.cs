namespace Towpath.Simulation.Time;

/// <summary>
/// One process of the simulation: a scheduler for its tasks and a clock. When it is killed, none of its tasks and timers ever runs
/// again, and no `finally` of theirs either.
/// </summary>
internal sealed class SimulatedProcess(VirtualClock clock, string name) : TaskScheduler
{
    private ProcessTime? _time;

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Virtual time of its start.</summary>
    public TimeSpan StartedAt { get; } = clock.Elapsed;

    /// <summary>False once it was killed.</summary>
    public bool IsAlive { get; private set; } = true;

    /// <summary>The thread and time that it shares with all others.</summary>
    public VirtualClock Clock { get; } = clock;

    /// <summary>The clock as this process sees it.</summary>
    public TimeProvider Time => _time ??= new ProcessTime(this);

    /// <summary>Virtual time until which it is held up, as on a machine that sleeps: what it has to do waits.</summary>
    public TimeSpan HeldUpUntil { get; private set; }

    /// <summary>Virtual time since it was last held up.</summary>
    public TimeSpan SinceHeldUp => Clock.Elapsed - HeldUpUntil;

    /// <summary>What ended its work, where that was an exception; null otherwise.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Starts something on it.</summary>
    public void Start(Func<Task> work) =>
        _ = Task.Factory.StartNew(() => WatchAsync(work), CancellationToken.None, TaskCreationOptions.None, this);

    /// <summary>Holds it up for a time.</summary>
    public void HoldUp(TimeSpan time)
    {
        if (Clock.Elapsed + time > HeldUpUntil) HeldUpUntil = Clock.Elapsed + time;
    }

    /// <summary>Ends it at once.</summary>
    public void Kill() => IsAlive = false;

    /// <inheritdoc/>
    protected override void QueueTask(Task task)
    {
        if (IsAlive) Clock.Post(this, () => TryExecuteTask(task));
    }

    /// <summary>Never: what continues at once and what does not would be another order than that of the seed.</summary>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks() => [];

    private async Task WatchAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (IsAlive)
        {
            Failure = e;
        }
    }

    private sealed class ProcessTime(SimulatedProcess process) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => process.Clock.Now;

        public override long GetTimestamp() => process.Clock.Elapsed.Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new ProcessTimer(process, callback, state, period);
            timer.Change(dueTime, period);
            return timer;
        }
    }

    private sealed class ProcessTimer : ITimer
    {
        private readonly SimulatedProcess _process;
        private readonly VirtualTimer _timer;
        private TimeSpan _period;

        public ProcessTimer(SimulatedProcess process, TimerCallback callback, object? state, TimeSpan period)
        {
            (_process, _period) = (process, period);
            _timer = new VirtualTimer(process, () =>
            {
                if (_period > TimeSpan.Zero) _process.Clock.Schedule(_timer!, _period);
                callback(state);
            });
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            if (dueTime < TimeSpan.Zero) _timer.Stop();
            else _process.Clock.Schedule(_timer, dueTime);
            return true;
        }

        public void Dispose() => _timer.Stop();

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
