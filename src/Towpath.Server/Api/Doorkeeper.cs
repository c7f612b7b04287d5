using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Towpath.Core.Diagnostics;

namespace Towpath.Server.Api;

/// <summary>
/// Stands before every route, known or not: a loopback Host header and the bearer token, or no entry. A middleware and not an
/// attribute per route, so that a new route can't be forgotten.
/// </summary>
internal sealed class Doorkeeper(RequestDelegate next, HostOptions options)
{
    private const string Scheme = "Bearer ";

    /// <summary>Lets the request pass or answers it.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (!IsLoopback(context.Request.Host.Host))
        {
            return Refuse(context, StatusCodes.Status421MisdirectedRequest, ApiDiagnostics.ForeignHost());
        }

        if (!IsAuthorised(context.Request))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return Refuse(context, StatusCodes.Status401Unauthorized, ApiDiagnostics.Unauthorised());
        }

        return next(context);
    }

    private static Task Refuse(HttpContext context, int status, Diagnostic diagnostic) =>
        Problems.WriteAsync(context, status, Problems.Of(diagnostic, ExitCode.ControlPlaneUnavailable));

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private bool IsAuthorised(HttpRequest request)
    {
        var header = request.Headers[HeaderNames.Authorization];
        return header.Count == 1
            && header[0] is { } value
            && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && ApiToken.Matches(value[Scheme.Length..].Trim(), options.TokenHash);
    }
}
