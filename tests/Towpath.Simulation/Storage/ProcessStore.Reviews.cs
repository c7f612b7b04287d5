using System.Collections.Immutable;
using Towpath.Core.Journal;
using Towpath.Core.Reviews;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Storage;

// Readiness sheets.
internal sealed partial class ProcessStore
{
    /// <inheritdoc/>
    public ReviewStanding? ReviewStanding(string application) => Read(() => inner.ReviewStanding(application));

    /// <inheritdoc/>
    public void SaveReviewStanding(string application, ReviewStanding standing) => Write(() => inner.SaveReviewStanding(application, standing));

    /// <inheritdoc/>
    public bool AddReview(ReviewRecord review, int most, params ImmutableArray<Fact> facts) => Write(() => inner.AddReview(review, most, facts));

    /// <inheritdoc/>
    public bool HasReview(string application, DateTimeOffset due) => Read(() => inner.HasReview(application, due));

    /// <inheritdoc/>
    public IReadOnlyList<ReviewRecord> Reviews(string application, int count) => Read(() => inner.Reviews(application, count));
}
