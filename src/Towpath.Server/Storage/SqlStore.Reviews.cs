using System.Collections.Immutable;
using Dapper;
using Towpath.Core.Journal;
using Towpath.Core.Reviews;

namespace Towpath.Server.Storage;

// Readiness sheets.
public abstract partial class SqlStore
{
    /// <inheritdoc/>
    public ReviewStanding? ReviewStanding(string application) => Read(connection => connection
        .QuerySingleOrDefault<StandingRow>("SELECT schedule AS Schedule, since AS Since FROM review_standings WHERE application = @application", new { application }) is { } row
            ? new ReviewStanding(row.Schedule, Time(row.Since))
            : null);

    /// <inheritdoc/>
    public void SaveReviewStanding(string application, ReviewStanding standing) => Write(connection => connection.Execute(
        """
        INSERT INTO review_standings (application, schedule, since) VALUES (@application, @Schedule, @since)
        ON CONFLICT (application) DO UPDATE SET schedule = excluded.schedule, since = excluded.since
        """,
        new { application, standing.Schedule, since = Text(standing.Since) }));

    /// <inheritdoc/>
    public bool AddReview(ReviewRecord review, int most, params ImmutableArray<Fact> facts) => Write(connection =>
    {
        var added = connection.Execute(
            "INSERT INTO reviews (application, due, at, sheet) VALUES (@Application, @due, @at, @Text) ON CONFLICT DO NOTHING",
            new { review.Application, due = Text(review.Due), at = Text(review.At), review.Text });
        if (added == 0) return false;
        connection.Execute(
            """
            DELETE FROM reviews WHERE application = @Application AND number NOT IN
                (SELECT number FROM reviews WHERE application = @Application ORDER BY number DESC LIMIT @most)
            """,
            new { review.Application, most });
        Add(connection, facts);
        return true;
    });

    /// <inheritdoc/>
    public bool HasReview(string application, DateTimeOffset due) => Read(connection => connection.ExecuteScalar<long>(
        "SELECT COUNT(*) FROM reviews WHERE application = @application AND due = @due", new { application, due = Text(due) }) > 0);

    /// <inheritdoc/>
    public IReadOnlyList<ReviewRecord> Reviews(string application, int count) => Read(connection => connection
        .Query<ReviewRow>("SELECT due AS Due, at AS At, sheet AS Sheet FROM reviews WHERE application = @application ORDER BY number DESC LIMIT @count", new { application, count })
        .Select(row => new ReviewRecord(application, Time(row.Due), Time(row.At), row.Sheet)).ToList());

    private sealed record StandingRow(string Schedule, string Since);

    private sealed record ReviewRow(string Due, string At, string Sheet);
}
