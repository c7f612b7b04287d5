using Towpath.Server.Storage;

namespace Towpath.Server.Reconcilers;

/// <summary>
/// Takes leases for one control plane. Another's lease is over when it was not renewed for its whole time, and that is counted on the
/// watcher's own steady clock: clocks that jump or differ take nobody's lease away. Its holder has begun nothing for the last third of that
/// time, so what it had begun has ended when somebody else begins. A process that has ended for certain begins nothing: its leases are free at once.
/// </summary>
/// <param name="store">Holds them.</param>
/// <param name="owner">Name of this control plane in them.</param>
/// <param name="time">Steady clock.</param>
/// <param name="isGone">Whether the process behind another owner has ended for certain; null where that can't be known.</param>
internal sealed class Leases(IStore store, string owner, TimeProvider time, Func<string, bool>? isGone = null)
{
    /// <summary>How long a lease lives without being renewed.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);

    private readonly Lock _turn = new();
    private readonly Dictionary<(string Application, string Environment), (Lease Lease, long Since)> _watched = [];

    /// <summary>The lease of an environment; null where another holds it.</summary>
    public HeldLease? TryTake(string application, string environment)
    {
        var now = time.GetUtcNow();
        if (store.LeaseOf(application, environment) is { } other && other.Owner != owner)
        {
            if (!IsOver(other) && isGone?.Invoke(other.Owner) != true) return null;
            // The store compares times. Its holder was silent for long enough, whatever the clocks say.
            if (now < other.ExpiresAt) now = other.ExpiresAt;
        }
        return store.TryTakeLease(application, environment, owner, now, Duration) is { } lease ? new HeldLease(store, lease, time) : null;
    }

    private bool IsOver(Lease other)
    {
        lock (_turn)
        {
            var key = (other.Application, other.Environment);
            if (!_watched.TryGetValue(key, out var watched) || watched.Lease != other) _watched[key] = watched = (other, time.GetTimestamp());
            return time.GetElapsedTime(watched.Since) >= Duration;
        }
    }
}

/// <summary>A lease while somebody acts under it.</summary>
internal sealed class HeldLease(IStore store, Lease lease, TimeProvider time)
{
    private static readonly TimeSpan RenewAfter = Leases.Duration / 3;

    private readonly Lock _turn = new();
    private long _renewed = time.GetTimestamp();
    private Lease _lease = lease;

    /// <summary>What writes are guarded with.</summary>
    public Lease Lease
    {
        get
        {
            lock (_turn) return _lease;
        }
    }

    /// <summary>Keeps it, and sees whether it still is this control plane's. Whoever acts asks right before.</summary>
    /// <exception cref="StaleLeaseException">Another control plane took it.</exception>
    public void Keep()
    {
        lock (_turn)
        {
            if (time.GetElapsedTime(_renewed) < RenewAfter)
            {
                if (store.LeaseOf(_lease.Application, _lease.Environment)?.Token != _lease.Token) throw Lost();
                return;
            }
            // Counted from before the call: a write that takes long must not make the lease look younger than it is.
            var asked = time.GetTimestamp();
            var kept = store.TryTakeLease(_lease.Application, _lease.Environment, _lease.Owner, time.GetUtcNow(), Leases.Duration);
            // Another token is a new lease, not this one: somebody held it in between, and what is known here is no longer what is stored.
            if (kept?.Token != _lease.Token) throw Lost();
            (_lease, _renewed) = (kept, asked);
        }
    }

    /// <summary>Keeps it while something is done that takes longer than a lease may be silent.</summary>
    /// <param name="work">What is done; it is cancelled, and waited for, when the lease is lost.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StaleLeaseException">Another control plane took it.</exception>
    public async Task WhileAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var doing = work(ended.Token);
        try
        {
            // Once it is cancelled nothing is left to wait for but the work's own end.
            while (await Task.WhenAny(doing, Task.Delay(RenewAfter, time, ended.Token)) != doing && !ended.IsCancellationRequested) Keep();
            await doing;
        }
        finally
        {
            await ended.CancelAsync();
            await doing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private StaleLeaseException Lost() => new(_lease.Application, _lease.Environment);
}
