using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;

namespace Towpath.Server.Api.Pages;

/// <summary>The session of a browser, for pages with scripts: its token stays in a cookie that they can't read.</summary>
internal static class BrowserSessionRoutes
{
    /// <summary>Where it is opened, asked about and ended.</summary>
    public const string Session = "/session";

    private const string Tag = "Accounts";

    /// <summary>Adds them.</summary>
    public static void MapBrowserSessions(this IEndpointRouteBuilder v1)
    {
        v1.MapPost(Session, async (SessionRequest request, HttpContext context, IControlPlane plane, CancellationToken ct) =>
            {
                var door = context.Features.GetRequiredFeature<Door>();
                // Else another page could log a browser in as somebody of its choice.
                if (!FormGuard.IsFrom(context.Request, door)) throw new DiagnosticException(ExitCode.Forbidden, IdentityDiagnostics.ForeignPage());
                var session = await plane.LoginAsync(request, ct);
                SessionCookie.Set(context.Response, door, session);
                return new BrowserSessionAnswer(session.Account, FormToken.Of(session.Token), session.ExpiresAt);
            })
            .Described("openBrowserSession", Tag, "Opens a session by a password, and keeps its token in a cookie; needs the header Origin, and no token");
        v1.MapGet(Session, (HttpContext context, Caller caller) =>
                Current(context, caller) is var (principal, token) ? new BrowserSessionAnswer(principal.Name, FormToken.Of(token), principal.ExpiresAt!.Value) : throw None())
            .Described("getBrowserSession", Tag, "Says whose session the browser's cookie is, and what its changes must carry in the header Towpath-Csrf");
        v1.MapDelete(Session, async Task<NoContent> (HttpContext context, Caller caller, IControlPlane plane, CancellationToken ct) =>
            {
                if (Current(context, caller) is null) throw None();
                await plane.LogoutAsync(ct);
                SessionCookie.Clear(context.Response, context.Features.GetRequiredFeature<Door>());
                return TypedResults.NoContent();
            })
            .Described("endBrowserSession", Tag, "Ends the session of the browser's cookie, and takes the cookie away");
    }

    private static (Principal Principal, string Token)? Current(HttpContext context, Caller caller) =>
        context.Request.Headers.Authorization.Count == 0 && SessionCookie.Read(context.Request, context.Features.GetRequiredFeature<Door>()) is { } token ? (caller.Principal(), token) : null;

    private static DiagnosticException None() => new(ExitCode.Usage, IdentityDiagnostics.NoSession());
}
