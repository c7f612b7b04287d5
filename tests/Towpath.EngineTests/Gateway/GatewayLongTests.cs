using System.Net.WebSockets;
using System.Text;
using Towpath.Core.Containers;

namespace Towpath.EngineTests.Gateway;

/// <summary>What lasts longer than a step of a rollout: it is finished, not cut, as long as its time is not over.</summary>
public sealed class GatewayLongTests : IAsyncLifetime
{
    private readonly GatewayHarness _harness = new();
    private EchoReplica _old = null!;
    private EchoReplica _new = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(LocalHaproxyEngine.SkipReason is not null, LocalHaproxyEngine.SkipReason ?? "");
        _old = await EchoReplica.StartAsync("api");
        _new = await EchoReplica.StartAsync("api");
        await _harness.EnsureAsync(_old.Server);
    }

    public async ValueTask DisposeAsync()
    {
        await _harness.DisposeAsync();
        if (_old is null) return;
        await _old.DisposeAsync();
        await _new.DisposeAsync();
    }

    [Theory]
    [InlineData("replacement")]
    [InlineData("reload")]
    [InlineData("handover")]
    public async Task EventsDownloadAndUpload_WhileThingsChange_AreWhole(string change)
    {
        using var http = new HttpClient();
        // A kept connection stays at the worker that it came to for as long as its client pauses, and these are not to.
        http.DefaultRequestHeaders.ConnectionClose = true;
        var events = http.GetStringAsync(_harness.Public("/api/stream"), Cancel);
        var download = DownloadSlowlyAsync(http);
        using var slow = new SlowContent(60, 10_000);
        var upload = http.PostAsync(_harness.Public("/api/upload"), slow, Cancel);
        await GatewayHarness.EventuallyAsync(() => Task.FromResult(_old.Requests >= 3), "all are at the replica");

        await ChangeAsync(change);
        events.IsCompleted.ShouldBeFalse("it must have been under way");
        download.IsCompleted.ShouldBeFalse("it must have been under way");
        // The replica goes as well: it must wait for them, also where another worker or proxy still carries them.
        await _harness.Gateway.AdmitAsync(_new.Server, Cancel);
        var retire = _harness.Gateway.RetireAsync("api", _old.Name, TimeSpan.FromSeconds(20), Cancel);

        (await events).ShouldEndWith("data: 59\n\n");
        (await download).ShouldBe(EchoReplica.DownloadLength);
        using var answer = await upload;
        (await answer.Content.ReadAsStringAsync(Cancel)).ShouldContain("600000");
        await retire;
        (await _harness.EchoAsync(_harness.Public("/api/x"))).Name.ShouldBe(_new.Name);
    }

    [Fact]
    public async Task WebSocket_ReplicaDrained_LivesUntilItsTimeIsOver()
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{_harness.PublicPort}/api/talk"), Cancel);
        (await AskAsync(socket, "one")).ShouldBe("one");
        await _harness.Gateway.AdmitAsync(_new.Server, Cancel);

        var started = TimeProvider.System.GetTimestamp();
        var retire = _harness.Gateway.RetireAsync("api", _old.Name, TimeSpan.FromSeconds(2), Cancel);
        while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(1.5))
        {
            (await AskAsync(socket, "more")).ShouldBe("more");
            await Task.Delay(50, Cancel);
        }

        retire.IsCompleted.ShouldBeFalse();
        await retire;
        await Should.ThrowAsync<WebSocketException>(() => AskAsync(socket, "late"));
    }

    [Fact]
    public async Task WebSocket_ClosedByItsClient_LetsTheReplicaGoAtOnce()
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{_harness.PublicPort}/api/talk"), Cancel);
        await _harness.Gateway.AdmitAsync(_new.Server, Cancel);
        await ChangeAsync("handover");
        (await AskAsync(socket, "after")).ShouldBe("after");
        var retire = _harness.Gateway.RetireAsync("api", _old.Name, TimeSpan.FromSeconds(60), Cancel);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancel);
        await retire.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
    }

    /// <summary>Takes some three seconds for it.</summary>
    private async Task<long> DownloadSlowlyAsync(HttpClient http)
    {
        await using var stream = await http.GetStreamAsync(_harness.Public("/api/download"), Cancel);
        var piece = new byte[1 << 20];
        long all = 0;
        for (int read; (read = await stream.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, Cancel)) > 0; all += read)
            await Task.Delay(60, Cancel);
        return all;
    }

    private Task ChangeAsync(string change)
    {
        if (change == "reload") _harness.Desired = _harness.Desired with { Routes = _harness.Desired.Routes.Add(new GatewayRoute("/more", "api", Strip: false)) };
        if (change == "handover") _harness.Plan = _harness.Plan with { Image = "haproxy:next" };
        return _harness.EnsureAsync(_old.Server);
    }

    private static async Task<string> AskAsync(ClientWebSocket socket, string text)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Cancel);
        var buffer = new byte[1024];
        var answer = await socket.ReceiveAsync(buffer, Cancel);
        if (answer.MessageType == WebSocketMessageType.Close) throw new WebSocketException("closed");
        return Encoding.UTF8.GetString(buffer, 0, answer.Count);
    }

    /// <summary>A body of so many pieces, one each 50 ms.</summary>
    private sealed class SlowContent(int pieces, int size) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            for (var piece = 0; piece < pieces; piece++)
            {
                await stream.WriteAsync(new byte[size]);
                await stream.FlushAsync();
                await Task.Delay(50);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = (long)pieces * size;
            return true;
        }
    }
}
