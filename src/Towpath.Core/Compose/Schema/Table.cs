using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Towpath.Core.Compose.Schema;

/// <summary>The keys of one kind of mapping.</summary>
/// <param name="subject">What the mapping is, for messages: <c>a service</c>.</param>
internal sealed class Table(string subject)
{
    private readonly Dictionary<string, Shape> _keys = new(StringComparer.Ordinal);
    private FrozenDictionary<string, Shape>? _frozen;

    /// <summary>What the mapping is.</summary>
    public string Subject { get; } = subject;

    /// <summary>Keys that must be there.</summary>
    public ImmutableArray<string> Required { get; init; } = [];

    /// <summary>The value of keys that the user names; null where the specification names all.</summary>
    public Shape? Named { get; init; }

    /// <summary>Which names the user may give.</summary>
    public Predicate<string> NameRule { get; init; } = static _ => true;

    /// <summary>Keys that begin with <c>x-</c> are the user's own.</summary>
    public bool IsExtensible { get; init; } = true;

    /// <summary>Keys that no one knows pass.</summary>
    public bool IsOpen { get; init; }

    /// <summary>All keys that the specification names, in its order.</summary>
    public IReadOnlyDictionary<string, Shape> Keys => _keys;

    /// <summary>Keys that the canonical form writes even where they are missing.</summary>
    public ImmutableArray<KeyValuePair<string, Shape>> Always => field.IsDefault ? field = [.. _keys.Where(k => k.Value.WhenMissing != Kinds.None)] : field;

    /// <summary>The shape of a key; set while the table is made.</summary>
    public Shape this[string key]
    {
        get => _keys[key];
        init => _keys.Add(key, value);
    }

    /// <summary>The shape of a key, or null where it is none of the specification's.</summary>
    public Shape? Find(string key) => (_frozen ??= _keys.ToFrozenDictionary(StringComparer.Ordinal)).GetValueOrDefault(key);
}
