using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Reviews;

namespace Towpath.Tests.Reviews;

public sealed class ReviewScheduleTests
{
    private static readonly ReviewSpec Mondays = Spec("09:00", "Europe/Brussels", DayOfWeek.Monday);

    [Theory]
    // Brussels is an hour ahead of UTC in winter, and two in summer.
    [InlineData("2026-01-05T07:59:59", "2025-12-29T08:00", "2026-01-05T08:00")]
    [InlineData("2026-01-05T08:00", "2026-01-05T08:00", "2026-01-12T08:00")]
    [InlineData("2026-03-25T12:00", "2026-03-23T08:00", "2026-03-30T07:00")]
    [InlineData("2026-10-24T12:00", "2026-10-19T07:00", "2026-10-26T08:00")]
    public void Due_OnMondays_KeepsTheLocalTimeOverChangesOfClocks(string now, string last, string next)
    {
        ReviewSchedule.LastDue(Mondays, At(now)).ShouldBe(At(last));
        ReviewSchedule.NextDue(Mondays, At(now)).ShouldBe(At(next));
    }

    [Theory]
    // Clocks go from 02:00 to 03:00 on the 29th of March: 02:30 is due when the gap ends, and the next day at its own time.
    [InlineData("2026-03-29T00:59", "2026-03-28T01:30", "2026-03-29T01:00")]
    [InlineData("2026-03-29T01:00", "2026-03-29T01:00", "2026-03-30T00:30")]
    // They go back from 03:00 to 02:00 on the 25th of October: 02:30 comes twice, and is due the first time.
    [InlineData("2026-10-25T00:29", "2026-10-24T00:30", "2026-10-25T00:30")]
    [InlineData("2026-10-25T01:30", "2026-10-25T00:30", "2026-10-26T01:30")]
    public void Due_AtATimeThatADayHasTwiceOrNot_IsOnce(string now, string last, string next)
    {
        var spec = Spec("02:30", "Europe/Brussels", Enum.GetValues<DayOfWeek>());
        ReviewSchedule.LastDue(spec, At(now)).ShouldBe(At(last));
        ReviewSchedule.NextDue(spec, At(now)).ShouldBe(At(next));
    }

    [Fact]
    public void Due_OnADayThatAZoneLeftOut_IsWhenTheNextOneBegins()
    {
        // Samoa had no 30th of December in 2011, a Friday.
        var spec = Spec("09:00", "Pacific/Apia", DayOfWeek.Friday);
        ReviewSchedule.NextDue(spec, At("2011-12-29T12:00")).ShouldBe(At("2011-12-30T10:00"));
        ReviewSchedule.LastDue(spec, At("2011-12-31T12:00")).ShouldBe(At("2011-12-30T10:00"));
    }

    [Fact]
    public void Due_InAZoneThatNobodyKnows_IsNever()
    {
        ReviewSchedule.NextDue(Spec("09:00", "Nowhere/Else", DayOfWeek.Monday), At("2026-01-05T08:00")).ShouldBeNull();
        ReviewSchedule.LastDue(Spec("09:00", "Nowhere/Else", DayOfWeek.Monday), At("2026-01-05T08:00")).ShouldBeNull();
    }

    [Fact]
    public void Next_OfANewSchedule_CountsFromNowOn()
    {
        var now = At("2026-01-05T12:00");
        var adopted = ReviewSchedule.Next(Mondays, null, _ => false, now).ShouldNotBeNull();
        adopted.ShouldBe(new ReviewStep(new ReviewStanding(Mondays.Words, now), null));
        ReviewSchedule.Next(Mondays, adopted.Adopt, _ => false, now).ShouldBeNull();
        ReviewSchedule.Next(Mondays, adopted.Adopt, _ => false, now.AddDays(7)).ShouldBe(new ReviewStep(null, At("2026-01-12T08:00")));
    }

    [Fact]
    public void Next_OfAnotherScheduleOrNone_BeginsAnew()
    {
        var standing = new ReviewStanding(Mondays.Words, At("2026-01-01T00:00"));
        var now = At("2026-01-06T12:00");
        ReviewSchedule.Next(Mondays with { At = new TimeOnly(10, 0) }, standing, _ => false, now)!.Adopt.ShouldBe(new ReviewStanding("mon 10:00 (Europe/Brussels)", now));
        ReviewSchedule.Next(null, standing, _ => false, now)!.Adopt.ShouldBe(new ReviewStanding("", now));
        ReviewSchedule.Next(null, new ReviewStanding("", now), _ => false, now.AddDays(-1)).ShouldBeNull();
        ReviewSchedule.Next(null, null, _ => false, now).ShouldBeNull();
    }

    [Fact]
    public void Next_AfterSeveralMissedTimes_WritesTheLastOnly()
    {
        var standing = new ReviewStanding(Mondays.Words, At("2026-01-01T00:00"));
        ReviewSchedule.Next(Mondays, standing, _ => false, At("2026-01-28T12:00"))!.Write.ShouldBe(At("2026-01-26T08:00"));
    }

    [Fact]
    public void Next_AfterTheClockWasFarAhead_GoesOnWithEachTime()
    {
        var written = new HashSet<DateTimeOffset> { At("2026-01-05T08:00"), At("2027-01-04T08:00") };
        var standing = new ReviewStanding(Mondays.Words, At("2026-01-01T00:00"));
        ReviewSchedule.Next(Mondays, standing, written.Contains, At("2026-01-07T12:00")).ShouldBeNull();
        ReviewSchedule.Next(Mondays, standing, written.Contains, At("2026-01-12T08:00"))!.Write.ShouldBe(At("2026-01-12T08:00"));
        ReviewSchedule.Next(Mondays, standing, written.Contains, At("2027-01-04T08:00")).ShouldBeNull();
        ReviewSchedule.Next(Mondays, standing with { Since = At("2027-02-01T00:00") }, written.Contains, At("2026-01-07T12:00"))!.Adopt.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("Europe/Brussels")]
    [InlineData("America/St_Johns")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Africa/Casablanca")]
    [InlineData("UTC")]
    public void Due_ForAnySchedule_ComesInOrderOnItsDaysAndIsLastOnceItWasNext(string zone)
    {
        var random = new Random(20260105);
        for (var round = 0; round < 400; round++)
        {
            var days = Enum.GetValues<DayOfWeek>().Where(_ => random.Next(2) == 0).DefaultIfEmpty(DayOfWeek.Sunday).ToArray();
            var spec = Spec($"{random.Next(24):00}:{random.Next(60):00}", zone, days);
            var now = At("2026-01-01T00:00").AddMinutes(random.Next(2 * 366 * 24 * 60));
            var (last, next) = (ReviewSchedule.LastDue(spec, now)!.Value, ReviewSchedule.NextDue(spec, now)!.Value);
            last.ShouldBeLessThanOrEqualTo(now);
            next.ShouldBeGreaterThan(now);
            // A week, and an hour of a changed clock.
            (next - last).ShouldBeLessThanOrEqualTo(TimeSpan.FromHours((7 * 24) + 2));
            ReviewSchedule.LastDue(spec, next).ShouldBe(next);
            ReviewSchedule.NextDue(spec, next.AddTicks(-1)).ShouldBe(next);
            ReviewSchedule.NextDue(spec, last).ShouldBe(next);
        }
    }

    [Fact]
    public void Looks_AtAnyTimeByTwoAtOnce_WriteEachDueTimeOnceAndMissNoneThatWasLookedAt()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var spec = Spec($"{random.Next(24):00}:00", "Europe/Brussels", [.. Enum.GetValues<DayOfWeek>().Where(_ => random.Next(3) > 0).DefaultIfEmpty(DayOfWeek.Monday)]);
            var now = At("2026-03-20T00:00");
            ReviewStanding? standing = null;
            var written = new List<DateTimeOffset>();
            for (var look = 0; look < 300; look++)
            {
                // Both decide by what they read before either of them has stored it.
                var steps = new[] { ReviewSchedule.Next(spec, standing, written.Contains, now), ReviewSchedule.Next(spec, standing, written.Contains, now) };
                foreach (var step in steps.OfType<ReviewStep>())
                {
                    standing = step.Adopt ?? standing;
                    if (step.Write is { } due && !written.Contains(due)) written.Add(due);
                }

                if (ReviewSchedule.LastDue(spec, now) is { } last && last > standing!.Since) written.ShouldContain(last, $"seed {seed}, at {now:O}");
                now += random.Next(20) == 0 ? TimeSpan.FromDays(random.Next(-20, 20)) : TimeSpan.FromMinutes(random.Next(600));
            }

            written.ShouldBeUnique();
            written.ShouldAllBe(due => ReviewSchedule.LastDue(spec, due) == due);
        }
    }

    private static ReviewSpec Spec(string time, string zone, params DayOfWeek[] days) => new([.. days], TimeOnly.Parse(time, CultureInfo.InvariantCulture), zone);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
