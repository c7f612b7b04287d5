using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Reviews;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Reviews;

public sealed class DaysAheadTests
{
    private static readonly WindowSpec Hours = new(
        [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday], new TimeOnly(9, 0), new TimeOnly(16, 0), "Europe/Brussels", [], Models.At());

    [Fact]
    public void Of_ADemo_SaysUntilWhenToEnterAndToDeliver()
    {
        // A Monday; the demo is on Friday, and nothing enters from Thursday on.
        var found = Of("2026-11-30T10:00", Hours with { Freezes = [FreezeSpec.Demo(Day("2026-12-03"), Day("2026-12-04"))] }, TimeSpan.FromHours(24)).ShouldHaveSingleItem();
        found.ShouldBe(new DaysAhead(
            "production", Day("2026-12-03"), Day("2026-12-04"), "demo on 2026-12-04", IsDemo: true, Days: 4, "Europe/Brussels", At("2026-12-02T15:00"), At("2026-12-01T15:00")));
        ReviewPoints.Of(found).ShouldBe("demo in 4 days: nothing enters production on 2026-12-03 to 2026-12-04");
        ReviewPoints.DueBefore(found).ShouldBe("the last release enters by Wed 2026-12-02 16:00 (Europe/Brussels), delivered by Tue 2026-12-01 16:00 (Europe/Brussels)");
    }

    [Fact]
    public void Of_WithoutAnHourLeftBefore_SaysThatNothingCanEnter()
    {
        var frozen = Hours with { Freezes = [FreezeSpec.Demo(Day("2026-12-03"), Day("2026-12-04"))] };
        Of("2026-12-02T14:59", frozen, null).Single().LastEntry.ShouldBe(At("2026-12-02T15:00"));
        ReviewPoints.DueBefore(Of("2026-12-02T15:00", frozen, TimeSpan.FromHours(1)).Single()).ShouldBe("no release can enter before");
        ReviewPoints.Of(Of("2026-12-03T10:00", frozen, null).Single()).ShouldStartWith("demo tomorrow: ");
        Of("2026-12-05T10:00", frozen, null).ShouldBeEmpty();
    }

    [Fact]
    public void Of_HolidaysBeforeTheDemo_TellsOfBothInTheirOrder()
    {
        var window = Hours with
        {
            Freezes = [FreezeSpec.Demo(Day("2027-01-14"), Day("2027-01-15"))],
            Yearly = [new YearlyFreezeSpec(new YearDay(12, 24), new YearDay(1, 2), "holidays")],
        };
        var found = Of("2026-12-28T10:00", window, null);
        found.Select(f => (f.From, f.Until, f.IsDemo, f.Days)).ShouldBe([(Day("2026-12-28"), Day("2027-01-02"), false, 0), (Day("2027-01-14"), Day("2027-01-15"), true, 18)]);
        ReviewPoints.Of(found[0]).ShouldBe("today: nothing enters production on 2026-12-28 to 2027-01-02, holidays");
        found[1].LastEntry.ShouldBe(At("2027-01-13T15:00"));
    }

    [Fact]
    public void Of_HoursOverMidnight_EndWhereTheDaysBegin()
    {
        var night = Hours with { From = new TimeOnly(22, 0), Until = new TimeOnly(4, 0), Freezes = [new FreezeSpec(Day("2026-12-03"), Day("2026-12-03"), null)] };
        Of("2026-12-01T10:00", night, null).Single().LastEntry.ShouldBe(At("2026-12-02T23:00"));
    }

    [Fact]
    public void Of_AnEnvironmentWithoutAWindow_TellsOfNothing() =>
        DaysAhead.Of(new EnvironmentSpec { Name = "production", Location = Models.At() }, Models.Noon).ShouldBeEmpty();

    private static List<DaysAhead> Of(string now, WindowSpec window, TimeSpan? lead) =>
        [.. DaysAhead.Of(new EnvironmentSpec { Name = "production", Location = Models.At(), Gates = new GateSpecs { Window = window, Lead = lead } }, At(now))];

    private static DateOnly Day(string text) => DateOnly.Parse(text, CultureInfo.InvariantCulture);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
