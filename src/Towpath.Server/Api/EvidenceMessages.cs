namespace Towpath.Server.Api;

/// <summary>Hands in evidence of a pipeline that ran elsewhere.</summary>
/// <param name="Content">The file as it is, UTF-8 text of 256 KB at most: a signature covers its bytes.</param>
/// <param name="Actor">Who hands it in.</param>
public sealed record EvidenceRequest(string Content, string Actor)
{
    /// <summary>Detached signature of the file in base64, ECDSA over P-256 with SHA-256 in DER, as <c>openssl dgst -sign</c> makes it; null where the account itself vouches for it.</summary>
    public string? Signature { get; init; }

    /// <summary>Full name of the commit that is meant: a file of another commit is refused. Null for whichever it names.</summary>
    public string? Commit { get; init; }
}

/// <summary>Evidence that was accepted.</summary>
/// <param name="Commit">Full object name.</param>
/// <param name="Verdict"><c>green</c> or <c>red</c>.</param>
/// <param name="System">Where it ran: <c>gitlab</c>, <c>github</c> or <c>jenkins</c>; null for a machine that says nothing of itself.</param>
/// <param name="Url">Page of the job there, or null.</param>
/// <param name="StartedAt">When it began there.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Steps">Its steps.</param>
/// <param name="Images">Digest of each service's image there. Another machine may build other digests of the same commit.</param>
/// <param name="Actor">Who handed it in.</param>
/// <param name="Key">Name of the key that signed it; null for none.</param>
/// <param name="Counts">It counts for the gate <c>ci</c>; false where its key was taken away.</param>
/// <param name="At">When it was handed in.</param>
public sealed record CiEvidenceAnswer(
    string Commit,
    string Verdict,
    string? System,
    string? Url,
    DateTimeOffset StartedAt,
    TimeSpan Duration,
    IReadOnlyList<EvidenceAnswer> Steps,
    IReadOnlyDictionary<string, string> Images,
    string Actor,
    string? Key,
    bool Counts,
    DateTimeOffset At);

/// <summary>Registers a key.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Pem">A public key, ECDSA over P-256, in PEM.</param>
/// <param name="Actor">Who registers it.</param>
public sealed record EvidenceKeyRequest(string Name, string Pem, string Actor);

/// <summary>Takes a key away.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Actor">Who takes it away.</param>
public sealed record EvidenceKeyRemovalRequest(string Name, string Actor);

/// <summary>A key that vouches for evidence.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Fingerprint">SHA-256 of the public key (SubjectPublicKeyInfo), 64 hexadecimal digits.</param>
/// <param name="Actor">Who registered it.</param>
/// <param name="At">When.</param>
public sealed record EvidenceKeyAnswer(string Name, string Fingerprint, string Actor, DateTimeOffset At);
