using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Core.Sources;
using Towpath.Core.Trackers;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;

namespace Towpath.Server.Trackers;

/// <summary>
/// One tracker: looks at what changed there, and has it taken. Issues are asked for by the time of their change, those that changed first before the others, and the time of the last one is where the
/// next question begins: an issue that changes meanwhile moves behind what was read, so none is passed over, as it could be by the number of a page. All times are the tracker's.
/// </summary>
internal sealed class TrackerWatch(TrackerSpec spec, ITracker tracker, TrackedIssues issues, IssueDesk desk, IStore store, Leases leases, TimeProvider time)
{
    private const int MostPages = 500;

    /// <summary>How far each look goes back: what was stored there late, in another order than it was changed, is still seen.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(2);

    private (DateTimeOffset? Since, string Tag)? _tagged;
    private Diagnostic? _told;

    /// <summary>Failures in a row.</summary>
    public int Failures { get; private set; }

    /// <summary>How long it asks us to wait; null for not at all.</summary>
    public TimeSpan? Asked { get; private set; }

    /// <summary>Looks once.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        // No application has an empty name, so no environment's lease can be meant. Another control plane looks at it: nothing to do.
        if (leases.TryTake("", $"tracker:{spec.Name}") is not { } held) return;
        try
        {
            await held.WhileAsync(token => LookHeldAsync(held, token), cancellationToken);
            if (_told is not null) Tell(FactKind.TrackerRecovered, $"the tracker {spec.Name} can be read again", null);
            (_told, Failures, Asked) = (null, 0, null);
        }
        catch (TrackerException e)
        {
            (Failures, Asked) = (Failures + 1, e.Attempt.RetryAfter);
            Failed(TrackerDiagnostics.Unreachable(spec.Name, e.Attempt.Detail));
        }
    }

    private async Task LookHeldAsync(HeldLease held, CancellationToken cancellationToken)
    {
        var newest = issues.Since;
        var begin = newest - Overlap;
        var (since, page) = (begin, 1);
        for (var asked = 0; asked < MostPages; asked++)
        {
            var tag = asked == 0 && _tagged is { } known && known.Since == begin ? known.Tag : null;
            var answer = await tracker.IssuesAsync(new IssueQuery(since, page, tag), cancellationToken);
            if (answer.IsUnchanged) return;
            // One without a number or a time is nothing that was published.
            foreach (var issue in answer.Issues.Where(i => i.Number > 0 && i.ChangedAt > DateTimeOffset.UnixEpoch))
            {
                held.Keep();
                desk.Take(issue);
                if (newest is null || issue.ChangedAt > newest) newest = issue.ChangedAt;
            }

            if (newest is { } reached && reached != issues.Since) issues.Since = reached;
            if (!answer.HasMore)
            {
                _tagged = asked == 0 && answer.Tag is { } fresh && begin == newest - Overlap ? (begin, fresh) : null;
                return;
            }

            // Only where a whole page changed at one moment is the next page asked for by its number.
            (since, page) = answer.Issues is [.., var last] && (since is null || last.ChangedAt > since) ? (last.ChangedAt, 1) : (since, page + 1);
        }
    }

    private void Failed(Diagnostic failure)
    {
        if (!SourcePace.IsNews(_told, failure)) return;
        _told = failure;
        Tell(FactKind.TrackerFailed, failure.Headline, failure);
    }

    private void Tell(string kind, string text, Diagnostic? diagnostic) =>
        store.Append(new Fact { At = time.GetUtcNow(), Kind = kind, Application = spec.Applications[0], Text = text, Actor = spec.Actor, Diagnostic = diagnostic });
}
