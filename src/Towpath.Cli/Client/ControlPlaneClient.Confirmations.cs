using Towpath.Server.Api;

namespace Towpath.Cli.Client;

// Confirmations by a link.
internal sealed partial class ControlPlaneClient
{
    /// <inheritdoc/>
    public Task<LinkAnswer> LinkAsync(string application, LinkRequest request, CancellationToken cancellationToken) =>
        PostAsync<LinkAnswer>(Of(application, "/confirm/link"), request, cancellationToken);

    /// <inheritdoc/>
    public Task<DeploymentAnswer> ConfirmByLinkAsync(LinkedConfirmRequest request, CancellationToken cancellationToken) =>
        PostAsync<DeploymentAnswer>("/api/v1/links/confirm", request, cancellationToken);
}
