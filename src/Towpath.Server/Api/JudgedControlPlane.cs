using System.Runtime.CompilerServices;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Server.Storage;

namespace Towpath.Server.Api;

/// <summary>
/// The control plane for one caller: judges each call, and puts the account's name in place of whatever the request says. It is the only
/// <see cref="IControlPlane"/> that routes can get, so that a new route is judged, and a new call does not compile before somebody said what it needs.
/// </summary>
internal sealed partial class JudgedControlPlane(IServedControlPlane plane, Caller caller) : IControlPlane
{
    /// <inheritdoc/>
    public Task<AboutAnswer> AboutAsync(CancellationToken cancellationToken)
    {
        Judge(Deed.LookAround, null, null);
        return plane.AboutAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ShipAnswer> ShipAsync(ShipRequest request, CancellationToken cancellationToken)
    {
        // Reading a commit tells what is in it: nobody gets as far who could ship nothing.
        if (!caller.Principal().Effective.Any(g => g.Role >= Deeds.RuleOf(Deed.Ship).Least)) Judge(Deed.Ship, null, null);
        return plane.ShipAsync(request with { Actor = Named(request.Actor) }, Admit, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task CancelRunAsync(string run, CancellationToken cancellationToken)
    {
        // A run that there is not is none of anybody's: cancelled like one that has ended.
        if (plane.ApplicationOfRun(run) is not { } application || !Sees(application)) return;
        Judge(Deed.CancelRun, application, null);
        await plane.CancelRunAsync(run, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ApplicationsAsync(CancellationToken cancellationToken) =>
        [.. (await plane.ApplicationsAsync(cancellationToken)).Where(Sees)];

    /// <inheritdoc/>
    public async Task<StatusAnswer> StatusAsync(string application, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Read, application, null, cancellationToken);
        return await plane.StatusAsync(application, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<DeploymentAnswer> PromoteAsync(string application, PromoteRequest request, CancellationToken cancellationToken)
    {
        await JudgeAsync(request.Emergency ? Deed.PromoteInEmergency : Deed.Promote, application, request.Environment, cancellationToken);
        return await plane.PromoteAsync(application, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<DeploymentAnswer> ConfirmAsync(string application, ConfirmRequest request, CancellationToken cancellationToken)
    {
        await JudgeConfirmationAsync(application, request.Environment, request.Role, cancellationToken);
        return await plane.ConfirmAsync(application, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<DeploymentAnswer> RollbackAsync(string application, RollbackRequest request, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Rollback, application, request.Environment, cancellationToken);
        return await plane.RollbackAsync(application, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<GatesAnswer>> GatesAsync(string application, string? environment, string? release, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Read, application, environment, cancellationToken);
        return await plane.GatesAsync(application, environment, release, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<AgreementAnswer> AgreementAsync(string application, string? release, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Read, application, null, cancellationToken);
        return await plane.AgreementAsync(application, release, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<AgreementAnswer> SignAgreementAsync(string application, SignRequest request, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.SignAgreement, application, null, cancellationToken);
        var principal = caller.Principal();
        if (!principal.IsOwner && !principal.Teams.Contains(request.Side))
            throw new DiagnosticException(ExitCode.Forbidden, SigningDiagnostics.NotOnSide(principal.Name, request.Side, principal.Teams));
        return await plane.SignAgreementAsync(application, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<AskedAnswer> RejectAsync(string application, RejectRequest request, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Reject, application, null, cancellationToken);
        return await plane.RejectAsync(application, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<AskedAnswer> PauseAsync(string application, PauseRequest request, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Pause, application, request.Environment, cancellationToken);
        return await plane.PauseAsync(application, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<AskedAnswer> ResumeAsync(string application, ResumeRequest request, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Resume, application, request.Environment, cancellationToken);
        return await plane.ResumeAsync(application, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<AskedAnswer> AbortAsync(string application, AbortRequest request, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Abort, application, request.Environment, cancellationToken);
        return await plane.AbortAsync(application, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<AskedAnswer> ProceedAsync(string application, ProceedRequest request, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Proceed, application, request.Environment, cancellationToken);
        return await plane.ProceedAsync(application, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<AskedAnswer> HaltAsync(HaltRequest request, CancellationToken cancellationToken)
    {
        await JudgeHaltAsync(Deed.Halt, request, cancellationToken);
        return await plane.HaltAsync(request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<AskedAnswer> UnhaltAsync(HaltRequest request, CancellationToken cancellationToken)
    {
        await JudgeHaltAsync(Deed.Unhalt, request, cancellationToken);
        return await plane.UnhaltAsync(request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task RemoveApplicationAsync(string application, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.RemoveApplication, application, null, cancellationToken);
        await plane.RemoveApplicationAsync(application, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Fact> JournalAsync(string? application, long after, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (application is not null) await JudgeAsync(Deed.Read, application, null, cancellationToken);
        else Judge(Deed.LookAround, null, null);
        await foreach (var fact in plane.JournalAsync(application, after, follow, cancellationToken))
        {
            if (Shows(fact)) yield return fact;
        }
    }

    /// <inheritdoc/>
    public Task<AuditAnswer> AuditAsync(string? anchor, CancellationToken cancellationToken)
    {
        Judge(Deed.Audit, null, null);
        return plane.AuditAsync(anchor, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<AnnouncementsAnswer> AnnouncementsAsync(string? application, string? channel, AnnouncementState? state, CancellationToken cancellationToken)
    {
        if (application is not null) await JudgeAsync(Deed.ReadAnnouncements, application, null, cancellationToken);
        else Judge(Deed.KeepAnnouncements, null, null);
        return await plane.AnnouncementsAsync(application, channel, state, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ReplayAnswer> ReplayAnnouncementsAsync(ReplayRequest request, CancellationToken cancellationToken)
    {
        Judge(Deed.KeepAnnouncements, null, null);
        return plane.ReplayAnnouncementsAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ChannelTestAnswer> TestChannelAsync(string channel, ChannelTestRequest request, CancellationToken cancellationToken)
    {
        Judge(Deed.KeepAnnouncements, null, null);
        return plane.TestChannelAsync(channel, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<LogAnswer> LogsAsync(
        string application, string environment, string? service, int tail, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.ReadLogs, application, environment, cancellationToken);
        await foreach (var line in plane.LogsAsync(application, environment, service, tail, follow, cancellationToken))
        {
            Judge(Deed.ReadLogs, application, environment);
            yield return line;
        }
    }

    private async Task JudgeHaltAsync(Deed deed, HaltRequest request, CancellationToken cancellationToken)
    {
        if (request.Application is { } application) await JudgeAsync(deed, application, request.Environment, cancellationToken);
        else Judge(Deed.HaltEverything, null, null);
    }

    /// <summary>An application that the caller may not see is answered as one that there is not: both name the ones that he sees, and no other.</summary>
    private async Task JudgeAsync(Deed deed, string application, string? environment, CancellationToken cancellationToken)
    {
        if (!Access.SeesAll(caller.Principal(), caller.Now))
        {
            var known = await ApplicationsAsync(cancellationToken);
            if (!known.Contains(application)) throw new DiagnosticException(ExitCode.NotFound, GateDiagnostics.UnknownApplication(application, known));
        }
        Judge(deed, application, environment);
    }

    private void Judge(Deed deed, string? application, string? environment)
    {
        var judgement = Access.Judge(caller.Principal(), deed, application, environment, caller.Now);
        if (!judgement.Allowed) throw new DiagnosticException(ExitCode.Forbidden, IdentityDiagnostics.Forbidden(judgement.Why, judgement.Needed));
    }

    private void Admit(ShipCandidate candidate)
    {
        Judge(Deed.Ship, candidate.Application, null);
        foreach (var environment in candidate.ChangedGuards) Judge(Deed.ChangeGuards, candidate.Application, environment);
    }

    private bool Sees(string application) => Access.Sees(caller.Principal(), application, caller.Now);

    /// <summary>Of facts without an application, those about accounts are for administrators; that everything stands still concerns all.</summary>
    private bool Shows(Fact fact) => FactKind.IsOfIdentity(fact.Kind)
        ? Access.Judge(caller.Principal(), Deed.KeepAccounts, null, null, caller.Now).Allowed
        : fact.Application.Length == 0 || Sees(fact.Application);

    /// <summary>An account speaks for itself only; the owner says who he is.</summary>
    private string Named(string claimed) => caller.Principal() is { IsOwner: false } principal ? principal.Name : claimed;
}
