using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Towpath.Server.Api;
using Towpath.Server.Api.Pages;

namespace Towpath.Server.Dashboard;

/// <summary>
/// Serves the dashboard: one page for all of its paths, and its script and style. None of it holds data; that comes from the API, which judges who asks. Whoever has no session is sent to the login and back.
/// </summary>
internal static class DashboardRoutes
{
    /// <summary>Where it begins.</summary>
    public const string Home = "/";

    private const string Applications = "/applications";
    private const string Assets = "/assets";

    // Script and style of ours, calls to ourselves, and nothing else. Trusted types: the browser itself refuses that text ever becomes markup. "same-origin": see Html.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    /// <summary>Whether a request is for it: it needs no token to be shown.</summary>
    public static bool IsAsked(HttpRequest request) => HttpMethods.IsGet(request.Method)
        && (request.Path.Equals(Home, StringComparison.Ordinal) || request.Path.StartsWithSegments(Applications, StringComparison.Ordinal) || request.Path.StartsWithSegments(Assets, StringComparison.Ordinal));

    /// <summary>Adds them.</summary>
    public static void MapDashboard(this IEndpointRouteBuilder app)
    {
        app.MapGet(Home, (HttpContext context, Caller caller) => ShowAsync(context, caller)).ExcludeFromDescription();
        // Which of its pages a path is, is decided in the browser.
        app.MapGet(Applications + "/{**page}", (HttpContext context, Caller caller) => ShowAsync(context, caller)).ExcludeFromDescription();
        app.MapGet(Assets + "/{name}", (HttpContext context, string name) => SendAsync(context, name)).ExcludeFromDescription();
    }

    private static Task ShowAsync(HttpContext context, Caller caller)
    {
        if (!caller.IsKnown)
        {
            Html.Send(context, $"{PageRoutes.Login}?return={Uri.EscapeDataString(context.Request.Path + context.Request.QueryString)}");
            return Task.CompletedTask;
        }

        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "private, no-cache";
        return SendAsync(context, DashboardFile.All[DashboardFile.Page]);
    }

    private static Task SendAsync(HttpContext context, string name)
    {
        if (name == DashboardFile.Page || DashboardFile.All.GetValueOrDefault(name) is not { MediaType: not null } file)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        // The name holds the hash of the content: what it names is never another.
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return SendAsync(context, file);
    }

    private static async Task SendAsync(HttpContext context, DashboardFile file)
    {
        var (request, response) = (context.Request, context.Response);
        var tag = new EntityTagHeaderValue(file.Tag);
        response.Headers.ETag = file.Tag;
        response.Headers.XContentTypeOptions = "nosniff";
        if (request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = file.MediaType;
        response.ContentLength = file.Content.Length;
        await response.Body.WriteAsync(file.Content, context.RequestAborted);
    }
}
