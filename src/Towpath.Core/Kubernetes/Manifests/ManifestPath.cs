using System.Globalization;

namespace Towpath.Core.Kubernetes.Manifests;

/// <summary>
/// The place of a part in an object, as <c>--explain</c> takes it: <c>Deployment/api:spec.template.spec.containers[0].image</c>. A key
/// with dots or brackets stands in quotes: <c>metadata.labels."app.kubernetes.io/name"</c>.
/// </summary>
public static class ManifestPath
{
    /// <summary>The part at a path and why it is there; null where the object has no such part.</summary>
    /// <param name="subject">The object.</param>
    /// <param name="path">What stands behind the colon; empty for the whole object.</param>
    public static (ManifestNode Node, Origin Origin)? Find(ManifestObject subject, string path)
    {
        ManifestNode node = subject.Root;
        var origin = node.Origin;
        foreach (var step in Steps(path))
        {
            var next = node switch
            {
                ManifestMap map => map[step],
                ManifestList list when int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < list.Count => list[index],
                _ => null,
            };
            if (next is null)
            {
                return null;
            }

            node = next;
            origin = node.Origin ?? origin;
        }

        return (node, origin!);
    }

    /// <summary>Every single value of an object with its path and why it is there, in the order in which they are written.</summary>
    public static IEnumerable<(string Path, ManifestNode Value, Origin Origin)> Leaves(ManifestObject subject) => Leaves("", subject.Root, subject.Root.Origin!);

    private static IEnumerable<(string Path, ManifestNode Value, Origin Origin)> Leaves(string path, ManifestNode node, Origin around)
    {
        var origin = node.Origin ?? around;
        return node switch
        {
            ManifestMap { Count: > 0 } map => map.SelectMany(e => Leaves(path.Length == 0 ? Quoted(e.Key) : $"{path}.{Quoted(e.Key)}", e.Value, origin)),
            ManifestList { Count: > 0 } list => list.SelectMany((item, i) => Leaves($"{path}[{i}]", item, origin)),
            _ => [(path, node, origin)],
        };
    }

    private static string Quoted(string key) => key.AsSpan().ContainsAny(".[]\" ") ? $"\"{key}\"" : key;

    private static IEnumerable<string> Steps(string path)
    {
        var at = 0;
        while (at < path.Length)
        {
            if (path[at] is '.' or '[' or ']')
            {
                at++;
                continue;
            }

            var isQuoted = path[at] == '"';
            var end = isQuoted ? path.IndexOf('"', at + 1) : path.AsSpan(at).IndexOfAny(".[]") is var found and >= 0 ? at + found : path.Length;
            end = end < 0 ? path.Length : end;
            yield return isQuoted ? path[(at + 1)..end] : path[at..end];
            at = isQuoted ? end + 1 : end;
        }
    }
}
