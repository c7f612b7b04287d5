using Towpath.Server.Api;

namespace Towpath.Server;

// What the delivery desk does, for callers who wait.
public sealed partial class ControlPlane
{
    /// <inheritdoc/>
    public Task<DeploymentAnswer> PromoteAsync(string application, PromoteRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_desk.Promote(application, request));

    /// <inheritdoc/>
    public Task<DeploymentAnswer> ConfirmAsync(string application, ConfirmRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_desk.Confirm(application, request));

    /// <inheritdoc/>
    public Task<DeploymentAnswer> RollbackAsync(string application, RollbackRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_desk.Rollback(application, request));
}
