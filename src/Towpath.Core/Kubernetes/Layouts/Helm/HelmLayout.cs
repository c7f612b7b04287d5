using System.Collections.Immutable;
using Towpath.Core.Kubernetes.Manifests;

namespace Towpath.Core.Kubernetes.Layouts.Helm;

/// <summary>
/// Environments as a chart of Helm 3: one template for each object, <c>values.yaml</c> for the lowest environment and <c>values-NAME.yaml</c> for each, with which the
/// templates give the objects of that environment. Names of files and fields: helm.sh, charts and schema files.
/// </summary>
public static class HelmLayout
{
    // The chart is made anew with each release: what identifies the release is its application version.
    private const string Version = "0.1.0";

    /// <summary>The files of a chart.</summary>
    /// <param name="environments">At least one, the lowest first.</param>
    public static ImmutableArray<LayoutFile> Of(ImmutableArray<RenderedEnvironment> environments)
    {
        var references = new Dictionary<string, HelmReference>(StringComparer.Ordinal);
        var values = environments.Select(e => new HelmValues(e, references)).ToImmutableArray();
        var trees = values.Select(v => v.ToManifest()).ToImmutableArray();
        return
        [
            LayoutFile.Yaml("Chart.yaml", ManifestText.Yaml(Chart(environments[0]))),
            new LayoutFile(".helmignore", LayoutIndex.Name + "\n"),
            LayoutFile.Yaml("values.yaml", ManifestText.Yaml(Defaults(trees))),
            .. values.Select((v, i) => LayoutFile.Yaml($"values-{v.Environment}.yaml", ManifestText.Yaml(trees[i]))),
            new LayoutFile("values.schema.json", HelmSchema.Of([.. values.Select(v => v.Environment)], trees)),
            .. Templates(values),
        ];
    }

    private static ManifestMap Chart(RenderedEnvironment environment) => new()
    {
        { "apiVersion", "v2" },
        { "name", environment.Application },
        { "description", $"The application {environment.Application}." },
        { "type", "application" },
        { "version", Version },
        { "appVersion", environment.Request.Desired.Release },
    };

    // Helm merges mappings: a key that only the lowest environment has would come back in the others, so mappings of different keys have no default.
    private static ManifestMap Defaults(ImmutableArray<ManifestMap> trees) => (ManifestMap)Default([.. trees])!;

    private static ManifestNode? Default(ImmutableArray<ManifestNode> nodes)
    {
        if (nodes[0] is not ManifestMap first)
        {
            return nodes[0];
        }

        var result = new ManifestMap();
        foreach (var (key, _) in first)
        {
            result.Add(key, nodes.All(n => n.At(key) is not null) ? Default([.. nodes.Select(n => n.At(key)!)]) : null);
        }

        return result;
    }

    private static IEnumerable<LayoutFile> Templates(ImmutableArray<HelmValues> values)
    {
        var template = new HelmTemplate([.. values.Select(v => v.Environment)]);
        var found = new SortedDictionary<string, List<(string Environment, ManifestNode Node)>>(StringComparer.Ordinal);
        foreach (var environment in values)
        {
            foreach (var (subject, root) in environment.Objects)
            {
                var name = root.At("metadata", "name") is HelmReference reference
                    ? NameOf(subject, reference.Frame?.Replace("%s", "namespace", StringComparison.Ordinal) ?? "namespace")
                    : ObjectFiles.NameOf(subject);
                if (!found.TryGetValue(name, out var variants))
                {
                    found[name] = variants = [];
                }

                variants.Add((environment.Environment, root));
            }
        }

        return found.Select(f => LayoutFile.Yaml($"templates/{f.Key}", template.Write([.. f.Value], f.Value[0].Node.TextAt("kind") == "Namespace" ? ".Values.createNamespace" : null)));
    }

    private static string NameOf(ManifestObject subject, string name) => ObjectFiles.NameOf(subject.WithAt(["metadata", "name"], name));
}
