using System.Collections.Immutable;
using Towpath.Core.Announcements;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Releases;
using Towpath.Server.Api;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;

namespace Towpath.Server.Desks;

/// <summary>Makes links by which a release is confirmed, and reads them.</summary>
/// <param name="address">Where people reach the control plane; null where nobody said: there are no links then.</param>
/// <param name="key">What links are signed with.</param>
/// <param name="store">Where releases and confirmations are.</param>
/// <param name="gates">Tells what a yes covers.</param>
/// <param name="time">When links end.</param>
internal sealed class ConfirmationLinks(Uri? address, byte[] key, IStore store, GateKeeper gates, TimeProvider time)
{
    private readonly Lookup _lookup = new(store);

    /// <summary>A link for whoever is to confirm a release.</summary>
    /// <exception cref="DiagnosticException">Nobody said where the control plane is reached, or there is no such thing to confirm.</exception>
    public LinkAnswer Make(string application, LinkRequest request)
    {
        if (address is null) throw new DiagnosticException(ExitCode.InvalidInput, RequestDiagnostics.NoAddress());
        var known = _lookup.Application(application);
        var environment = Lookup.Environment(known, request.Environment);
        var roles = environment.Gates.Confirmation?.Roles ?? [];
        if (!roles.Contains(request.Role))
            throw new DiagnosticException(
                ExitCode.GateClosed, GateDiagnostics.RoleNotAsked(new EnvironmentKey(environment.Name, environment.Location), request.Role, roles));
        var release = request.Release is { } name ? _lookup.Release(application, name)
            : _lookup.Below(known, environment) is { } below ? _lookup.Release(application, below)
            : throw new DiagnosticException(ExitCode.NotFound, GateDiagnostics.NothingToPromote(environment.Name, "No release could come next."));
        var link = Of(release, environment, request.Role);
        return new LinkAnswer(Address(link), release.Id, environment.Name, request.Role, link.ExpiresAt);
    }

    /// <summary>What a link says.</summary>
    /// <exception cref="DiagnosticException">TP4730, TP4731: it is not ours, or has expired.</exception>
    public ConfirmationLink Open(string text)
    {
        var link = ConfirmationLink.Read(text, key) ?? throw new DiagnosticException(ExitCode.InvalidInput, RequestDiagnostics.LinkForged());
        return time.GetUtcNow() < link.ExpiresAt
            ? link
            : throw new DiagnosticException(ExitCode.GateClosed, RequestDiagnostics.LinkExpired(link.Release, link.Environment, link.ExpiresAt));
    }

    /// <summary>What an announcement says beside its words: a link for each role that has still to confirm what it is about.</summary>
    public ImmutableArray<AnnouncementField> Beside(Fact fact)
    {
        if (address is null || fact.Kind is not (FactKind.ReleaseWaiting or FactKind.DeployRequested or FactKind.EmergencyDeclared)) return [];
        if (fact is not { Environment: { } place, Release: { } id } || store.Application(fact.Application)?.Ladder.Environment(place) is not { } environment) return [];
        if (environment.Gates.Confirmation is not { } asked || store.Release(fact.Application, id) is not { } release) return [];
        var covers = gates.Covers(release, environment);
        var said = store.Confirmations(fact.Application, place, id).Where(c => c.Covers == covers).Select(c => c.Role).ToHashSet(StringComparer.Ordinal);
        return [.. asked.Roles.Where(role => !said.Contains(role)).Select(role => new AnnouncementField($"Confirm as {role}", Address(Of(release, environment, role))))];
    }

    private ConfirmationLink Of(Release release, EnvironmentSpec environment, string role) => new(
        release.Application.Name, environment.Name, release.Id, role, gates.Covers(release, environment),
        DateTimeOffset.FromUnixTimeSeconds((time.GetUtcNow() + ConfirmationLink.Life).ToUnixTimeSeconds()));

    private string Address(ConfirmationLink link) => $"{address}{ConfirmationPage.Path[1..]}?link={link.Sign(key)}";
}
