namespace Towpath.Simulation.Time;

/// <summary>
/// The one thread of a simulation: work that is ready, in an order that the seed decides, and, when none is, time that jumps to the next
/// timer. Nothing waits in real time.
/// </summary>
internal sealed class VirtualClock(Random random, DateTimeOffset start)
{
    private readonly List<(SimulatedProcess? Owner, Action Work)> _ready = [];
    private readonly PriorityQueue<VirtualTimer, (long Due, long Number)> _timers = new();
    private long _numbers;

    /// <summary>Virtual time since the beginning; never goes back.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>What the machine's wall clock is wrong by: it can jump, timers do not.</summary>
    public TimeSpan Error { get; set; }

    /// <summary>What the machine's wall clock shows.</summary>
    public DateTimeOffset Now => start + Elapsed + Error;

    /// <summary>Pieces of work done.</summary>
    public long Steps { get; private set; }

    /// <summary>Does work as soon as nothing else comes before it.</summary>
    /// <param name="owner">Process that it dies with, or null for the world's own.</param>
    /// <param name="work">What.</param>
    public void Post(SimulatedProcess? owner, Action work) => _ready.Add((owner, work));

    /// <summary>Does work of the world after a time.</summary>
    public VirtualTimer After(TimeSpan delay, Action work) => After(null, delay, work);

    /// <summary>Does work after a time, unless its process has died by then.</summary>
    public VirtualTimer After(SimulatedProcess? owner, TimeSpan delay, Action work)
    {
        var timer = new VirtualTimer(owner, work);
        Schedule(timer, delay);
        return timer;
    }

    /// <summary>Runs until a virtual time, or until a condition says stop.</summary>
    /// <param name="until">Virtual time since the beginning.</param>
    /// <param name="afterStep">Asked after each piece of work; true ends the run.</param>
    public void Run(TimeSpan until, Func<bool> afterStep)
    {
        while (true)
        {
            if (_ready.Count > 0)
            {
                var (owner, work) = TakeReady();
                if (owner is { IsAlive: false }) continue;
                if (owner is not null && owner.HeldUpUntil > Elapsed)
                {
                    After(owner, owner.HeldUpUntil - Elapsed, work);
                    continue;
                }
                work();
                Steps++;
                if (afterStep()) return;
                continue;
            }
            if (!_timers.TryPeek(out var timer, out var at) || at.Due > until.Ticks)
            {
                Elapsed = until > Elapsed ? until : Elapsed;
                return;
            }
            _timers.Dequeue();
            Elapsed = TimeSpan.FromTicks(Math.Max(Elapsed.Ticks, at.Due));
            if (timer.Fires(at.Number)) _ready.Add((timer.Owner, timer.Work));
        }
    }

    internal void Schedule(VirtualTimer timer, TimeSpan delay)
    {
        timer.Number = ++_numbers;
        _timers.Enqueue(timer, ((Elapsed + delay).Ticks, timer.Number));
    }

    /// <summary>Any of those that are ready: threads of a pool give no order either.</summary>
    private (SimulatedProcess? Owner, Action Work) TakeReady()
    {
        var index = _ready.Count == 1 ? 0 : random.Next(_ready.Count);
        var taken = _ready[index];
        _ready[index] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        return taken;
    }
}

/// <summary>Work that is done at a time, unless it is called off before.</summary>
internal sealed class VirtualTimer(SimulatedProcess? owner, Action work)
{
    /// <summary>Process that it dies with.</summary>
    public SimulatedProcess? Owner { get; } = owner;

    /// <summary>What is done.</summary>
    public Action Work { get; } = work;

    /// <summary>Number of the entry in the queue that counts; another one was set before and is void.</summary>
    public long Number { get; set; }

    /// <summary>Calls it off.</summary>
    public void Stop() => Number = 0;

    /// <summary>The entry of that number is the one that counts.</summary>
    public bool Fires(long number) => Number == number && Owner is not { IsAlive: false };
}
