using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Towpath.Core.Trackers;

namespace Towpath.Tests.Server.Trackers;

/// <summary>GitHub's part: the REST API endpoints for issues, comments, labels, commit statuses and commits of GitHub Docs.</summary>
internal sealed class GitHubServer : TrackerServer
{
    public override TrackerKind Kind => TrackerKind.GitHub;

    public override string Project => "octo-org/shop.web";

    protected override string Base => "/api/v3";

    protected override bool IsSignedIn(IHeaderDictionary headers) =>
        headers.Authorization == "Bearer " + Token && (headers.Accept == "application/vnd.github+json" && headers["X-GitHub-Api-Version"] == "2022-11-28" || Refuse("Accept, X-GitHub-Api-Version") is null);

    protected override ServerReply Answer(ServerRequest request, string[] path) => (request.Method, path) switch
    {
        ("GET", ["issues"]) when Has(request, "labels state sort direction per_page page", "since") && request.Query["sort"] == "updated" && request.Query["direction"] == "asc" => List(request),
        ("GET", ["issues", var number]) when Has(request, "") => Issues.TryGetValue(Number(number), out var issue) ? new ServerReply(200, Json(issue)) : NotFound(),
        ("PATCH", ["issues", var number]) when Has(request, "state") && (string?)request.Body!["state"] == "closed" => With(Number(number), i => i with { IsOpen = false }, i => Json(i)),
        ("POST", ["issues", var number, "labels"]) when Has(request, "labels") => With(Number(number), i => i with { Labels = [.. i.Labels.Union(request.Body!["labels"]!.AsArray().Select(l => (string)l!))] }, Labels),
        ("DELETE", ["issues", var number, "labels", var label]) when Has(request, "") => Unlabel(Number(number), Uri.UnescapeDataString(label)),
        ("GET", ["issues", var number, "comments"]) when Has(request, "per_page page") => ListComments(request, Number(number)),
        ("POST", ["issues", var number, "comments"]) when Has(request, "body") => AddComment(!Issues.ContainsKey(Number(number)), Number(number), (string)request.Body!["body"]!),
        ("PATCH", ["issues", "comments", var id]) when Has(request, "body") => EditComment(Number(id), (string)request.Body!["body"]!),
        ("POST", ["statuses", var commit]) when Has(request, "state context description", "target_url") => Status(commit, request.Body!),
        ("GET", ["commits", var commit, "pulls"]) when Has(request, "per_page") => Pulls(commit),
        _ => Refuse($"{request.Method} {request.Path} {string.Join(' ', request.Query)} {request.Body}"),
    };

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static ServerReply NotFound() => new(404, new JsonObject { ["message"] = "Not Found", ["documentation_url"] = "https://docs.github.com/rest", ["status"] = "404" });

    private static ServerReply UnknownCommit(string commit) => new(422, new JsonObject { ["message"] = $"No commit found for SHA: {commit}", ["status"] = "422" });

    private static JsonArray Labels(ServerIssue issue) => new([.. issue.Labels.Select(l => (JsonNode)new JsonObject { ["id"] = 1, ["name"] = l, ["color"] = "f29513" })]);

    private static JsonObject Json(ServerIssue issue) => new()
    {
        ["id"] = 9000 + issue.Number,
        ["number"] = issue.Number,
        ["title"] = "Deploy",
        ["body"] = issue.Text.Length > 0 ? issue.Text : null,
        ["state"] = issue.IsOpen ? "open" : "closed",
        ["updated_at"] = issue.ChangedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        ["labels"] = Labels(issue),
        ["user"] = new JsonObject { ["login"] = issue.Author, ["id"] = 1, ["type"] = "User" },
    };

    private ServerReply List(ServerRequest request)
    {
        var since = request.Query.TryGetValue("since", out var text) ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : DateTimeOffset.MinValue;
        // A pull request is in the list too, at its end.
        var pull = Json(new ServerIssue(7777, "a pull request", "eve"));
        pull["pull_request"] = new JsonObject { ["url"] = "x" };
        return Page(
            Issues.Values.Where(i => i.Labels.Contains(request.Query["labels"]) && (i.IsOpen || request.Query["state"] == "all") && i.ChangedAt >= since)
                .OrderBy(i => i.ChangedAt).ThenBy(i => i.Number).Select(Json).Append(pull),
            request, i => i);
    }

    private ServerReply With(long number, Func<ServerIssue, ServerIssue> change, Func<ServerIssue, JsonNode> json) =>
        Change(number, change) is { } issue ? new ServerReply(200, json(issue)) : NotFound();

    private ServerReply Unlabel(long number, string label) => Issues.TryGetValue(number, out var issue) && !issue.Labels.Contains(label)
        ? new ServerReply(404, new JsonObject { ["message"] = "Label does not exist", ["status"] = "404" })
        : With(number, i => i with { Labels = [.. i.Labels.Where(l => l != label)] }, Labels);

    private ServerReply ListComments(ServerRequest request, long number) => Comments.TryGetValue((!Issues.ContainsKey(number), number), out var comments)
        ? Page(comments, request, c => new JsonObject { ["id"] = c.Key, ["body"] = c.Value })
        : NotFound();

    private ServerReply Status(string commit, JsonObject body)
    {
        if (!Commits.Contains(commit)) return UnknownCommit(commit);
        var state = (string)body["state"]!;
        if (state is not ("error" or "failure" or "pending" or "success") || ((string)body["description"]!).Length > 140) return Refuse("status " + body);
        Statuses.Add((commit, state, (string)body["context"]!, (string)body["description"]!, (string?)body["target_url"]));
        return new ServerReply(201, new JsonObject { ["id"] = 1, ["state"] = state });
    }

    private ServerReply Pulls(string commit) => Commits.Contains(commit)
        ? new ServerReply(200, new JsonArray([.. (Changes.GetValueOrDefault(commit) ?? []).Select(c => (JsonNode)new JsonObject { ["number"] = c.Number, ["state"] = c.IsOpen ? "open" : "closed" })]))
        : UnknownCommit(commit);
}
