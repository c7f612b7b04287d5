using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Towpath.Server.Api;

/// <summary>Routes of ports.</summary>
internal static class PortRoutes
{
    /// <summary>Adds them.</summary>
    public static void MapPorts(this RouteGroupBuilder v1)
    {
        v1.MapGet("/ports", (IControlPlane plane, CancellationToken ct) => plane.PortsAsync(ct));
        v1.MapPost("/applications/{application}/ports", (string application, PortRequest request, IControlPlane plane, CancellationToken ct) =>
            plane.AssignPortAsync(application, request, ct));
        v1.MapPost("/applications/{application}/ports/release", async (string application, PortReleaseRequest request, IControlPlane plane, CancellationToken ct) =>
        {
            await plane.ReleasePortAsync(application, request, ct);
            return Results.NoContent();
        });
    }
}
