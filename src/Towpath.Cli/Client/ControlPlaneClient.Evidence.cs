using Towpath.Server.Api;

namespace Towpath.Cli.Client;

// Evidence of pipelines that ran elsewhere.
internal sealed partial class ControlPlaneClient
{
    /// <inheritdoc/>
    public Task<CiEvidenceAnswer> SubmitEvidenceAsync(string application, EvidenceRequest request, CancellationToken cancellationToken) =>
        PostAsync<CiEvidenceAnswer>(Of(application, "/evidence"), request, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<CiEvidenceAnswer>> EvidenceAsync(string application, string? commit, CancellationToken cancellationToken) =>
        GetAsync<IReadOnlyList<CiEvidenceAnswer>>(Of(application, "/evidence") + (commit is null ? "" : $"?commit={Escape(commit)}"), cancellationToken);

    /// <inheritdoc/>
    public Task<EvidenceKeyAnswer> AddEvidenceKeyAsync(string application, EvidenceKeyRequest request, CancellationToken cancellationToken) =>
        PostAsync<EvidenceKeyAnswer>(Of(application, "/evidence/keys"), request, cancellationToken);

    /// <inheritdoc/>
    public Task RemoveEvidenceKeyAsync(string application, EvidenceKeyRemovalRequest request, CancellationToken cancellationToken) =>
        TellAsync(HttpMethod.Post, Of(application, "/evidence/keys/remove"), request, CallTimeout, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<EvidenceKeyAnswer>> EvidenceKeysAsync(string application, CancellationToken cancellationToken) =>
        GetAsync<IReadOnlyList<EvidenceKeyAnswer>>(Of(application, "/evidence/keys"), cancellationToken);
}
