using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;

namespace Towpath.Server.Desks;

/// <summary>Looks at blocked requests from time to time. Of several control planes one does; two that do all the same take no step twice, since each is stored on top of the one before.</summary>
internal sealed class EscalationLoop(IStore store, EscalationDesk desk, Leases leases, TimeProvider time, Action<string> log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    private HeldLease? _held;

    /// <summary>Looks until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            Look();
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>One look, where this control plane holds the lease.</summary>
    public void Look()
    {
        try
        {
            _held ??= leases.TryTake("", "escalations");
            if (_held is not { } held) return;
            foreach (var application in store.Applications())
            {
                held.Keep();
                desk.Look(application);
            }
        }
        catch (StaleLeaseException)
        {
            _held = null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A store that is away, or a fault of ours in one request: what is stored is whole, and the next look sees it again.
            log($"blocked requests can't be looked at for now: {exception.GetType().Name}");
        }
    }
}
