using Towpath.Core.Identity;

namespace Towpath.Server.Api;

// Evidence of pipelines that ran elsewhere.
internal sealed partial class JudgedControlPlane
{
    /// <inheritdoc/>
    public async Task<CiEvidenceAnswer> SubmitEvidenceAsync(string application, EvidenceRequest request, CancellationToken cancellationToken)
    {
        // A signature vouches for itself: whoever may look may carry it here. It is verified by the desk.
        await JudgeAsync(request.Signature is null ? Deed.SubmitEvidence : Deed.Read, application, null, cancellationToken);
        return await plane.SubmitEvidenceAsync(application, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CiEvidenceAnswer>> EvidenceAsync(string application, string? commit, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Read, application, null, cancellationToken);
        return await plane.EvidenceAsync(application, commit, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<EvidenceKeyAnswer> AddEvidenceKeyAsync(string application, EvidenceKeyRequest request, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.KeepEvidenceKeys, application, null, cancellationToken);
        return await plane.AddEvidenceKeyAsync(application, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task RemoveEvidenceKeyAsync(string application, EvidenceKeyRemovalRequest request, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.KeepEvidenceKeys, application, null, cancellationToken);
        await plane.RemoveEvidenceKeyAsync(application, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EvidenceKeyAnswer>> EvidenceKeysAsync(string application, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Read, application, null, cancellationToken);
        return await plane.EvidenceKeysAsync(application, cancellationToken);
    }
}
