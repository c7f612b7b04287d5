using Towpath.Core.Environments;
using Towpath.Core.Reviews;
using Towpath.Server.Api;

namespace Towpath.Tests.Fakes;

// Readiness sheets.
internal partial class FakeControlPlane
{
    public IReadOnlyList<WrittenReviewAnswer> Written { get; set; } = [new WrittenReviewAnswer(Facts.Start, Facts.Start, "# shop: readiness\n", new string('a', 64))];

    public ReviewSheet Sheet { get; set; } = new(
        "shop", Facts.Start, [new ReviewedRun("p-1", new string('c', 40), "A change", "failed", Facts.Start, null, "test:api")], null, null,
        [new ReviewedEnvironment("production", "r-1", Facts.Start, null, new Stability(3, 1, 0, 0, 1, 0.5), "r-2", ["confirmation: waits for ops"])],
        [new ReviewedRequest("production", "r-2", RequestState.Open, ["why"], null)],
        [new DaysAhead("production", new DateOnly(2026, 12, 3), new DateOnly(2026, 12, 4), "demo on 2026-12-04", true, 5, "Europe/Brussels", Facts.Start, null)]);

    public Task<ReviewAnswer> ReviewAsync(string application, CancellationToken cancellationToken) =>
        Answer($"review {application}", _ => new ReviewAnswer(Sheet, "mon 09:00 (Europe/Brussels)", Facts.Start, null));

    public Task<IReadOnlyList<WrittenReviewAnswer>> WrittenReviewsAsync(string application, CancellationToken cancellationToken) =>
        Answer($"reviews {application}", _ => Written);
}
