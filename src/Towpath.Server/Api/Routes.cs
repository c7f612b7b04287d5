using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Towpath.Server.Storage;

namespace Towpath.Server.Api;

/// <summary>The routes of version 1: each hands its request to the control plane and no more.</summary>
internal static class Routes
{
    private static readonly TimeSpan RemovalTimeout = TimeSpan.FromMinutes(10);

    /// <summary>Adds all routes.</summary>
    public static void MapControlPlane(this IEndpointRouteBuilder app)
    {
        var v1 = app.MapGroup("/v1");
        v1.MapGet("/about", (IControlPlane plane, CancellationToken ct) => plane.AboutAsync(ct));
        v1.MapPost("/ship", (ShipRequest request, IControlPlane plane, CancellationToken ct) => plane.ShipAsync(request, ct));
        v1.MapPost("/runs/{run}/cancel", async (string run, IControlPlane plane, CancellationToken ct) =>
        {
            await plane.CancelRunAsync(run, ct);
            return Results.NoContent();
        });
        v1.MapGet("/applications", (IControlPlane plane, CancellationToken ct) => plane.ApplicationsAsync(ct));
        v1.MapPost("/halt", (HaltRequest request, IControlPlane plane, CancellationToken ct) => plane.HaltAsync(request, ct));
        v1.MapPost("/unhalt", (HaltRequest request, IControlPlane plane, CancellationToken ct) => plane.UnhaltAsync(request, ct));
        v1.MapGet("/audit", (string? seal, IControlPlane plane, CancellationToken ct) => plane.AuditAsync(seal, ct));
        v1.MapGet("/announcements", (string? application, string? channel, AnnouncementState? state, IControlPlane plane, CancellationToken ct) =>
            plane.AnnouncementsAsync(application, channel, state, ct));
        v1.MapPost("/announcements/replay", (ReplayRequest request, IControlPlane plane, CancellationToken ct) => plane.ReplayAnnouncementsAsync(request, ct));
        v1.MapPost("/channels/{channel}/test", (string channel, ChannelTestRequest request, IControlPlane plane, CancellationToken ct) =>
            plane.TestChannelAsync(channel, request, ct));
        v1.MapGet("/journal", Journal).DisableRequestTimeout();
        v1.MapAccounts();
        v1.MapSupply();
        MapApplication(v1.MapGroup("/applications/{application}"));
    }

    private static void MapApplication(RouteGroupBuilder app)
    {
        app.MapGet("/releases", (string application, IControlPlane plane, CancellationToken ct) => plane.ReleasesAsync(application, ct));
        app.MapGet("/status", (string application, IControlPlane plane, CancellationToken ct) => plane.StatusAsync(application, ct));
        app.MapPost("/promote", (string application, PromoteRequest request, IControlPlane plane, CancellationToken ct) =>
            plane.PromoteAsync(application, request, ct));
        app.MapPost("/confirm", (string application, ConfirmRequest request, IControlPlane plane, CancellationToken ct) =>
            plane.ConfirmAsync(application, request, ct));
        app.MapPost("/rollback", (string application, RollbackRequest request, IControlPlane plane, CancellationToken ct) =>
            plane.RollbackAsync(application, request, ct));
        app.MapGet("/gates", (string application, string? environment, string? release, IControlPlane plane, CancellationToken ct) =>
            plane.GatesAsync(application, environment, release, ct));
        app.MapGet("/agreement", (string application, string? release, IControlPlane plane, CancellationToken ct) =>
            plane.AgreementAsync(application, release, ct));
        app.MapPost("/agreement/sign", (string application, SignRequest request, IControlPlane plane, CancellationToken ct) =>
            plane.SignAgreementAsync(application, request, ct));
        app.MapPost("/request", (string application, DeployRequest request, IControlPlane plane, CancellationToken ct) =>
            plane.RequestAsync(application, request, ct));
        app.MapPost("/reject", (string application, RejectRequest request, IControlPlane plane, CancellationToken ct) =>
            plane.RejectAsync(application, request, ct));
        app.MapPost("/pause", (string application, PauseRequest request, IControlPlane plane, CancellationToken ct) =>
            plane.PauseAsync(application, request, ct));
        app.MapPost("/resume", (string application, ResumeRequest request, IControlPlane plane, CancellationToken ct) =>
            plane.ResumeAsync(application, request, ct));
        app.MapPost("/abort", (string application, AbortRequest request, IControlPlane plane, CancellationToken ct) =>
            plane.AbortAsync(application, request, ct));
        app.MapPost("/proceed", (string application, ProceedRequest request, IControlPlane plane, CancellationToken ct) =>
            plane.ProceedAsync(application, request, ct));
        app.MapPost("/secrets", async (string application, SecretRequest request, IControlPlane plane, CancellationToken ct) =>
        {
            await plane.SetSecretAsync(application, request, ct);
            return Results.NoContent();
        });
        app.MapDelete("", async (string application, IControlPlane plane, CancellationToken ct) =>
        {
            await plane.RemoveApplicationAsync(application, ct);
            return Results.NoContent();
        }).WithRequestTimeout(RemovalTimeout);
        app.MapGet("/environments/{environment}/logs", Logs).DisableRequestTimeout();
    }

    private static Task Journal(
        HttpContext context,
        [FromServices] IControlPlane plane,
        [FromServices] Lines lines,
        string? application,
        long after = 0,
        bool follow = false) =>
        lines.SendAsync(context, ct => plane.JournalAsync(application, after, follow, ct));

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
