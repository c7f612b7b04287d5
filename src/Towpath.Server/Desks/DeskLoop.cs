using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;

namespace Towpath.Server.Desks;

/// <summary>
/// Has a desk look at each application from time to time. Of several control planes one does; what a desk does is stored on top of what was there
/// before, so that two that look at the same time do nothing twice.
/// </summary>
/// <param name="what">What is looked at, in the plural: <c>escalations</c>. It is the name of the lease, too.</param>
/// <param name="look">The desk's look at one application.</param>
/// <param name="store">The applications.</param>
/// <param name="leases">Decides who looks.</param>
/// <param name="time">For pauses.</param>
/// <param name="log">Hears what could not be looked at.</param>
internal sealed class DeskLoop(string what, Action<ApplicationRecord> look, IStore store, Leases leases, TimeProvider time, Action<string> log)
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
            _held ??= leases.TryTake("", what);
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
            // A store that is away: what is stored is whole, what is due stays due, and the next look sees it again.
            log($"{what} can't be looked at for now: {exception.GetType().Name}");
        }
    }

    private void Look(ApplicationRecord application)
    {
        try
        {
            look(application);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or StaleLeaseException or StoreUnavailableException))
        {
            // What is wrong with one application must not keep the others back.
            log($"{what} of {application.Name} can't be looked at for now: {exception.GetType().Name}");
        }
    }
}
