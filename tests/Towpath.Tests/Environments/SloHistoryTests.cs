using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Environments;

public sealed class SloHistoryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly SloSpec Slo = new(0.99, TimeSpan.FromMilliseconds(300), 0.95, TimeSpan.FromDays(30), Models.At());

    [Fact]
    public void Add_NothingNewOrTooEarly_IsTheSameObject()
    {
        var history = SloHistory.Empty.Add(new RequestCounters(10, 0, 0), Noon);

        history.Add(new RequestCounters(10, 0, 0), Noon.AddHours(1)).ShouldBeSameAs(history);
        history.Add(new RequestCounters(11, 0, 0), Noon.AddSeconds(9)).ShouldBeSameAs(history);
        history.Add(new RequestCounters(11, 0, 0), Noon.AddSeconds(10)).ShouldNotBeSameAs(history);
    }

    [Fact]
    public void Add_GatewayBeganAnew_CountsWhatItSaysNow()
    {
        var history = SloHistory.Empty.Add(new RequestCounters(100, 5, 0), Noon).Add(new RequestCounters(7, 1, 0), Noon.AddMinutes(1));

        history.Since(Noon).ShouldBe(new RequestCounters(107, 6, 0));
    }

    [Fact]
    public void Add_ForYears_StaysBoundedAndLosesNothingOfItsTime()
    {
        var history = SloHistory.Empty;
        var now = Noon;
        long requests = 0;
        for (var i = 0; i < 60_000; i++, now += TimeSpan.FromMinutes(i % 3 == 0 ? 1 : 30)) history = history.Add(new RequestCounters(requests += 10, 0, 0), now);

        history.Buckets.Length.ShouldBeLessThan(260);
        history.Buckets.Select(b => b.From).ShouldBeInOrder();
        history.Buckets.Sum(b => b.Seen.Requests).ShouldBeLessThan(requests);
        history.Since(now - TimeSpan.FromDays(30)).Requests.ShouldBeInRange(10 * 2100, 10 * 2300);
    }

    [Fact]
    public void SinceRelease_ErrorsWhileItCameIn_AreThoseOfTheReleaseBefore()
    {
        var history = SloHistory.Empty.Add(new RequestCounters(100, 0, 0), Noon)
            .Begin(new RequestCounters(200, 90, 0), Noon.AddSeconds(33))
            .Add(new RequestCounters(300, 91, 0), Noon.AddMinutes(1));

        history.SinceRelease(Noon.AddSeconds(30)).ShouldBe(new RequestCounters(100, 1, 0));
        history.Since(Noon).ShouldBe(new RequestCounters(300, 91, 0));
    }

    [Fact]
    public void Add_ClockWasSetBack_ForgetsNothingOfTheWindow()
    {
        var history = SloHistory.Empty.Add(new RequestCounters(100, 10, 0), Noon.AddHours(1)).Add(new RequestCounters(200, 10, 0), Noon).Add(new RequestCounters(300, 10, 0), Noon.AddMinutes(5));

        history.Since(Noon).ShouldBe(new RequestCounters(300, 10, 0));
    }

    [Fact]
    public void From_WhatWasSeenBeforeTheFirstRelease_CountsForNothing()
    {
        var history = SloHistory.From(new RequestCounters(50, 50, 0)).Begin(new RequestCounters(60, 60, 0), Noon).Add(new RequestCounters(160, 60, 0), Noon.AddMinutes(1));

        history.Since(Noon.AddDays(-1)).ShouldBe(new RequestCounters(110, 10, 0));
        SloHistory.From(null).ShouldBe(SloHistory.Empty);
    }

    [Fact]
    public void SinceRelease_FirstOfAll_CountsFromItsBeginning() =>
        SloHistory.Empty.Begin(new RequestCounters(50, 50, 0), Noon).Add(new RequestCounters(60, 50, 0), Noon.AddMinutes(1)).SinceRelease(Noon)
            .ShouldBe(new RequestCounters(10, 0, 0));

    [Fact]
    public void Since_ReleaseBegan_CountsNothingOfBefore()
    {
        var history = SloHistory.Empty.Add(new RequestCounters(100, 100, 0), Noon).Begin(null, Noon.AddSeconds(30));
        for (var minute = 1; minute < 600; minute++) history = history.Add(new RequestCounters(100 + minute, 100, 0), Noon.AddMinutes(minute));

        history.Since(Noon.AddSeconds(30)).ShouldBe(new RequestCounters(599, 0, 0));
    }

    [Theory]
    [InlineData(0, 0, 0, 1)]
    [InlineData(1000, 0, 0, 1)]
    [InlineData(1000, 5, 0, 0.5)]
    [InlineData(1000, 10, 0, 0)]
    [InlineData(1000, 500, 0, 0)]
    [InlineData(1000, 0, 25, 0.5)]
    public void BudgetLeft_IsWhatWasPromisedLessWhatWasSpent(long requests, long errors, long slow, double left) =>
        SloHistory.Empty.Add(new RequestCounters(requests, errors, slow), Noon).BudgetLeft(Slo, Noon).ShouldBe(left, 1e-9);

    [Theory]
    [InlineData(1000, 10, 50, true)]
    [InlineData(1000, 11, 50, false)]
    [InlineData(1000, 10, 51, false)]
    [InlineData(0, 0, 0, true)]
    public void IsKept_BothObjectives_CountSinceThatTime(long requests, long errors, long slow, bool kept) =>
        SloHistory.Empty.Add(new RequestCounters(requests, errors, slow), Noon).IsKept(Slo, Noon.AddHours(-1)).ShouldBe(kept);
}
