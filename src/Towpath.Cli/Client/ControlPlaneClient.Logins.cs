using Towpath.Server.Api;

namespace Towpath.Cli.Client;

// Other logins than by password.
internal sealed partial class ControlPlaneClient
{
    /// <inheritdoc/>
    public Task<AccountAnswer> LinkAccountAsync(string account, AccountLinkRequest request, CancellationToken cancellationToken) =>
        PostAsync<AccountAnswer>(Account(account, "/link"), request, cancellationToken);

    /// <inheritdoc/>
    public Task<NewTokenAnswer> LoginByCodeAsync(CodeRequest request, CancellationToken cancellationToken) => PostAsync<NewTokenAnswer>("/api/v1/sessions/code", request, cancellationToken);

    /// <inheritdoc/>
    public Task<FirstLinkAnswer> FirstLinkAsync(CancellationToken cancellationToken) => PostAsync<FirstLinkAnswer>("/api/v1/first-link", new { }, cancellationToken);
}
