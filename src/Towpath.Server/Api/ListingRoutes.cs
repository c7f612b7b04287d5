using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Towpath.Core.Diagnostics;

namespace Towpath.Server.Api;

/// <summary>The routes of lists, and of what is on them.</summary>
internal static class ListingRoutes
{
    private const int MostLogLines = 2000;
    private const string Tag = "Lists";

    /// <summary>Adds them.</summary>
    public static void MapListings(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/applications", async (string? cursor, int? limit, IControlPlane plane, CancellationToken ct) =>
                new PageRequest(cursor, limit).Of(await plane.ApplicationsAsync(ct), name => name))
            .Described("listApplications", Tag, "Lists the names of the applications that one may see");
        MapApplication(v1.MapGroup("/applications/{application}"));
    }

    private static void MapApplication(RouteGroupBuilder app)
    {
        app.MapGet("/releases", (string application, string? cursor, int? limit, IControlPlane plane, CancellationToken ct) =>
                plane.ReleasesAsync(application, new PageRequest(cursor, limit), ct))
            .Described("listReleases", Tag, "Lists releases, newest first");
        app.MapGet("/releases/{release}", (string application, string release, IControlPlane plane, CancellationToken ct) =>
                plane.ReleaseAsync(application, release, ct))
            .Described("getRelease", Tag, "Shows one release with its evidence");
        app.MapGet("/environments/{environment}/deployments", (string application, string environment, string? cursor, int? limit, IControlPlane plane, CancellationToken ct) =>
                plane.DeploymentsAsync(application, environment, new PageRequest(cursor, limit), ct))
            .Described("listDeployments", Tag, "Lists the deployments of an environment, newest first");
        app.MapGet("/deployments/{deployment}", (string application, string deployment, IControlPlane plane, CancellationToken ct) =>
                plane.DeploymentAsync(application, deployment, ct))
            .Described("getDeployment", Tag, "Shows one deployment, and what happened in it");
        app.MapGet("/runs", (string application, string? cursor, int? limit, IControlPlane plane, CancellationToken ct) =>
                plane.RunsAsync(application, new PageRequest(cursor, limit), ct))
            .Described("listRuns", Tag, "Lists pipeline runs, newest first");
        app.MapGet("/runs/{run}", (string application, string run, IControlPlane plane, CancellationToken ct) =>
                plane.RunAsync(application, run, ct))
            .Described("getRun", Tag, "Shows one pipeline run with its steps");
        app.MapGet("/runs/{run}/steps/{step}/log", (string application, string run, string step, int? tail, IControlPlane plane, CancellationToken ct) =>
                plane.StepLogAsync(application, run, step, Lines(tail), ct))
            .Described("getStepLog", Tag, "Shows the last lines that a step of a run wrote");
    }

    private static int Lines(int? tail) => tail switch
    {
        null => 200,
        >= 1 and <= MostLogLines => tail.Value,
        _ => throw new DiagnosticException(ExitCode.Usage, ApiDiagnostics.NoSuchPage($"`tail` must be 1 to {MostLogLines}, not {tail}")),
    };
}
