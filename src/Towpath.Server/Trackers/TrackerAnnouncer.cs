using System.Collections.Frozen;
using System.Globalization;
using Towpath.Core.Announcements;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Trackers;
using Towpath.Server.Desks;
using Towpath.Server.Integrations;
using Towpath.Server.Storage;

namespace Towpath.Server.Trackers;

/// <summary>
/// Writes to trackers what the outbox hands it. A fact says only which issue or commit to look at: what is written is how that stands now, so a fact that comes late, twice, or after a replay makes nothing
/// wrong. A comment about a fact holds the fact's key, and is looked for before it is written: an answer that was lost makes no second one.
/// </summary>
internal sealed class TrackerAnnouncer(FrozenDictionary<string, ITracker> trackers, DeliveryDesk desk, IStore store, Uri? address, TimeProvider time, TimeSpan? patience = null) : IDisposable
{
    private const int LookBack = 2000;

    private static readonly FrozenSet<string> Told = FrozenSet.Create(
        StringComparer.Ordinal,
        FactKind.RequestRefused, FactKind.ReleaseConfirmed, FactKind.EmergencyDeclared, FactKind.ReleaseRejected, FactKind.DeploymentSucceeded, FactKind.DeploymentFailed, FactKind.DeploymentFrozen);

    private readonly TimeSpan _patience = patience ?? HttpAnnouncer.Patience;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tracker in trackers.Values) tracker.Dispose();
    }

    /// <inheritdoc cref="IAnnouncer.SendAsync"/>
    public async Task<DeliveryAttempt> SendAsync(TrackerChannel channel, Announcement announcement, string key, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var tracker = trackers[channel.Name];
            return new DeliveryAttempt(DeliveryResult.Taken, announcement switch
            {
                { Event: AnnouncementEvents.Test } => await TryAsync(tracker, either.Token),
                { Run: { } run } when announcement.Event.StartsWith("pipeline.", StringComparison.Ordinal) => await RunAsync(channel.Tracker, tracker, announcement, run, either.Token),
                _ => await IssuesAsync(channel.Tracker, tracker, announcement, key, either.Token),
            });
        }
        catch (TrackerException exception)
        {
            return exception.Attempt;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeliveryAttempt(DeliveryResult.Failed, string.Create(CultureInfo.InvariantCulture, $"not done within {_patience.TotalSeconds} s"));
        }
    }

    private static async Task<string> TryAsync(ITracker tracker, CancellationToken cancellationToken)
    {
        await tracker.IssuesAsync(new IssueQuery(null, 1, null), cancellationToken);
        return "its issues can be read; nothing was written";
    }

    private async Task<string> IssuesAsync(TrackerSpec spec, ITracker tracker, Announcement announcement, string key, CancellationToken cancellationToken)
    {
        var issues = new TrackedIssues(spec.Name, store);
        var about = About(spec, issues, announcement);
        foreach (var issue in about)
        {
            var thread = new TrackerThread(false, issue.Number);
            var found = await tracker.IssueAsync(issue.Number, cancellationToken);
            var standing = issue is { Application: { } application, Environment: { } environment, Release: { } release } ? desk.StandingOf(application, environment, release) : null;
            await PutAsync(tracker, thread, issue.Mark, IssueWords.Standing(issue.Mark, issue.Problems, standing is null ? null : (issue.Release!, issue.Environment!, standing)), cancellationToken);
            if (Told.Contains(announcement.Event) && await tracker.FindCommentAsync(thread, TrackerText.Mark(key), cancellationToken) is null)
                await tracker.CommentAsync(thread, IssueWords.Event(key, announcement.Text, announcement.At), cancellationToken);
            await tracker.ChangeIssueAsync(issue.Number, IssueWords.Change(spec.Kind, found.Labels, found.IsOpen, standing?.State ?? RequestState.Open), cancellationToken);
        }

        return about.Count == 0 ? "no issue is about it" : $"written to issue {string.Join(", ", about.Select(i => i.Number))}";
    }

    private List<IssueRecord> About(TrackerSpec spec, TrackedIssues issues, Announcement announcement)
    {
        if (announcement.Issue is { } name)
        {
            return name.StartsWith(spec.Name + "/", StringComparison.Ordinal) && long.TryParse(name.AsSpan(spec.Name.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && issues.Issue(number) is { } issue ? [issue] : [];
        }

        if (announcement.Release is not { } release) return [];
        IEnumerable<string> environments = announcement.Environment is { } environment ? [environment] : store.Application(announcement.Application)?.Ladder.Environments.Select(e => e.Name) ?? [];
        return [.. environments.Select(e => issues.IssueOf(announcement.Application, e, release)).OfType<IssueRecord>()];
    }

    private async Task<string> RunAsync(TrackerSpec spec, ITracker tracker, Announcement announcement, string id, CancellationToken cancellationToken)
    {
        if (store.Run(id) is not { } run) return "the run is gone";
        var (state, text) = run.State switch
        {
            RunState.Queued => (StatusState.Pending, "waits for its turn"),
            RunState.Running => (StatusState.Running, "is under way"),
            RunState.Succeeded => (StatusState.Succeeded, $"made {run.Release}"),
            RunState.Cancelled => (StatusState.Cancelled, "was cancelled"),
            _ => (StatusState.Failed, "failed"),
        };
        if (!await tracker.SetStatusAsync(new CommitStatus(run.Commit, state, $"towpath/{run.Application}", $"{run.Id} {text}", address), cancellationToken)) return "the project has no such commit";
        if (run.State is not (RunState.Failed or RunState.Succeeded) || announcement.Event is not (FactKind.PipelineFailed or FactKind.PipelineSucceeded)) return $"commit {run.Commit[..12]}: {text}";
        var issues = new TrackedIssues(spec.Name, store);
        var findings = run.State == RunState.Failed ? Findings(announcement, run.Id) : [];
        foreach (var change in await tracker.OpenChangesAsync(run.Commit, cancellationToken))
        {
            // One that was never red is not told that it is green.
            if (issues.MarkOf(change, run.Application, make: findings.Count > 0) is not { } mark) continue;
            await PutAsync(tracker, new TrackerThread(true, change), mark, IssueWords.Findings(mark, run.Application, run.Id, run.Commit, findings), cancellationToken);
        }

        return $"commit {run.Commit[..12]}: {text}";
    }

    private List<Diagnostic> Findings(Announcement announcement, string run) =>
    [
        .. store.Facts(announcement.Application, Math.Max(0, announcement.Sequence - LookBack), LookBack)
            .Where(f => f.Run == run && f.Sequence <= announcement.Sequence).Select(f => f.Diagnostic).OfType<Diagnostic>()
            .DistinctBy(d => (d.Code, d.Headline, d.Location)).OrderByDescending(d => d.Severity),
    ];

    private static async Task PutAsync(ITracker tracker, TrackerThread thread, string mark, string text, CancellationToken cancellationToken)
    {
        if (await tracker.FindCommentAsync(thread, TrackerText.Mark(mark), cancellationToken) is not { } comment) await tracker.CommentAsync(thread, text, cancellationToken);
        else if (comment.Text.ReplaceLineEndings("\n").TrimEnd() != text.TrimEnd()) await tracker.EditCommentAsync(thread, comment.Id, text, cancellationToken);
    }
}
