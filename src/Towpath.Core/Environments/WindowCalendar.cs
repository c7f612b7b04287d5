using NodaTime;
using NodaTime.Extensions;
using Towpath.Core.Applications;

namespace Towpath.Core.Environments;

/// <summary>The days of a window: when it is open, and on which of them nothing enters.</summary>
internal static class WindowCalendar
{
    /// <summary>Windows that open less often than this, in days, are told as closed without a time.</summary>
    public const int MostDaysAhead = 400;

    /// <summary>The hours that begin on a day, less the frozen days in them.</summary>
    public static IEnumerable<(Instant From, Instant Until)> Open(WindowSpec window, DateTimeZone zone, LocalDate day)
    {
        var lastDay = window.Until <= window.From ? day.PlusDays(1) : day;
        var midnight = zone.AtStartOfDay(day.PlusDays(1)).ToInstant();
        var from = First(zone, day + Time(window.From));
        var until = Last(zone, lastDay + Time(window.Until));
        if (!IsFrozen(window, day))
            yield return (from, lastDay > day && IsFrozen(window, lastDay) && until > midnight ? midnight : until);
        else if (lastDay > day && until > midnight && !IsFrozen(window, lastDay))
            yield return (midnight, until);
    }

    /// <summary>The days around a day on which nothing enters; null where it is none of them.</summary>
    public static FreezeSpec? Freeze(WindowSpec window, LocalDate day)
    {
        var date = day.ToDateOnly();
        return window.Freezes.FirstOrDefault(f => f.First <= date && date <= f.Last)
            ?? window.Yearly.Where(f => IsWithin(f, YearDay.Of(date))).Select(f => new FreezeSpec(date, LastOf(f, date), f.Reason)).FirstOrDefault();
    }

    /// <summary>The last moment before a day at which a release may enter; null where there is none from now on.</summary>
    public static Instant? LastBefore(WindowSpec window, DateTimeZone zone, LocalDate day, Instant now)
    {
        var end = zone.AtStartOfDay(day).ToInstant();
        var first = now.InZone(zone).Date.PlusDays(-1);
        for (var candidate = day.PlusDays(-1); candidate >= first; candidate = candidate.PlusDays(-1))
        {
            if (!window.Days.Contains(candidate.DayOfWeek.ToDayOfWeek())) continue;
            var until = Open(window, zone, candidate).Select(o => Instant.Min(o.Until, end)).DefaultIfEmpty(Instant.MinValue).Max();
            if (until > now) return until;
        }

        return null;
    }

    private static bool IsFrozen(WindowSpec window, LocalDate day) => Freeze(window, day) is not null;

    private static bool IsWithin(YearlyFreezeSpec freeze, YearDay day)
    {
        var (first, last, rank) = (freeze.First.Rank(), freeze.Last.Rank(), day.Rank());
        return first <= last ? first <= rank && rank <= last : first <= rank || rank <= last;
    }

    /// <summary>The last day of a yearly freeze that a date is in.</summary>
    private static DateOnly LastOf(YearlyFreezeSpec freeze, DateOnly date)
    {
        var year = YearDay.Of(date).Rank() <= freeze.Last.Rank() ? date.Year : Math.Min(date.Year + 1, DateOnly.MaxValue.Year);
        return new DateOnly(year, freeze.Last.Month, Math.Min(freeze.Last.Day, DateTime.DaysInMonth(year, freeze.Last.Month)));
    }

    private static LocalTime Time(TimeOnly time) => LocalTime.FromTimeOnly(time);

    // A time that the day does not have is the first one after the gap; of one that it has twice, an opening is the first and a closing the last.
    private static Instant First(DateTimeZone zone, LocalDateTime local) => zone.AtLeniently(local).ToInstant();

    private static Instant Last(DateTimeZone zone, LocalDateTime local) =>
        zone.MapLocal(local) is { Count: 2 } twice ? twice.Last().ToInstant() : zone.AtLeniently(local).ToInstant();
}
