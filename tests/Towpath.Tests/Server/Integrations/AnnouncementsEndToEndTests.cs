using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Server;
using Towpath.Server.Api;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Integrations;

/// <summary>A whole control plane that announces to web servers on this machine, its loops running.</summary>
public sealed class AnnouncementsEndToEndTests : IAsyncLifetime
{
    private const string Canary = "CANARY-0123456789-SECRET";

    private readonly TemporaryFolder _folder = TemporaryFolder.InMemory();
    private readonly ConcurrentQueue<string> _log = new();
    private LocalReceiver _good = null!;
    private LocalReceiver _bad = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => (_good, _bad) = (await LocalReceiver.StartAsync(), await LocalReceiver.StartAsync());

    public async ValueTask DisposeAsync()
    {
        await _good.DisposeAsync();
        await _bad.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Run_OneReceiverHangs_TheOtherGetsAllAndTheEndIsQuick()
    {
        _bad.Answer = (context, _) => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        var plane = Start(Channels.Http("good", ChannelKind.Webhook, _good.Url), Channels.Http("bad", ChannelKind.Slack, _bad.Url));
        Append("one", "two", "three");

        await UntilAsync(() => _good.Received.Count == 3 && !_bad.Received.IsEmpty);
        (await plane.AnnouncementsAsync(null, "good", AnnouncementState.Delivered, Cancel)).Announcements.Select(a => a.Text).ShouldBe(["three", "two", "one"]);
        (await plane.AnnouncementsAsync(null, "bad", AnnouncementState.Waiting, Cancel)).Announcements.Count.ShouldBe(3);

        var began = Stopwatch.GetTimestamp();
        await plane.DisposeAsync();
        Stopwatch.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(15));
        _bad.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Run_SecretsEverywhere_AppearNowhere()
    {
        _bad.Answer = async (context, _) =>
        {
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync($"no such hook: {_bad.Url}/hooks/{Canary} or {Canary}");
        };
        var channel = Channels.Http("bad", ChannelKind.Webhook, $"{_bad.Url}/hooks/{Canary}") with { Key = new Secret(Canary) };
        await using var plane = Start(channel);
        Append("one");
        await UntilAsync(() => !_bad.Received.IsEmpty && Dead(plane).Count == 1);

        var shown = new List<string>
        {
            string.Join('\n', _log),
            JsonSerializer.Serialize(await plane.AnnouncementsAsync(null, null, null, Cancel), ApiJson.Options),
            JsonSerializer.Serialize(await plane.TestChannelAsync("bad", new ChannelTestRequest("ann"), Cancel), ApiJson.Options),
            JsonSerializer.Serialize(channel, ApiJson.Options),
            channel.ToString(),
            (await Should.ThrowAsync<DiagnosticException>(() => plane.TestChannelAsync("badd", new ChannelTestRequest("ann"), Cancel))).ToString(),
        };
        await foreach (var fact in plane.JournalAsync(null, 0, follow: false, Cancel)) shown.Add(JsonSerializer.Serialize(fact, ApiJson.Options));
        shown.AddRange(Directory.EnumerateFiles(_folder.Path, "towpath.db*").Select(f => System.Text.Encoding.Latin1.GetString(Read(f))));

        shown.ShouldAllBe(text => !text.Contains(Canary, StringComparison.Ordinal));
        shown[0].ShouldContain("is dead: HTTP 400: no such hook");
    }

    [Fact]
    public async Task Replay_MistakesAreTold()
    {
        _bad.AnswerWith(410, "gone");
        await using var plane = Start(Channels.Http("bad", ChannelKind.Discord, _bad.Url));
        Append("one");
        await UntilAsync(() => Dead(plane).Count == 1);
        var dead = Dead(plane).Single();

        (await CodeAsync(() => plane.ReplayAnnouncementsAsync(new ReplayRequest("a-99", null), Cancel))).ShouldBe("TP4511");
        (await CodeAsync(() => plane.ReplayAnnouncementsAsync(new ReplayRequest(null, "none"), Cancel))).ShouldBe("TP4510");
        (await CodeAsync(() => plane.AnnouncementsAsync(null, "none", null, Cancel))).ShouldBe("TP4510");
        _bad.AnswerWith(204);
        (await plane.ReplayAnnouncementsAsync(new ReplayRequest(null, null), Cancel)).Announcements.ShouldBe([dead.Id]);
        await UntilAsync(() => Dead(plane).Count == 0 && plane.AnnouncementsAsync(null, null, AnnouncementState.Delivered, Cancel).Result.Announcements.Count == 1);
        (await CodeAsync(() => plane.ReplayAnnouncementsAsync(new ReplayRequest(dead.Id, null), Cancel))).ShouldBe("TP4512");
    }

    [Fact]
    public async Task Run_StartedAnew_AnnouncesWhatHappenedMeanwhile()
    {
        await using (Start(Channels.Http("good", ChannelKind.Webhook, _good.Url)))
        {
        }

        Append("while nobody served");
        await using var plane = Start(Channels.Http("good", ChannelKind.Webhook, _good.Url));
        await UntilAsync(() => _good.Received.Count == 1);
    }

    private ControlPlane Start(params Channel[] channels)
    {
        var options = new ControlPlaneOptions(_folder.Path, "fake", "test", _log.Enqueue) { Configuration = new ServerConfiguration([.. channels]) };
        var plane = ControlPlaneFactory.Create(options, new FakeContainerEngine(), TimeProvider.System);
        plane.Start();
        return plane;
    }

    private void Append(params string[] texts)
    {
        using var store = new SqliteStore(_folder["towpath.db"]);
        foreach (var text in texts) store.Append(Facts.Release(FactKind.ReleaseCreated, 1, text: text));
    }

    private static byte[] Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static IReadOnlyList<AnnouncementAnswer> Dead(ControlPlane plane) => plane.AnnouncementsAsync(null, null, AnnouncementState.Dead, Cancel).Result.Announcements;

    private static async Task<string> CodeAsync(Func<Task> ask) => (await Should.ThrowAsync<DiagnosticException>(ask)).Diagnostics[0].Code;

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!holds()) await Task.Delay(50, limit.Token);
    }
}
