using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Releases;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Server.Desks;

/// <summary>Where the agreement between Dev and Ops is looked at and signed. What can't be done is a <see cref="DiagnosticException"/>.</summary>
internal sealed class AgreementDesk(IStore store, TimeProvider time)
{
    private readonly Lookup _lookup = new(store);

    /// <summary>The agreement of a release, of the newest where none is named.</summary>
    public AgreementAnswer Show(string application, string? release) => Answer(_lookup.Application(application), Find(application, release));

    /// <summary>Signs it for a side. Signed twice by the same person it is signed once.</summary>
    public AgreementAnswer Sign(string application, SignRequest request)
    {
        var known = _lookup.Application(application);
        var release = Find(application, request.Release);
        var agreement = Of(release);
        Check(application, agreement, request);
        var now = time.GetUtcNow();
        store.SaveSignature(
            new SignatureRecord(application, agreement.Hash, request.Side, request.Actor, now),
            new Fact
            {
                At = now,
                Kind = FactKind.AgreementSigned,
                Application = application,
                Release = release.Id,
                Actor = request.Actor,
                Role = request.Side,
                Covers = agreement.Hash,
                Text = $"{request.Actor} signs {agreement.File} {Agreement.Shown(agreement.Hash)} for {request.Side}",
            });
        // Of two who sign at once the store takes the first: the other is told.
        Check(application, agreement, request);
        return Answer(known, release);
    }

    private void Check(string application, Agreement agreement, SignRequest request) =>
        AgreementSigning.Check(agreement, store.SignaturesUnder(application, agreement), request.Side, request.Actor, request.Hash);

    private Release Find(string application, string? name)
    {
        if (name is not null) return _lookup.Release(application, name);
        return store.Releases(application, 1) is [var newest]
            ? newest
            : throw new DiagnosticException(ExitCode.NotFound, SigningDiagnostics.NoRelease(application));
    }

    private static Agreement Of(Release release) =>
        release.Application.Agreement ?? throw new DiagnosticException(ExitCode.NotFound, SigningDiagnostics.NoAgreement(release.Id));

    private AgreementAnswer Answer(ApplicationRecord known, Release release)
    {
        var agreement = Of(release);
        var signatures = store.SignaturesUnder(known.Name, agreement);
        return new AgreementAnswer(
            known.Name, release.Id, release.Commit, known.Folder == "." ? agreement.File : $"{known.Folder}/{agreement.File}", agreement.Hash,
            [.. agreement.Sides.Select(side => signatures.FirstOrDefault(s => s.Side == side) is { } s ? new SideAnswer(side, s.Actor, s.At) : new SideAnswer(side, null, null))],
            AgreementSigning.Missing(agreement, signatures));
    }
}
