using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Towpath.Core.Trackers;

namespace Towpath.Server.Trackers;

/// <summary>
/// A repository in GitHub, by its REST API of version 2022-11-28, as GitHub Docs publish it: "REST API endpoints for issues", "… for issue comments", "… for labels", "… for commit statuses", "… for commits".
/// A pull request is an issue there, and its comments are those of the issue.
/// </summary>
internal sealed class GitHubTracker(TrackerSpec spec, TimeProvider time, TimeSpan? patience = null) : ITracker
{
    private const int PageOfIssues = 20;
    private const int PageOfComments = 100;
    private const int MostPages = 20;
    private const int LongestDescription = 140;

    private readonly TrackerHttp _http = new(spec, time, patience);
    private readonly string _repository = $"repos/{spec.Project}";

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>"List repository issues": <c>since</c> is by the time of the last update. Pull requests, which it lists too, are passed over.</summary>
    public async Task<IssuePage> IssuesAsync(IssueQuery query, CancellationToken cancellationToken)
    {
        var which = query.Since is { } since ? $"state=all&since={Uri.EscapeDataString(since.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture))}" : "state=open";
        var path = string.Create(
            CultureInfo.InvariantCulture, $"{_repository}/issues?labels={Uri.EscapeDataString(spec.Label)}&{which}&sort=updated&direction=asc&per_page={PageOfIssues}&page={query.Page}");
        var reply = await SendAsync(HttpMethod.Get, path, null, cancellationToken, query.Tag);
        return new IssuePage([.. reply.Body.Items().Where(issue => issue.Member("pull_request") is null).Select(Issue)], reply.HasMore, reply.Tag, reply.IsUnchanged);
    }

    /// <summary>"Get an issue".</summary>
    public async Task<TrackerIssue> IssueAsync(long number, CancellationToken cancellationToken) =>
        Issue((await SendAsync(HttpMethod.Get, Path($"issues/{number}"), null, cancellationToken)).Body ?? default);

    /// <summary>"Add labels to an issue", "Remove a label from an issue", "Update an issue".</summary>
    public async Task ChangeIssueAsync(long number, IssueChange change, CancellationToken cancellationToken)
    {
        if (!change.Add.IsEmpty) await SendAsync(HttpMethod.Post, Path($"issues/{number}/labels"), json => json.Texts("labels", change.Add), cancellationToken);
        foreach (var label in change.Remove) await RemoveAsync(number, label, cancellationToken);
        if (!change.Close) return;
        await SendAsync(HttpMethod.Patch, Path($"issues/{number}"), json => json.WriteString("state", "closed"), cancellationToken);
    }

    /// <summary>"List issue comments": oldest first.</summary>
    public async Task<TrackerComment?> FindCommentAsync(TrackerThread thread, string mark, CancellationToken cancellationToken)
    {
        for (var page = 1; page <= MostPages; page++)
        {
            var reply = await SendAsync(HttpMethod.Get, Path($"issues/{thread.Number}/comments?per_page={PageOfComments}&page={page}"), null, cancellationToken);
            foreach (var comment in reply.Body.Items())
                if (comment.Text("body").Contains(mark, StringComparison.Ordinal)) return new TrackerComment(comment.Number("id"), comment.Text("body"));
            if (!reply.HasMore) break;
        }

        return null;
    }

    /// <summary>"Create an issue comment".</summary>
    public Task CommentAsync(TrackerThread thread, string text, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, Path($"issues/{thread.Number}/comments"), json => json.WriteString("body", text), cancellationToken);

    /// <summary>"Update an issue comment".</summary>
    public Task EditCommentAsync(TrackerThread thread, long comment, string text, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Patch, Path($"issues/comments/{comment}"), json => json.WriteString("body", text), cancellationToken);

    /// <summary>"Create a commit status": it knows no state for a run under way, and 422 says that there is no such commit.</summary>
    public async Task<bool> SetStatusAsync(CommitStatus status, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(HttpMethod.Post, Path($"statuses/{status.Commit}"), json =>
            {
                json.WriteString("state", status.State switch
                {
                    StatusState.Pending or StatusState.Running => "pending",
                    StatusState.Succeeded => "success",
                    StatusState.Cancelled => "error",
                    _ => "failure",
                });
                json.WriteString("context", status.Name);
                json.WriteString("description", status.Text.Length <= LongestDescription ? status.Text : status.Text[..(LongestDescription - 1)] + "…");
                if (status.Url is { } url) json.WriteString("target_url", url.ToString());
            }, cancellationToken);
            return true;
        }
        catch (TrackerException exception) when (IsUnknownCommit(exception))
        {
            return false;
        }
    }

    /// <summary>"List pull requests associated with a commit".</summary>
    public async Task<IReadOnlyList<long>> OpenChangesAsync(string commit, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await SendAsync(HttpMethod.Get, Path($"commits/{commit}/pulls?per_page={PageOfIssues}"), null, cancellationToken);
            return [.. reply.Body.Items().Where(change => change.Text("state") == "open").Select(change => change.Number("number")).Where(number => number > 0).Take(PageOfIssues)];
        }
        catch (TrackerException exception) when (IsUnknownCommit(exception))
        {
            return [];
        }
    }

    private static bool IsUnknownCommit(TrackerException exception) => exception.Status == 422 && exception.Message.Contains("No commit found", StringComparison.OrdinalIgnoreCase);

    private static TrackerIssue Issue(JsonElement issue) => new(
        issue.Number("number"), issue.Text("body"), issue.Member("user")?.Text("login") ?? "", issue.Text("state") == "open", issue.Time("updated_at"),
        [.. issue.Member("labels").Items().Select(label => label.ValueKind == JsonValueKind.String ? label.GetString()! : label.Text("name"))]);

    private async Task RemoveAsync(long number, string label, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(HttpMethod.Delete, Path($"issues/{number}/labels/{Uri.EscapeDataString(label)}"), null, cancellationToken);
        }
        catch (TrackerException exception) when (exception.Status == 404 && exception.Message.Contains("Label does not exist", StringComparison.OrdinalIgnoreCase))
        {
            // Somebody else, or an attempt whose answer was lost, was first.
        }
    }

    private string Path(FormattableString below) => $"{_repository}/{FormattableString.Invariant(below)}";

    private Task<TrackerReply> SendAsync(HttpMethod method, string path, Action<Utf8JsonWriter>? body, CancellationToken cancellationToken, string? tag = null) =>
        _http.SendAsync(method, path, body, tag, headers =>
        {
            headers.Authorization = new AuthenticationHeaderValue("Bearer", spec.Token());
            headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/vnd.github+json"));
            headers.Add("X-GitHub-Api-Version", "2022-11-28");
        }, cancellationToken);
}
