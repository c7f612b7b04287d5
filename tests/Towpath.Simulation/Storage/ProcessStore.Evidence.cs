using System.Collections.Immutable;
using Towpath.Core.Journal;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Storage;

// Evidence of pipelines elsewhere.
internal sealed partial class ProcessStore
{
    /// <inheritdoc/>
    public void SaveCiEvidence(CiEvidenceRecord evidence, int most, params ImmutableArray<Fact> facts) => Write(() => inner.SaveCiEvidence(evidence, most, facts));

    /// <inheritdoc/>
    public IReadOnlyList<CiEvidenceRecord> CiEvidence(string application, string? commit, int count) => Read(() => inner.CiEvidence(application, commit, count));

    /// <inheritdoc/>
    public bool AddEvidenceKey(EvidenceKeyRecord key, params ImmutableArray<Fact> facts) => Write(() => inner.AddEvidenceKey(key, facts));

    /// <inheritdoc/>
    public bool RemoveEvidenceKey(string application, string name, params ImmutableArray<Fact> facts) => Write(() => inner.RemoveEvidenceKey(application, name, facts));

    /// <inheritdoc/>
    public IReadOnlyList<EvidenceKeyRecord> EvidenceKeys(string application) => Read(() => inner.EvidenceKeys(application));
}
