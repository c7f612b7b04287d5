using Towpath.Core.Applications.Readers;
using Towpath.Core.Compose;

namespace Towpath.Core.Configuration;

/// <summary>What everything that is watched elsewhere has: a name, and how often somebody looks.</summary>
/// <param name="values">Typed values of nodes.</param>
/// <param name="subject">What is read, as in "a source".</param>
internal sealed class WatchReader(NodeReader values, string subject)
{
    private const int LongestName = 40;

    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Its name, which must be there; null after an error.</summary>
    public string? Name(YamlMapping watched) => Label(watched, "name", LongestName);

    /// <summary>A label that must be there; null where it is not.</summary>
    /// <param name="watched">What has it.</param>
    /// <param name="key">Its key.</param>
    /// <param name="longest">Most characters.</param>
    public string? Label(YamlMapping watched, string key, int longest)
    {
        if (!values.Require(watched.Get(key), watched, subject, key) || values.NonEmpty(watched.Get(key), key) is not { } name) return null;
        if (!Names.IsLabel(name, longest)) values.Bag.Add(ValueDiagnostics.BadName(watched.Get(key)!.Location, $"the {key} of {subject}", name, Names.LabelRule(longest)));
        return name;
    }

    /// <summary>How often somebody looks: a minute where nobody says it, from ten seconds to a day.</summary>
    public TimeSpan Every(YamlMapping watched)
    {
        var every = values.Duration(watched.Get("every"), "every") ?? Usual;
        return every < Shortest ? Shortest : every > Longest ? Longest : every;
    }
}
