using Towpath.Server.Api;

namespace Towpath.Server;

// Ports.
public sealed partial class ControlPlane
{
    /// <inheritdoc/>
    public Task<PortsAnswer> PortsAsync(CancellationToken cancellationToken) => Task.FromResult(_ports.All());

    /// <inheritdoc/>
    public Task<PortAnswer> AssignPortAsync(string application, PortRequest request, CancellationToken cancellationToken) => Task.FromResult(_ports.Assign(application, request));

    /// <inheritdoc/>
    public Task ReleasePortAsync(string application, PortReleaseRequest request, CancellationToken cancellationToken)
    {
        _ports.Release(application, request.Environment, request.Actor);
        return Task.CompletedTask;
    }
}
