using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Towpath.Server.Api;

/// <summary>Routes of deploy requests and of links, below an application.</summary>
internal static class RequestRoutes
{
    /// <summary>Adds them.</summary>
    public static void MapRequests(this IEndpointRouteBuilder app)
    {
        app.MapPost("/request", (string application, DeployRequest request, IControlPlane plane, CancellationToken ct) =>
            plane.RequestAsync(application, request, ct));
        app.MapGet("/requests", (string application, string? environment, IControlPlane plane, CancellationToken ct) =>
            plane.RequestsAsync(application, environment, ct));
        app.MapPost("/request/refuse", (string application, RefuseRequest request, IControlPlane plane, CancellationToken ct) =>
            plane.RefuseRequestAsync(application, request, ct));
        app.MapPost("/confirm/link", (string application, LinkRequest request, IControlPlane plane, CancellationToken ct) =>
            plane.LinkAsync(application, request, ct));
    }
}
