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
        if (!IsLoopback(context.Request.Host.Host))
        {
            return Refuse(context, StatusCodes.Status421MisdirectedRequest, ApiDiagnostics.ForeignHost());
        }

        if (!Enters(context.Request, caller) && !OpensSession(context.Request) && !AsksForLife(context.Request))
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

    private static bool AsksForLife(HttpRequest request) => HttpMethods.IsGet(request.Method) && request.Path.Equals(Routes.Liveness, StringComparison.Ordinal);

    private static string? TokenOf(HttpRequest request)
    {
        var header = request.Headers[HeaderNames.Authorization];
        return header.Count == 1 && header[0] is { } value && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? value[Scheme.Length..].Trim() : null;
    }

    private bool Enters(HttpRequest request, Caller caller)
    {
        if (TokenOf(request) is not { } token) return false;
        if (ApiToken.Matches(token, options.TokenHash)) caller.Enter(Principal.Owner, null);
        else if (plane.Authenticate(token) is { } principal) caller.Enter(principal, token);
        else return false;
        return true;
    }
}
