using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;

namespace Towpath.Server.Api;

/// <summary>
/// Stands before every route, known or not: a loopback Host header and a bearer token, or no entry. (Two routes are asked without a token: one opens a session, one says `ok`.) A middleware and not an
/// attribute per route, so that a new route can't be forgotten. What whoever enters may do is <see cref="JudgedControlPlane"/>'s to say.
/// </summary>
internal sealed class Doorkeeper(RequestDelegate next, IServedControlPlane plane, HostOptions options)
{
    private const string Scheme = "Bearer ";

    /// <summary>Lets the request pass or answers it.</summary>
    public Task InvokeAsync(HttpContext context, Caller caller)
    {
        if (!IsLoopback(context.Request.Host.Host) && !IsReachedFromOutside(context.Request))
        {
            return Refuse(context, StatusCodes.Status421MisdirectedRequest, ApiDiagnostics.ForeignHost());
        }

        if (!Enters(context.Request, caller) && !OpensSession(context.Request) && !HookRoutes.IsCall(context.Request) && !IsConfirmationPage(context.Request) && !AsksForLife(context.Request))
        {
            return Refuse(context, StatusCodes.Status401Unauthorized, ApiDiagnostics.Unauthorised());
        }

        return next(context);
    }

    private static Task Refuse(HttpContext context, int status, Diagnostic diagnostic) =>
        Problems.WriteAsync(context, status, Problems.Of(diagnostic, ExitCode.ControlPlaneUnavailable));

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static bool OpensSession(HttpRequest request) => HttpMethods.IsPost(request.Method) && request.Path.Equals(Routes.Root + AccountRoutes.Sessions, StringComparison.Ordinal);

    /// <summary>Who confirms by a link says who he is on the page itself.</summary>
    private static bool IsConfirmationPage(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsPost(request.Method)) && request.Path.Equals(ConfirmationPage.Path, StringComparison.Ordinal);

    private bool IsReachedFromOutside(HttpRequest request) =>
        options.PublicHost is { } host && host.Equals(request.Host.Host, StringComparison.OrdinalIgnoreCase) && IsConfirmationPage(request);

    private static bool AsksForLife(HttpRequest request) => HttpMethods.IsGet(request.Method) && request.Path.Equals(Routes.Liveness, StringComparison.Ordinal);

    private static string? TokenOf(HttpRequest request)
    {
        var header = request.Headers[HeaderNames.Authorization];
        return header.Count == 1 && header[0] is { } value && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? value[Scheme.Length..].Trim() : null;
    }

    /// <summary>Clients of git know no other way than a password. It counts for repositories only.</summary>
    private static string? GitToken(HttpRequest request) =>
        request.Path.StartsWithSegments(GitRoutes.Prefix, StringComparison.Ordinal) ? BasicLogin.Of(request)?.Token : null;

    private bool Enters(HttpRequest request, Caller caller)
    {
        if ((TokenOf(request) ?? GitToken(request)) is not { } token) return false;
        if (ApiToken.Matches(token, options.TokenHash)) caller.Enter(Principal.Owner, null);
        else if (plane.Authenticate(token) is { } principal) caller.Enter(principal, token);
        else return false;
        return true;
    }
}
