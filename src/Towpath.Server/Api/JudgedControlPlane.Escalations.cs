using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Identity;

namespace Towpath.Server.Api;

// Escalations.
internal sealed partial class JudgedControlPlane
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<EscalationAnswer>> EscalationsAsync(string application, string? environment, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Read, application, environment, cancellationToken);
        return await plane.EscalationsAsync(application, environment, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<EscalationAnswer> RaiseAsync(string application, RaiseRequest request, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Escalate, application, request.Environment, cancellationToken);
        return await plane.RaiseAsync(application, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<EscalationAnswer> WriteOutcomeAsync(string application, OutcomeRequest request, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Escalate, application, request.Environment, cancellationToken);
        SpeaksFor(request.Side);
        return await plane.WriteOutcomeAsync(application, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<EscalationAnswer> ConfirmOutcomeAsync(string application, OutcomeConfirmRequest request, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Escalate, application, request.Environment, cancellationToken);
        SpeaksFor(request.Side);
        return await plane.ConfirmOutcomeAsync(application, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    private void SpeaksFor(string side)
    {
        var principal = caller.Principal();
        if (!principal.IsOwner && !principal.Teams.Contains(side))
            throw new DiagnosticException(ExitCode.Forbidden, SigningDiagnostics.NotOnSide(principal.Name, side, principal.Teams));
    }
}
