using NodaTime;
using NodaTime.Extensions;
using NodaTime.TimeZones;
using Towpath.Core.Applications;

namespace Towpath.Core.Reviews;

/// <summary>Since when an application keeps to a schedule.</summary>
/// <param name="Schedule">Its words; empty where no sheet is written by itself.</param>
/// <param name="Since">Times after this one are due.</param>
public sealed record ReviewStanding(string Schedule, DateTimeOffset Since);

/// <summary>What is to be done about the sheet of an application; one of both is null.</summary>
/// <param name="Adopt">A schedule that counts from now on.</param>
/// <param name="Write">Due time whose sheet is to be written now.</param>
public sealed record ReviewStep(ReviewStanding? Adopt, DateTimeOffset? Write);

/// <summary>When the readiness sheet is written. Time is an argument.</summary>
public static class ReviewSchedule
{
    // A week, and days that a zone left out.
    private const int DaysLooked = 9;

    // A time that a day has twice is due once, the first time; one that it does not have is due when the gap ends.
    private static readonly ZoneLocalMappingResolver Once = Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnStartOfIntervalAfter);

    /// <summary>What is to be done now; null for nothing.</summary>
    /// <param name="spec">The schedule as it is; null for none.</param>
    /// <param name="standing">What was kept to so far; null where nothing was.</param>
    /// <param name="isWritten">Whether the sheet of a due time was written.</param>
    /// <param name="now">The time.</param>
    public static ReviewStep? Next(ReviewSpec? spec, ReviewStanding? standing, Func<DateTimeOffset, bool> isWritten, DateTimeOffset now)
    {
        var words = spec?.Words ?? "";
        // Times of before a schedule was there are not due; and a clock that was far ahead by then must not keep sheets back.
        if (standing is null ? spec is not null : standing.Schedule != words || (spec is not null && now < standing.Since))
            return new ReviewStep(new ReviewStanding(words, now), null);
        // Of several times that were missed only the last is made up for: what the others would have said is known no more.
        return spec is not null && LastDue(spec, now) is { } due && due > standing!.Since && !isWritten(due) ? new ReviewStep(null, due) : null;
    }

    /// <summary>The last due time until now, now included; null where the zone is not known.</summary>
    public static DateTimeOffset? LastDue(ReviewSpec spec, DateTimeOffset now) => Around(spec, now, -1).Where(due => due <= now).Max();

    /// <summary>The first due time after now; null where the zone is not known.</summary>
    public static DateTimeOffset? NextDue(ReviewSpec spec, DateTimeOffset now) => Around(spec, now, 1).Where(due => due > now).Min();

    /// <summary>Due times of the days before or after, and of those beside today: a day begins elsewhere at another time.</summary>
    private static IEnumerable<DateTimeOffset?> Around(ReviewSpec spec, DateTimeOffset now, int step)
    {
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(spec.Zone) is not { } zone) yield break;
        var day = Instant.FromDateTimeOffset(now).InZone(zone).Date.PlusDays(-step);
        for (var looked = 0; looked <= DaysLooked; looked++, day = day.PlusDays(step))
        {
            if (spec.Days.Contains(day.DayOfWeek.ToDayOfWeek())) yield return (day + LocalTime.FromTimeOnly(spec.At)).InZone(zone, Once).ToInstant().ToDateTimeOffset();
        }
    }
}
