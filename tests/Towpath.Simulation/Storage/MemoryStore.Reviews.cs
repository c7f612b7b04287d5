using System.Collections.Immutable;
using Towpath.Core.Journal;
using Towpath.Core.Reviews;
using Towpath.Server.Storage;

namespace Towpath.Simulation.Storage;

// Readiness sheets.
internal sealed partial class MemoryStore
{
    private readonly Dictionary<string, ReviewStanding> _reviewStandings = new(StringComparer.Ordinal);
    private readonly List<ReviewRecord> _reviews = [];

    /// <inheritdoc/>
    public ReviewStanding? ReviewStanding(string application) => Read(() => _reviewStandings.GetValueOrDefault(application));

    /// <inheritdoc/>
    public void SaveReviewStanding(string application, ReviewStanding standing) => Write(() => { _reviewStandings[application] = standing; });

    /// <inheritdoc/>
    public bool AddReview(ReviewRecord review, int most, params ImmutableArray<Fact> facts) => Write(() =>
    {
        if (_reviews.Exists(r => (r.Application, r.Due) == (review.Application, review.Due))) return false;
        _reviews.Add(review);
        var kept = _reviews.Where(r => r.Application == review.Application).Reverse().Take(most).ToHashSet();
        _reviews.RemoveAll(r => r.Application == review.Application && !kept.Contains(r));
        Add(facts);
        return true;
    });

    /// <inheritdoc/>
    public bool HasReview(string application, DateTimeOffset due) => Read(() => _reviews.Exists(r => (r.Application, r.Due) == (application, due)));

    /// <inheritdoc/>
    public IReadOnlyList<ReviewRecord> Reviews(string application, int count) =>
        Read(() => _reviews.Where(r => r.Application == application).Reverse().Take(count).ToList());
}
