using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Server.Api.Pages;
using Towpath.Server.Dashboard;

namespace Towpath.Server.Api;

/// <summary>
/// Stands before every route, known or not: a Host header of ours, and a bearer token or the session of a browser, or no entry but to what judges its callers itself: the pages of the login and
/// behind links, the dashboard's page, which holds no data, webhooks, and the route that says <c>ok</c>. A middleware and not an
/// attribute per route, so that a new route can't be forgotten. What whoever enters may do is <see cref="JudgedControlPlane"/>'s to say.
/// </summary>
internal sealed class Doorkeeper(RequestDelegate next, IServedControlPlane plane, HostOptions options)
{
    /// <summary>Header of the token that belongs to a browser's session.</summary>
    public const string CsrfHeader = "Towpath-Csrf";

    private const string Scheme = "Bearer ";
    private const string ForwardedScheme = "X-Forwarded-Proto";
    private const string OneYear = "max-age=31536000";

    /// <summary>Lets the request pass or answers it.</summary>
    public Task InvokeAsync(HttpContext context, Caller caller)
    {
        var (door, why) = options.Door.Admit(ArrivalOf(context));
        if (door is null) return IsReachedByAProxy(context) ? next(context) : Refuse(context, StatusCodes.Status421MisdirectedRequest, ApiDiagnostics.ForeignHost(why!));
        context.Features.Set(door);
        if (door.IsOuter) context.Response.Headers.StrictTransportSecurity = OneYear;
        if (JudgesItself(context.Request)) return next(context);

        if (PageRoutes.IsPage(context.Request.Path) || DashboardRoutes.IsAsked(context.Request))
        {
            EnterByCookieOrNot(context.Request, door, caller);
            return next(context);
        }

        if (OpensSession(context.Request) || Enters(context.Request, door, caller)) return next(context);
        return Refuse(context, StatusCodes.Status401Unauthorized, ApiDiagnostics.Unauthorised());
    }

    private static Arrival ArrivalOf(HttpContext context)
    {
        var forwarded = context.Request.Headers[ForwardedScheme];
        return new Arrival(context.Features.Get<OuterPort.Mark>() is not null, context.Request.Host.Value ?? "", context.Connection.RemoteIpAddress, forwarded.Count == 1 ? forwarded[0] : null);
    }

    private static Task Refuse(HttpContext context, int status, Diagnostic diagnostic) =>
        Problems.WriteAsync(context, status, Problems.Of(diagnostic, ExitCode.ControlPlaneUnavailable));

    private static bool OpensSession(HttpRequest request) => HttpMethods.IsPost(request.Method)
        && (request.Path.Equals(Routes.Root + AccountRoutes.Sessions, StringComparison.Ordinal) || request.Path.Equals(Routes.Root + LoginRoutes.ByCode, StringComparison.Ordinal)
            || request.Path.Equals(Routes.Root + BrowserSessionRoutes.Session, StringComparison.Ordinal));

    /// <summary>Who confirms by a link says on the page who he is, and a webhook is known by its signature.</summary>
    private static bool JudgesItself(HttpRequest request) => IsConfirmationPage(request) || HookRoutes.IsCall(request) || AsksForLife(request);

    private static bool IsConfirmationPage(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsPost(request.Method)) && request.Path.Equals(ConfirmationPage.Path, StringComparison.Ordinal);

    private static bool AsksForLife(HttpRequest request) => HttpMethods.IsGet(request.Method) && request.Path.Equals(Routes.Liveness, StringComparison.Ordinal);

    /// <summary>Through a proxy to the loopback port people reach the page behind links, and nothing else.</summary>
    private bool IsReachedByAProxy(HttpContext context) =>
        context.Features.Get<OuterPort.Mark>() is null
        && options.Door.Url is { } url && url.Host.Equals(context.Request.Host.Host, StringComparison.OrdinalIgnoreCase) && IsConfirmationPage(context.Request);

    private static string? TokenOf(HttpRequest request)
    {
        var header = request.Headers[HeaderNames.Authorization];
        return header.Count == 1 && header[0] is { } value && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? value[Scheme.Length..].Trim() : null;
    }

    /// <summary>Clients of git know no other way than a password. It counts for repositories only.</summary>
    private static string? GitToken(HttpRequest request) =>
        request.Path.StartsWithSegments(GitRoutes.Prefix, StringComparison.Ordinal) ? BasicLogin.Of(request)?.Token : null;

    private bool Enters(HttpRequest request, Door door, Caller caller)
    {
        if (request.Headers.Authorization.Count == 0) return EntersByCookie(request, door, caller);
        if ((TokenOf(request) ?? GitToken(request)) is not { } token) return false;
        // The owner's token is for this machine: whoever stole a copy of it gets no further from elsewhere.
        if (!door.IsOuter && ApiToken.Matches(token, options.TokenHash)) caller.Enter(Principal.Owner, null);
        else if (plane.Authenticate(token) is { } principal) caller.Enter(principal, token);
        else return false;
        return true;
    }

    private bool EntersByCookie(HttpRequest request, Door door, Caller caller)
    {
        if (SessionCookie.Read(request, door) is not { } cookie || plane.Authenticate(cookie) is not { IsSession: true } principal) return false;
        if (!IsSafe(request.Method) && !(FormGuard.IsFrom(request, door) && FormToken.Fits(request.Headers[CsrfHeader], cookie)))
            throw new DiagnosticException(ExitCode.Forbidden, IdentityDiagnostics.ForeignPage());
        caller.Enter(principal, cookie);
        return true;
    }

    private void EnterByCookieOrNot(HttpRequest request, Door door, Caller caller)
    {
        try
        {
            if (SessionCookie.Read(request, door) is { } cookie && plane.Authenticate(cookie) is { IsSession: true } principal) caller.Enter(principal, cookie);
        }
        catch (DiagnosticException)
        {
            // Its session has ended: a page of the login is where to begin another one.
        }
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
}
