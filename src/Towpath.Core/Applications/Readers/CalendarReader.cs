using System.Collections.Immutable;
using System.Globalization;
using NodaTime;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary>Words of calendars: days of the week, times of a day, time zones.</summary>
internal sealed class CalendarReader(ProjectReading project)
{
    private static readonly ImmutableArray<string> DayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    /// <summary>Every day of the week.</summary>
    public static ImmutableArray<DayOfWeek> AllDays { get; } = [.. Enum.GetValues<DayOfWeek>()];

    /// <summary>A day of the week, or a range of them, which may pass the end of the week (<c>fri-mon</c>); null for anything else.</summary>
    public static IReadOnlyList<DayOfWeek>? Days(string text)
    {
        var ends = text.ToLowerInvariant().Split('-').Select(name => DayNames.IndexOf(name)).ToArray();
        if (ends.Length > 2 || ends.Contains(-1)) return null;
        var days = new List<DayOfWeek>();
        for (var day = ends[0]; ; day = (day + 1) % DayNames.Length)
        {
            days.Add((DayOfWeek)day);
            if (day == ends[^1]) return days;
        }
    }

    /// <summary>A time of a day, to the minute; null for anything else.</summary>
    public static TimeOnly? Time(string text) =>
        TimeOnly.TryParseExact(text, ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    /// <summary>The name of a time zone; null after an error.</summary>
    public string? Zone(YamlNode node)
    {
        if (project.Values.NonEmpty(node, "zone") is not { } zone) return null;
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is not null) return zone;
        project.Bag.Add(GateSpecDiagnostics.UnknownZone(node.Location, zone, DateTimeZoneProviders.Tzdb.Ids));
        return null;
    }
}
