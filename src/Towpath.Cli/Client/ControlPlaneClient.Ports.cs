using Towpath.Server.Api;

namespace Towpath.Cli.Client;

// Ports.
internal sealed partial class ControlPlaneClient
{
    /// <inheritdoc/>
    public Task<PortsAnswer> PortsAsync(CancellationToken cancellationToken) => GetAsync<PortsAnswer>("/api/v1/ports", cancellationToken);

    /// <inheritdoc/>
    public Task<PortAnswer> AssignPortAsync(string application, PortRequest request, CancellationToken cancellationToken) =>
        PostAsync<PortAnswer>(Of(application, "/ports"), request, cancellationToken);

    /// <inheritdoc/>
    public Task ReleasePortAsync(string application, PortReleaseRequest request, CancellationToken cancellationToken) =>
        TellAsync(HttpMethod.Post, Of(application, "/ports/release"), request, CallTimeout, cancellationToken);
}
