namespace Towpath.Engines.Kubernetes.Watching;

/// <summary>
/// The objects of a kind, kept up to date in the background. Who waits is woken by a change and looks at all of them: changes that come faster than they are
/// looked at are seen together, so that nothing queues up.
/// </summary>
public sealed class WatchedObjects : IAsyncDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _following;
    private volatile ObjectCache _current = ObjectCache.Empty;
    private volatile TaskCompletionSource _changed = Signal();

    internal WatchedObjects(ObjectWatch watch) => _following = FollowAsync(watch);

    /// <summary>As they are known now.</summary>
    public ObjectCache Current => _current;

    /// <summary>Waits until they are as wanted. They must all have been listed once.</summary>
    /// <param name="isWanted">Asked after each change; must not take long.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="KubernetesException">The cluster refuses the watch for good.</exception>
    public async Task<ObjectCache> UntilAsync(Func<ObjectCache, bool> isWanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            // The signal first: a change between the two looks is not missed.
            var signal = _changed.Task;
            var seen = _current;
            if (seen.IsComplete && isWanted(seen)) return seen;
            if (_following.IsCompleted) await _following;
            await Task.WhenAny(signal, _following).WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task FollowAsync(ObjectWatch watch)
    {
        await foreach (var change in watch.FollowAsync(_ending.Token))
        {
            _current = _current.After(change);
            var signal = _changed;
            _changed = Signal();
            signal.SetResult();
        }
    }
}
