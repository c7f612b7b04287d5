using NodaTime;
using Towpath.Core.Applications;
using Towpath.Core.Environments;

namespace Towpath.Core.Reviews;

/// <summary>Days ahead on which nothing enters an environment, and what must have happened before.</summary>
/// <param name="Environment">Environment.</param>
/// <param name="From">First of those days, local; today where it is one of them.</param>
/// <param name="Until">Last of those days, local: the day of the demo, where it is one.</param>
/// <param name="Reason">Why; null where nobody says.</param>
/// <param name="IsDemo">The application is shown on the last of them.</param>
/// <param name="Days">Days from today to the demo, else to the first of those days.</param>
/// <param name="Zone">Time zone of the days.</param>
/// <param name="LastEntry">The last moment before at which a release may enter; null where that has passed.</param>
/// <param name="DeliverBy">When it must have been delivered for that; null where no lead time is asked.</param>
public sealed record DaysAhead(
    string Environment, DateOnly From, DateOnly Until, string? Reason, bool IsDemo, int Days, string Zone, DateTimeOffset? LastEntry, DateTimeOffset? DeliverBy)
{
    /// <summary>The next such days of an environment, and its next demo where that is another one; none without a window.</summary>
    public static IEnumerable<DaysAhead> Of(EnvironmentSpec environment, DateTimeOffset now)
    {
        if (environment.Gates.Window is not { } window || DateTimeZoneProviders.Tzdb.GetZoneOrNull(window.Zone) is not { } zone) yield break;
        var instant = Instant.FromDateTimeOffset(now);
        var today = instant.InZone(zone).Date;
        var next = NextFreeze(window, today);
        if (next is not null) yield return Of(environment, window, zone, next, instant);
        var demo = window.Freezes.Where(f => f.IsDemo && f.Last >= today.ToDateOnly()).MinBy(f => f.Last);
        if (demo is not null && demo.Last != next?.Last) yield return Of(environment, window, zone, demo, instant);
    }

    private static DaysAhead Of(EnvironmentSpec environment, WindowSpec window, DateTimeZone zone, FreezeSpec freeze, Instant now)
    {
        var today = now.InZone(zone).Date.ToDateOnly();
        var from = freeze.First < today ? today : freeze.First;
        var last = WindowCalendar.LastBefore(window, zone, LocalDate.FromDateOnly(from), now)?.ToDateTimeOffset();
        return new DaysAhead(
            environment.Name, from, freeze.Last, freeze.Reason, freeze.IsDemo, (freeze.IsDemo ? freeze.Last : from).DayNumber - today.DayNumber, window.Zone, last,
            environment.Gates.Lead is { } lead ? last - lead : null);
    }

    /// <summary>The first days from today on, today's own included, on which nothing enters.</summary>
    private static FreezeSpec? NextFreeze(WindowSpec window, LocalDate today)
    {
        for (var day = today; day <= today.PlusDays(WindowCalendar.MostDaysAhead); day = day.PlusDays(1))
            if (WindowCalendar.Freeze(window, day) is { } freeze) return freeze;
        return null;
    }
}
