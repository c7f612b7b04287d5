using System.Collections.Immutable;
using Towpath.Core.Journal;

namespace Towpath.Server.Storage;

/// <summary>Evidence of pipelines that ran elsewhere, and keys that vouch for it.</summary>
public interface IEvidenceStore
{
    /// <summary>Stores evidence; the same file by the same voucher (a key, or any account) once more is left as it is, and is no news. Of an application the newest <paramref name="most"/> are kept.</summary>
    void SaveCiEvidence(CiEvidenceRecord evidence, int most, params ImmutableArray<Fact> facts);

    /// <summary>Evidence of an application, newest first; of one commit, or of all.</summary>
    IReadOnlyList<CiEvidenceRecord> CiEvidence(string application, string? commit, int count);

    /// <summary>Adds a key.</summary>
    /// <returns>False where there is one of that name.</returns>
    bool AddEvidenceKey(EvidenceKeyRecord key, params ImmutableArray<Fact> facts);

    /// <summary>Takes a key away.</summary>
    /// <returns>False where there is none of that name.</returns>
    bool RemoveEvidenceKey(string application, string name, params ImmutableArray<Fact> facts);

    /// <summary>Keys of an application by name.</summary>
    IReadOnlyList<EvidenceKeyRecord> EvidenceKeys(string application);
}

/// <summary>Evidence that was accepted.</summary>
/// <param name="Application">Application.</param>
/// <param name="Commit">Full object name.</param>
/// <param name="Hash">SHA-256 of its file, 64 hexadecimal digits.</param>
/// <param name="Content">Its file as it came.</param>
/// <param name="Actor">Who handed it in.</param>
/// <param name="Key">Fingerprint of the key that signed it; null where the account itself vouches for it.</param>
/// <param name="At">When it was handed in.</param>
public sealed record CiEvidenceRecord(string Application, string Commit, string Hash, string Content, string Actor, string? Key, DateTimeOffset At);

/// <summary>A key that vouches for evidence.</summary>
/// <param name="Application">Application.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Fingerprint">SHA-256 of the public key (SubjectPublicKeyInfo), 64 hexadecimal digits.</param>
/// <param name="Pem">The public key in PEM.</param>
/// <param name="Actor">Who registered it.</param>
/// <param name="At">When.</param>
public sealed record EvidenceKeyRecord(string Application, string Name, string Fingerprint, string Pem, string Actor, DateTimeOffset At);
