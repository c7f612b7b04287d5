using System.Collections.Immutable;

namespace Towpath.Core.Compose.Composition;

/// <summary>Values that may be written in several forms, as lists.</summary>
internal static class ListForm
{
    /// <summary>The items of a list; a mapping as <c>NAME=value</c>, by name; a single text as itself. Null for what has no such form.</summary>
    public static ImmutableArray<YamlNode>? Of(YamlNode node) => node switch
    {
        YamlSequence list => list.Items,
        YamlMapping map => [.. map.Entries.Where(e => e.Value.Mark != YamlMark.Reset).SelectMany(Items).OrderBy(item => (item as YamlScalar)?.Value, StringComparer.Ordinal)],
        YamlScalar { Type: YamlType.Text } => [node],
        _ => null,
    };

    private static IEnumerable<YamlNode> Items(YamlEntry entry) => entry.Value switch
    {
        YamlSequence list => list.Items.Select(item => Item(entry.Key, item)),
        var value when value.IsNull => [new YamlScalar(entry.Key.Source, entry.Key.Span, entry.Name, isPlain: false)],
        var value => [Item(entry.Key, value)],
    };

    private static YamlNode Item(YamlScalar key, YamlNode value) => value is not YamlScalar scalar
        ? value
        : new YamlScalar(value.Source, value.Span, $"{key.Value}={YamlTypes.Text(scalar)}", isPlain: false)
        {
            IsBroken = scalar.IsBroken,
            Template = scalar.Template is { } template ? $"{key.Value}={template}" : null,
        };
}

/// <summary>Values that may be written in several forms, as mappings.</summary>
internal static class MappingForm
{
    /// <summary>A list of names becomes a mapping without values. Null for what has no such form.</summary>
    public static YamlMapping? OfNames(YamlNode node) => Of(node, name => new YamlScalar(name.Source, name.Span, "", isPlain: true));

    /// <summary>A list of services becomes a mapping to what a name alone means. Null for what has no such form.</summary>
    public static YamlMapping? OfDependencies(YamlNode node) => Of(node, name => new YamlMapping(name.Source, name.Span,
    [
        new YamlEntry(At(name, "condition", isPlain: false), At(name, "service_started", isPlain: false)),
        new YamlEntry(At(name, "required", isPlain: false), At(name, "true", isPlain: true)),
    ]));

    /// <summary>A text is the context. Null for what has no such form.</summary>
    public static YamlMapping? OfBuild(YamlNode node) => node switch
    {
        YamlMapping map => map,
        YamlScalar { IsNull: false } text => new YamlMapping(text.Source, text.Span, [new YamlEntry(At(text, "context", isPlain: false), text)]),
        _ => null,
    };

    private static YamlMapping? Of(YamlNode node, Func<YamlScalar, YamlNode> value)
    {
        if (node is not YamlSequence list)
        {
            return node as YamlMapping;
        }

        var entries = ImmutableArray.CreateBuilder<YamlEntry>(list.Items.Length);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in list.Items)
        {
            // What is no name is left for the schema to tell of.
            if (item is not YamlScalar { Type: YamlType.Text } name)
            {
                return null;
            }

            if (names.Add(name.Value))
            {
                entries.Add(new YamlEntry(name, value(name)));
            }
        }

        return new YamlMapping(list.Source, list.Span, entries.ToImmutable());
    }

    private static YamlScalar At(YamlNode place, string value, bool isPlain) => new(place.Source, place.Span, value, isPlain);
}

/// <summary>What values say, whatever their form.</summary>
internal static class MergeText
{
    /// <summary>The part before <c>=</c>, or all.</summary>
    public static string NameOf(string text) => text.IndexOf('=', StringComparison.Ordinal) is var at && at >= 0 ? text[..at] : text;

    /// <summary>Whether two values are the same, places aside.</summary>
    public static bool Equal(YamlNode? one, YamlNode? other) => (one, other) switch
    {
        (null, null) => true,
        _ when ReferenceEquals(one, other) => true,
        (YamlScalar a, YamlScalar b) => a.Type == b.Type && YamlTypes.Text(a) == YamlTypes.Text(b),
        (YamlSequence a, YamlSequence b) => a.Items.Length == b.Items.Length && a.Items.Zip(b.Items).All(pair => Equal(pair.First, pair.Second)),
        (YamlMapping a, YamlMapping b) => a.Entries.Length == b.Entries.Length && a.Entries.All(e => b.Entry(e.Name) is { } same && Equal(e.Value, same.Value)),
        _ => false,
    };
}
