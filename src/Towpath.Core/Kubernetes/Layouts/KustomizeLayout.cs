using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Towpath.Core.Kubernetes.Manifests;

namespace Towpath.Core.Kubernetes.Layouts;

/// <summary>
/// Environments for <c>kubectl kustomize</c> and <c>kubectl apply -k</c>: <c>base</c> holds the objects of the lowest one, <c>overlays/NAME</c> the exact
/// difference to it: patches of RFC 6902, objects that come and objects that go. Names of fields: kustomization reference of
/// kubectl.docs.kubernetes.io.
/// </summary>
public static class KustomizeLayout
{
    // Kinds that stand in no namespace, as kustomize knows them. It gives all others the one of the overlay.
    private static readonly FrozenSet<string> OfCluster = new[]
    {
        "PriorityClass", "PersistentVolume", "ClusterRole", "ClusterRoleBinding", "StorageClass", "CustomResourceDefinition", "IngressClass", "RuntimeClass",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The files of all environments.</summary>
    /// <param name="environments">At least one, the lowest first.</param>
    public static ImmutableArray<LayoutFile> Of(ImmutableArray<RenderedEnvironment> environments)
    {
        var lowest = environments[0];
        var files = lowest.Objects.Select(o => ObjectFiles.Of("base/", o)).ToList();
        files.Add(Kustomization("base/", new ManifestMap { { "resources", ManifestList.Of(lowest.Objects.Select(ObjectFiles.NameOf)) } }));
        return [.. files, .. environments.SelectMany(e => Overlay(lowest, e))];
    }

    private static List<LayoutFile> Overlay(RenderedEnvironment lowest, RenderedEnvironment environment)
    {
        var folder = $"overlays/{environment.Name}/";
        // Kustomize sets the namespace after its patches, so that they need not.
        var setsNamespace = environment.Request.Namespace != lowest.Request.Namespace && IsAllIn(lowest) && IsAllIn(environment);
        var wanted = environment.Objects.ToDictionary(o => Identity(o, setsNamespace), StringComparer.Ordinal);
        var known = lowest.Objects.Select(o => Identity(o, setsNamespace)).ToHashSet(StringComparer.Ordinal);
        var files = new List<LayoutFile>();
        var patches = new ManifestList();
        foreach (var subject in lowest.Objects)
        {
            if (!wanted.TryGetValue(Identity(subject, setsNamespace), out var other))
            {
                patches.Add(Removal(subject));
            }
            else if (ManifestDifference.Between(Comparable(subject, setsNamespace), Comparable(other, setsNamespace)) is { IsEmpty: false } steps)
            {
                var name = $"patches/{ObjectFiles.NameOf(subject)}";
                files.Add(LayoutFile.Yaml(folder + name, ManifestText.Yaml(new ManifestList(steps.Select(s => s.ToManifest())))));
                patches.Add(new ManifestMap { { "path", name }, { "target", Target(subject) } });
            }
        }

        var added = environment.Objects.Where(o => !known.Contains(Identity(o, setsNamespace))).ToList();
        files.AddRange(added.Select(o => ObjectFiles.Of(folder, o)));
        files.Add(Kustomization(folder, new ManifestMap
        {
            { "namespace", setsNamespace ? environment.Request.Namespace : null },
            { "resources", ManifestList.Of(added.Select(ObjectFiles.NameOf).Prepend("../../base")) },
            { "patches", patches.OrNothing() },
        }));
        return files;
    }

    /// <summary>Kustomize's own setting of the namespace gives exactly the objects that are wanted.</summary>
    private static bool IsAllIn(RenderedEnvironment environment) => environment.Objects.All(o =>
        o.Kind == "Namespace" ? o.Name == environment.Request.Namespace : OfCluster.Contains(o.Kind) ? o.Namespace is null : o.Namespace == environment.Request.Namespace);

    private static string Identity(ManifestObject subject, bool setsNamespace) =>
        $"{subject.ApiVersion} {subject.Kind} {(setsNamespace ? "" : subject.Namespace)} {(setsNamespace && subject.Kind == "Namespace" ? "" : subject.Name)}";

    private static ManifestMap Comparable(ManifestObject subject, bool setsNamespace) =>
        !setsNamespace ? subject.Root
        : subject.Kind == "Namespace" ? subject.Root.WithAt(["metadata", "name"], null)
        : subject.Root.WithAt(["metadata", "namespace"], null);

    private static ManifestMap Target(ManifestObject subject)
    {
        var slash = subject.ApiVersion.IndexOf('/', StringComparison.Ordinal);
        return new ManifestMap
        {
            { "group", slash < 0 ? null : subject.ApiVersion[..slash] },
            { "version", subject.ApiVersion[(slash + 1)..] },
            { "kind", subject.Kind },
            // Kustomize takes it for a regular expression of the whole name.
            { "name", Regex.Escape(subject.Name) },
            { "namespace", subject.Namespace },
        };
    }

    private static ManifestMap Removal(ManifestObject subject)
    {
        var removal = new ManifestMap
        {
            { "$patch", "delete" }, { "apiVersion", subject.ApiVersion }, { "kind", subject.Kind },
            { "metadata", new ManifestMap { { "name", subject.Name }, { "namespace", subject.Namespace } } },
        };
        return new ManifestMap { { "patch", ManifestText.Yaml(removal) }, { "target", Target(subject) } };
    }

    private static LayoutFile Kustomization(string folder, ManifestMap body)
    {
        var root = new ManifestMap { { "apiVersion", "kustomize.config.k8s.io/v1beta1" }, { "kind", "Kustomization" } };
        foreach (var (key, value) in body)
        {
            root.Add(key, value);
        }

        return LayoutFile.Yaml(folder + "kustomization.yaml", ManifestText.Yaml(root));
    }
}
