using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Towpath.Server.Api;

/// <summary>Routes of ports.</summary>
internal static class PortRoutes
{
    private const string Tag = "Ports";

    /// <summary>Adds them.</summary>
    public static void MapPorts(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/ports", (IControlPlane plane, CancellationToken ct) => plane.PortsAsync(ct))
            .Described("listPorts", Tag, "Shows which environment has which port, and free ones");
        v1.MapPost("/applications/{application}/ports", (string application, PortRequest request, IControlPlane plane, CancellationToken ct) =>
                plane.AssignPortAsync(application, request, ct))
            .Described("assignPort", Tag, "Gives an environment a port");
        v1.MapPost("/applications/{application}/ports/release", async Task<NoContent> (string application, PortReleaseRequest request, IControlPlane plane, CancellationToken ct) =>
            {
                await plane.ReleasePortAsync(application, request, ct);
                return TypedResults.NoContent();
            })
            .Described("releasePort", Tag, "Takes the assigned port of an environment back");
    }
}
