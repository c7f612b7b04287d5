using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Towpath.Core.Kubernetes.Manifests;

/// <summary>A part of an object of Kubernetes that knows why it is there. Filled while the object is made, and left alone afterwards.</summary>
public abstract class ManifestNode
{
    /// <summary>Why it is there; null where the part around it says so.</summary>
    public Origin? Origin { get; private set; }

    /// <summary>Text; null stays null, so that its key is left out.</summary>
    [return: NotNullIfNotNull(nameof(value))]
    public static implicit operator ManifestNode?(string? value) => value is null ? null : new ManifestValue(ManifestValueKind.Text, value);

    /// <summary>A whole number.</summary>
    public static implicit operator ManifestNode(long value) => new ManifestValue(ManifestValueKind.Number, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A boolean.</summary>
    public static implicit operator ManifestNode(bool value) => new ManifestValue(ManifestValueKind.Flag, value ? "true" : "false");

    /// <summary>Notes why it is there, and answers itself.</summary>
    public ManifestNode Because(Origin? origin)
    {
        Origin ??= origin;
        return this;
    }
}

/// <summary>What a single value is.</summary>
public enum ManifestValueKind
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A boolean.</summary>
    Flag,
}

/// <summary>A single value.</summary>
/// <param name="kind">What it is.</param>
/// <param name="text">The text, or the number or boolean as JSON writes it.</param>
public sealed class ManifestValue(ManifestValueKind kind, string text) : ManifestNode
{
    /// <summary>What it is.</summary>
    public ManifestValueKind Kind { get; } = kind;

    /// <summary>The text, or the number or boolean as JSON writes it.</summary>
    public string Text { get; } = text;
}

/// <summary>A list.</summary>
public sealed class ManifestList : ManifestNode, IReadOnlyList<ManifestNode>
{
    private readonly List<ManifestNode> _items = [];

    /// <summary>An empty list.</summary>
    public ManifestList()
    {
    }

    /// <summary>A list of parts.</summary>
    public ManifestList(IEnumerable<ManifestNode> items) => _items.AddRange(items);

    /// <inheritdoc/>
    public int Count => _items.Count;

    /// <inheritdoc/>
    public ManifestNode this[int index] => _items[index];

    /// <summary>A list of texts.</summary>
    public static ManifestList Of(IEnumerable<string> texts) => new(texts.Select(text => (ManifestNode)text));

    /// <summary>Adds a part; null adds nothing.</summary>
    public void Add(ManifestNode? item)
    {
        if (item is not null)
        {
            _items.Add(item);
        }
    }

    /// <summary>Itself, or null where it is empty, for a key that is left out then.</summary>
    public ManifestList? OrNothing() => Count == 0 ? null : this;

    /// <inheritdoc/>
    public IEnumerator<ManifestNode> GetEnumerator() => _items.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>A mapping, in the order in which its keys were added.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "A part of an object that is a mapping, not a collection of parts.")]
public sealed class ManifestMap : ManifestNode, IReadOnlyCollection<KeyValuePair<string, ManifestNode>>
{
    private readonly List<KeyValuePair<string, ManifestNode>> _entries = [];

    /// <inheritdoc/>
    public int Count => _entries.Count;

    /// <summary>The part under a key, or null. Mappings are small: they are looked through.</summary>
    public ManifestNode? this[string key]
    {
        get
        {
            foreach (var entry in _entries)
            {
                if (entry.Key == key)
                {
                    return entry.Value;
                }
            }

            return null;
        }
    }

    /// <summary>A mapping of texts.</summary>
    public static ManifestMap Of(IEnumerable<KeyValuePair<string, string>> texts)
    {
        var map = new ManifestMap();
        foreach (var (key, text) in texts)
        {
            map.Add(key, text);
        }

        return map;
    }

    /// <summary>Adds a key that is not there yet; null adds nothing.</summary>
    public void Add(string key, ManifestNode? value)
    {
        if (value is not null)
        {
            _entries.Add(KeyValuePair.Create(key, value));
        }
    }

    /// <summary>Adds a key that is not there yet, and why; null adds nothing.</summary>
    public void Add(string key, ManifestNode? value, Origin? origin) => Add(key, value?.Because(origin));

    /// <summary>Adds a key that is true, and why; where it is not, nothing.</summary>
    public void AddFlag(string key, bool isSet, Origin? origin = null) => Add(key, isSet ? (ManifestNode)true : null, origin);

    /// <summary>Itself, or null where it is empty, for a key that is left out then.</summary>
    public ManifestMap? OrNothing() => Count == 0 ? null : this;

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, ManifestNode>> GetEnumerator() => _entries.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
