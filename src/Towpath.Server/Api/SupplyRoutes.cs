using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Towpath.Server.Api;

/// <summary>The routes of bills of materials, provenance and known vulnerabilities.</summary>
internal static class SupplyRoutes
{
    // An image that nobody has read is read as a whole.
    private static readonly TimeSpan ReadingTimeout = TimeSpan.FromMinutes(10);

    /// <summary>Adds them.</summary>
    public static void MapSupply(this IEndpointRouteBuilder v1)
    {
        v1.MapPost("/vulnerabilities", async (AdvisoriesRequest request, IControlPlane plane, CancellationToken ct) =>
        {
            await plane.ImportAdvisoriesAsync(request, ct);
            return Results.NoContent();
        });
        v1.MapPost("/vulnerabilities/imported", async (ImportRequest request, IControlPlane plane, CancellationToken ct) =>
        {
            await plane.FinishImportAsync(request, ct);
            return Results.NoContent();
        });
        var app = v1.MapGroup("/applications/{application}");
        app.MapGet("/sbom", (string application, string? release, string? service, IControlPlane plane, CancellationToken ct) =>
            plane.BillAsync(application, release, service, ct)).WithRequestTimeout(ReadingTimeout);
        app.MapGet("/packages", (string application, string? before, string? after, IControlPlane plane, CancellationToken ct) =>
            plane.PackagesAsync(application, before ?? "", after ?? "", ct)).WithRequestTimeout(ReadingTimeout);
        app.MapGet("/provenance", (string application, string? release, IControlPlane plane, CancellationToken ct) =>
            plane.ProvenanceAsync(application, release, ct));
        app.MapGet("/vulnerabilities", (string application, string? release, IControlPlane plane, CancellationToken ct) =>
            plane.VulnerabilitiesAsync(application, release, ct));
    }
}
