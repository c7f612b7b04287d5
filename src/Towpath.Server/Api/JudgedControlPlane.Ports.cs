using Towpath.Core.Identity;

namespace Towpath.Server.Api;

// Ports.
internal sealed partial class JudgedControlPlane
{
    /// <inheritdoc/>
    public async Task<PortsAnswer> PortsAsync(CancellationToken cancellationToken)
    {
        Judge(Deed.LookAround, null, null);
        var all = await plane.PortsAsync(cancellationToken);
        return all with { Held = [.. all.Held.Where(h => Sees(h.Application))] };
    }

    /// <inheritdoc/>
    public async Task<PortAnswer> AssignPortAsync(string application, PortRequest request, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.AssignPort, application, request.Environment, cancellationToken);
        return await plane.AssignPortAsync(application, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task ReleasePortAsync(string application, PortReleaseRequest request, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.AssignPort, application, request.Environment, cancellationToken);
        await plane.ReleasePortAsync(application, request with { Actor = Named(request.Actor) }, cancellationToken);
    }
}
