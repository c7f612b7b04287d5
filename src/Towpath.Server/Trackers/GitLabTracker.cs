using System.Globalization;
using System.Text.Json;
using Towpath.Core.Trackers;

namespace Towpath.Server.Trackers;

/// <summary>
/// A project in GitLab, by its REST API of version 4, as GitLab Docs publish it: "REST API", "REST API authentication", "Issues API", "Notes API", "Commits API".
/// </summary>
internal sealed class GitLabTracker(TrackerSpec spec, TimeProvider time, TimeSpan? patience = null) : ITracker
{
    private const int PageOfIssues = 20;
    private const int PageOfNotes = 100;
    private const int MostPages = 20;

    private readonly TrackerHttp _http = new(spec, time, patience);
    private readonly string _project = $"projects/{Uri.EscapeDataString(spec.Project)}";

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>"Issues API", list project issues: <c>updated_after</c> is "on or after".</summary>
    public async Task<IssuePage> IssuesAsync(IssueQuery query, CancellationToken cancellationToken)
    {
        var which = query.Since is { } since ? $"state=all&updated_after={Uri.EscapeDataString(since.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture))}" : "state=opened";
        var path = string.Create(
            CultureInfo.InvariantCulture, $"{_project}/issues?labels={Uri.EscapeDataString(spec.Label)}&{which}&scope=all&order_by=updated_at&sort=asc&per_page={PageOfIssues}&page={query.Page}");
        var reply = await SendAsync(HttpMethod.Get, path, null, cancellationToken, query.Tag);
        return new IssuePage([.. reply.Body.Items().Select(Issue)], reply.HasMore, reply.Tag, reply.IsUnchanged);
    }

    /// <summary>"Issues API", single project issue.</summary>
    public async Task<TrackerIssue> IssueAsync(long number, CancellationToken cancellationToken) =>
        Issue((await SendAsync(HttpMethod.Get, Path($"issues/{number}"), null, cancellationToken)).Body ?? default);

    /// <summary>"Issues API", edit an issue: <c>add_labels</c>, <c>remove_labels</c>, <c>state_event</c>.</summary>
    public async Task ChangeIssueAsync(long number, IssueChange change, CancellationToken cancellationToken)
    {
        if (change.IsNothing) return;
        await SendAsync(HttpMethod.Put, Path($"issues/{number}"), json =>
        {
            if (!change.Add.IsEmpty) json.WriteString("add_labels", string.Join(',', change.Add));
            if (!change.Remove.IsEmpty) json.WriteString("remove_labels", string.Join(',', change.Remove));
            if (change.Close) json.WriteString("state_event", "close");
        }, cancellationToken);
    }

    /// <summary>"Notes API", list all issue notes, list all merge request notes. Notes of the system itself are passed over.</summary>
    public async Task<TrackerComment?> FindCommentAsync(TrackerThread thread, string mark, CancellationToken cancellationToken)
    {
        for (var page = 1; page <= MostPages; page++)
        {
            var reply = await SendAsync(HttpMethod.Get, Path($"{Notes(thread)}?sort=asc&order_by=created_at&per_page={PageOfNotes}&page={page}"), null, cancellationToken);
            foreach (var note in reply.Body.Items())
                if (note.Member("system")?.ValueKind != JsonValueKind.True && note.Text("body").Contains(mark, StringComparison.Ordinal)) return new TrackerComment(note.Number("id"), note.Text("body"));
            if (!reply.HasMore) break;
        }

        return null;
    }

    /// <summary>"Notes API", create an issue note, create a merge request note.</summary>
    public Task CommentAsync(TrackerThread thread, string text, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, Path($"{Notes(thread)}"), json => json.WriteString("body", text), cancellationToken);

    /// <summary>"Notes API", update an issue note, update a merge request note.</summary>
    public Task EditCommentAsync(TrackerThread thread, long comment, string text, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, Path($"{Notes(thread)}/{comment}"), json => json.WriteString("body", text), cancellationToken);

    /// <summary>"Commits API", set commit pipeline status.</summary>
    public async Task<bool> SetStatusAsync(CommitStatus status, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(HttpMethod.Post, Path($"statuses/{status.Commit}"), json =>
            {
                json.WriteString("state", status.State switch
                {
                    StatusState.Pending => "pending",
                    StatusState.Running => "running",
                    StatusState.Succeeded => "success",
                    StatusState.Cancelled => "canceled",
                    _ => "failed",
                });
                json.WriteString("name", status.Name);
                json.WriteString("description", status.Text);
                if (status.Url is { } url) json.WriteString("target_url", url.ToString());
            }, cancellationToken);
            return true;
        }
        catch (TrackerException exception) when (exception.Status == 400 && exception.Message.Contains("Cannot transition status", StringComparison.Ordinal))
        {
            // It has that status already: the answer to the attempt before was lost.
            return true;
        }
        catch (TrackerException exception) when (IsUnknownCommit(exception))
        {
            return false;
        }
    }

    /// <summary>"Commits API", list merge requests associated with a commit.</summary>
    public async Task<IReadOnlyList<long>> OpenChangesAsync(string commit, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await SendAsync(HttpMethod.Get, Path($"repository/commits/{commit}/merge_requests?state=opened&per_page={PageOfIssues}"), null, cancellationToken);
            return [.. reply.Body.Items().Where(change => change.Text("state") == "opened").Select(change => change.Number("iid")).Where(number => number > 0).Take(PageOfIssues)];
        }
        catch (TrackerException exception) when (IsUnknownCommit(exception))
        {
            return [];
        }
    }

    private static bool IsUnknownCommit(TrackerException exception) => exception.Status == 404 && exception.Message.Contains("Commit", StringComparison.OrdinalIgnoreCase);

    private static TrackerIssue Issue(JsonElement issue) => new(
        issue.Number("iid"), issue.Text("description"), issue.Member("author")?.Text("username") ?? "", issue.Text("state") == "opened", issue.Time("updated_at"),
        [.. issue.Member("labels").Items().Where(label => label.ValueKind == JsonValueKind.String).Select(label => label.GetString()!)]);

    private static string Notes(TrackerThread thread) => string.Create(CultureInfo.InvariantCulture, $"{(thread.IsChange ? "merge_requests" : "issues")}/{thread.Number}/notes");

    private string Path(FormattableString below) => $"{_project}/{FormattableString.Invariant(below)}";

    private Task<TrackerReply> SendAsync(HttpMethod method, string path, Action<Utf8JsonWriter>? body, CancellationToken cancellationToken, string? tag = null) =>
        // "REST API authentication": personal, project and group access tokens.
        _http.SendAsync(method, path, body, tag, headers => headers.Add("PRIVATE-TOKEN", spec.Token()), cancellationToken);
}
