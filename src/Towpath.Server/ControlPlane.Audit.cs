using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Server.Api;

namespace Towpath.Server;

// The audit trail.
public sealed partial class ControlPlane
{
    /// <inheritdoc/>
    public Task<AuditAnswer> AuditAsync(string? anchor, CancellationToken cancellationToken)
    {
        const int page = 1000;
        var noted = anchor is null ? null : SealAnchor.Parse(anchor) ?? throw new DiagnosticException(ExitCode.Usage, AuditDiagnostics.NoAnchor(anchor));
        var written = _store.LastSequence();
        var audit = SealAudit.Start;
        for (var after = 0L; audit.Broken is null;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var facts = _sealed.Sealed(after, page);
            audit = facts.Aggregate(audit, (before, fact) => before.After(fact, noted));
            if (facts.Count < page) break;
            after = facts[^1].Sequence;
        }
        audit = audit.End(written, noted);
        return Task.FromResult(new AuditAnswer(audit.Facts, new SealAnchor(audit.Facts, audit.Seal).ToString(), audit.Broken));
    }
}
