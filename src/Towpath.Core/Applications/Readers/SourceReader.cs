using System.Collections.Immutable;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary>Where the parts of a service stand.</summary>
internal static class SourceReader
{
    /// <summary>The places of its keys and variables.</summary>
    public static ServiceSource Read(YamlMapping service) => new(
        service.Entries.ToImmutableSortedDictionary(e => e.Name, e => e.Key.Location, StringComparer.Ordinal),
        Variables(service.Get("environment")).DistinctBy(v => v.Name, StringComparer.Ordinal)
            .ToImmutableSortedDictionary(v => v.Name, v => v.Source, StringComparer.Ordinal));

    private static IEnumerable<(string Name, VariableSource Source)> Variables(YamlNode? environment) => environment switch
    {
        YamlMapping mapping => mapping.Entries.Select(e => (e.Name, new VariableSource(e.Key.Location, !e.Value.IsNull && IsLiteral(e.Value)))),
        YamlSequence list => list.Items.OfType<YamlScalar>()
            .Select(item => (item.Value.Split('=')[0], new VariableSource(item.Location, item.Value.Contains('=', StringComparison.Ordinal) && IsLiteral(item)))),
        _ => [],
    };

    // The text of the file tells: after interpolation a value no longer knows that it came from a variable. `$$` is a plain `$`.
    private static bool IsLiteral(YamlNode value)
    {
        var span = value.Span;
        var start = value.Source.Offset(span.Line, span.Column);
        var end = value.Source.Offset(span.EndLine, span.EndColumn);
        return end <= start || !value.Source.Text[start..end].Replace("$$", "", StringComparison.Ordinal).Contains('$', StringComparison.Ordinal);
    }
}
