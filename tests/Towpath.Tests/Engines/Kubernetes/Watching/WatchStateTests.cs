using System.Text.Json.Nodes;
using Towpath.Engines.Kubernetes;
using Towpath.Engines.Kubernetes.Watching;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Engines.Kubernetes.Watching;

public sealed class WatchStateTests
{
    private static readonly DateTimeOffset Noon = Models.Noon;
    private static readonly WatchState Watching = WatchState.Listed("5", Noon);

    [Fact]
    public void Flow_ListWatchBreakWatch_GoesOnFromTheLastVersion()
    {
        WatchState.Start.Next(0).ShouldBe(new WatchMove(null, TimeSpan.Zero));
        Watching.Next(0).ShouldBe(new WatchMove("5", TimeSpan.Zero));
        var broken = Watching.Heard("8", Noon).Failed(ApiFailure.Unreachable);
        broken.Next(0).ShouldBe(new WatchMove("8", TimeSpan.FromMilliseconds(200)));
        broken.Failed(ApiFailure.Unreachable).Next(0).ShouldBe(new WatchMove("8", TimeSpan.FromMilliseconds(400)));
        broken.Heard("9", Noon).Next(0).ShouldBe(new WatchMove("9", TimeSpan.Zero));
    }

    [Fact]
    public void Failed_VersionThatIsForgotten_ListsAtOnceAndThenSlower()
    {
        var forgotten = Watching.Failed(ApiFailure.Gone);
        forgotten.Next(0).ShouldBe(new WatchMove(null, TimeSpan.Zero));
        forgotten.Failed(ApiFailure.Gone).Next(0).ShouldBe(new WatchMove(null, TimeSpan.FromMilliseconds(400)));
    }

    [Fact]
    public void Ended_AtOnceAndAgain_IsAskedWithAPause()
    {
        Watching.Ended(TimeSpan.FromMinutes(2)).Next(0).Wait.ShouldBe(TimeSpan.Zero);
        var hasty = Watching.Ended(TimeSpan.Zero);
        hasty.Next(0).ShouldBe(new WatchMove("5", TimeSpan.FromMilliseconds(200)));
        hasty.Ended(TimeSpan.Zero).Next(0).Wait.ShouldBe(TimeSpan.FromMilliseconds(400));
    }

    [Theory]
    [InlineData(ApiFailure.Unreachable, false, 3600, false)]
    [InlineData(ApiFailure.Busy, false, 3600, false)]
    [InlineData(ApiFailure.Gone, false, 3600, false)]
    [InlineData(ApiFailure.Forbidden, true, 0, true)]
    [InlineData(ApiFailure.NotFound, true, 0, true)]
    [InlineData(ApiFailure.Untrusted, true, 0, true)]
    [InlineData(ApiFailure.Unreachable, true, 0, false)]
    [InlineData(ApiFailure.Forbidden, false, 30, false)]
    [InlineData(ApiFailure.Forbidden, false, 61, true)]
    [InlineData(ApiFailure.Unauthorized, false, 30, false)]
    public void IsOver_Refusal_IsBorneForAMinuteAfterSomethingGood(ApiFailure failure, bool atStart, int secondsAfter, bool isOver) =>
        (atStart ? WatchState.Start : Watching).IsOver(failure, Noon.AddSeconds(secondsAfter)).ShouldBe(isOver);

    [Fact]
    public void After_SnapshotBehindAGap_LosesAndDoublesNothing()
    {
        var cache = ObjectCache.Empty.After(new ObjectChange.Snapshot([Item("a", "1"), Item("b", "1")])).After(new ObjectChange.Set(Item("c", "2"))).After(new ObjectChange.Removed(Item("a", "3")));
        cache.Items.Keys.Select(k => k.Name).Order().ShouldBe(["b", "c"]);
        cache.Changes.ShouldBe(4);
        cache.IsComplete.ShouldBeTrue();

        var after = cache.After(new ObjectChange.Snapshot([Item("b", "1"), Item("c", "9"), Item("d", "8")]));
        after.Items.Keys.Select(k => k.Name).Order().ShouldBe(["b", "c", "d"]);
        after.Changes.ShouldBe(6, "c has changed and d has come");
        after.After(new ObjectChange.Snapshot([])).Changes.ShouldBe(9);
    }

    private static JsonObject Item(string name, string version) =>
        new() { ["metadata"] = new JsonObject { ["namespace"] = "shop", ["name"] = name, ["uid"] = name, ["resourceVersion"] = version } };
}
