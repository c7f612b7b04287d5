using Towpath.Server.Api;

namespace Towpath.Cli.Client;

// Accounts, grants, tokens, sessions.
internal sealed partial class ControlPlaneClient
{
    /// <inheritdoc/>
    public Task<WhoAnswer> WhoAmIAsync(CancellationToken cancellationToken) => GetAsync<WhoAnswer>("/api/v1/whoami", cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AccountAnswer>> AccountsAsync(CancellationToken cancellationToken) =>
        AllAsync<AccountAnswer>("/api/v1/accounts", cancellationToken);

    /// <inheritdoc/>
    public Task<AccountAnswer> AddAccountAsync(AccountRequest request, CancellationToken cancellationToken) =>
        PostAsync<AccountAnswer>("/api/v1/accounts", request, cancellationToken);

    /// <inheritdoc/>
    public Task<AccountAnswer> ChangeAccountAsync(string account, AccountChangeRequest request, CancellationToken cancellationToken) =>
        PostAsync<AccountAnswer>(Account(account, ""), request, cancellationToken);

    /// <inheritdoc/>
    public Task SetPasswordAsync(string account, PasswordRequest request, CancellationToken cancellationToken) =>
        TellAsync(HttpMethod.Post, Account(account, "/password"), request, CallTimeout, cancellationToken);

    /// <inheritdoc/>
    public Task<AccountAnswer> GrantAsync(string account, GrantRequest request, CancellationToken cancellationToken) =>
        PostAsync<AccountAnswer>(Account(account, "/grants"), request, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TokenAnswer>> TokensAsync(CancellationToken cancellationToken) =>
        AllAsync<TokenAnswer>("/api/v1/tokens", cancellationToken);

    /// <inheritdoc/>
    public Task<NewTokenAnswer> CreateTokenAsync(string account, TokenRequest request, CancellationToken cancellationToken) =>
        PostAsync<NewTokenAnswer>(Account(account, "/tokens"), request, cancellationToken);

    /// <inheritdoc/>
    public Task RevokeTokenAsync(string token, RevokeRequest request, CancellationToken cancellationToken) =>
        TellAsync(HttpMethod.Post, $"/api/v1/tokens/{Escape(token)}/revoke", request, CallTimeout, cancellationToken);

    /// <inheritdoc/>
    public Task<NewTokenAnswer> LoginAsync(SessionRequest request, CancellationToken cancellationToken) =>
        PostAsync<NewTokenAnswer>("/api/v1/sessions", request, cancellationToken);

    /// <inheritdoc/>
    public Task LogoutAsync(CancellationToken cancellationToken) => TellAsync(HttpMethod.Delete, "/api/v1/sessions", null, CallTimeout, cancellationToken);

    private static string Account(string account, string rest) => $"/api/v1/accounts/{Escape(account)}{rest}";
}
