using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Server.Api;

namespace Towpath.Server;

// Accounts, and what rights are judged by.
public sealed partial class ControlPlane
{
    /// <inheritdoc/>
    public TimeProvider Time => _time;

    /// <inheritdoc/>
    public Principal? Authenticate(string token) => _authenticator.Authenticate(token);

    /// <inheritdoc/>
    public string? ApplicationOfRun(string run) => _store.Run(run)?.Application;

    /// <inheritdoc/>
    public Task<WhoAnswer> WhoAmIAsync(CancellationToken cancellationToken) => Task.FromResult(WhoAnswer.Of(Principal.Owner));

    /// <inheritdoc/>
    public Task<IReadOnlyList<AccountAnswer>> AccountsAsync(CancellationToken cancellationToken) => Task.FromResult(_accounts.List());

    /// <inheritdoc/>
    public Task<AccountAnswer> AddAccountAsync(AccountRequest request, CancellationToken cancellationToken) => Task.FromResult(_accounts.Add(request));

    /// <inheritdoc/>
    public Task<AccountAnswer> ChangeAccountAsync(string account, AccountChangeRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_accounts.Change(account, request));

    /// <inheritdoc/>
    public async Task SetPasswordAsync(string account, PasswordRequest request, CancellationToken cancellationToken)
    {
        if (request.Current is { } current) await _logins.ProveAsync(account, current, cancellationToken);
        await Task.Run(() => _accounts.SetPassword(account, request), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<AccountAnswer> GrantAsync(string account, GrantRequest request, CancellationToken cancellationToken) => Task.FromResult(_accounts.Grant(account, request));

    /// <inheritdoc/>
    public Task<IReadOnlyList<TokenAnswer>> TokensAsync(CancellationToken cancellationToken) => Task.FromResult(_tokens.List());

    /// <inheritdoc/>
    public Task<NewTokenAnswer> CreateTokenAsync(string account, TokenRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(_tokens.Create(account, request));

    /// <inheritdoc/>
    public Task RevokeTokenAsync(string token, RevokeRequest request, CancellationToken cancellationToken)
    {
        _tokens.Revoke(token, request.Actor);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<NewTokenAnswer> LoginAsync(SessionRequest request, CancellationToken cancellationToken) => _logins.LoginAsync(request, cancellationToken);

    /// <inheritdoc/>
    public Task LogoutAsync(CancellationToken cancellationToken) => throw new DiagnosticException(ExitCode.Usage, IdentityDiagnostics.NoSession());
}
