using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Towpath.Server.Api;

/// <summary>Routes of secrets: values go in and never come out.</summary>
internal static class SecretRoutes
{
    private const string Tag = "Secrets";

    /// <summary>Adds them.</summary>
    public static void MapSecrets(this IEndpointRouteBuilder v1)
    {
        v1.MapPost("/secrets/rotate", (RotateKeysRequest request, IControlPlane plane, CancellationToken ct) => plane.RotateSecretKeysAsync(request, ct))
            .Described("rotateSecretKeys", Tag, "Seals all secrets by another key");
        v1.MapPost("/applications/{application}/secrets", async Task<NoContent> (string application, SecretRequest request, IControlPlane plane, CancellationToken ct) =>
            {
                await plane.SetSecretAsync(application, request, ct);
                return TypedResults.NoContent();
            })
            .Described("setSecret", Tag, "Gives a secret its value in one environment");
        v1.MapGet("/applications/{application}/environments/{environment}/secrets", (string application, string environment, IControlPlane plane, CancellationToken ct) =>
                plane.SecretsAsync(application, environment, ct))
            .Described("listSecrets", Tag, "Lists the secrets of an environment, without their values");
    }
}
