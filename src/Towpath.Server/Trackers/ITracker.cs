using System.Collections.Immutable;
using Towpath.Core.Trackers;

namespace Towpath.Server.Trackers;

/// <summary>
/// A project in a tracker. Each call is one request or a few, bounded in time and size, and can be made twice: only <see cref="CommentAsync"/> leaves two where it is, so whoever calls it looks for the
/// mark of the comment before.
/// </summary>
/// <remarks>Every call throws <see cref="TrackerException"/> where it is not done, or may not be.</remarks>
internal interface ITracker : IDisposable
{
    /// <summary>A page of the issues that have the label, those that were changed first before the others.</summary>
    Task<IssuePage> IssuesAsync(IssueQuery query, CancellationToken cancellationToken);

    /// <summary>An issue as it is now.</summary>
    Task<TrackerIssue> IssueAsync(long number, CancellationToken cancellationToken);

    /// <summary>Changes labels of an issue, and closes it.</summary>
    Task ChangeIssueAsync(long number, IssueChange change, CancellationToken cancellationToken);

    /// <summary>The first comment that holds a mark; null for none.</summary>
    Task<TrackerComment?> FindCommentAsync(TrackerThread thread, string mark, CancellationToken cancellationToken);

    /// <summary>Adds a comment.</summary>
    Task CommentAsync(TrackerThread thread, string text, CancellationToken cancellationToken);

    /// <summary>Puts another text in place of a comment's.</summary>
    Task EditCommentAsync(TrackerThread thread, long comment, string text, CancellationToken cancellationToken);

    /// <summary>Says how far a run of a commit is; false where the project has no such commit.</summary>
    Task<bool> SetStatusAsync(CommitStatus status, CancellationToken cancellationToken);

    /// <summary>Numbers of the open merge requests or pull requests that hold a commit, at most 20; empty where the project has no such commit.</summary>
    Task<IReadOnlyList<long>> OpenChangesAsync(string commit, CancellationToken cancellationToken);
}

/// <summary>Which issues.</summary>
/// <param name="Since">Those that were changed then or later, by the tracker's clock; null for all that are open.</param>
/// <param name="Page">Which page, from 1.</param>
/// <param name="Tag">Tag of an earlier answer to the same question, or null.</param>
internal sealed record IssueQuery(DateTimeOffset? Since, int Page, string? Tag);

/// <summary>A page of issues.</summary>
/// <param name="Issues">The issues.</param>
/// <param name="HasMore">There is a page behind it.</param>
/// <param name="Tag">Its tag, or null.</param>
/// <param name="IsUnchanged">It is what was answered with the tag that was sent; the issues are not sent again.</param>
internal sealed record IssuePage(ImmutableArray<TrackerIssue> Issues, bool HasMore, string? Tag, bool IsUnchanged = false);

/// <summary>An issue.</summary>
/// <param name="Number">Its number in the project.</param>
/// <param name="Text">What it says.</param>
/// <param name="Author">Who wrote it, by the name there.</param>
/// <param name="IsOpen">It is open.</param>
/// <param name="ChangedAt">When it was changed last, by the tracker's clock.</param>
/// <param name="Labels">Its labels.</param>
internal sealed record TrackerIssue(long Number, string Text, string Author, bool IsOpen, DateTimeOffset ChangedAt, ImmutableArray<string> Labels);

/// <summary>Where comments are.</summary>
/// <param name="IsChange">A merge request or pull request, and no issue.</param>
/// <param name="Number">Its number.</param>
internal readonly record struct TrackerThread(bool IsChange, long Number);

/// <summary>A comment.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Text">What it says.</param>
internal sealed record TrackerComment(long Id, string Text);

/// <summary>How far a run is.</summary>
internal enum StatusState
{
    /// <summary>It waits.</summary>
    Pending,

    /// <summary>It is under way.</summary>
    Running,

    /// <summary>It became a release.</summary>
    Succeeded,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It was cancelled.</summary>
    Cancelled,
}

/// <summary>The status of a commit.</summary>
/// <param name="Commit">Whole hash.</param>
/// <param name="State">How far.</param>
/// <param name="Name">What is meant, such as <c>towpath/shop</c>: another status of that name is replaced.</param>
/// <param name="Text">A few words.</param>
/// <param name="Url">Where more is told, or null.</param>
internal sealed record CommitStatus(string Commit, StatusState State, string Name, string Text, Uri? Url);
