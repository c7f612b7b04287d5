using Towpath.Core.Identity;

namespace Towpath.Server.Api;

// Deliveries.
internal sealed partial class JudgedControlPlane
{
    /// <inheritdoc/>
    public async Task<DeliveryAnswer> DeliverAsync(string application, DeliverRequest request, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Deliver, application, request.Environment, cancellationToken);
        return await plane.DeliverAsync(application, request with { Actor = Named(request.Actor) }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DeliveryAnswer>> DeliveriesAsync(string application, string? release, CancellationToken cancellationToken)
    {
        await JudgeAsync(Deed.Read, application, null, cancellationToken);
        return await plane.DeliveriesAsync(application, release, cancellationToken);
    }
}
