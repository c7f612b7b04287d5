using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Towpath.Server.Api;

/// <summary>Routes of evidence of pipelines that ran elsewhere.</summary>
internal static class EvidenceRoutes
{
    private const string Tag = "Evidence";

    /// <summary>Adds them.</summary>
    public static void MapEvidence(this IEndpointRouteBuilder v1)
    {
        var evidence = v1.MapGroup("/applications/{application}/evidence");
        evidence.MapPost("", (string application, EvidenceRequest request, IControlPlane plane, CancellationToken ct) => plane.SubmitEvidenceAsync(application, request, ct))
            .Described("submitEvidence", Tag, "Hands in evidence of a pipeline that ran elsewhere");
        evidence.MapGet("", (string application, string? commit, IControlPlane plane, CancellationToken ct) => plane.EvidenceAsync(application, commit, ct))
            .Described("listEvidence", Tag, "Lists evidence of an application, newest first, 100 at most");
        evidence.MapGet("/keys", (string application, IControlPlane plane, CancellationToken ct) => plane.EvidenceKeysAsync(application, ct))
            .Described("listEvidenceKeys", Tag, "Lists the keys that vouch for evidence");
        evidence.MapPost("/keys", (string application, EvidenceKeyRequest request, IControlPlane plane, CancellationToken ct) => plane.AddEvidenceKeyAsync(application, request, ct))
            .Described("addEvidenceKey", Tag, "Registers a key that vouches for evidence");
        evidence.MapPost("/keys/remove", async Task<NoContent> (string application, EvidenceKeyRemovalRequest request, IControlPlane plane, CancellationToken ct) =>
            {
                await plane.RemoveEvidenceKeyAsync(application, request, ct);
                return TypedResults.NoContent();
            })
            .Described("removeEvidenceKey", Tag, "Takes a key away: what it vouched for no longer counts");
    }
}
