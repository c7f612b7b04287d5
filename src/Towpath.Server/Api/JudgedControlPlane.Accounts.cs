using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;

namespace Towpath.Server.Api;

// Accounts, grants, tokens, sessions.
internal sealed partial class JudgedControlPlane
{
    /// <inheritdoc/>
    public Task<WhoAnswer> WhoAmIAsync(CancellationToken cancellationToken) => Task.FromResult(WhoAnswer.Of(caller.Principal()));

    /// <inheritdoc/>
    public Task<IReadOnlyList<AccountAnswer>> AccountsAsync(CancellationToken cancellationToken)
    {
        JudgeAccounts();
        return plane.AccountsAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task<AccountAnswer> AddAccountAsync(AccountRequest request, CancellationToken cancellationToken)
    {
        JudgeAccounts();
        return plane.AddAccountAsync(request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<AccountAnswer> ChangeAccountAsync(string account, AccountChangeRequest request, CancellationToken cancellationToken)
    {
        JudgeAccounts();
        return plane.ChangeAccountAsync(account, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task SetPasswordAsync(string account, PasswordRequest request, CancellationToken cancellationToken)
    {
        // Somebody's own, for whoever knows the one of before: a stolen or narrowed token alone must not be enough.
        var own = request.Current is not null && caller.Principal() is { IsOwner: false } principal && principal.Name == account;
        if (!own) JudgeAccounts();
        return plane.SetPasswordAsync(account, request with { Actor = Named(request.Actor), Current = own ? request.Current : null }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<AccountAnswer> GrantAsync(string account, GrantRequest request, CancellationToken cancellationToken)
    {
        JudgeAccounts();
        return plane.GrantAsync(account, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TokenAnswer>> TokensAsync(CancellationToken cancellationToken)
    {
        JudgeAccounts();
        return plane.TokensAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task<NewTokenAnswer> CreateTokenAsync(string account, TokenRequest request, CancellationToken cancellationToken)
    {
        JudgeAccounts();
        return plane.CreateTokenAsync(account, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task RevokeTokenAsync(string token, RevokeRequest request, CancellationToken cancellationToken)
    {
        JudgeAccounts();
        return plane.RevokeTokenAsync(token, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<NewTokenAnswer> LoginAsync(SessionRequest request, CancellationToken cancellationToken) => plane.LoginAsync(request, cancellationToken);

    /// <inheritdoc/>
    public Task LogoutAsync(CancellationToken cancellationToken) => caller.Principal() is { IsSession: true, Token: { } token } principal
        ? plane.RevokeTokenAsync(token, new RevokeRequest(principal.Name), cancellationToken)
        : throw new DiagnosticException(ExitCode.Usage, IdentityDiagnostics.NoSession());

    private void JudgeAccounts() => Judge(Deed.KeepAccounts, null, null);
}
