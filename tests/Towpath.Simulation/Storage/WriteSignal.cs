namespace Towpath.Simulation.Storage;

/// <summary>Wakes those who wait for something new in a store: at a write, or after a while.</summary>
internal sealed class WriteSignal
{
    private readonly List<TaskCompletionSource> _waiting = [];
    private readonly Lock _turn = new();

    /// <summary>Something was written.</summary>
    public void Pulse()
    {
        TaskCompletionSource[] woken;
        lock (_turn)
        {
            if (_waiting.Count == 0) return;
            woken = [.. _waiting];
            _waiting.Clear();
        }
        foreach (var one in woken) one.TrySetResult();
    }

    /// <summary>Completes at the next write, or after a time.</summary>
    public async Task WaitAsync(TimeProvider time, TimeSpan longest, CancellationToken cancellationToken)
    {
        // One source for all three reasons to wake: a task that waits for several would continue on the thread pool.
        var woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_turn) _waiting.Add(woken);
        using var cancelled = cancellationToken.Register(() => woken.TrySetCanceled(cancellationToken));
        using var timer = time.CreateTimer(_ => woken.TrySetResult(), null, longest, Timeout.InfiniteTimeSpan);
        try
        {
            await woken.Task;
        }
        finally
        {
            lock (_turn) _waiting.Remove(woken);
        }
    }
}
