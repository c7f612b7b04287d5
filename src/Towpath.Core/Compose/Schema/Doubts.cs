using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Schema;

/// <summary>
/// Services and resources in which something is wrong already. What such a one says beside that is in doubt, so later phases pass over it
/// rather than tell of what follows from the first mistake.
/// </summary>
/// <param name="bag">What was told so far.</param>
internal sealed class Doubts(DiagnosticBag bag)
{
    private readonly Dictionary<string, List<int>>? _lines = bag.HasErrors ? Lines(bag) : null;

    /// <summary>Whether one is in doubt: an error was told within its lines, or those of anything that it holds.</summary>
    public bool About(YamlEntry entry) => _lines is not null && (Holds(entry.Key) || Below(entry.Value));

    /// <summary>Whether an error was told outside all services and resources: a file that is not included may have any that seem to be missing.</summary>
    public bool AreElsewhere(YamlMapping model)
    {
        foreach (var (file, lines) in _lines ?? [])
        {
            foreach (var line in lines)
            {
                if (!model.Entries.Any(section => section.Value is YamlMapping resources && resources.Entries.Any(entry => IsWithin(entry, file, line))))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool IsWithin(YamlEntry entry, string file, int line) =>
        entry.Key.Source.Path == file && entry.Key.Span.Line <= line && Math.Max(entry.Key.Span.Line, entry.Value.Span.EndLine) >= line;

    private bool Below(YamlNode node) => Holds(node) || node switch
    {
        YamlMapping mapping => mapping.Entries.Any(About),
        YamlSequence list => list.Items.Any(Below),
        _ => false,
    };

    private bool Holds(YamlNode node)
    {
        if (!_lines!.TryGetValue(node.Source.Path, out var lines))
        {
            return false;
        }

        var first = lines.BinarySearch(node.Span.Line);
        first = first < 0 ? ~first : first;
        return first < lines.Count && (lines[first] < node.Span.EndLine || lines[first] == node.Span.Line);
    }

    private static Dictionary<string, List<int>> Lines(DiagnosticBag bag)
    {
        var lines = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        foreach (var place in bag.ErrorPlaces)
        {
            if (!lines.TryGetValue(place.File, out var own))
            {
                lines[place.File] = own = [];
            }

            own.Add(place.Line);
        }

        foreach (var own in lines.Values)
        {
            own.Sort();
        }

        return lines;
    }
}
