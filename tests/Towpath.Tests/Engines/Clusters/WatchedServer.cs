using System.IO.Pipelines;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Towpath.Tests.Engines.Clusters;

/// <summary>Answers lists, and watches that stay open until they are broken.</summary>
internal sealed class WatchedServer : HttpMessageHandler
{
    private Pipe _watch = new();
    private int _lists;

    public JsonObject[] Items { get; set; } = [];

    public volatile bool IsAway;

    public volatile bool IsForbidden;

    /// <summary>Lists wait for it.</summary>
    public Task Ready { get; set; } = Task.CompletedTask;

    public int Lists => _lists;

    public async Task TellAsync(string type, JsonObject item) =>
        await _watch.Writer.WriteAsync(Encoding.UTF8.GetBytes(new JsonObject { ["type"] = type, ["object"] = item }.ToJsonString() + "\n"));

    public async Task BreakAsync()
    {
        var broken = _watch;
        _watch = new Pipe();
        await broken.Writer.CompleteAsync(new IOException("the connection is gone"));
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (IsAway) throw new HttpRequestException("connection refused");
        if (request.RequestUri!.Query.Contains("watch=true", StringComparison.Ordinal))
        {
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(_watch.Reader.AsStream()) };
        }

        Interlocked.Increment(ref _lists);
        await Ready.WaitAsync(cancellationToken);
        return IsForbidden
            ? new HttpResponseMessage(HttpStatusCode.Forbidden) { Content = new StringContent("""{"kind":"Status","status":"Failure","reason":"Forbidden","code":403,"message":"may not"}""") }
            : new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = "9" }, ["items"] = new JsonArray([.. Items.Select(i => i.DeepClone())]) }.ToJsonString()) };
    }
}
