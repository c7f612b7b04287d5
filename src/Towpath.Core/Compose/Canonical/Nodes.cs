using System.Collections.Immutable;
using Towpath.Core.Compose.Schema;

namespace Towpath.Core.Compose.Canonical;

/// <summary>Makes nodes that stand where another stands, so that a message about them shows what the user wrote; a tree that does not change stays the same instance.</summary>
internal static class Nodes
{
    /// <summary>A text. Made from one that came from a variable, it is as secret as that.</summary>
    public static YamlScalar Text(YamlNode at, string value) => new(at.Source, at.Span, value, false) { Template = (at as YamlScalar)?.Template };

    /// <summary>A boolean or number.</summary>
    public static YamlScalar Plain(YamlNode at, string value) => new(at.Source, at.Span, value, true) { Template = (at as YamlScalar)?.Template };

    /// <summary>The value of a variable, which no message shows.</summary>
    public static YamlScalar OfVariable(YamlNode at, string name, string value) => new(at.Source, at.Span, value, false) { Template = $"${{{name}}}" };

    /// <summary>Nothing.</summary>
    public static YamlScalar Null(YamlNode at) => Plain(at, "null");

    /// <summary>A list.</summary>
    public static YamlSequence List(YamlNode at, ImmutableArray<YamlNode> items) => new(at.Source, at.Span, items);

    /// <summary>A mapping.</summary>
    public static YamlMapping Map(YamlNode at, params ReadOnlySpan<(string Key, YamlNode? Value)> entries)
    {
        var present = ImmutableArray.CreateBuilder<YamlEntry>(entries.Length);
        foreach (var (key, value) in entries)
        {
            if (value is not null)
            {
                present.Add(Entry(at, key, value));
            }
        }

        return new YamlMapping(at.Source, at.Span, present.DrainToImmutable());
    }

    /// <summary>An entry of a mapping.</summary>
    public static YamlEntry Entry(YamlNode at, string key, YamlNode value) => new(Plain(at, key), value);

    /// <summary>The text of a single value, or null.</summary>
    public static string? TextOf(YamlNode? node) => (node as YamlScalar)?.Value;

    /// <summary>Whether a key stands for true.</summary>
    public static bool IsTrue(this YamlMapping mapping, string key) =>
        mapping.Get(key) is YamlScalar value && ScalarValue.TryFlag(value, out var flag) && flag;

    /// <summary>The mapping with that key set; the same instance where it is so already.</summary>
    public static YamlMapping With(this YamlMapping mapping, string key, YamlNode value)
    {
        var at = IndexOf(mapping, key);
        if (at < 0)
        {
            return mapping.With(mapping.Entries.Add(Entry(mapping, key, value)));
        }

        var entry = mapping.Entries[at];
        return ReferenceEquals(entry.Value, value) ? mapping : mapping.With(mapping.Entries.SetItem(at, entry with { Value = value }));
    }

    /// <summary>The mapping with that key, if it is not there; a null value counts as not there.</summary>
    public static YamlMapping WithDefault(this YamlMapping mapping, string key, Func<YamlNode, YamlNode> value) =>
        mapping.Get(key) is null ? mapping.With(key, value(mapping)) : mapping;

    /// <summary>The mapping with the value of that key replaced, where it has one.</summary>
    public static YamlMapping Replace(this YamlMapping mapping, string key, Func<YamlNode, YamlNode> replace) =>
        mapping.Get(key) is { } value ? mapping.With(key, replace(value)) : mapping;

    /// <summary>The mapping with all values replaced.</summary>
    public static YamlMapping ReplaceAll(this YamlMapping mapping, Func<YamlEntry, YamlNode> replace)
    {
        ImmutableArray<YamlEntry>.Builder? changed = null;
        for (var i = 0; i < mapping.Entries.Length; i++)
        {
            var entry = mapping.Entries[i];
            var value = replace(entry);
            if (!ReferenceEquals(value, entry.Value))
            {
                changed ??= mapping.Entries.ToBuilder();
                changed[i] = entry with { Value = value };
            }
        }

        return changed is null ? mapping : mapping.With(changed.MoveToImmutable());
    }

    /// <summary>The list with all items replaced.</summary>
    public static YamlSequence ReplaceAll(this YamlSequence list, Func<YamlNode, YamlNode> replace)
    {
        ImmutableArray<YamlNode>.Builder? changed = null;
        for (var i = 0; i < list.Items.Length; i++)
        {
            var item = replace(list.Items[i]);
            if (!ReferenceEquals(item, list.Items[i]))
            {
                changed ??= list.Items.ToBuilder();
                changed[i] = item;
            }
        }

        return changed is null ? list : list.With(changed.MoveToImmutable());
    }

    private static int IndexOf(YamlMapping mapping, string key)
    {
        for (var i = 0; i < mapping.Entries.Length; i++)
        {
            if (mapping.Entries[i].Name == key)
            {
                return i;
            }
        }

        return -1;
    }
}
