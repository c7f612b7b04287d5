using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Towpath.Core.Compose.Composition;

/// <summary>Two sets of variables looked at in turn.</summary>
internal sealed class Layered(IReadOnlyDictionary<string, string> first, IReadOnlyDictionary<string, string> second) : IReadOnlyDictionary<string, string>
{
    /// <inheritdoc/>
    public IEnumerable<string> Keys => first.Keys.Union(second.Keys, StringComparer.Ordinal);

    /// <inheritdoc/>
    public IEnumerable<string> Values => Keys.Select(key => this[key]);

    /// <inheritdoc/>
    public int Count => Keys.Count();

    /// <inheritdoc/>
    public string this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException();

    /// <inheritdoc/>
    public bool ContainsKey(string key) => first.ContainsKey(key) || second.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value) => first.TryGetValue(key, out value) || second.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => Keys.Select(key => KeyValuePair.Create(key, this[key])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
