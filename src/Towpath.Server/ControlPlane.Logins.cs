using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Server.Api;
using Towpath.Server.Identity.OpenId;

namespace Towpath.Server;

// Other logins than by password.
public sealed partial class ControlPlane
{
    /// <inheritdoc/>
    public bool HasProvider => _provider is not null;

    private ProviderDesk Provider => _provider ?? throw new DiagnosticException(ExitCode.Usage, IdentityDiagnostics.NoProvider());

    /// <inheritdoc/>
    public Task<AccountAnswer> LinkAccountAsync(string account, AccountLinkRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(Provider.Link(account, request));

    /// <inheritdoc/>
    public string GiveCode(string account, TerminalLogin login) => _codes.Give(account, login);

    /// <inheritdoc/>
    public Task<NewTokenAnswer> LoginByCodeAsync(CodeRequest request, CancellationToken cancellationToken) => Task.FromResult(_codes.Redeem(request));

    /// <inheritdoc/>
    public Task<FirstLinkAnswer> FirstLinkAsync(CancellationToken cancellationToken) => Task.FromResult(_firstLinks.Make());

    /// <inheritdoc/>
    public Task<ProviderLogin> BeginLoginAsync(string back, CancellationToken cancellationToken) => Provider.BeginAsync(back, cancellationToken);

    /// <inheritdoc/>
    public Task<ProvidedSession> EndLoginAsync(ProviderReturn answer, CancellationToken cancellationToken) => Provider.EndAsync(answer, cancellationToken);

    /// <inheritdoc/>
    public bool IsFirstLink(string code) => _firstLinks.IsGood(code);

    /// <inheritdoc/>
    public Task RedeemFirstLinkAsync(string code, string account, string password, CancellationToken cancellationToken) =>
        Task.Run(() => _firstLinks.Redeem(code, account, password), cancellationToken);
}
