using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Towpath.Server.Api;

/// <summary>Routes of readiness sheets.</summary>
internal static class ReviewRoutes
{
    private const string Tag = "Readiness";

    /// <summary>Adds them.</summary>
    public static void MapReviews(this IEndpointRouteBuilder v1)
    {
        var app = v1.MapGroup("/applications/{application}");
        app.MapGet("/review", (string application, IControlPlane plane, CancellationToken ct) => plane.ReviewAsync(application, ct))
            .Described("getReview", Tag, "Shows how ready an application is: pipelines, open points, stability, what is due");
        app.MapGet("/reviews", (string application, IControlPlane plane, CancellationToken ct) => plane.WrittenReviewsAsync(application, ct))
            .Described("listReviews", Tag, "Lists the newest readiness sheets that were written by themselves, 10 at most");
    }
}
