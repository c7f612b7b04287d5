using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Towpath.Server.Api;

/// <summary>The route of differences.</summary>
internal static class DifferenceRoutes
{
    private const string Tag = "Applications";

    /// <summary>Adds it.</summary>
    public static void MapDifferences(this IEndpointRouteBuilder v1) =>
        v1.MapGet("/applications/{application}/environments/{environment}/differences", (string application, string environment, string? release, IControlPlane plane, CancellationToken ct) =>
                plane.DifferencesAsync(application, environment, release, ct))
            .Described("listDifferences", Tag, "Shows what a release would change of an environment on a cluster, field by field");
}
