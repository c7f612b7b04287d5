using System.Collections.Immutable;

namespace Towpath.Core.Compose.Canonical;

/// <summary>Lists of <c>KEY=VALUE</c> as mappings.</summary>
internal static class Pairs
{
    /// <summary>Labels and the like: without a value, the value is empty.</summary>
    public static YamlNode Labels(YamlNode node) => FromList(node, isVariable: false);

    /// <summary>Variables: without a value, the value comes from elsewhere.</summary>
    public static YamlNode Variables(YamlNode node) => FromList(node, isVariable: true);

    private static YamlNode FromList(YamlNode node, bool isVariable)
    {
        if (node is not YamlSequence list)
        {
            return node;
        }

        var entries = ImmutableArray.CreateBuilder<YamlEntry>(list.Items.Length);
        var places = new Dictionary<string, int>(list.Items.Length, StringComparer.Ordinal);
        foreach (var item in list.Items)
        {
            if (item is not YamlScalar scalar)
            {
                continue;
            }

            var text = scalar.Value;
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? text : text[..equals];
            var value = equals >= 0 ? Nodes.Text(item, text[(equals + 1)..]) : isVariable ? Nodes.Null(item) : Nodes.Text(item, "");
            var entry = new YamlEntry(Nodes.Plain(item, name), value);
            if (places.TryAdd(name, entries.Count))
            {
                entries.Add(entry);
            }
            else
            {
                entries[places[name]] = entry;
            }
        }

        return new YamlMapping(list.Source, list.Span, entries.DrainToImmutable());
    }
}
