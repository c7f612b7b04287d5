using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Towpath.Server.Api;

/// <summary>Routes of secrets.</summary>
internal static class SecretRoutes
{
    /// <summary>Adds them.</summary>
    public static void MapSecrets(this RouteGroupBuilder v1)
    {
        v1.MapPost("/secrets/rotate", (RotateKeysRequest request, IControlPlane plane, CancellationToken ct) => plane.RotateSecretKeysAsync(request, ct));
        v1.MapPost("/applications/{application}/secrets", async (string application, SecretRequest request, IControlPlane plane, CancellationToken ct) =>
        {
            await plane.SetSecretAsync(application, request, ct);
            return Results.NoContent();
        });
        v1.MapGet("/applications/{application}/environments/{environment}/secrets", (string application, string environment, IControlPlane plane, CancellationToken ct) =>
            plane.SecretsAsync(application, environment, ct));
    }
}
