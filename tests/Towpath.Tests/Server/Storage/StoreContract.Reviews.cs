using Towpath.Core.Journal;
using Towpath.Core.Reviews;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Storage;

// Readiness sheets.
public abstract partial class StoreContract
{
    private static readonly ReviewRecord Monday = new("shop", Models.Noon, Models.Noon.AddSeconds(3), "# shop\n");

    [Fact]
    public void AddReview_EachDueTimeOnce_TheSecondStoresNothing()
    {
        _store.AddReview(Monday, 9, Models.Fact(FactKind.ReviewWritten)).ShouldBeTrue();
        _store.AddReview(Monday with { Text = "# another", At = Models.Noon.AddHours(1) }, 9, Models.Fact(FactKind.ReviewWritten)).ShouldBeFalse();
        // The same moment, told in another offset.
        _store.AddReview(Monday with { Due = Monday.Due.ToOffset(TimeSpan.FromHours(2)) }, 9, Models.Fact(FactKind.ReviewWritten)).ShouldBeFalse();

        _store.Reviews("shop", 9).ShouldBe([Monday]);
        _store.HasReview("shop", Models.Noon.ToOffset(TimeSpan.FromHours(1))).ShouldBeTrue();
        _store.HasReview("shop", Models.Noon.AddTicks(1)).ShouldBeFalse();
        _store.HasReview("blog", Models.Noon).ShouldBeFalse();
        _store.Facts("shop", 0, 9).ShouldHaveSingleItem();
    }

    [Fact]
    public void Reviews_MoreThanAreKept_AreThoseThatWereWrittenLast()
    {
        _store.AddReview(Monday with { Application = "blog" }, 2);
        // Written in this order, whatever they were due: a clock was ahead.
        foreach (var days in new[] { 0, 400, 7, 14 }) _store.AddReview(Monday with { Due = Models.Noon.AddDays(days) }, 2);

        _store.Reviews("shop", 9).Select(r => r.Due).ShouldBe([Models.Noon.AddDays(14), Models.Noon.AddDays(7)]);
        _store.Reviews("shop", 1).ShouldHaveSingleItem();
        _store.RemoveApplication("shop");
        _store.Reviews("shop", 9).ShouldBeEmpty();
        _store.Reviews("blog", 9).ShouldHaveSingleItem();
    }

    [Fact]
    public void SaveReviewStanding_Again_IsThatOne()
    {
        _store.ReviewStanding("shop").ShouldBeNull();
        _store.SaveReviewStanding("shop", new ReviewStanding("mon 09:00 (UTC)", Models.Noon));
        _store.SaveReviewStanding("shop", new ReviewStanding("", Models.Noon.AddDays(1)));
        _store.ReviewStanding("shop").ShouldBe(new ReviewStanding("", Models.Noon.AddDays(1)));
        _store.RemoveApplication("shop");
        _store.ReviewStanding("shop").ShouldBeNull();
    }
}
