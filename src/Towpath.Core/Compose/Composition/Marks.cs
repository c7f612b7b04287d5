using System.Collections.Immutable;

namespace Towpath.Core.Compose.Composition;

/// <summary>Takes <c>!reset</c> and <c>!override</c> out of a tree, after they did their work.</summary>
internal static class Marks
{
    /// <summary>The same tree without marks, and without the values that were reset.</summary>
    public static YamlNode Strip(YamlNode node) => node switch
    {
        YamlMapping map => Strip(map),
        YamlSequence list => Strip(list),
        _ => node.WithMark(YamlMark.None),
    };

    /// <summary>The same mapping without marks, and without the values that were reset.</summary>
    public static YamlMapping Strip(YamlMapping map)
    {
        ImmutableArray<YamlEntry>.Builder? kept = null;
        for (var i = 0; i < map.Entries.Length; i++)
        {
            var entry = map.Entries[i];
            var stripped = entry.Value.Mark == YamlMark.Reset ? null : entry.With(Strip(entry.Value));
            if (kept is null && !ReferenceEquals(stripped, entry))
            {
                kept = ImmutableArray.CreateBuilder<YamlEntry>(map.Entries.Length);
                kept.AddRange(map.Entries, i);
            }

            if (stripped is not null)
            {
                kept?.Add(stripped);
            }
        }

        return (YamlMapping)(kept is null ? map : map.With(kept.ToImmutable())).WithMark(YamlMark.None);
    }

    /// <summary>A mapping with the marks of another that it was made from.</summary>
    public static YamlMapping Restore(YamlMapping marked, YamlMapping made)
    {
        foreach (var entry in marked.Entries)
        {
            if (entry.Value.Mark == YamlMark.Reset)
            {
                made = made.With(entry.Key, entry.Value);
            }
            else if (made.Entry(entry.Name) is { } other)
            {
                var value = entry.Value is YamlMapping one && other.Value is YamlMapping two ? Restore(one, two) : other.Value;
                made = made.With(other.Key, value.WithMark(entry.Value.Mark));
            }
        }

        return made;
    }

    private static YamlSequence Strip(YamlSequence list)
    {
        ImmutableArray<YamlNode>.Builder? changed = null;
        for (var i = 0; i < list.Items.Length; i++)
        {
            var item = Strip(list.Items[i]);
            if (!ReferenceEquals(item, list.Items[i]))
            {
                changed ??= list.Items.ToBuilder();
                changed[i] = item;
            }
        }

        return (YamlSequence)(changed is null ? list : list.With(changed.MoveToImmutable())).WithMark(YamlMark.None);
    }
}
