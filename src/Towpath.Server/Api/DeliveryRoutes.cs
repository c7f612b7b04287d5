using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Towpath.Server.Api;

/// <summary>The routes that move releases: from a commit through the environments, and back.</summary>
internal static class DeliveryRoutes
{
    private const string Tag = "Delivery";

    /// <summary>Adds them.</summary>
    public static void MapDelivery(this IEndpointRouteBuilder v1)
    {
        v1.MapPost("/ship", (ShipRequest request, IControlPlane plane, CancellationToken ct) => plane.ShipAsync(request, ct))
            .Described("ship", Tag, "Builds and tests a commit, and lets its release climb");
        v1.MapPost("/runs/{run}/cancel", async Task<NoContent> (string run, IControlPlane plane, CancellationToken ct) =>
            {
                await plane.CancelRunAsync(run, ct);
                return TypedResults.NoContent();
            })
            .Described("cancelRun", Tag, "Cancels a pipeline run; one that has ended is left alone");
        MapApplication(v1.MapGroup("/applications/{application}"));
    }

    private static void MapApplication(RouteGroupBuilder app)
    {
        app.MapPost("/promote", (string application, PromoteRequest request, IControlPlane plane, CancellationToken ct) =>
                plane.PromoteAsync(application, request, ct))
            .Described("promote", Tag, "Brings a release into an environment");
        app.MapPost("/confirm", (string application, ConfirmRequest request, IControlPlane plane, CancellationToken ct) =>
                plane.ConfirmAsync(application, request, ct))
            .Described("confirm", Tag, "Says yes to a release in an environment");
        app.MapPost("/rollback", (string application, RollbackRequest request, IControlPlane plane, CancellationToken ct) =>
                plane.RollbackAsync(application, request, ct))
            .Described("rollback", Tag, "Brings an earlier release back");
        app.MapPost("/reject", (string application, RejectRequest request, IControlPlane plane, CancellationToken ct) =>
                plane.RejectAsync(application, request, ct))
            .Described("reject", Tag, "Rejects a release for good");
        app.MapPost("/pause", (string application, PauseRequest request, IControlPlane plane, CancellationToken ct) =>
                plane.PauseAsync(application, request, ct))
            .Described("pause", Tag, "Makes an environment's deployment stand still");
        app.MapPost("/resume", (string application, ResumeRequest request, IControlPlane plane, CancellationToken ct) =>
                plane.ResumeAsync(application, request, ct))
            .Described("resume", Tag, "Lets an environment go on");
        app.MapPost("/abort", (string application, AbortRequest request, IControlPlane plane, CancellationToken ct) =>
                plane.AbortAsync(application, request, ct))
            .Described("abort", Tag, "Takes back what is on its way into an environment");
        app.MapPost("/proceed", (string application, ProceedRequest request, IControlPlane plane, CancellationToken ct) =>
                plane.ProceedAsync(application, request, ct))
            .Described("proceed", Tag, "Lets weighted rollouts take their next step now");
    }
}
