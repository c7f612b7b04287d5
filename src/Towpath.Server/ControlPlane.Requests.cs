using Towpath.Server.Api;

namespace Towpath.Server;

// Deploy requests, for callers who wait.
public sealed partial class ControlPlane
{
    /// <inheritdoc/>
    public Task<RequestAnswer> RequestAsync(string application, DeployRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_desk.Request(application, request));

    /// <inheritdoc/>
    public Task<IReadOnlyList<RequestAnswer>> RequestsAsync(string application, string? environment, CancellationToken cancellationToken) =>
        Task.FromResult(_desk.Requests(application, environment));

    /// <inheritdoc/>
    public Task<ApprovalAnswer> ApprovalAsync(string application, string environment, string? release, CancellationToken cancellationToken) =>
        Task.FromResult(_desk.Approval(application, environment, release));

    /// <inheritdoc/>
    public Task<RequestAnswer> RefuseRequestAsync(string application, RefuseRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_desk.Refuse(application, request));
}
