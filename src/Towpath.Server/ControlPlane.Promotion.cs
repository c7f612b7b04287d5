using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Releases;
using Towpath.Core.Rollouts;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Server;

// Promote, confirm, roll back: what moves a release by a person's will.
public sealed partial class ControlPlane
{
    private const int LookBack = 200;

    /// <inheritdoc/>
    public Task<DeploymentAnswer> PromoteAsync(string application, PromoteRequest request, CancellationToken cancellationToken)
    {
        var known = Known(application);
        var environment = EnvironmentOf(known, request.Environment);
        var release = request.Release is { } name ? ReleaseOf(application, name) : Below(known, environment);
        return Task.FromResult(Bring(release, environment, request.Actor));
    }

    /// <inheritdoc/>
    public Task<DeploymentAnswer> ConfirmAsync(string application, ConfirmRequest request, CancellationToken cancellationToken)
    {
        var known = Known(application);
        var environment = EnvironmentOf(known, request.Environment);
        var roles = environment.Gates.Confirmation?.Roles ?? [];
        if (!roles.Contains(request.Role))
            throw new DiagnosticException(
                ExitCode.GateClosed, GateDiagnostics.RoleNotAsked(new EnvironmentKey(environment.Name, environment.Location), request.Role, roles));
        var wanted = _ladder.WantedIn(application, environment.Name);
        var release = request.Release is { } name ? ReleaseOf(application, name)
            : wanted is not null ? ReleaseOf(application, wanted)
            : Below(known, environment);
        var now = _time.GetUtcNow();
        _store.SaveConfirmation(
            new ConfirmationRecord(application, environment.Name, release.Id, request.Role, request.Actor, now, Covers: ""),
            FactOf(FactKind.ReleaseConfirmed, release, environment, request.Actor, $"{request.Actor} confirms {release.Id} for {environment.Name} as {request.Role}"));
        // A confirmation lets in what was promoted; it does not promote by itself.
        return Task.FromResult(wanted == release.Id
            ? Bring(release, environment, request.Actor)
            : new DeploymentAnswer(null, release.Id, environment.Name, _store.LastSequence(), $"confirmed; `towpath promote {environment.Name}` brings it in"));
    }

    /// <inheritdoc/>
    public Task<DeploymentAnswer> RollbackAsync(string application, RollbackRequest request, CancellationToken cancellationToken)
    {
        var known = Known(application);
        var environment = EnvironmentOf(known, request.Environment);
        var release = request.Release is { } name ? ReleaseOf(application, name) : LastGood(known, environment);
        if (!_gates.HasRun(application, environment.Name, release.Id))
            throw new DiagnosticException(ExitCode.GateClosed, GateDiagnostics.NothingToPromote(
                environment.Name, $"{release.Id} never ran well in {environment.Name}, so there is no way back to it."));
        var first = _store.LastSequence();
        var deployment = _ladder.GoBack(known, environment, release.Id, request.Actor);
        return Task.FromResult(new DeploymentAnswer(deployment.Id, release.Id, environment.Name, first, $"going back to {release.Id}"));
    }

    /// <summary>Deploys where the gates hold, remembers the wish where they will, refuses where they can't.</summary>
    private DeploymentAnswer Bring(Release release, EnvironmentSpec environment, string actor)
    {
        var application = release.Application.Name;
        // Asked twice, or let in by time meanwhile: one deployment is enough.
        if (_ladder.Open(application, environment.Name, release.Id) is { } open)
            return new DeploymentAnswer(
                open.Id, release.Id, environment.Name, BeforeFirst(application, _store.LastSequence(), f => f.Deployment == open.Id), $"{release.Id} is on its way into {environment.Name}");
        if (_gates.HasRun(application, environment.Name, release.Id)) return Deploy(release, environment, actor, $"bringing {release.Id} into {environment.Name}");
        var closed = _gates.Judge(release, environment).Where(g => !g.Holds).ToList();
        if (closed.Count == 0) return Deploy(release, environment, actor, $"bringing {release.Id} into {environment.Name}");
        var never = closed.Where(g => g.HoldsAt is null && g.Name != "confirmation").ToList();
        if (never.Count > 0)
            throw new DiagnosticException(
                ExitCode.GateClosed, GateDiagnostics.MayNotEnter(new EnvironmentKey(environment.Name, environment.Location), release.Id, closed));
        var first = _store.LastSequence();
        _ladder.Want(application, environment.Name, release.Id, actor);
        return new DeploymentAnswer(null, release.Id, environment.Name, first, $"{release.Id} enters {environment.Name} as soon as the gates hold: {string.Join("; ", closed.Select(g => g.Evidence))}");
    }

    private DeploymentAnswer Deploy(Release release, EnvironmentSpec environment, string actor, string text)
    {
        var first = _store.LastSequence();
        var deployment = _ladder.Deploy(release.Application.Name, environment.Name, release.Id, actor);
        return new DeploymentAnswer(deployment.Id, release.Id, environment.Name, first, text);
    }

    private Release Below(ApplicationRecord application, EnvironmentSpec environment)
    {
        if (application.Ladder.Below(environment.Name) is not { } below)
            return _store.Releases(application.Name, 1) is [var newest] ? newest : throw Nothing(environment, "No commit was shipped yet.");
        return _store.Current(application.Name, below.Name) is { } current
            ? _store.Release(application.Name, current.Release)!
            : throw Nothing(environment, $"Nothing runs in {below.Name}, the environment below it.");
    }

    /// <summary>The newest release that ran well before the one that runs now.</summary>
    private Release LastGood(ApplicationRecord application, EnvironmentSpec environment)
    {
        var current = _store.Current(application.Name, environment.Name)?.Release;
        var good = _store.RecentDeployments(application.Name, environment.Name, LookBack)
            .Where(d => d.Phase == nameof(DeploymentPhase.Succeeded) && d.Release != current)
            .Select(d => _store.Release(application.Name, d.Release)).FirstOrDefault(r => r is not null);
        return good ?? throw Nothing(environment, $"No other release ran well in {environment.Name}.");
    }

    private static DiagnosticException Nothing(EnvironmentSpec environment, string why) =>
        new(ExitCode.NotFound, GateDiagnostics.NothingToPromote(environment.Name, why));

    private Fact FactOf(string kind, Release release, EnvironmentSpec environment, string actor, string text) => new()
    {
        At = _time.GetUtcNow(),
        Kind = kind,
        Application = release.Application.Name,
        Environment = environment.Name,
        Release = release.Id,
        Actor = actor,
        Text = text,
    };
}
