using Towpath.Server.Api;

namespace Towpath.Server;

// Evidence of pipelines that ran elsewhere.
public sealed partial class ControlPlane
{
    /// <inheritdoc/>
    public Task<CiEvidenceAnswer> SubmitEvidenceAsync(string application, EvidenceRequest request, CancellationToken cancellationToken) => Task.FromResult(_evidence.Submit(application, request));

    /// <inheritdoc/>
    public Task<IReadOnlyList<CiEvidenceAnswer>> EvidenceAsync(string application, string? commit, CancellationToken cancellationToken) => Task.FromResult(_evidence.List(application, commit));

    /// <inheritdoc/>
    public Task<EvidenceKeyAnswer> AddEvidenceKeyAsync(string application, EvidenceKeyRequest request, CancellationToken cancellationToken) => Task.FromResult(_evidence.AddKey(application, request));

    /// <inheritdoc/>
    public Task RemoveEvidenceKeyAsync(string application, EvidenceKeyRemovalRequest request, CancellationToken cancellationToken)
    {
        _evidence.RemoveKey(application, request);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<EvidenceKeyAnswer>> EvidenceKeysAsync(string application, CancellationToken cancellationToken) => Task.FromResult(_evidence.Keys(application));
}
