using Towpath.Core.Environments;
using Towpath.Server.Api;

namespace Towpath.Server;

// Confirmations by a link, for callers who wait.
public sealed partial class ControlPlane
{
    /// <inheritdoc/>
    public ConfirmationLink OpenLink(string link) => _links.Open(link);

    /// <inheritdoc/>
    public Task<LinkAnswer> LinkAsync(string application, LinkRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_links.Make(application, request));

    /// <inheritdoc/>
    public Task<DeploymentAnswer> ConfirmByLinkAsync(LinkedConfirmRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_desk.Confirm(_links.Open(request.Link), request.Actor));
}
