using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;

namespace Towpath.Server.Desks;

/// <summary>Looks from time to time whether a readiness sheet is due. Of several control planes one does; two that do all the same write none twice, since each due time is stored once.</summary>
internal sealed class ReviewLoop(IStore store, ReviewDesk desk, Leases leases, TimeProvider time, Action<string> log)
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
            _held ??= leases.TryTake("", "reviews");
            if (_held is not { } held) return;
            foreach (var application in store.Applications())
            {
                held.Keep();
                Look(application);
            }
        }
        catch (StaleLeaseException)
        {
            _held = null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A store that is away: what is due stays due, and the next look sees it again.
            log($"readiness sheets can't be looked at for now: {exception.GetType().Name}");
        }
    }

    private void Look(ApplicationRecord application)
    {
        try
        {
            desk.Look(application);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or StaleLeaseException or StoreUnavailableException))
        {
            // What is wrong with one application must not keep the sheets of the others back.
            log($"the readiness sheet of {application.Name} can't be written for now: {exception.GetType().Name}");
        }
    }
}
