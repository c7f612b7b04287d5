using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Environments;

public sealed class WindowGateTests
{
    private static readonly ImmutableArray<DayOfWeek> Week = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday];

    private static GateVerdict Judge(string now, string from, string until, string zone = "Europe/Brussels", ImmutableArray<DayOfWeek>? days = null, params FreezeSpec[] freezes) =>
        WindowGate.Judge(new WindowSpec(days ?? Week, Time(from), Time(until), zone, [.. freezes], Sample.Here()), At(now));

    private static TimeOnly Time(string text) => TimeOnly.Parse(text, CultureInfo.InvariantCulture);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    [Theory]
    // A Monday in winter: Brussels is an hour ahead of UTC.
    [InlineData("2026-01-05T07:59:59", false)]
    [InlineData("2026-01-05T08:00", true)]
    [InlineData("2026-01-05T14:59:59", true)]
    [InlineData("2026-01-05T15:00", false)]
    // In summer two hours.
    [InlineData("2026-07-06T07:00", true)]
    [InlineData("2026-07-06T14:00", false)]
    // A Friday.
    [InlineData("2026-01-09T10:00", false)]
    public void Judge_HoursOfADay_AreLocal(string now, bool isOpen) => Judge(now, "09:00", "16:00").Holds.ShouldBe(isOpen);

    [Theory]
    [InlineData("2026-01-05T15:00", "2026-01-06T08:00")]
    [InlineData("2026-01-08T15:00", "2026-01-12T08:00")]
    [InlineData("2026-03-26T16:00", "2026-03-30T07:00")]
    public void Judge_Closed_SaysWhenItOpensNext(string now, string opens) => Judge(now, "09:00", "16:00").HoldsAt.ShouldBe(At(opens));

    [Theory]
    [InlineData("2026-01-05T20:59", false)]
    [InlineData("2026-01-05T21:00", true)]
    [InlineData("2026-01-06T02:59", true)]
    [InlineData("2026-01-06T03:00", false)]
    // Thursday night goes on into Friday; Friday has no night of its own.
    [InlineData("2026-01-09T02:00", true)]
    [InlineData("2026-01-09T22:00", false)]
    public void Judge_HoursOverMidnight_BelongToTheDayTheyBeginOn(string now, bool isOpen) => Judge(now, "22:00", "04:00").Holds.ShouldBe(isOpen);

    [Fact]
    public void Judge_WholeDay_EndsAtMidnight()
    {
        Judge("2026-01-08T22:59", "00:00", "00:00").Holds.ShouldBeTrue();
        Judge("2026-01-08T23:00", "00:00", "00:00").Holds.ShouldBeFalse();
    }

    [Fact]
    public void Judge_Frozen_StaysClosedAndSaysWhy()
    {
        var verdict = Judge("2026-12-28T10:00", "09:00", "16:00", freezes: new FreezeSpec(new DateOnly(2026, 12, 24), new DateOnly(2027, 1, 2), "holidays"));

        verdict.Holds.ShouldBeFalse();
        verdict.HoldsAt.ShouldBe(At("2027-01-04T08:00"));
        verdict.Evidence.ShouldContain("nothing enters until 2027-01-02: holidays");
    }

    [Theory]
    [InlineData("2026-01-05T22:30", true)]
    [InlineData("2026-01-05T23:30", false)]
    public void Judge_FreezeBeginsAtMidnight_CutsTheNight(string now, bool isOpen) =>
        Judge(now, "22:00", "04:00", freezes: new FreezeSpec(new DateOnly(2026, 1, 6), new DateOnly(2026, 1, 6), null)).Holds.ShouldBe(isOpen);

    [Theory]
    // Clocks go forward at 2:00 on that Sunday: 2:30 is not there, so it opens at 3:30 summer time, which is 1:30 UTC.
    [InlineData("2026-03-29T01:29", false)]
    [InlineData("2026-03-29T01:30", true)]
    // Clocks go back at 3:00 on that Sunday: 2:30 comes twice; it opens at the first, 0:30 UTC.
    [InlineData("2026-10-25T00:29", false)]
    [InlineData("2026-10-25T00:30", true)]
    public void Judge_ClocksChange_OpensOnce(string now, bool isOpen) => Judge(now, "02:30", "06:00", days: [DayOfWeek.Sunday]).Holds.ShouldBe(isOpen);

    [Fact]
    public void Judge_ClocksGoBack_ClosesAtTheSecondOfTwo()
    {
        Judge("2026-10-25T01:29", "01:00", "02:30", days: [DayOfWeek.Sunday]).Holds.ShouldBeTrue();
        Judge("2026-10-25T01:30", "01:00", "02:30", days: [DayOfWeek.Sunday]).Holds.ShouldBeFalse();
    }

    [Fact]
    public void Judge_FrozenForever_IsClosedWithoutATime() =>
        Judge("2026-01-05T10:00", "09:00", "16:00", freezes: new FreezeSpec(DateOnly.MinValue, DateOnly.MaxValue, null)).HoldsAt.ShouldBeNull();

    [Fact]
    public void Judge_ZoneThatNobodyKnows_IsClosed() => Judge("2026-01-05T10:00", "09:00", "16:00", zone: "Mars/Olympus").Holds.ShouldBeFalse();
}
