using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Towpath.Server.Api;

/// <summary>The routes of bills of materials, provenance and known vulnerabilities.</summary>
internal static class SupplyRoutes
{
    private const string Tag = "Supply chain";

    // An image that nobody has read is read as a whole.
    private static readonly TimeSpan ReadingTimeout = TimeSpan.FromMinutes(10);

    /// <summary>Adds them.</summary>
    public static void MapSupply(this IEndpointRouteBuilder v1)
    {
        v1.MapPost("/vulnerabilities", async Task<NoContent> (AdvisoriesRequest request, IControlPlane plane, CancellationToken ct) =>
            {
                Whole(request.Advisories);
                await plane.ImportAdvisoriesAsync(request, ct);
                return TypedResults.NoContent();
            })
            .Described("importAdvisories", Tag, "Takes a part of a database of known vulnerabilities");
        v1.MapPost("/vulnerabilities/imported", async Task<NoContent> (ImportRequest request, IControlPlane plane, CancellationToken ct) =>
            {
                Whole(request.Families);
                await plane.FinishImportAsync(request, ct);
                return TypedResults.NoContent();
            })
            .Described("finishImport", Tag, "Ends an import: from now on its ecosystems count as known");
        var app = v1.MapGroup("/applications/{application}");
        app.MapGet("/sbom", (string application, string? release, string? service, IControlPlane plane, CancellationToken ct) =>
                plane.BillAsync(application, release, service, ct))
            .Described("getBillOfMaterials", Tag, "Tells what a release is made of, as CycloneDX")
            .WithRequestTimeout(ReadingTimeout);
        app.MapGet("/packages", (string application, string? before, string? after, IControlPlane plane, CancellationToken ct) =>
                plane.PackagesAsync(application, before ?? "", after ?? "", ct))
            .Described("comparePackages", Tag, "Tells which packages changed between two releases")
            .WithRequestTimeout(ReadingTimeout);
        app.MapGet("/provenance", (string application, string? release, IControlPlane plane, CancellationToken ct) =>
                plane.ProvenanceAsync(application, release, ct))
            .Described("getProvenance", Tag, "Gives the signed statement of where a release comes from");
        app.MapGet("/vulnerabilities", (string application, string? release, IControlPlane plane, CancellationToken ct) =>
                plane.VulnerabilitiesAsync(application, release, ct))
            .Described("listVulnerabilities", Tag, "Lists what is known against a release");
    }

    /// <summary>What a list holds is checked by nobody else: JSON may say null in any of them.</summary>
    private static void Whole<T>(IReadOnlyList<T?> items)
        where T : class
    {
        if (items.Any(item => item is null)) throw new BadHttpRequestException("a list holds null");
    }
}
