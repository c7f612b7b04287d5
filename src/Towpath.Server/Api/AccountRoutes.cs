using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Towpath.Server.Api;

/// <summary>The routes of accounts, grants, tokens and sessions.</summary>
internal static class AccountRoutes
{
    /// <summary>Where a session is opened: the one route that is asked without a token.</summary>
    public const string Sessions = "/sessions";

    /// <summary>Adds them.</summary>
    public static void MapAccounts(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/whoami", (IControlPlane plane, CancellationToken ct) => plane.WhoAmIAsync(ct));
        v1.MapGet("/accounts", (IControlPlane plane, CancellationToken ct) => plane.AccountsAsync(ct));
        v1.MapPost("/accounts", (AccountRequest request, IControlPlane plane, CancellationToken ct) => plane.AddAccountAsync(request, ct));
        v1.MapPost("/accounts/{account}", (string account, AccountChangeRequest request, IControlPlane plane, CancellationToken ct) =>
            plane.ChangeAccountAsync(account, request, ct));
        v1.MapPost("/accounts/{account}/password", async (string account, PasswordRequest request, IControlPlane plane, CancellationToken ct) =>
        {
            await plane.SetPasswordAsync(account, request, ct);
            return Results.NoContent();
        });
        v1.MapPost("/accounts/{account}/grants", (string account, GrantRequest request, IControlPlane plane, CancellationToken ct) =>
            plane.GrantAsync(account, request, ct));
        v1.MapPost("/accounts/{account}/tokens", (string account, TokenRequest request, IControlPlane plane, CancellationToken ct) =>
            plane.CreateTokenAsync(account, request, ct));
        v1.MapGet("/tokens", (IControlPlane plane, CancellationToken ct) => plane.TokensAsync(ct));
        v1.MapPost("/tokens/{token}/revoke", async (string token, RevokeRequest request, IControlPlane plane, CancellationToken ct) =>
        {
            await plane.RevokeTokenAsync(token, request, ct);
            return Results.NoContent();
        });
        v1.MapPost(Sessions, (SessionRequest request, IControlPlane plane, CancellationToken ct) => plane.LoginAsync(request, ct));
        v1.MapDelete(Sessions, async (IControlPlane plane, CancellationToken ct) =>
        {
            await plane.LogoutAsync(ct);
            return Results.NoContent();
        });
    }
}
