using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Api;

public sealed class EventStreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Events_AfterASequence_HaveItAsIdAndGoOn()
    {
        await using var api = await RunningApi.StartAsync();
        api.Plane.Add(Facts.Of(FactKind.PipelineQueued, 0), Facts.Of(FactKind.PipelineStarted, 1));
        using var stream = await OpenAsync(api, "?after=1");
        (await EventAsync(stream)).ShouldBe(("2", "fact", FactKind.PipelineStarted));
        api.Plane.Add(Facts.Of(FactKind.ReleaseCreated, 2));
        (await EventAsync(stream)).ShouldBe(("3", "fact", FactKind.ReleaseCreated));
    }

    [Fact]
    public async Task Events_WithoutASequence_BeginNow()
    {
        await using var api = await RunningApi.StartAsync();
        api.Plane.Add(Facts.Of(FactKind.PipelineQueued, 0));
        using var stream = await OpenAsync(api, "");
        api.Plane.Add(Facts.Of(FactKind.ReleaseCreated, 1));
        (await EventAsync(stream)).ShouldBe(("2", "fact", FactKind.ReleaseCreated));
    }

    [Fact]
    public async Task Events_WithLastEventId_GoOnAfterItWhateverTheAddressSays()
    {
        await using var api = await RunningApi.StartAsync();
        api.Plane.Add(Facts.Of(FactKind.PipelineQueued, 0), Facts.Of(FactKind.PipelineStarted, 1), Facts.Of(FactKind.ReleaseCreated, 2));
        using var stream = await OpenAsync(api, "?after=0", request => request.Headers.Add("Last-Event-ID", "2"));
        (await EventAsync(stream)).ShouldBe(("3", "fact", FactKind.ReleaseCreated));

        using var wrong = api.Request(HttpMethod.Get, "/api/v1/events");
        wrong.Headers.Add("Last-Event-ID", "-1");
        using var refused = await api.Http.SendAsync(wrong);
        (await refused.Content.ReadFromJsonAsync<ProblemAnswer>(ApiJson.Options))!.Code.ShouldBe("TP7006");
    }

    [Fact]
    public async Task Events_WhileNothingHappens_CarryComments()
    {
        await using var api = await RunningApi.StartAsync(change: options => options with { Heartbeat = TimeSpan.FromMilliseconds(10) });
        using var stream = await OpenAsync(api, "");
        var comments = 0;
        while (comments < 3)
            if ((await stream.ReadLineAsync().WaitAsync(Patience))!.StartsWith(':')) comments++;
    }

    [Fact]
    public async Task Events_ThatBreak_EndInTheirProblem()
    {
        var plane = new FakeControlPlane { JournalBreaks = new DiagnosticException(ExitCode.EngineUnavailable, new Diagnostic("TP6001", Severity.Error, "the engine went away")) };
        plane.Add(Facts.Of(FactKind.PipelineQueued, 0));
        await using var api = await RunningApi.StartAsync(plane);
        using var stream = await OpenAsync(api, "?after=0");
        await EventAsync(stream);
        var all = await stream.ReadToEndAsync().WaitAsync(Patience);
        all.ShouldStartWith("event: problem\ndata: {\"diagnostics\":[{\"code\":\"TP6001\"");
        all.ShouldContain("\"status\":503");
    }

    [Fact]
    public async Task Streams_OverACallersBound_AreRefusedUntilOneEnds()
    {
        await using var api = await RunningApi.StartAsync(change: options => options with { MaxStreamsOfCaller = 2 });
        using var one = await OpenAsync(api, "");
        using var two = await OpenAsync(api, "");
        using (var refused = await api.Http.SendAsync(api.Request(HttpMethod.Get, "/api/v1/events")))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            refused.Headers.RetryAfter.ShouldNotBeNull();
            (await refused.Content.ReadFromJsonAsync<ProblemAnswer>(ApiJson.Options))!.Code.ShouldBe("TP7034");
        }

        one.Dispose();
        var status = HttpStatusCode.TooManyRequests;
        for (var i = 0; i < 300 && status == HttpStatusCode.TooManyRequests; i++)
        {
            await Task.Delay(20);
            using var again = await api.Http.SendAsync(api.Request(HttpMethod.Get, "/api/v1/events"), HttpCompletionOption.ResponseHeadersRead);
            status = again.StatusCode;
        }

        status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Streams_OverTheBoundOfAll_AreRefused()
    {
        await using var api = await RunningApi.StartAsync(change: options => options with { MaxStreams = 1 });
        using var one = await OpenAsync(api, "");
        using var refused = await api.Http.SendAsync(api.Request(HttpMethod.Get, "/api/v1/applications/shop/environments/production/logs"));
        (await refused.Content.ReadFromJsonAsync<ProblemAnswer>(ApiJson.Options))!.Code.ShouldBe("TP7034");
    }

    [Fact]
    public async Task Events_OfAReaderWhoTakesNothing_AreCutOff()
    {
        // Far more than all buffers on the way hold.
        var plane = new FakeControlPlane();
        plane.Add([.. Enumerable.Range(0, 4000).Select(i => Facts.Of(FactKind.ReleaseCreated, i) with { Text = new string('x', 8000) })]);
        await using var api = await RunningApi.StartAsync(plane, options => options with { SlowestReader = TimeSpan.FromMilliseconds(200), MaxStreamsOfCaller = 1 });
        using var socket = new TcpClient();
        await socket.ConnectAsync(api.Url.Host, api.Url.Port);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /api/v1/events?after=0 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {api.Token}\r\n\r\n"));
        var beginning = new byte[12];
        await socket.GetStream().ReadExactlyAsync(beginning).AsTask().WaitAsync(Patience);
        Encoding.ASCII.GetString(beginning).ShouldBe("HTTP/1.1 200");

        // Its place is free once it was cut, though it never closed its side.
        var status = HttpStatusCode.TooManyRequests;
        for (var i = 0; i < 500 && status != HttpStatusCode.OK; i++)
        {
            await Task.Delay(20);
            using var other = await api.Http.SendAsync(api.Request(HttpMethod.Get, "/api/v1/events"), HttpCompletionOption.ResponseHeadersRead);
            status = other.StatusCode;
        }

        status.ShouldBe(HttpStatusCode.OK);
        var buffer = new byte[1 << 16];
        long read = 0;
        try
        {
            for (int n; (n = await socket.GetStream().ReadAsync(buffer).AsTask().WaitAsync(Patience)) > 0;) read += n;
        }
        catch (IOException)
        {
            // Reset: what was on its way is lost, as it is for whoever does not read.
        }

        read.ShouldBeLessThan(4000 * 8000);
    }

    private static async Task<StreamReader> OpenAsync(RunningApi api, string query, Action<HttpRequestMessage>? change = null)
    {
        var request = api.Request(HttpMethod.Get, "/api/v1/events" + query);
        change?.Invoke(request);
        var response = await api.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        (await reader.ReadLineAsync().WaitAsync(Patience)).ShouldBe("retry: 1000");
        (await reader.ReadLineAsync().WaitAsync(Patience)).ShouldBe("");
        return reader;
    }

    private static async Task<(string Id, string Name, string Kind)> EventAsync(StreamReader stream)
    {
        var fields = new Dictionary<string, string>();
        while (await stream.ReadLineAsync().WaitAsync(Patience) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            fields[line[..colon]] = line[(colon + 2)..];
        }

        var fact = JsonSerializer.Deserialize<Fact>(fields["data"], ApiJson.Options)!;
        fact.Sequence.ToString().ShouldBe(fields["id"]);
        return (fields["id"], fields["event"], fact.Kind);
    }
}
