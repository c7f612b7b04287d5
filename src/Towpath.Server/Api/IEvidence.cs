namespace Towpath.Server.Api;

/// <summary>What can be asked about evidence of pipelines that ran elsewhere.</summary>
public interface IEvidence
{
    /// <summary>Hands evidence in; the same file once more is accepted once.</summary>
    Task<CiEvidenceAnswer> SubmitEvidenceAsync(string application, EvidenceRequest request, CancellationToken cancellationToken);

    /// <summary>Evidence of an application, newest first, 100 at most; of one commit, by the beginning of its name, or of all.</summary>
    Task<IReadOnlyList<CiEvidenceAnswer>> EvidenceAsync(string application, string? commit, CancellationToken cancellationToken);

    /// <summary>Registers a key that vouches for evidence.</summary>
    Task<EvidenceKeyAnswer> AddEvidenceKeyAsync(string application, EvidenceKeyRequest request, CancellationToken cancellationToken);

    /// <summary>Takes a key away: what it vouched for no longer counts.</summary>
    Task RemoveEvidenceKeyAsync(string application, EvidenceKeyRemovalRequest request, CancellationToken cancellationToken);

    /// <summary>Keys of an application by name.</summary>
    Task<IReadOnlyList<EvidenceKeyAnswer>> EvidenceKeysAsync(string application, CancellationToken cancellationToken);
}
