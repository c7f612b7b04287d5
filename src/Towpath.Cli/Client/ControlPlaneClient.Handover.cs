using Towpath.Server.Api;

namespace Towpath.Cli.Client;

// Deliveries.
internal sealed partial class ControlPlaneClient
{
    /// <inheritdoc/>
    public Task<DeliveryAnswer> DeliverAsync(string application, DeliverRequest request, CancellationToken cancellationToken) =>
        PostAsync<DeliveryAnswer>(Of(application, "/deliver"), request, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeliveryAnswer>> DeliveriesAsync(string application, string? release, CancellationToken cancellationToken) =>
        GetAsync<IReadOnlyList<DeliveryAnswer>>(Of(application, release is null ? "/deliveries" : $"/deliveries?release={Escape(release)}"), cancellationToken);
}
