using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Towpath.Server.Api;

/// <summary>The routes of accounts, grants, tokens and sessions.</summary>
internal static class AccountRoutes
{
    /// <summary>Where a session is opened: the one route that is asked without a token.</summary>
    public const string Sessions = "/sessions";

    private const string Tag = "Accounts";

    /// <summary>Adds them.</summary>
    public static void MapAccounts(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/whoami", (IControlPlane plane, CancellationToken ct) => plane.WhoAmIAsync(ct))
            .Described("whoAmI", Tag, "Says who asks, and what may be done with the token that was used");
        v1.MapGet("/accounts", async (string? cursor, int? limit, IControlPlane plane, CancellationToken ct) =>
                new PageRequest(cursor, limit).Of(await plane.AccountsAsync(ct), account => account.Name))
            .Described("listAccounts", Tag, "Lists accounts by name");
        v1.MapPost("/accounts", (AccountRequest request, IControlPlane plane, CancellationToken ct) => plane.AddAccountAsync(request, ct))
            .Described("addAccount", Tag, "Makes an account that may do nothing yet");
        v1.MapPost("/accounts/{account}", (string account, AccountChangeRequest request, IControlPlane plane, CancellationToken ct) =>
                plane.ChangeAccountAsync(account, request, ct))
            .Described("changeAccount", Tag, "Disables an account or lets it act again, or puts it into other teams");
        v1.MapPost("/accounts/{account}/password", async Task<NoContent> (string account, PasswordRequest request, IControlPlane plane, CancellationToken ct) =>
            {
                await plane.SetPasswordAsync(account, request, ct);
                return TypedResults.NoContent();
            })
            .Described("setPassword", Tag, "Gives a person a password");
        v1.MapPost("/accounts/{account}/grants", (string account, GrantRequest request, IControlPlane plane, CancellationToken ct) =>
                plane.GrantAsync(account, request, ct))
            .Described("grant", Tag, "Grants a role or takes it back");
        MapTokens(v1);
    }

    private static void MapTokens(IEndpointRouteBuilder v1)
    {
        v1.MapPost("/accounts/{account}/tokens", (string account, TokenRequest request, IControlPlane plane, CancellationToken ct) =>
                plane.CreateTokenAsync(account, request, ct))
            .Described("createToken", Tag, "Makes a token; its secret is in this answer and nowhere else");
        v1.MapGet("/tokens", async (string? cursor, int? limit, IControlPlane plane, CancellationToken ct) =>
                new PageRequest(cursor, limit).Of(await plane.TokensAsync(ct), token => $"{token.CreatedAt.UtcDateTime:O} {token.Id}"))
            .Described("listTokens", Tag, "Lists tokens, oldest first, without their secrets");
        v1.MapPost("/tokens/{token}/revoke", async Task<NoContent> (string token, RevokeRequest request, IControlPlane plane, CancellationToken ct) =>
            {
                await plane.RevokeTokenAsync(token, request, ct);
                return TypedResults.NoContent();
            })
            .Described("revokeToken", Tag, "Revokes a token, or ends somebody's session");
        v1.MapPost(Sessions, (SessionRequest request, IControlPlane plane, CancellationToken ct) => plane.LoginAsync(request, ct))
            .Described("openSession", Tag, "Opens a session by a password; needs no token");
        v1.MapDelete(Sessions, async Task<NoContent> (IControlPlane plane, CancellationToken ct) =>
            {
                await plane.LogoutAsync(ct);
                return TypedResults.NoContent();
            })
            .Described("endSession", Tag, "Ends the session whose token was used");
    }
}
