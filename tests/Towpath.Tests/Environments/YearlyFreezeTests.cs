using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Environments;

/// <summary>Days of each year on which a window stays closed.</summary>
public sealed class YearlyFreezeTests
{
    [Theory]
    // The 25th in Brussels begins at 23:00 UTC the day before.
    [InlineData("2026-12-24T22:59", "Europe/Brussels", true)]
    [InlineData("2026-12-24T23:00", "Europe/Brussels", false)]
    [InlineData("2027-12-25T22:59", "Europe/Brussels", false)]
    [InlineData("2027-12-25T23:00", "Europe/Brussels", true)]
    // And in Auckland 13 hours earlier than in London.
    [InlineData("2026-12-24T11:00", "Pacific/Auckland", false)]
    [InlineData("2026-12-25T11:00", "Pacific/Auckland", true)]
    public void Judge_HolidayOfEachYear_IsClosedFromItsFirstLocalMinuteToItsLast(string now, string zone, bool isOpen) =>
        Judge(now, zone, new YearlyFreezeSpec(new YearDay(12, 25), new YearDay(12, 25), "holiday")).Holds.ShouldBe(isOpen);

    [Theory]
    [InlineData("2026-12-23T12:00", true)]
    [InlineData("2026-12-24T12:00", false)]
    [InlineData("2026-12-31T12:00", false)]
    [InlineData("2027-01-02T12:00", false)]
    [InlineData("2027-01-03T12:00", true)]
    public void Judge_HolidaysOverTheNewYear_AreOneSpan(string now, bool isOpen) =>
        Judge(now, "UTC", new YearlyFreezeSpec(new YearDay(12, 24), new YearDay(1, 2), "holiday")).Holds.ShouldBe(isOpen);

    [Theory]
    [InlineData("2026-12-30T12:00")]
    [InlineData("2027-01-01T12:00")]
    public void Judge_WithinASpan_SaysItsLastDayAndWhenItOpens(string now)
    {
        var verdict = Judge(now, "UTC", new YearlyFreezeSpec(new YearDay(12, 24), new YearDay(1, 2), "stocktaking"));

        verdict.Evidence.ShouldEndWith("; nothing enters until 2027-01-02: stocktaking");
        verdict.HoldsAt.ShouldBe(new DateTimeOffset(2027, 1, 3, 0, 0, 0, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("2028-02-29T12:00", false)]
    [InlineData("2028-03-01T12:00", true)]
    [InlineData("2027-02-28T12:00", true)]
    [InlineData("2027-03-01T12:00", true)]
    public void Judge_LeapDay_IsOneOfLeapYearsOnly(string now, bool isOpen) =>
        Judge(now, "UTC", new YearlyFreezeSpec(new YearDay(2, 29), new YearDay(2, 29), "holiday")).Holds.ShouldBe(isOpen);

    [Fact]
    public void Judge_SpanThatEndsOnALeapDay_EndsWithFebruary() =>
        Judge("2027-02-27T12:00", "UTC", new YearlyFreezeSpec(new YearDay(2, 20), new YearDay(2, 29), "x")).Evidence.ShouldEndWith("until 2027-02-28: x");

    private static GateVerdict Judge(string now, string zone, params YearlyFreezeSpec[] yearly) => WindowGate.Judge(
        new WindowSpec([.. Enum.GetValues<DayOfWeek>()], default, default, zone, [], Sample.Here()) { Yearly = [.. yearly] },
        DateTimeOffset.Parse(now, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
}
