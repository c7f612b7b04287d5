using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Towpath.Core.Compose;

/// <summary>The children of all collections that a reader has begun and not ended, the innermost at the end, and the keys it met.</summary>
internal sealed class OpenNodes
{
    /// <summary>Up to here looking through all keys is faster than a set.</summary>
    private const int FewKeys = 12;

    /// <summary>Names longer than this are seldom met twice.</summary>
    private const int LongKey = 40;

    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    /// <summary>Entries of the open mappings.</summary>
    public List<YamlEntry> Entries { get; } = [];

    /// <summary>Items of the open lists.</summary>
    public List<YamlNode> Items { get; } = [];

    /// <summary>Ends a collection: takes its children out, from the first of them to the last.</summary>
    public static ImmutableArray<T> Take<T>(List<T> open, int first)
    {
        if (open.Count == first)
        {
            return [];
        }

        var taken = CollectionsMarshal.AsSpan(open)[first..].ToArray();
        CollectionsMarshal.SetCount(open, first);
        return ImmutableCollectionsMarshal.AsImmutableArray(taken);
    }

    /// <summary>The entry of that name since the mapping began, or null; the name counts as met from now on.</summary>
    /// <param name="name">The name.</param>
    /// <param name="first">Where the entries of the mapping begin.</param>
    /// <param name="names">The names of a large mapping; kept by the caller as long as it reads it.</param>
    public YamlEntry? Known(string name, int first, ref HashSet<string>? names)
    {
        if (Entries.Count - first > FewKeys)
        {
            if (names is null)
            {
                names = new HashSet<string>(StringComparer.Ordinal);
                for (var i = first; i < Entries.Count; i++)
                {
                    names.Add(Entries[i].Name);
                }
            }

            if (names.Add(name))
            {
                return null;
            }
        }

        for (var i = first; i < Entries.Count; i++)
        {
            if (Entries[i].Name == name)
            {
                return Entries[i];
            }
        }

        return null;
    }

    /// <summary>The text of a key. The keys of Compose come back in every service: one text for all of them.</summary>
    public string Shared(ReadOnlySpan<char> key)
    {
        if (key.Length > LongKey)
        {
            return key.ToString();
        }

        if (!_keys.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out var shared))
        {
            shared = key.ToString();
            _keys.Add(shared);
        }

        return shared;
    }
}
