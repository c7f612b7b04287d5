using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Towpath.Core.Trackers;

namespace Towpath.Tests.Server.Trackers;

/// <summary>GitLab's part: "Issues API", "Notes API", "Commits API" of GitLab Docs.</summary>
internal sealed class GitLabServer : TrackerServer
{
    public override TrackerKind Kind => TrackerKind.GitLab;

    public override string Project => "group/sub/shop";

    protected override string Base => "/api/v4";

    protected override bool IsSignedIn(IHeaderDictionary headers) => headers["PRIVATE-TOKEN"] == Token;

    protected override ServerReply Answer(ServerRequest request, string[] path) => (request.Method, path) switch
    {
        ("GET", ["issues"]) when Has(request, "labels state scope order_by sort per_page page", "updated_after") && request.Query["scope"] == "all" && request.Query["order_by"] == "updated_at" && request.Query["sort"] == "asc" => List(request),
        ("GET", ["issues", var number]) when Has(request, "") => Issues.TryGetValue(Number(number), out var issue) ? new ServerReply(200, Json(issue)) : NotFound("Issue"),
        ("PUT", ["issues", var number]) when request.Query.Count == 0 && Has(request, "", "add_labels remove_labels state_event") => Edit(Number(number), request.Body!),
        ("GET", [var kind, var number, "notes"]) when Has(request, "sort order_by per_page page") && request.Query["sort"] == "asc" && request.Query["order_by"] == "created_at" => Notes(request, kind, Number(number)),
        ("POST", [var kind, var number, "notes"]) when Has(request, "body") => AddComment(IsChange(kind), Number(number), (string)request.Body!["body"]!),
        ("PUT", [_, _, "notes", var id]) when Has(request, "body") => EditComment(Number(id), (string)request.Body!["body"]!),
        ("POST", ["statuses", var commit]) when Has(request, "state name description", "target_url") => Status(commit, request.Body!),
        ("GET", ["repository", "commits", var commit, "merge_requests"]) when Has(request, "state per_page") => MergeRequests(commit, request.Query["state"]),
        _ => Refuse($"{request.Method} {request.Path} {string.Join(' ', request.Query)} {request.Body}"),
    };

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static bool IsChange(string kind) => kind == "merge_requests";

    private static ServerReply NotFound(string what) => new(404, new JsonObject { ["message"] = $"404 {what} Not Found" });

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static JsonObject Json(ServerIssue issue) => new()
    {
        ["id"] = 9000 + issue.Number,
        ["iid"] = issue.Number,
        ["project_id"] = 4,
        ["title"] = "Deploy",
        ["description"] = issue.Text,
        ["state"] = issue.IsOpen ? "opened" : "closed",
        ["updated_at"] = Time(issue.ChangedAt),
        ["labels"] = new JsonArray([.. issue.Labels.Select(l => (JsonNode)l)]),
        ["author"] = new JsonObject { ["id"] = 1, ["username"] = issue.Author, ["state"] = "active" },
    };

    private ServerReply List(ServerRequest request)
    {
        var after = request.Query.TryGetValue("updated_after", out var text) ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : DateTimeOffset.MinValue;
        return Page(
            Issues.Values.Where(i => i.Labels.Contains(request.Query["labels"]) && (i.IsOpen || request.Query["state"] == "all") && i.ChangedAt >= after).OrderBy(i => i.ChangedAt).ThenBy(i => i.Number),
            request, Json);
    }

    private ServerReply Edit(long number, JsonObject body)
    {
        if (body.Count == 0) return Refuse("an edit without anything");
        var add = ((string?)body["add_labels"])?.Split(',') ?? [];
        var remove = ((string?)body["remove_labels"])?.Split(',') ?? [];
        return Change(number, i => i with { Labels = [.. i.Labels.Except(remove).Union(add)], IsOpen = i.IsOpen && (string?)body["state_event"] != "close" }) is { } issue
            ? new ServerReply(200, Json(issue))
            : NotFound("Issue");
    }

    private ServerReply Notes(ServerRequest request, string kind, long number) => Comments.TryGetValue((IsChange(kind), number), out var comments)
        ? Page(comments, request, c => new JsonObject { ["id"] = c.Key, ["body"] = c.Value, ["system"] = false })
        : NotFound("Issue");

    private ServerReply Status(string commit, JsonObject body)
    {
        if (!Commits.Contains(commit)) return NotFound("Commit");
        var (state, name) = ((string)body["state"]!, (string)body["name"]!);
        if (state is not ("pending" or "running" or "success" or "failed" or "canceled")) return Refuse("state " + state);
        if (Statuses.LastOrDefault(s => s.Commit == commit && s.Name == name).State == state)
            return new ServerReply(400, new JsonObject { ["message"] = $"Cannot transition status via :run from :{state} (Reason(s): Status cannot transition via \"run\")" });
        Statuses.Add((commit, state, name, (string)body["description"]!, (string?)body["target_url"]));
        return new ServerReply(201, new JsonObject { ["id"] = 1, ["status"] = state });
    }

    private ServerReply MergeRequests(string commit, string state) => !Commits.Contains(commit)
        ? NotFound("Commit")
        : new ServerReply(200, new JsonArray([.. (Changes.GetValueOrDefault(commit) ?? []).Where(c => c.IsOpen || state != "opened").Select(c => (JsonNode)new JsonObject { ["iid"] = c.Number, ["state"] = c.IsOpen ? "opened" : "merged" })]));
}
