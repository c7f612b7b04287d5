using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Towpath.Server.Api;

/// <summary>The routes of other logins than by password.</summary>
internal static class LoginRoutes
{
    /// <summary>Where a command line brings the code of a browser: asked without a token.</summary>
    public const string ByCode = "/sessions/code";

    private const string Tag = "Accounts";

    /// <summary>Adds them.</summary>
    public static void MapLogins(this IEndpointRouteBuilder v1)
    {
        v1.MapPost("/accounts/{account}/link", (string account, AccountLinkRequest request, IControlPlane plane, CancellationToken ct) => plane.LinkAccountAsync(account, request, ct))
            .Described("linkAccount", Tag, "Links an account to somebody whom the login provider knows, or takes the link away");
        v1.MapPost(ByCode, (CodeRequest request, IControlPlane plane, CancellationToken ct) => plane.LoginByCodeAsync(request, ct))
            .Described("openSessionByCode", Tag, "Opens a session by a code that a browser was given for a command line; needs no token");
        v1.MapPost("/first-link", (IControlPlane plane, CancellationToken ct) => plane.FirstLinkAsync(ct))
            .Described("makeFirstLink", Tag, "Makes a one-time link for an administrator's account; for the owner of the machine only");
    }
}
