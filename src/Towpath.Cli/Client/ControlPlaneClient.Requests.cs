using Towpath.Server.Api;

namespace Towpath.Cli.Client;

// Deploy requests.
internal sealed partial class ControlPlaneClient
{
    /// <inheritdoc/>
    public Task<RequestAnswer> RequestAsync(string application, DeployRequest request, CancellationToken cancellationToken) =>
        PostAsync<RequestAnswer>(Of(application, "/request"), request, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RequestAnswer>> RequestsAsync(string application, string? environment, CancellationToken cancellationToken) =>
        GetAsync<IReadOnlyList<RequestAnswer>>(Of(application, environment is null ? "/requests" : $"/requests?environment={Escape(environment)}"), cancellationToken);

    /// <inheritdoc/>
    public Task<ApprovalAnswer> ApprovalAsync(string application, string environment, string? release, CancellationToken cancellationToken) =>
        GetAsync<ApprovalAnswer>(Of(application, $"/environments/{Escape(environment)}/approval" + (release is null ? "" : $"?release={Escape(release)}")), cancellationToken);

    /// <inheritdoc/>
    public Task<RequestAnswer> RefuseRequestAsync(string application, RefuseRequest request, CancellationToken cancellationToken) =>
        PostAsync<RequestAnswer>(Of(application, "/request/refuse"), request, cancellationToken);
}
