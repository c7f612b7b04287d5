namespace Towpath.Server.Api;

/// <summary>What can be asked about who may do what. What can't be done is a <see cref="Towpath.Core.Diagnostics.DiagnosticException"/>.</summary>
public interface IAccounts
{
    /// <summary>Who asks, as the control plane sees it.</summary>
    Task<WhoAnswer> WhoAmIAsync(CancellationToken cancellationToken);

    /// <summary>All accounts by name.</summary>
    Task<IReadOnlyList<AccountAnswer>> AccountsAsync(CancellationToken cancellationToken);

    /// <summary>Makes an account that may do nothing yet.</summary>
    Task<AccountAnswer> AddAccountAsync(AccountRequest request, CancellationToken cancellationToken);

    /// <summary>Disables an account or lets it act again, or puts it into other teams.</summary>
    Task<AccountAnswer> ChangeAccountAsync(string account, AccountChangeRequest request, CancellationToken cancellationToken);

    /// <summary>Gives a person a password.</summary>
    Task SetPasswordAsync(string account, PasswordRequest request, CancellationToken cancellationToken);

    /// <summary>Grants a role or takes it back.</summary>
    Task<AccountAnswer> GrantAsync(string account, GrantRequest request, CancellationToken cancellationToken);

    /// <summary>All tokens, oldest first, without their secrets.</summary>
    Task<IReadOnlyList<TokenAnswer>> TokensAsync(CancellationToken cancellationToken);

    /// <summary>Makes a token.</summary>
    Task<NewTokenAnswer> CreateTokenAsync(string account, TokenRequest request, CancellationToken cancellationToken);

    /// <summary>Revokes a token, or ends somebody's session.</summary>
    Task RevokeTokenAsync(string token, RevokeRequest request, CancellationToken cancellationToken);

    /// <summary>Opens a session by a password. The one thing that can be asked without a token.</summary>
    Task<NewTokenAnswer> LoginAsync(SessionRequest request, CancellationToken cancellationToken);

    /// <summary>Ends the session whose token was used.</summary>
    Task LogoutAsync(CancellationToken cancellationToken);
}
