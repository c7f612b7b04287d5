using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Towpath.Server.Api;

/// <summary>Routes of deliveries.</summary>
internal static class HandoverRoutes
{
    private const string Tag = "Deliveries";

    /// <summary>Adds them.</summary>
    public static void MapHandover(this IEndpointRouteBuilder v1)
    {
        var app = v1.MapGroup("/applications/{application}");
        app.MapPost("/deliver", (string application, DeliverRequest request, IControlPlane plane, CancellationToken ct) =>
                plane.DeliverAsync(application, request, ct))
            .Described("deliverRelease", Tag, "Delivers a release for good");
        app.MapGet("/deliveries", (string application, string? release, IControlPlane plane, CancellationToken ct) =>
                plane.DeliveriesAsync(application, release, ct))
            .Described("listDeliveries", Tag, "Lists deliveries with the validations of their images");
    }
}
