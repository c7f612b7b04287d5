using System.Collections.Immutable;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary><c>review:</c>: when the readiness sheet is written by itself.</summary>
internal sealed class ReviewReader(ProjectReading project)
{
    private const string Daily = "daily";
    private static readonly KeyTable Keys = new("review", "every zone");
    private readonly CalendarReader _calendar = new(project);

    /// <summary>What stands there; null for nothing, and after an error.</summary>
    public ReviewSpec? Read(YamlNode? node)
    {
        if (project.Values.Mapping(node, Keys) is not { } review) return null;
        var isWhole = project.Values.Require(review.Get("every"), review, Keys.Subject, "every");
        isWhole &= project.Values.Require(review.Get("zone"), review, Keys.Subject, "zone");
        if (!isWhole) return null;
        var zone = _calendar.Zone(review.Get("zone")!);
        if (project.Values.NonEmpty(review.Get("every"), "every") is not { } every) return null;
        if (Times(every) is not (var days, var at))
        {
            project.Bag.Add(ReviewSpecDiagnostics.BadTimes(review.Get("every")!.Location, every));
            return null;
        }

        return zone is null ? null : new ReviewSpec(days, at, zone);
    }

    /// <summary>Days in the order of the week, and the time; null where it is anything else.</summary>
    private static (ImmutableArray<DayOfWeek> Days, TimeOnly At)? Times(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2 || CalendarReader.Time(words[^1]) is not { } at) return null;
        var named = string.Concat(words[..^1]);
        if (named == Daily) return (CalendarReader.AllDays, at);
        var days = new SortedSet<DayOfWeek>();
        foreach (var part in named.Split(','))
        {
            if (CalendarReader.Days(part) is not { } read || !read.All(days.Add)) return null;
        }

        return ([.. days], at);
    }
}
