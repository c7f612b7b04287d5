namespace Towpath.Server;

/// <summary>
/// Wakes those who wait. A waiter goes on where it waited from: on the thread pool, or on the one scheduler of a simulation. Neither a
/// ring nor a time that is over runs any of the waiter's code by itself.
/// </summary>
internal sealed class Bell
{
    private readonly Lock _turn = new();
    private readonly List<Wait> _waiting = [];

    /// <summary>Begins to listen: a ring from now on is heard, however late the waiting itself begins.</summary>
    public Wait Listen()
    {
        var wait = new Wait(this);
        lock (_turn) _waiting.Add(wait);
        return wait;
    }

    /// <summary>Wakes all who listen now.</summary>
    public void Ring()
    {
        lock (_turn)
        {
            foreach (var wait in _waiting) wait.Rung.TrySetResult();
        }
    }

    private void Leave(Wait wait)
    {
        lock (_turn) _waiting.Remove(wait);
    }

    /// <summary>One who listens.</summary>
    internal sealed class Wait(Bell bell) : IDisposable
    {
        public TaskCompletionSource Rung { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends with a ring or with the time, whichever comes first.</summary>
        /// <exception cref="OperationCanceledException">It was cancelled.</exception>
        public async Task AsLongAs(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
        {
            using var timer = time.CreateTimer(static rung => ((TaskCompletionSource)rung!).TrySetResult(), Rung, limit, Timeout.InfiniteTimeSpan);
            using var cancelled = cancellationToken.UnsafeRegister(
                static (rung, token) => ((TaskCompletionSource)rung!).TrySetCanceled(token), Rung);
            await Rung.Task;
        }

        public void Dispose() => bell.Leave(this);
    }
}
