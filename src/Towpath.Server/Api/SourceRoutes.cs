using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Towpath.Server.Api;

/// <summary>Routes of repositories that are watched.</summary>
internal static class SourceRoutes
{
    /// <summary>Adds them.</summary>
    public static void MapSources(this IEndpointRouteBuilder v1) =>
        v1.MapGet("/sources", (IControlPlane plane, CancellationToken ct) => plane.SourcesAsync(ct))
            .Described("listSources", "Sources", "Lists the repositories that are watched for applications that the caller operates, and their last failure");
}
