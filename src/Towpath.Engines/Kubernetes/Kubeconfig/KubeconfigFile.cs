using System.Collections.Immutable;
using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;

namespace Towpath.Engines.Kubernetes.Kubeconfig;

/// <summary>A named entry of a kubeconfig.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Body">What stands under <c>cluster</c>, <c>user</c> or <c>context</c>.</param>
/// <param name="Folder">Folder of its file: paths in it are relative to that.</param>
internal sealed record KubeconfigEntry(string Name, YamlMapping Body, string Folder);

/// <summary>
/// One kubeconfig, or several merged as kubectl does: of each name the first entry holds, and the first current context that is no empty text. Keys that are
/// not known are passed over, since the file belongs to kubectl and to the programs of providers.
/// </summary>
internal sealed record KubeconfigFile
{
    private const int MostEntries = 5000;

    /// <summary>Clusters.</summary>
    public ImmutableArray<KubeconfigEntry> Clusters { get; init; } = [];

    /// <summary>Users.</summary>
    public ImmutableArray<KubeconfigEntry> Users { get; init; } = [];

    /// <summary>Contexts.</summary>
    public ImmutableArray<KubeconfigEntry> Contexts { get; init; } = [];

    /// <summary>The context that is used where none is named.</summary>
    public YamlScalar? CurrentContext { get; init; }

    /// <summary>Reads one file; null where it is empty, or after an error was told.</summary>
    /// <param name="path">Its path, as messages show it.</param>
    /// <param name="bytes">Its content.</param>
    /// <param name="bag">Where problems go. Their places carry lines of the file: <see cref="KubeconfigLoader"/> takes these off.</param>
    public static KubeconfigFile? Read(string path, ReadOnlyMemory<byte> bytes, DiagnosticBag bag)
    {
        if (YamlText.Decode(path, bytes.Span, bag) is not { } source || string.IsNullOrWhiteSpace(source.Text) || YamlReader.Read(source, bag) is not { } root) return null;
        var values = new NodeReader(bag);
        if (root is not YamlMapping file || values.Text(file.Get("kind"), "`kind`") is not (null or "Config"))
        {
            bag.Add(KubeconfigDiagnostics.NotAKubeconfig(((root as YamlMapping)?.Get("kind") ?? root).Location, ((root as YamlMapping)?.Get("kind") as YamlScalar)?.Value));
            return null;
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        return new KubeconfigFile
        {
            Clusters = Entries(file, "clusters", "cluster", folder, values),
            Users = Entries(file, "users", "user", folder, values),
            Contexts = Entries(file, "contexts", "context", folder, values),
            CurrentContext = values.Text(file.Get("current-context"), "`current-context`") is { Length: > 0 } ? (YamlScalar?)file.Get("current-context") : null,
        };
    }

    /// <summary>Merges files in the order in which they are named.</summary>
    public static KubeconfigFile Merge(IEnumerable<KubeconfigFile> files)
    {
        ImmutableArray<KubeconfigFile> all = [.. files];
        return new KubeconfigFile
        {
            Clusters = First(all.SelectMany(f => f.Clusters)),
            Users = First(all.SelectMany(f => f.Users)),
            Contexts = First(all.SelectMany(f => f.Contexts)),
            CurrentContext = all.Select(f => f.CurrentContext).FirstOrDefault(c => c is not null),
        };
    }

    private static ImmutableArray<KubeconfigEntry> First(IEnumerable<KubeconfigEntry> entries) => [.. entries.DistinctBy(e => e.Name)];

    private static ImmutableArray<KubeconfigEntry> Entries(YamlMapping file, string list, string kind, string folder, NodeReader values)
    {
        var entries = ImmutableArray.CreateBuilder<KubeconfigEntry>();
        foreach (var item in values.Items(file.Get(list), $"`{list}`").Take(MostEntries))
        {
            if (values.Mapping(item, $"an entry of `{list}`") is not { } entry || values.NonEmpty(entry.Get("name"), "`name`") is not { } name) continue;
            if (entries.Any(e => e.Name == name))
            {
                values.Bag.Add(KubeconfigDiagnostics.DuplicateEntry(entry.Get("name")!.Location, kind, name));
            }
            else
            {
                var body = values.Mapping(entry.Get(kind), $"`{kind}`") ?? new YamlMapping(entry.Source, entry.Span, []);
                entries.Add(new KubeconfigEntry(name, body, folder));
            }
        }

        return entries.ToImmutable();
    }
}
