using System.Collections.Immutable;
using Towpath.Core.Applications.Readers;
using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.OpenApi;

/// <summary>The files that one description is made of, and where references in them lead.</summary>
/// <param name="read">Content of a file of the commit, or null.</param>
/// <param name="bag">Where problems go.</param>
internal sealed class ApiDocuments(Func<string, ReadOnlyMemory<byte>?> read, DiagnosticBag bag)
{
    /// <summary>Most files of one description.</summary>
    public const int MaxFiles = 50;

    /// <summary>Most references that lead to references, one after the other.</summary>
    public const int MaxHops = 20;

    private readonly Dictionary<string, YamlNode?> _roots = new(StringComparer.Ordinal);
    private readonly List<string> _files = [];

    /// <summary>Files that were read, in the order in which they were met.</summary>
    public ImmutableArray<string> Files => [.. _files];

    /// <summary>The tree of a file; null where there is none or it can't be read, which was told then. JSON is YAML.</summary>
    public YamlNode? Open(string path)
    {
        if (_roots.TryGetValue(path, out var known))
            return known;

        var bytes = _files.Count < MaxFiles ? read(path) : null;
        if (bytes is not null)
            _files.Add(path);
        return _roots[path] = bytes is { } content && YamlText.Decode(path, content.Span, bag) is { } text ? YamlReader.Read(text, bag) : null;
    }

    /// <summary>The node itself, or what its <c>$ref</c> leads to; null where that leads nowhere, which was told then.</summary>
    /// <param name="node">Any node.</param>
    /// <param name="name">Name of the last component that was met on the way, or null.</param>
    public YamlNode? Follow(YamlNode node, out string? name)
    {
        name = null;
        var passed = new HashSet<(string, string)>();
        while (ReferenceOf(node) is { } reference)
        {
            if (!passed.Add((reference.Source.Path, reference.Value)) || passed.Count > MaxHops)
            {
                bag.Add(OpenApiDiagnostics.ReferenceCycle(reference.Location, reference.Value));
                return null;
            }

            if (Resolve(reference) is not { } target)
                return null;

            name = NameOf(reference.Value);
            node = target;
        }

        return node;
    }

    /// <summary>The text of a node's <c>$ref</c>, or null.</summary>
    public static YamlScalar? ReferenceOf(YamlNode node) => node is YamlMapping mapping ? mapping.Get("$ref") as YamlScalar : null;

    private YamlNode? Resolve(YamlScalar reference)
    {
        var text = reference.Value;
        var hash = text.IndexOf('#');
        var (file, pointer) = hash < 0 ? (text, "") : (text[..hash], text[(hash + 1)..]);
        if (file.Contains("://", StringComparison.Ordinal) || file.StartsWith("//", StringComparison.Ordinal))
        {
            bag.Add(OpenApiDiagnostics.RemoteReference(reference.Location, text));
            return null;
        }

        var path = file.Length == 0 ? reference.Source.Path : ProjectPath.Combine(FolderOf(reference.Source.Path), Unescape(file));
        if (path is null || Open(path) is not { } root)
        {
            bag.Add(OpenApiDiagnostics.BrokenReference(reference.Location, text, $"the commit has no readable file `{file}`", null));
            return null;
        }

        return Walk(reference, root, pointer);
    }

    private YamlNode? Walk(YamlScalar reference, YamlNode root, string pointer)
    {
        if (pointer.Length > 0 && pointer[0] != '/')
        {
            bag.Add(OpenApiDiagnostics.BrokenReference(reference.Location, reference.Value, "anchors are not followed, only paths such as `#/components/schemas/Order`", null));
            return null;
        }

        var node = root;
        foreach (var part in pointer.Split('/').Skip(1))
        {
            var key = Unescape(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            var next = node switch
            {
                YamlMapping mapping => mapping.Entry(key)?.Value,
                YamlSequence list => int.TryParse(key, out var index) && index >= 0 && index < list.Items.Length ? list.Items[index] : null,
                _ => null,
            };
            if (next is null)
            {
                var keys = node is YamlMapping there ? there.Entries.Select(e => e.Name) : [];
                bag.Add(OpenApiDiagnostics.BrokenReference(reference.Location, reference.Value, $"there is no `{key}`", Suggest.Nearest(key, keys)));
                return null;
            }

            node = next;
        }

        return node;
    }

    private static string NameOf(string reference) => reference[(reference.LastIndexOf('/') + 1)..];

    private static string FolderOf(string path) => path.Contains('/', StringComparison.Ordinal) ? path[..path.LastIndexOf('/')] : ".";

    private static string Unescape(string text) => Uri.UnescapeDataString(text);
}
