using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Towpath.Server.Api;

/// <summary>Where other services call. There is no token: the call is signed, or bears the source's secret. Their form is that of whoever calls, so it is in no description of ours.</summary>
internal static class HookRoutes
{
    /// <summary>Begin of all their addresses.</summary>
    public const string Prefix = "/hooks";

    private const int MostBytes = 5 * 1024 * 1024;

    /// <summary>Adds them.</summary>
    public static void MapHooks(this IEndpointRouteBuilder app) => app.MapPost(Prefix + "/{source}", CallAsync).ExcludeFromDescription();

    /// <summary>Whether a request is such a call, and so judged by its signature alone.</summary>
    public static bool IsCall(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && request.Path.StartsWithSegments(Prefix, StringComparison.Ordinal, out var rest) && rest.Value is { Length: > 1 } name && name.LastIndexOf('/') == 0;

    private static async Task<IResult> CallAsync(HttpContext context, [FromServices] IServedControlPlane plane, string source)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = MostBytes;
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        plane.Hooks.Call(source, name => context.Request.Headers[name] is [{ } value] ? value : "", body.GetBuffer().AsSpan(0, (int)body.Length));
        return Results.Accepted();
    }
}
