using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Releases;
using Towpath.Core.Rollouts;
using Towpath.Server.Api;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;

namespace Towpath.Server.Desks;

/// <summary>
/// Where people ask for deliveries: promote, confirm, roll back, reject, and what a deployment or the whole world is to do meanwhile. Each call
/// judges what is asked and stores it; reconcilers do the rest. What can't be done is a <see cref="DiagnosticException"/>.
/// </summary>
public sealed partial class DeliveryDesk(IStore store, LadderReconciler ladder, GateKeeper gates, TimeProvider time)
{
    private const int LookBack = 200;

    private readonly Lookup _lookup = new(store);

    /// <summary>Brings a release into an environment: now, or as soon as the gates hold where only time or people are missing.</summary>
    public DeploymentAnswer Promote(string application, PromoteRequest request)
    {
        var known = _lookup.Application(application);
        var environment = Lookup.Environment(known, request.Environment);
        var release = request.Release is { } name ? _lookup.Release(application, name) : Below(known, environment);
        return Bring(release, environment, request.Actor, Emergency(environment, request));
    }

    /// <summary>Says yes to a release; the last yes of a waiting, promoted release starts its deployment.</summary>
    public DeploymentAnswer Confirm(string application, ConfirmRequest request) => Confirm(application, request, null);

    /// <summary>Says yes to exactly what a link says; each person does so once.</summary>
    public DeploymentAnswer Confirm(ConfirmationLink link, string actor) =>
        Confirm(link.Application, new ConfirmRequest(link.Environment, link.Release, link.Role, actor), link.Covers);

    /// <param name="application">Application.</param>
    /// <param name="request">Who says yes to what.</param>
    /// <param name="shown">Hash of what the person was shown, who says it for the first time; null where it is what it is now, however often.</param>
    private DeploymentAnswer Confirm(string application, ConfirmRequest request, string? shown)
    {
        var known = _lookup.Application(application);
        var environment = Lookup.Environment(known, request.Environment);
        var roles = environment.Gates.Confirmation?.Roles ?? [];
        if (!roles.Contains(request.Role))
            throw new DiagnosticException(
                ExitCode.GateClosed, GateDiagnostics.RoleNotAsked(new EnvironmentKey(environment.Name, environment.Location), request.Role, roles));
        var wanted = ladder.WantedIn(application, environment.Name);
        var release = request.Release is { } name ? _lookup.Release(application, name)
            : wanted is not null ? _lookup.Release(application, wanted)
            : Below(known, environment);
        Admit(release, environment);
        var covers = gates.Covers(release, environment);
        if (shown is not null && shown != covers)
            throw new DiagnosticException(ExitCode.GateClosed, RequestDiagnostics.LinkOfAnotherPlan(release.Id, environment.Name));
        if (request.Covers is { } looked && looked != covers)
            throw new DiagnosticException(ExitCode.GateClosed, RequestDiagnostics.AnotherThanShown(release.Id, environment.Name));
        if (shown is not null && Confirmed(application, environment.Name, release.Id, request, covers))
            throw new DiagnosticException(ExitCode.GateClosed, RequestDiagnostics.LinkUsed(request.Actor, release.Id, environment.Name, request.Role));
        // Said once more it is news only where a yes grows old.
        if (environment.Gates.Confirmation!.ValidFor is not null || !Confirmed(application, environment.Name, release.Id, request, covers))
            store.SaveConfirmation(
                new ConfirmationRecord(application, environment.Name, release.Id, request.Role, request.Actor, time.GetUtcNow(), covers),
                FactOf(FactKind.ReleaseConfirmed, release, environment, request.Actor, $"{request.Actor} confirms {release.Id} for {environment.Name} as {request.Role}")
                    with
                { Role = request.Role, Covers = covers });
        // A confirmation lets in what was promoted; it does not promote by itself.
        return wanted == release.Id
            ? Bring(release, environment, request.Actor)
            : new DeploymentAnswer(null, release.Id, environment.Name, store.LastSequence(), $"confirmed; `towpath promote {environment.Name}` brings it in");
    }

    /// <summary>Brings an earlier release back.</summary>
    public DeploymentAnswer Rollback(string application, RollbackRequest request)
    {
        var known = _lookup.Application(application);
        var environment = Lookup.Environment(known, request.Environment);
        var release = request.Release is { } name ? _lookup.Release(application, name) : LastGood(known, environment);
        if (!gates.HasRun(application, environment.Name, release.Id))
            throw new DiagnosticException(ExitCode.GateClosed, GateDiagnostics.NothingToPromote(
                environment.Name, $"{release.Id} never ran well in {environment.Name}, so there is no way back to it."));
        Admit(release, environment);
        Return(release, environment);
        var first = store.LastSequence();
        var deployment = ladder.GoBack(application, environment.Name, release.Id, request.Actor);
        return new DeploymentAnswer(deployment.Id, release.Id, environment.Name, first, $"going back to {release.Id}");
    }

    /// <summary>Deploys where the gates hold, remembers the wish where they will, refuses where they can't.</summary>
    private DeploymentAnswer Bring(Release release, EnvironmentSpec environment, string actor, EmergencyEvidence? declared = null)
    {
        var application = release.Application.Name;
        // Asked twice, or let in by time meanwhile: one deployment is enough.
        if (ladder.Open(application, environment.Name, release.Id) is { } open)
            return new DeploymentAnswer(
                open.Id, release.Id, environment.Name, _lookup.BeforeFirst(application, f => f.Deployment == open.Id), $"{release.Id} is on its way into {environment.Name}");
        Admit(release, environment);
        if (gates.HasRun(application, environment.Name, release.Id)) Return(release, environment);
        // A wish that waits keeps its emergency, whoever brings about the rest.
        var known = ladder.EmergencyIn(application, environment.Name, release.Id);
        var emergency = known ?? declared;
        var closed = gates.JudgeEntry(release, environment, emergency).Where(g => !g.Holds).ToList();
        if (closed.Exists(g => !g.MayHold))
            throw new DiagnosticException(
                ExitCode.GateClosed, GateDiagnostics.MayNotEnter(new EnvironmentKey(environment.Name, environment.Location), release.Id, closed));
        if (declared is not null && known is null) Declare(release, environment, declared);
        if (closed.Count == 0) return Deploy(release, environment, actor, $"bringing {release.Id} into {environment.Name}", emergency);
        var first = store.LastSequence();
        ladder.Want(application, environment.Name, release.Id, actor, emergency);
        return new DeploymentAnswer(null, release.Id, environment.Name, first, $"{release.Id} enters {environment.Name} as soon as the gates hold: {string.Join("; ", closed.Select(g => g.Text))}");
    }

    private bool Confirmed(string application, string environment, string release, ConfirmRequest request, string covers) =>
        store.Confirmations(application, environment, release).Any(c => c.Role == request.Role && c.Actor == request.Actor && c.Covers == covers);

    /// <summary>A release that was rejected enters by no way.</summary>
    private void Admit(Release release, EnvironmentSpec environment)
    {
        if (store.Rejection(release.Application.Name, release.Id) is { } rejection)
            throw new DiagnosticException(
                ExitCode.GateClosed, GateDiagnostics.ReleaseRejected(new EnvironmentKey(environment.Name, environment.Location), release.Id, rejection.Actor, rejection.Reason));
    }

    /// <summary>A release comes back only where it can run on what later ones did to the data.</summary>
    private void Return(Release release, EnvironmentSpec environment)
    {
        if (new DataHistory(store, release.Application.Name, environment.Name).Since(release.Id).FirstOrDefault(m => !m.CanBeTakenBack) is { } final)
            throw new DiagnosticException(ExitCode.GateClosed, WayBackDiagnostics.MigrationInTheWay(environment.Name, release.Id, final));
    }

    private DeploymentAnswer Deploy(Release release, EnvironmentSpec environment, string actor, string text, EmergencyEvidence? emergency)
    {
        var first = store.LastSequence();
        var deployment = ladder.Deploy(release.Application.Name, environment.Name, release.Id, actor, emergency);
        return new DeploymentAnswer(deployment.Id, release.Id, environment.Name, first, text);
    }

    private Release Below(ApplicationRecord application, EnvironmentSpec environment)
    {
        if (_lookup.Below(application, environment) is { } release) return store.Release(application.Name, release)!;
        throw Nothing(environment, application.Ladder.Below(environment.Name) is { } below
            ? $"Nothing runs in {below.Name}, the environment below it."
            : "No commit was shipped yet.");
    }

    /// <summary>The newest release that ran well before what runs now: before the current one, or, where a later one froze half-way, the current one itself.</summary>
    private Release LastGood(ApplicationRecord application, EnvironmentSpec environment)
    {
        var current = store.FrozenBy(application.Name, environment.Name) is null ? store.Current(application.Name, environment.Name)?.Release : null;
        var good = store.RecentDeployments(application.Name, environment.Name, LookBack)
            .Where(d => d.Phase == nameof(DeploymentPhase.Succeeded) && d.Release != current && store.Rejection(application.Name, d.Release) is null)
            .Select(d => store.Release(application.Name, d.Release)).FirstOrDefault(r => r is not null);
        return good ?? throw Nothing(environment, $"No other release ran well in {environment.Name}.");
    }

    private static DiagnosticException Nothing(EnvironmentSpec environment, string why) =>
        new(ExitCode.NotFound, GateDiagnostics.NothingToPromote(environment.Name, why));

    private Fact FactOf(string kind, Release release, EnvironmentSpec environment, string actor, string text) => new()
    {
        At = time.GetUtcNow(),
        Kind = kind,
        Application = release.Application.Name,
        Environment = environment.Name,
        Release = release.Id,
        Actor = actor,
        Text = text,
    };
}
