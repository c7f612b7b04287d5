using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary>Days of a window that a calendar names: holidays, of one year or of each, and days on which somebody shows the application.</summary>
internal sealed class DaysOffReader(ProjectReading project)
{
    private const int MostDays = 200;
    private const int MostDaysBefore = 30;
    private static readonly KeyTable HolidayKeys = new("a holiday", "from to because");
    private static readonly KeyTable DemoKeys = new("demo", "days before");

    // A year in which each day of a year is there.
    private static readonly int LeapYear = 2024;

    private readonly NodeReader _values = project.Values;

    /// <summary>Holidays with a year, and those of each year.</summary>
    public (ImmutableArray<FreezeSpec> Once, ImmutableArray<YearlyFreezeSpec> Yearly) Holidays(YamlNode? node)
    {
        var read = Items(node is YamlMapping ? [node] : _values.OneOrMore(node, "holidays"), "holidays").Select(Holiday).ToList();
        return ([.. read.OfType<FreezeSpec>()], [.. read.OfType<YearlyFreezeSpec>()]);
    }

    /// <summary>Days of a demo, each with the days before it.</summary>
    public IEnumerable<FreezeSpec> Demo(YamlNode? node)
    {
        var demo = node is YamlMapping ? _values.Mapping(node, DemoKeys) : null;
        if (node is YamlMapping && (demo is null || !_values.Require(demo.Get("days"), demo, DemoKeys.Subject, "days"))) return [];
        var before = Before(demo?.Get("before"));
        return Items(_values.OneOrMore(demo is null ? node : demo.Get("days"), "demo"), "days of a demo").Select(Day).OfType<DateOnly>()
            .Select(day => FreezeSpec.Demo(day.DayNumber < before ? DateOnly.MinValue : day.AddDays(-before), day)).ToList();
    }

    /// <summary>A <see cref="FreezeSpec"/>, a <see cref="YearlyFreezeSpec"/>, or null after an error.</summary>
    private object? Holiday(YamlNode node)
    {
        const string usual = "holiday";
        if (node is not YamlMapping) return Between(node, node, usual);
        if (_values.Mapping(node, HolidayKeys) is not { } holiday || !_values.Require(holiday.Get("from"), holiday, HolidayKeys.Subject, "from")) return null;
        var from = holiday.Get("from")!;
        return Between(from, holiday.Get("to") ?? from, _values.NonEmpty(holiday.Get("because"), "because") ?? usual);
    }

    private object? Between(YamlNode from, YamlNode to, string reason)
    {
        if (_values.NonEmpty(from, "a holiday") is not { } first || _values.NonEmpty(to, "a holiday") is not { } last) return null;
        if (YearDayOf(first) is { } begins && YearDayOf(last) is { } ends) return new YearlyFreezeSpec(begins, ends, reason);
        if (DateOf(first) is not { } firstDay)
        {
            project.Bag.Add(GateSpecDiagnostics.BadHoliday(from.Location, first));
            return null;
        }

        if (DateOf(last) is not { } lastDay)
        {
            project.Bag.Add(GateSpecDiagnostics.BadHoliday(to.Location, last));
            return null;
        }

        if (lastDay >= firstDay) return new FreezeSpec(firstDay, lastDay, reason);
        project.Bag.Add(GateSpecDiagnostics.FreezeEndsFirst(to.Location));
        return null;
    }

    /// <summary>How many whole days before it nothing enters any more.</summary>
    private int Before(YamlNode? node)
    {
        if (_values.Duration(node, "before") is not { } before) return 0;
        if (before.Ticks % TimeSpan.TicksPerDay == 0 && before.Days <= MostDaysBefore) return before.Days;
        project.Bag.Add(GateSpecDiagnostics.BadDaysBefore(node!.Location, MostDaysBefore));
        return 0;
    }

    private DateOnly? Day(YamlNode node)
    {
        if (_values.NonEmpty(node, "a day of a demo") is not { } text) return null;
        if (DateOf(text) is { } day) return day;
        project.Bag.Add(GateSpecDiagnostics.BadFreeze(node.Location, text));
        return null;
    }

    private IEnumerable<YamlNode> Items(ImmutableArray<YamlNode> items, string what)
    {
        if (items.Length > MostDays) project.Bag.Add(ValueDiagnostics.TooMany(items[MostDays].Location, what, MostDays));
        return items.Take(MostDays);
    }

    private static DateOnly? DateOf(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private static YearDay? YearDayOf(string text) => DateOf(string.Create(CultureInfo.InvariantCulture, $"{LeapYear}-{text}")) is { } day ? YearDay.Of(day) : null;
}
