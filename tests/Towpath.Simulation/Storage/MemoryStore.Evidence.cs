using System.Collections.Immutable;
using Towpath.Core.Journal;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Storage;

// Evidence of pipelines elsewhere.
internal sealed partial class MemoryStore
{
    private readonly List<CiEvidenceRecord> _ciEvidence = [];
    private readonly List<EvidenceKeyRecord> _evidenceKeys = [];

    /// <inheritdoc/>
    public void SaveCiEvidence(CiEvidenceRecord evidence, int most, params ImmutableArray<Fact> facts) => Write(() =>
    {
        if (_ciEvidence.Exists(e => (e.Application, e.Hash, e.Key) == (evidence.Application, evidence.Hash, evidence.Key))) return;
        _ciEvidence.Add(evidence);
        var kept = _ciEvidence.Where(e => e.Application == evidence.Application).Reverse().Take(most).ToHashSet();
        _ciEvidence.RemoveAll(e => e.Application == evidence.Application && !kept.Contains(e));
        Add(facts);
    });

    /// <inheritdoc/>
    public IReadOnlyList<CiEvidenceRecord> CiEvidence(string application, string? commit, int count) => Read(() =>
        _ciEvidence.Where(e => e.Application == application && (commit is null || e.Commit == commit)).Reverse().Take(count).ToList());

    /// <inheritdoc/>
    public bool AddEvidenceKey(EvidenceKeyRecord key, params ImmutableArray<Fact> facts) => Write(() =>
    {
        if (_evidenceKeys.Exists(k => k.Application == key.Application && (k.Name == key.Name || k.Fingerprint == key.Fingerprint))) return false;
        _evidenceKeys.Add(key);
        Add(facts);
        return true;
    });

    /// <inheritdoc/>
    public bool RemoveEvidenceKey(string application, string name, params ImmutableArray<Fact> facts) => Write(() =>
    {
        if (_evidenceKeys.RemoveAll(k => k.Application == application && k.Name == name) == 0) return false;
        Add(facts);
        return true;
    });

    /// <inheritdoc/>
    public IReadOnlyList<EvidenceKeyRecord> EvidenceKeys(string application) => Read(() =>
        _evidenceKeys.Where(k => k.Application == application).OrderBy(k => k.Name, StringComparer.Ordinal).ToList());
}
