using NodaTime;
using NodaTime.Extensions;
using Towpath.Core.Applications;

namespace Towpath.Core.Environments;

/// <summary>Whether a window is open, and when it opens next.</summary>
internal static class WindowGate
{
    private const string Name = "window";

    /// <summary>The verdict at a time.</summary>
    public static GateVerdict Judge(WindowSpec window, DateTimeOffset now)
    {
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(window.Zone) is not { } zone)
            return new GateVerdict(Name, false, $"there is no time zone {window.Zone}");
        var instant = Instant.FromDateTimeOffset(now);
        var today = instant.InZone(zone).Date;
        // What opened yesterday may go on over midnight.
        for (var day = today.PlusDays(-1); day <= today.PlusDays(WindowCalendar.MostDaysAhead); day = day.PlusDays(1))
        {
            if (!window.Days.Contains(day.DayOfWeek.ToDayOfWeek())) continue;
            foreach (var (from, until) in WindowCalendar.Open(window, zone, day))
            {
                if (until <= instant) continue;
                if (from <= instant) return new GateVerdict(Name, true, $"it is open until {GateWords.Local(until, zone)}");
                return new GateVerdict(Name, false, $"it opens at {GateWords.Local(from, zone)}{Because(window, today)}", from.ToDateTimeOffset());
            }
        }
        return new GateVerdict(Name, false, $"it does not open within {WindowCalendar.MostDaysAhead} days{Because(window, today)}");
    }

    private static string Because(WindowSpec window, LocalDate today) =>
        WindowCalendar.Freeze(window, today) is { } freeze ? $"; nothing enters until {freeze.Last:yyyy-MM-dd}{(freeze.Reason is { } reason ? $": {reason}" : "")}" : "";
}
