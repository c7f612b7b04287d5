using System.Security.Cryptography;
using System.Text;
using Towpath.Core.Journal;
using Towpath.Core.Reviews;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Server.Desks;

/// <summary>Where readiness sheets are looked at, and written when they are due: once for each due time, whoever else looks at the same moment.</summary>
internal sealed class ReviewDesk(IStore store, ReviewGathering gathering, TimeProvider time)
{
    private const int MostListed = 10;

    // A due time is not written again while its sheet is kept: more than three months of days.
    private const int MostKept = 100;

    private readonly Lookup _lookup = new(store);

    /// <summary>The sheet as of now.</summary>
    public ReviewAnswer Show(string application)
    {
        var known = _lookup.Application(application);
        var now = time.GetUtcNow();
        var spec = known.Ladder.Review;
        var last = store.Reviews(application, 1);
        return new ReviewAnswer(gathering.SheetOf(known, now), spec?.Words, spec is null ? null : ReviewSchedule.NextDue(spec, now), last is [var written] ? written.Due : null);
    }

    /// <summary>Sheets that were written by themselves.</summary>
    public IReadOnlyList<WrittenReviewAnswer> Written(string application) =>
        [.. store.Reviews(_lookup.Application(application).Name, MostListed).Select(r => new WrittenReviewAnswer(r.Due, r.At, r.Text, HashOf(r.Text)))];

    /// <summary>One look at an application: its sheet is written where it is due.</summary>
    public void Look(ApplicationRecord application)
    {
        var now = time.GetUtcNow();
        var step = ReviewSchedule.Next(application.Ladder.Review, store.ReviewStanding(application.Name), due => store.HasReview(application.Name, due), now);
        if (step?.Adopt is { } standing) store.SaveReviewStanding(application.Name, standing);
        if (step?.Write is { } due) Write(application, due, now);
    }

    private void Write(ApplicationRecord application, DateTimeOffset due, DateTimeOffset now)
    {
        var sheet = gathering.SheetOf(application, now);
        var text = MarkdownReview.Write(sheet, due);
        store.AddReview(
            new ReviewRecord(application.Name, due, now, text), MostKept,
            new Fact
            {
                At = now,
                Kind = FactKind.ReviewWritten,
                Application = application.Name,
                Text = MarkdownReview.Told(sheet, due),
                Covers = HashOf(text),
            });
    }

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
