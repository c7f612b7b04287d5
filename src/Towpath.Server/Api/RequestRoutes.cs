using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Towpath.Server.Api;

/// <summary>Routes of deploy requests and of links that confirm.</summary>
internal static class RequestRoutes
{
    private const string Tag = "Requests";

    /// <summary>Adds them.</summary>
    public static void MapRequests(this IEndpointRouteBuilder v1)
    {
        v1.MapPost("/links/confirm", (LinkedConfirmRequest request, IControlPlane plane, CancellationToken ct) => plane.ConfirmByLinkAsync(request, ct))
            .Described("confirmByLink", Tag, "Says yes to what a signed link names");
        var app = v1.MapGroup("/applications/{application}");
        app.MapPost("/request", (string application, DeployRequest request, IControlPlane plane, CancellationToken ct) =>
                plane.RequestAsync(application, request, ct))
            .Described("requestDeployment", Tag, "Begins a deploy request, or completes it");
        app.MapGet("/requests", (string application, string? environment, IControlPlane plane, CancellationToken ct) =>
                plane.RequestsAsync(application, environment, ct))
            .Described("listRequests", Tag, "Lists deploy requests with their states and what they lack");
        app.MapGet("/environments/{environment}/approval", (string application, string environment, string? release, IControlPlane plane, CancellationToken ct) =>
                plane.ApprovalAsync(application, environment, release, ct))
            .Described("getApproval", Tag, "Shows what a release would be in an environment, what its deploy request says, who said yes and whose yes is missing");
        app.MapPost("/request/refuse", (string application, RefuseRequest request, IControlPlane plane, CancellationToken ct) =>
                plane.RefuseRequestAsync(application, request, ct))
            .Described("refuseRequest", Tag, "Refuses a deploy request");
        app.MapPost("/confirm/link", (string application, LinkRequest request, IControlPlane plane, CancellationToken ct) =>
                plane.LinkAsync(application, request, ct))
            .Described("makeConfirmationLink", Tag, "Makes a signed link that confirms one release in one environment");
    }
}
