using System.Collections.Immutable;
using Towpath.Core.Journal;
using Towpath.Core.Reviews;

namespace Towpath.Server.Storage;

/// <summary>Readiness sheets that were written by themselves.</summary>
public interface IReviewStore
{
    /// <summary>The schedule that an application keeps to; null where it never had one.</summary>
    ReviewStanding? ReviewStanding(string application);

    /// <summary>Stores the schedule that an application keeps to from now on.</summary>
    void SaveReviewStanding(string application, ReviewStanding standing);

    /// <summary>Stores a sheet; false where that of its due time is there already, and nothing is stored. Of an application the newest <paramref name="most"/> are kept.</summary>
    bool AddReview(ReviewRecord review, int most, params ImmutableArray<Fact> facts);

    /// <summary>Whether the sheet of a due time is there.</summary>
    bool HasReview(string application, DateTimeOffset due);

    /// <summary>Sheets of an application, written last first.</summary>
    IReadOnlyList<ReviewRecord> Reviews(string application, int count);
}

/// <summary>A readiness sheet.</summary>
/// <param name="Application">Application.</param>
/// <param name="Due">When it was due.</param>
/// <param name="At">When it was written.</param>
/// <param name="Text">Its text, as Markdown.</param>
public sealed record ReviewRecord(string Application, DateTimeOffset Due, DateTimeOffset At, string Text);
