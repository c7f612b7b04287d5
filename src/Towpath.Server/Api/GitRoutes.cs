using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Towpath.Engines.Git;
using Towpath.Server.Git;

namespace Towpath.Server.Api;

/// <summary>Git's smart HTTP protocol (gitprotocol-http): the three requests of clone, fetch and push. It is described there, and not in our own description.</summary>
internal static class GitRoutes
{
    /// <summary>Begin of all addresses of repositories.</summary>
    public const string Prefix = "/git";

    private const string GitAgent = "git/";
    private const int LongestProtocol = 100;

    /// <summary>Adds them.</summary>
    public static void MapGit(this IEndpointRouteBuilder app)
    {
        var repository = app.MapGroup(Prefix + "/{application}.git").ExcludeFromDescription();
        repository.MapGet("/info/refs", References).DisableRequestTimeout();
        repository.MapPost("/" + GitCall.UploadPack, Fetch).DisableRequestTimeout();
        repository.MapPost("/" + GitCall.ReceivePack, Push).DisableRequestTimeout();
    }

    /// <summary>Whether whoever asks is a client of git: it shows plain text to its user, and nothing else.</summary>
    public static bool IsClient(HttpRequest request) =>
        request.Path.StartsWithSegments(Prefix, StringComparison.Ordinal) && request.Headers.UserAgent.ToString().StartsWith(GitAgent, StringComparison.Ordinal);

    private static async Task References(
        HttpContext context, [FromServices] IGitHost git, [FromServices] IHostApplicationLifetime lifetime, string application, string? service = null)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        // A client that knows no services is of the dumb protocol, which has no rights of its own: it is judged as the one that asks for more.
        var asked = service == GitCall.UploadPack ? GitCall.UploadPack : GitCall.ReceivePack;
        await git.ServeAsync(RequestOf(context, git, application, asked, advertises: true), ended.Token);
    }

    private static async Task Fetch(HttpContext context, [FromServices] IGitHost git, [FromServices] IHostApplicationLifetime lifetime, string application)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        await git.ServeAsync(RequestOf(context, git, application, GitCall.UploadPack, advertises: false), ended.Token);
    }

    private static async Task Push(
        HttpContext context, [FromServices] IGitHost git, [FromServices] PushDesk desk, [FromServices] IHostApplicationLifetime lifetime, string application)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var request = RequestOf(context, git, application, GitCall.ReceivePack, advertises: false);
        await git.ReceiveAsync(request, (repository, commit, token) => desk.ShipAsync(new ShipRequest(repository, ".", commit, request.Account) { Application = application }, token), ended.Token);
    }

    private static GitRequest RequestOf(HttpContext context, IGitHost git, string application, string service, bool advertises)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = git.MostBytes;
        return new GitRequest(application, service, advertises, NameOf(context.Request), advertises ? Stream.Null : context.Request.Body, head => Begin(context.Response, head))
        {
            Length = advertises ? null : context.Request.ContentLength,
            Encoding = context.Request.Headers.ContentEncoding.ToString() == "gzip" ? "gzip" : null,
            Protocol = context.Request.Headers["Git-Protocol"].ToString() is { Length: > 0 and <= LongestProtocol } protocol && protocol.All(c => char.IsAsciiLetterOrDigit(c) || c is '=' or ':' or '.' or '-') ? protocol : null,
        };
    }

    private static Stream Begin(HttpResponse response, GitHead head)
    {
        response.StatusCode = head.Status;
        response.ContentType = head.ContentType;
        response.Headers.CacheControl = "no-cache, max-age=0, must-revalidate";
        return response.Body;
    }

    /// <summary>The name that goes with the token: it counts for the owner only.</summary>
    private static string NameOf(HttpRequest request) => BasicLogin.Of(request)?.Name is { Length: > 0 } name ? name : "git";
}
