namespace Towpath.Engines;

/// <summary>
/// A lock for asynchronous work: one after the other, in the order in which they came. Unlike a semaphore it leaves nobody's scheduler, so that a
/// simulation on one thread sees the same order each time.
/// </summary>
internal sealed class Turns
{
    private readonly Lock _guard = new();
    private Task _last = Task.CompletedTask;

    /// <summary>Waits for the own turn, which lasts until it is disposed.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled before.</exception>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellationToken)
    {
        var own = new TaskCompletionSource();
        Task before;
        lock (_guard) (before, _last) = (_last, own.Task);
        try
        {
            await before.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Whoever came after it waits for the one before it.
            _ = before.ContinueWith(_ => own.SetResult(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }

        return new Turn(own);
    }

    private sealed class Turn(TaskCompletionSource own) : IDisposable
    {
        public void Dispose() => own.TrySetResult();
    }
}
