using Towpath.Core.Identity;

namespace Towpath.Server.Api;

// Deploy requests.
internal sealed partial class JudgedControlPlane
{
    /// <inheritdoc/>
    public async Task<RequestAnswer> RequestAsync(string application, DeployRequest request, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Request, application, request.Environment, cancellationToken);
        return await plane.RequestAsync(application, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RequestAnswer>> RequestsAsync(string application, string? environment, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Read, application, environment, cancellationToken);
        return await plane.RequestsAsync(application, environment, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ApprovalAnswer> ApprovalAsync(string application, string environment, string? release, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Read, application, environment, cancellationToken);
        return await plane.ApprovalAsync(application, environment, release, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<RequestAnswer> RefuseRequestAsync(string application, RefuseRequest request, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.RefuseRequest, application, request.Environment, cancellationToken);
        return await plane.RefuseRequestAsync(application, request with { Actor = Named(request.Actor) }, cancellationToken);
    }
}
