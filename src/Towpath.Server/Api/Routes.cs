using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Towpath.Server.Api.Pages;
using Towpath.Server.Storage;

namespace Towpath.Server.Api;

/// <summary>The routes of version 1: each hands its request to the control plane and no more.</summary>
internal static class Routes
{
    /// <summary>What the paths of all routes begin with.</summary>
    public const string Root = "/api/v1";

    /// <summary>Where whoever runs the process asks whether it lives. It needs no token and says nothing else, so it is no part of a version.</summary>
    public const string Liveness = "/healthz";

    private const string Plane = "Control plane";
    private const string Announcing = "Announcements";
    private static readonly TimeSpan RemovalTimeout = TimeSpan.FromMinutes(10);

    /// <summary>Adds all routes.</summary>
    public static void MapControlPlane(this IEndpointRouteBuilder app)
    {
        app.MapGet(Liveness, () => TypedResults.Text("ok\n")).ExcludeFromDescription();
        var v1 = app.MapGroup(Root);
        v1.MapGet("/about", (IControlPlane plane, CancellationToken ct) => plane.AboutAsync(ct))
            .Described("about", Plane, "Says which version of what answers here");
        v1.MapPost("/halt", (HaltRequest request, IControlPlane plane, CancellationToken ct) => plane.HaltAsync(request, ct))
            .Described("halt", Plane, "Makes an environment, an application or everything stand still");
        v1.MapPost("/unhalt", (HaltRequest request, IControlPlane plane, CancellationToken ct) => plane.UnhaltAsync(request, ct))
            .Described("unhalt", Plane, "Takes a halt of exactly that extent back");
        v1.MapGet("/announcements", (string? application, string? channel, AnnouncementState? state, IControlPlane plane, CancellationToken ct) =>
                plane.AnnouncementsAsync(application, channel, state, ct))
            .Described("listAnnouncements", Announcing, "Lists the newest announcements, 200 at most");
        v1.MapPost("/announcements/replay", (ReplayRequest request, IControlPlane plane, CancellationToken ct) => plane.ReplayAnnouncementsAsync(request, ct))
            .Described("replayAnnouncements", Announcing, "Lets dead announcements wait for their turn again");
        v1.MapPost("/channels/{channel}/test", (string channel, ChannelTestRequest request, IControlPlane plane, CancellationToken ct) =>
                plane.TestChannelAsync(channel, request, ct))
            .Described("testChannel", Announcing, "Sends one test to a channel");
        v1.MapRequests();
        v1.MapHandover();
        v1.MapEscalations();
        v1.MapReviews();
        app.MapConfirmationPage();
        v1.MapAccounts();
        v1.MapLogins();
        v1.MapBrowserSessions();
        v1.MapSecrets();
        v1.MapPorts();
        v1.MapDifferences();
        v1.MapEvidence();
        v1.MapSources();
        v1.MapJournal();
        v1.MapListings();
        v1.MapDelivery();
        app.MapGit();
        app.MapHooks();
        v1.MapSupply();
        MapApplication(v1.MapGroup("/applications/{application}"));
    }

    private static void MapApplication(RouteGroupBuilder app)
    {
        const string tag = "Applications";
        app.MapGet("/status", (string application, IControlPlane plane, CancellationToken ct) => plane.StatusAsync(application, ct))
            .Described("getStatus", tag, "Shows environments, gates, replicas and the newest runs");
        app.MapGet("/gates", (string application, string? environment, string? release, IControlPlane plane, CancellationToken ct) =>
                plane.GatesAsync(application, environment, release, ct))
            .Described("listGates", tag, "Shows the verdicts of the gates, of one environment or of all");
        app.MapGet("/agreement", (string application, string? release, IControlPlane plane, CancellationToken ct) =>
                plane.AgreementAsync(application, release, ct))
            .Described("getAgreement", tag, "Shows the agreement of a release, and who signed it");
        app.MapPost("/agreement/sign", (string application, SignRequest request, IControlPlane plane, CancellationToken ct) =>
                plane.SignAgreementAsync(application, request, ct))
            .Described("signAgreement", tag, "Signs the agreement of a release for a side");
        app.MapDelete("", async Task<NoContent> (string application, IControlPlane plane, CancellationToken ct) =>
            {
                await plane.RemoveApplicationAsync(application, ct);
                return TypedResults.NoContent();
            })
            .Described("removeApplication", tag, "Removes an application with all of its data")
            .WithRequestTimeout(RemovalTimeout);
        app.MapGet("/environments/{environment}/logs", Logs)
            .Described("readLogs", tag, "Streams log lines of an environment, one JSON document per line")
            .Streams<LogAnswer>(ApiJson.LinesMediaType);
    }

    private static Task Logs(
        HttpContext context,
        [FromServices] IControlPlane plane,
        [FromServices] Lines lines,
        string application,
        string environment,
        string? service,
        int tail = 100,
        bool follow = false) =>
        lines.SendAsync(context, ct => plane.LogsAsync(application, environment, service, tail, follow, ct));
}
