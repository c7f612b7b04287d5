using System.Collections.Immutable;
using Dapper;
using Towpath.Core.Journal;

namespace Towpath.Server.Storage;

// Evidence of pipelines elsewhere.
public abstract partial class SqlStore
{
    /// <inheritdoc/>
    public void SaveCiEvidence(CiEvidenceRecord evidence, int most, params ImmutableArray<Fact> facts) => Write(connection =>
    {
        var added = connection.Execute(
            """
            INSERT INTO ci_evidence (application, sha, hash, content, actor, key_fingerprint, at) VALUES (@Application, @Commit, @Hash, @Content, @Actor, @Key, @at)
            ON CONFLICT DO NOTHING
            """,
            new { evidence.Application, evidence.Commit, evidence.Hash, evidence.Content, evidence.Actor, Key = evidence.Key ?? "", at = Text(evidence.At) });
        if (added == 0) return;
        connection.Execute(
            """
            DELETE FROM ci_evidence WHERE application = @Application AND number NOT IN
                (SELECT number FROM ci_evidence WHERE application = @Application ORDER BY number DESC LIMIT @most)
            """,
            new { evidence.Application, most });
        Add(connection, facts);
    });

    /// <inheritdoc/>
    public IReadOnlyList<CiEvidenceRecord> CiEvidence(string application, string? commit, int count) => Read(connection => connection
        .Query<CiEvidenceRow>(
            $"""
            SELECT sha AS Sha, hash AS Hash, content AS Content, actor AS Actor, key_fingerprint AS KeyFingerprint, at AS At FROM ci_evidence
            WHERE application = @application {(commit is null ? "" : "AND sha = @commit")} ORDER BY number DESC LIMIT @count
            """,
            new { application, commit, count })
        .Select(row => new CiEvidenceRecord(application, row.Sha, row.Hash, row.Content, row.Actor, row.KeyFingerprint.Length == 0 ? null : row.KeyFingerprint, Time(row.At))).ToList());

    /// <inheritdoc/>
    public bool AddEvidenceKey(EvidenceKeyRecord key, params ImmutableArray<Fact> facts) => Write(connection =>
    {
        var added = connection.Execute(
            """
            INSERT INTO evidence_keys (application, name, fingerprint, pem, actor, at) VALUES (@Application, @Name, @Fingerprint, @Pem, @Actor, @at)
            ON CONFLICT DO NOTHING
            """,
            new { key.Application, key.Name, key.Fingerprint, key.Pem, key.Actor, at = Text(key.At) });
        if (added > 0) Add(connection, facts);
        return added > 0;
    });

    /// <inheritdoc/>
    public bool RemoveEvidenceKey(string application, string name, params ImmutableArray<Fact> facts) => Write(connection =>
    {
        var removed = connection.Execute("DELETE FROM evidence_keys WHERE application = @application AND name = @name", new { application, name });
        if (removed > 0) Add(connection, facts);
        return removed > 0;
    });

    /// <inheritdoc/>
    public IReadOnlyList<EvidenceKeyRecord> EvidenceKeys(string application) => Read(connection => connection
        .Query<EvidenceKeyRow>(
            "SELECT name AS Name, fingerprint AS Fingerprint, pem AS Pem, actor AS Actor, at AS At FROM evidence_keys WHERE application = @application ORDER BY name",
            new { application })
        .Select(row => new EvidenceKeyRecord(application, row.Name, row.Fingerprint, row.Pem, row.Actor, Time(row.At))).ToList());

    private sealed record CiEvidenceRow(string Sha, string Hash, string Content, string Actor, string KeyFingerprint, string At);

    private sealed record EvidenceKeyRow(string Name, string Fingerprint, string Pem, string Actor, string At);
}
