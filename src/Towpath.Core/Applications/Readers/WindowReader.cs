using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary>The gate <c>window</c>: days of the week, hours, a time zone, and days on which nothing enters.</summary>
internal sealed class WindowReader(ProjectReading project)
{
    private const int MostFreezes = 200;
    private static readonly KeyTable WindowKeys = new("window", "days hours zone freeze holidays demo");
    private static readonly string[] Asking = ["days", "hours", "freeze", "holidays", "demo"];
    private static readonly KeyTable FreezeKeys = new("a freeze", "from to because");
    private readonly NodeReader _values = project.Values;
    private readonly CalendarReader _calendar = new(project);

    /// <summary>What stands there; null after an error.</summary>
    /// <param name="key">Its name, where it says nothing.</param>
    /// <param name="node">Its value, or null.</param>
    public WindowSpec? Read(YamlNode key, YamlNode? node)
    {
        var window = _values.Mapping(node, WindowKeys);
        if (window is null && node is not null)
        {
            return null;
        }

        if (window is null || Asking.All(name => window.Get(name) is null))
        {
            project.Bag.Add(GateSpecDiagnostics.WindowAsksNothing(key.Location));
            return null;
        }

        var days = window.Get("days") is { } named ? Days(named) : CalendarReader.AllDays;
        var (from, until) = Hours(window.Get("hours"));
        var off = new DaysOffReader(project);
        ImmutableArray<FreezeSpec> freezes = [.. Freezes(window.Get("freeze")), .. off.Demo(window.Get("demo"))];
        var (holidays, yearly) = off.Holidays(window.Get("holidays"));
        return _values.Require(window.Get("zone"), window, "a window", "zone") && _calendar.Zone(window.Get("zone")!) is { } zone
            ? new WindowSpec(days, from, until, zone, [.. freezes, .. holidays], key.Location) { Yearly = yearly }
            : null;
    }

    /// <summary>Days in the order of the week, each once.</summary>
    private ImmutableArray<DayOfWeek> Days(YamlNode node)
    {
        var found = new SortedSet<DayOfWeek>();
        foreach (var item in _values.OneOrMore(node, "days"))
        {
            if (_values.NonEmpty(item, "an entry of days") is not { } text)
            {
                continue;
            }

            if (CalendarReader.Days(text) is { } days)
            {
                found.UnionWith(days);
            }
            else
            {
                project.Bag.Add(GateSpecDiagnostics.BadDays(item.Location, text));
            }
        }

        if (found.Count == 0 && node is YamlSequence { Items.IsEmpty: true })
        {
            project.Bag.Add(GateSpecDiagnostics.BadDays(node.Location, "[]"));
        }

        return [.. found];
    }

    /// <summary>First minute and the first one after it; both midnight for the whole day.</summary>
    private (TimeOnly From, TimeOnly Until) Hours(YamlNode? node)
    {
        if (_values.NonEmpty(node, "hours") is not { } text)
        {
            return (TimeOnly.MinValue, TimeOnly.MinValue);
        }

        var ends = text.Split('-');
        if (ends.Length == 2 && CalendarReader.Time(ends[0].Trim()) is { } from && (ends[1].Trim() == "24:00" ? TimeOnly.MinValue : CalendarReader.Time(ends[1].Trim())) is { } until
            && (from != until || ends[1].Trim() == "24:00"))
        {
            return (from, until);
        }

        project.Bag.Add(GateSpecDiagnostics.BadHours(node!.Location, text));
        return (TimeOnly.MinValue, TimeOnly.MinValue);
    }

    private ImmutableArray<FreezeSpec> Freezes(YamlNode? node)
    {
        var items = node is YamlMapping ? [node] : _values.OneOrMore(node, "freeze");
        if (items.Length > MostFreezes)
        {
            project.Bag.Add(ValueDiagnostics.TooMany(items[MostFreezes].Location, "freezes", MostFreezes));
        }

        return [.. items.Take(MostFreezes).Select(Freeze).OfType<FreezeSpec>()];
    }

    private FreezeSpec? Freeze(YamlNode node)
    {
        if (node is YamlScalar)
        {
            return Day(node) is { } only ? new FreezeSpec(only, only, null) : null;
        }

        if (_values.Mapping(node, FreezeKeys) is not { } freeze || !_values.Require(freeze.Get("from"), freeze, FreezeKeys.Subject, "from"))
        {
            return null;
        }

        var because = _values.NonEmpty(freeze.Get("because"), "because");
        if (Day(freeze.Get("from")!) is not { } first || (freeze.Get("to") is { } end ? Day(end) : first) is not { } last)
        {
            return null;
        }

        if (last < first)
        {
            project.Bag.Add(GateSpecDiagnostics.FreezeEndsFirst(freeze.Get("to")!.Location));
            return null;
        }

        return new FreezeSpec(first, last, because);
    }

    private DateOnly? Day(YamlNode node)
    {
        if (_values.NonEmpty(node, "a day of a freeze") is not { } text)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day;
        }

        project.Bag.Add(GateSpecDiagnostics.BadFreeze(node.Location, text));
        return null;
    }
}
