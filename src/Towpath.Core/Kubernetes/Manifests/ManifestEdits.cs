namespace Towpath.Core.Kubernetes.Manifests;

/// <summary>Parts of objects that are made of others. What was there is left as it is; each new part knows why the old one was there.</summary>
internal static class ManifestEdits
{
    /// <summary>The part at a path of keys, or null.</summary>
    public static ManifestNode? At(this ManifestNode? node, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            node = (node as ManifestMap)?[key];
        }

        return node;
    }

    /// <summary>The text at a path of keys, or null.</summary>
    public static string? TextAt(this ManifestNode? node, params ReadOnlySpan<string> keys) => (node.At(keys) as ManifestValue)?.Text;

    /// <summary>A mapping with another value under a key, in its place or at the end; null takes the key away.</summary>
    public static ManifestMap With(this ManifestMap map, string key, ManifestNode? value)
    {
        var result = new ManifestMap();
        var isThere = false;
        foreach (var (name, old) in map)
        {
            isThere |= name == key;
            result.Add(name, name == key ? value : old);
        }

        result.Add(key, isThere ? null : value);
        result.Because(map.Origin);
        return result;
    }

    /// <summary>A mapping with another value at a path of keys. Mappings on the way that are not there are made.</summary>
    public static ManifestMap WithAt(this ManifestMap map, ReadOnlySpan<string> keys, ManifestNode? value) =>
        keys.Length == 1 ? map.With(keys[0], value) : map.With(keys[0], (map[keys[0]] as ManifestMap ?? []).WithAt(keys[1..], value));

    /// <summary>An object with another value at a path of keys.</summary>
    public static ManifestObject WithAt(this ManifestObject subject, ReadOnlySpan<string> keys, ManifestNode? value) => ManifestObject.From(subject.Root.WithAt(keys, value));

    /// <summary>
    /// A part in which each part was replaced by what <paramref name="change"/> answers for it, from the outside in; where that answers null, the
    /// parts in it are gone through. The same instance where nothing changed.
    /// </summary>
    /// <param name="node">The part.</param>
    /// <param name="change">Gets the key that a part stands under, empty for the root and items of lists.</param>
    public static ManifestNode Rewrite(this ManifestNode node, Func<string, ManifestNode, ManifestNode?> change) => Rewrite("", node, change);

    /// <summary>Whether two parts say the same, in whatever order their keys stand.</summary>
    public static bool IsSame(ManifestNode one, ManifestNode other) => ReferenceEquals(one, other) || (one, other) switch
    {
        (ManifestValue a, ManifestValue b) => a.Kind == b.Kind && a.Text == b.Text,
        (ManifestList a, ManifestList b) => a.Count == b.Count && a.Zip(b).All(pair => IsSame(pair.First, pair.Second)),
        (ManifestMap a, ManifestMap b) => a.Count == b.Count && a.All(entry => b[entry.Key] is { } value && IsSame(entry.Value, value)),
        _ => false,
    };

    private static ManifestNode Rewrite(string key, ManifestNode node, Func<string, ManifestNode, ManifestNode?> change)
    {
        if (change(key, node) is { } changed)
        {
            return changed.Because(node.Origin);
        }

        return node switch
        {
            ManifestMap map => OfMap(map, change),
            ManifestList list => OfList(list, change),
            _ => node,
        };
    }

    private static ManifestMap OfMap(ManifestMap map, Func<string, ManifestNode, ManifestNode?> change)
    {
        var result = new ManifestMap();
        var isSame = true;
        foreach (var (key, value) in map)
        {
            var rewritten = Rewrite(key, value, change);
            isSame &= ReferenceEquals(rewritten, value);
            result.Add(key, rewritten);
        }

        result.Because(map.Origin);
        return isSame ? map : result;
    }

    private static ManifestList OfList(ManifestList list, Func<string, ManifestNode, ManifestNode?> change)
    {
        var items = list.Select(item => Rewrite("", item, change)).ToList();
        if (items.Zip(list).All(pair => ReferenceEquals(pair.First, pair.Second)))
        {
            return list;
        }

        var result = new ManifestList(items);
        result.Because(list.Origin);
        return result;
    }
}
