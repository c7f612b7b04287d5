using NodaTime;
using NodaTime.Extensions;
using Towpath.Core.Applications;

namespace Towpath.Core.Environments;

/// <summary>Whether a window is open, and when it opens next.</summary>
internal static class WindowGate
{
    private const string Name = "window";

    // Windows that open less often than this are told as closed without a time.
    private const int MostDaysAhead = 400;

    /// <summary>The verdict at a time.</summary>
    public static GateVerdict Judge(WindowSpec window, DateTimeOffset now)
    {
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(window.Zone) is not { } zone)
            return new GateVerdict(Name, false, $"there is no time zone {window.Zone}");
        var instant = Instant.FromDateTimeOffset(now);
        var today = instant.InZone(zone).Date;
        // What opened yesterday may go on over midnight.
        for (var day = today.PlusDays(-1); day <= today.PlusDays(MostDaysAhead); day = day.PlusDays(1))
        {
            if (!window.Days.Contains(day.DayOfWeek.ToDayOfWeek())) continue;
            foreach (var (from, until) in Open(window, zone, day))
            {
                if (until <= instant) continue;
                if (from <= instant) return new GateVerdict(Name, true, $"it is open until {Words(until, zone)}");
                return new GateVerdict(Name, false, $"it opens at {Words(from, zone)}{Because(window, today)}", from.ToDateTimeOffset());
            }
        }
        return new GateVerdict(Name, false, $"it does not open within {MostDaysAhead} days{Because(window, today)}");
    }

    /// <summary>The hours that begin on a day, less the frozen days in them.</summary>
    private static IEnumerable<(Instant From, Instant Until)> Open(WindowSpec window, DateTimeZone zone, LocalDate day)
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

    private static bool IsFrozen(WindowSpec window, LocalDate day) => Freeze(window, day) is not null;

    private static FreezeSpec? Freeze(WindowSpec window, LocalDate day)
    {
        var date = day.ToDateOnly();
        return window.Freezes.FirstOrDefault(f => f.First <= date && date <= f.Last)
            ?? window.Yearly.Where(f => IsWithin(f, YearDay.Of(date))).Select(f => new FreezeSpec(date, LastOf(f, date), f.Reason)).FirstOrDefault();
    }

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

    private static string Because(WindowSpec window, LocalDate today) =>
        Freeze(window, today) is { } freeze ? $"; nothing enters until {freeze.Last:yyyy-MM-dd}{(freeze.Reason is { } reason ? $": {reason}" : "")}" : "";

    private static LocalTime Time(TimeOnly time) => LocalTime.FromTimeOnly(time);

    // A time that the day does not have is the first one after the gap; of one that it has twice, an opening is the first and a closing the last.
    private static Instant First(DateTimeZone zone, LocalDateTime local) => zone.AtLeniently(local).ToInstant();

    private static Instant Last(DateTimeZone zone, LocalDateTime local) =>
        zone.MapLocal(local) is { Count: 2 } twice ? twice.Last().ToInstant() : zone.AtLeniently(local).ToInstant();

    private static string Words(Instant instant, DateTimeZone zone) =>
        instant.InZone(zone).ToDateTimeUnspecified().ToString("ddd yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture) + $" ({zone.Id})";
}
