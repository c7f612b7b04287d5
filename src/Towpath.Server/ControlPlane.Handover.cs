using Towpath.Server.Api;

namespace Towpath.Server;

// Deliveries, for callers who wait.
public sealed partial class ControlPlane
{
    /// <inheritdoc/>
    public Task<DeliveryAnswer> DeliverAsync(string application, DeliverRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_desk.Deliver(application, request));

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeliveryAnswer>> DeliveriesAsync(string application, string? release, CancellationToken cancellationToken) =>
        Task.FromResult(_desk.Deliveries(application, release));
}
