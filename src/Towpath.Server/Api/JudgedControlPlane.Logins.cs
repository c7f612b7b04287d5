using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;

namespace Towpath.Server.Api;

// Other logins than by password.
internal sealed partial class JudgedControlPlane
{
    /// <inheritdoc/>
    public Task<AccountAnswer> LinkAccountAsync(string account, AccountLinkRequest request, CancellationToken cancellationToken)
    {
        JudgeAccounts();
        return plane.LinkAccountAsync(account, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<NewTokenAnswer> LoginByCodeAsync(CodeRequest request, CancellationToken cancellationToken) => plane.LoginByCodeAsync(request, cancellationToken);

    /// <inheritdoc/>
    public Task<FirstLinkAnswer> FirstLinkAsync(CancellationToken cancellationToken)
    {
        JudgeAccounts();
        // An administrator whose account is disabled later must not have kept a way back in.
        if (!caller.Principal().IsOwner) throw new DiagnosticException(ExitCode.Forbidden, IdentityDiagnostics.OwnerOnly());
        return plane.FirstLinkAsync(cancellationToken);
    }
}
