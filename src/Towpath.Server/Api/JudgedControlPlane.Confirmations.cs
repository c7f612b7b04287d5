using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;

namespace Towpath.Server.Api;

// Confirmations by a link.
internal sealed partial class JudgedControlPlane
{
    /// <inheritdoc/>
    public async Task<LinkAnswer> LinkAsync(string application, LinkRequest request, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Request, application, request.Environment, cancellationToken);
        return await plane.LinkAsync(application, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<DeploymentAnswer> ConfirmByLinkAsync(LinkedConfirmRequest request, CancellationToken cancellationToken)
    {
        var link = plane.OpenLink(request.Link);
        await JudgeConfirmationAsync(link.Application, link.Environment, link.Role, cancellationToken);
        return await plane.ConfirmByLinkAsync(request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <summary>Whoever confirms in a role is in that team, by whatever way he comes.</summary>
    private async Task JudgeConfirmationAsync(string application, string environment, string role, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Confirm, application, environment, cancellationToken);
        var principal = caller.Principal();
        if (!principal.IsOwner && !principal.Teams.Contains(role))
            throw new DiagnosticException(ExitCode.Forbidden, IdentityDiagnostics.NotInTeam(principal.Name, role, principal.Teams));
    }
}
