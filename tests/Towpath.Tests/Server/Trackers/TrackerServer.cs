using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Towpath.Core.Trackers;

namespace Towpath.Tests.Server.Trackers;

/// <summary>An issue as a server keeps it.</summary>
internal sealed record ServerIssue(long Number, string Text, string Author)
{
    public bool IsOpen { get; init; } = true;

    public DateTimeOffset ChangedAt { get; init; }

    public List<string> Labels { get; init; } = [];
}

/// <summary>A request as it came.</summary>
/// <param name="Method">Method.</param>
/// <param name="Path">Path below the base, as it was encoded.</param>
/// <param name="Query">Query by name.</param>
/// <param name="Body">Body; null for none.</param>
/// <param name="Headers">Headers.</param>
internal sealed record ServerRequest(string Method, string Path, IReadOnlyDictionary<string, string> Query, JsonObject? Body, IHeaderDictionary Headers);

/// <summary>An answer.</summary>
internal sealed record ServerReply(int Status, JsonNode? Body = null)
{
    public bool HasMore { get; init; }

    public bool HasTag { get; init; }
}

/// <summary>What goes wrong with a request.</summary>
internal sealed record Fault(int Status = 0, string Body = "", params (string Name, string Value)[] Headers)
{
    /// <summary>It is done, and then the connection breaks.</summary>
    public bool LosesAnswer { get; init; }

    /// <summary>Nothing comes for ever.</summary>
    public bool Hangs { get; init; }
}

/// <summary>
/// A tracker on this machine. It takes requests only in the form that is published, remembers each that is in another, and keeps issues, comments and statuses. What differs between services is in the
/// classes that derive from it.
/// </summary>
internal abstract class TrackerServer : IAsyncDisposable
{
    public const string Token = "CANARY-0123456789-TOKEN";
    public const string Label = "deploy-request";

    private readonly WebApplication _app;
    private readonly Lock _turn = new();
    private long _comments;

    protected TrackerServer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(TakeAsync);
    }

    public abstract TrackerKind Kind { get; }

    public abstract string Project { get; }

    protected abstract string Base { get; }

    /// <summary>Requests that are not as published.</summary>
    public List<string> Wrong { get; } = [];

    /// <summary>All requests, as <c>METHOD path</c>.</summary>
    public List<string> Requests { get; } = [];

    public Dictionary<long, ServerIssue> Issues { get; } = [];

    public Dictionary<(bool IsChange, long Number), SortedDictionary<long, string>> Comments { get; } = [];

    public List<(string Commit, string State, string Name, string Text, string? Url)> Statuses { get; } = [];

    public HashSet<string> Commits { get; } = [];

    /// <summary>Changes by the commit that they hold.</summary>
    public Dictionary<string, List<(long Number, bool IsOpen)>> Changes { get; } = [];

    /// <summary>The server's own clock, far from ours.</summary>
    public DateTimeOffset Clock { get; set; } = new(2031, 5, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>What goes wrong with a request, if anything.</summary>
    public Func<ServerRequest, Fault?> Fails { get; set; } = _ => null;

    public Uri Url => new(_app.Urls.First() + Base + "/");

    public TrackerSpec Spec => new("forge", Kind, Url, Project, () => Token, ["shop"]);

    public async Task<TrackerServer> StartAsync()
    {
        await _app.StartAsync();
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
    }

    /// <summary>Somebody writes an issue, or edits it.</summary>
    public void Write(long number, string text, string author = "Ben.There", bool isOpen = true, params string[] labels)
    {
        lock (_turn)
        {
            var before = Issues.GetValueOrDefault(number);
            Issues[number] = new ServerIssue(number, text, author) { IsOpen = isOpen, ChangedAt = Tick(), Labels = labels.Length > 0 ? [.. labels] : before?.Labels ?? [Label] };
            Comments.TryAdd((false, number), []);
        }
    }

    public IReadOnlyList<string> CommentsOf(long number, bool isChange = false)
    {
        lock (_turn) return Comments.TryGetValue((isChange, number), out var comments) ? [.. comments.Values] : [];
    }

    public ServerIssue Issue(long number)
    {
        lock (_turn) return Issues[number] with { Labels = [.. Issues[number].Labels] };
    }

    public string Sent
    {
        get
        {
            lock (_turn) return string.Join('\n', Requests);
        }
    }

    protected abstract bool IsSignedIn(IHeaderDictionary headers);

    protected abstract ServerReply Answer(ServerRequest request, string[] path);

    protected ServerReply Refuse(string what)
    {
        Wrong.Add(what);
        return new ServerReply(400, new JsonObject { ["message"] = what });
    }

    protected DateTimeOffset Tick() => Clock = Clock.AddSeconds(1);

    /// <summary>Changes an issue; null for one that there is not.</summary>
    protected ServerIssue? Change(long number, Func<ServerIssue, ServerIssue> change) =>
        Issues.TryGetValue(number, out var issue) ? Issues[number] = change(issue) with { ChangedAt = Tick() } : null;

    protected ServerReply AddComment(bool isChange, long number, string text)
    {
        if (!Comments.TryGetValue((isChange, number), out var comments)) return new ServerReply(404, new JsonObject { ["message"] = "404 Not found" });
        comments[++_comments] = text;
        if (!isChange) Change(number, i => i);
        return new ServerReply(201, new JsonObject { ["id"] = _comments, ["body"] = text });
    }

    protected ServerReply EditComment(long id, string text)
    {
        var comments = Comments.Values.FirstOrDefault(c => c.ContainsKey(id));
        if (comments is null) return new ServerReply(404, new JsonObject { ["message"] = "404 Note Not Found" });
        comments[id] = text;
        return new ServerReply(200, new JsonObject { ["id"] = id, ["body"] = text });
    }

    protected static ServerReply Page<T>(IEnumerable<T> all, ServerRequest request, Func<T, JsonNode> json)
    {
        var (size, page) = (int.Parse(request.Query["per_page"], System.Globalization.CultureInfo.InvariantCulture), int.Parse(request.Query["page"], System.Globalization.CultureInfo.InvariantCulture));
        var rest = all.Skip((page - 1) * size).ToList();
        return new ServerReply(200, new JsonArray([.. rest.Take(size).Select(json)])) { HasMore = rest.Count > size, HasTag = true };
    }

    protected bool Has(ServerRequest request, string names, string optional = "")
    {
        var given = request.Query.Keys.Concat(request.Body?.Select(b => b.Key) ?? []).ToHashSet();
        var known = names.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return known.All(given.Contains) && given.All(g => known.Contains(g) || optional.Split(' ').Contains(g));
    }

    private async Task TakeAsync(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?', 2);
        using var bytes = new MemoryStream();
        await context.Request.Body.CopyToAsync(bytes);
        var body = bytes.Length == 0 ? null : JsonNode.Parse(bytes.ToArray()) as JsonObject;
        var query = context.Request.Query.ToDictionary(q => q.Key, q => q.Value.ToString());
        var request = new ServerRequest(context.Request.Method, target[0][Base.Length..], query, body, context.Request.Headers);
        ServerReply reply;
        Fault? fault;
        lock (_turn)
        {
            Requests.Add($"{request.Method} {request.Path}");
            fault = Fails(request);
            reply = fault is null or { LosesAnswer: true } ? Judge(context, request) : new ServerReply(fault.Status);
        }

        if (fault is { Hangs: true }) await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        if (fault is { LosesAnswer: true })
        {
            context.Abort();
            return;
        }

        await SendAsync(context, request, reply, fault);
    }

    private ServerReply Judge(HttpContext context, ServerRequest request)
    {
        if (!context.Request.Headers.UserAgent.ToString().StartsWith("towpath", StringComparison.Ordinal)) return Refuse("no User-Agent");
        if (request.Body is not null && context.Request.ContentType != "application/json") return Refuse($"Content-Type {context.Request.ContentType}");
        if (!IsSignedIn(request.Headers)) return new ServerReply(401, new JsonObject { ["message"] = "401 Unauthorized" });
        var project = $"/{(Kind == TrackerKind.GitLab ? "projects/" + Uri.EscapeDataString(Project) : "repos/" + Project)}/";
        return request.Path.StartsWith(project, StringComparison.Ordinal)
            ? Answer(request, request.Path[project.Length..].Split('/'))
            : new ServerReply(404, new JsonObject { ["message"] = "404 Project Not Found" });
    }

    private async Task SendAsync(HttpContext context, ServerRequest request, ServerReply reply, Fault? fault)
    {
        context.Response.Headers.Date = Clock.ToString("r");
        foreach (var (name, value) in fault?.Headers ?? []) context.Response.Headers[name] = value;
        var text = fault?.Body ?? reply.Body?.ToJsonString() ?? "";
        var tag = reply.HasTag ? $"W/\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}\"" : null;
        if (tag is not null) context.Response.Headers.ETag = tag;
        if (reply.HasMore) context.Response.Headers.Link = $"<{Url}issues?page=2>; rel=\"next\", <{Url}issues?page=1>; rel=\"first\"";
        context.Response.StatusCode = tag is not null && request.Headers.IfNoneMatch == tag ? 304 : reply.Status;
        if (context.Response.StatusCode is 304 or 204 || text.Length == 0) return;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(text);
    }
}
