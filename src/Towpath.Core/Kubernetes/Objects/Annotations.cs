using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Objects;

/// <summary>
/// The user's own labels and annotations. A label of Compose may hold any text, as an annotation of a cluster may; a label there may not. So
/// both become annotations, which tools in the cluster read.
/// </summary>
internal static class Annotations
{
    private const int LongestName = 63;

    /// <summary>The annotations of a workload's pods; null for none.</summary>
    public static ManifestMap? Of(Workload workload)
    {
        var all = new SortedDictionary<string, (string Value, string From)>(StringComparer.Ordinal);
        foreach (var (key, value) in workload.Spec.Labels)
        {
            all[Key(key)] = (value, "labels");
        }

        foreach (var (key, value) in workload.Cluster.Annotations)
        {
            all[Key(key)] = (value, "annotations");
        }

        if (workload.Cluster.AppArmor is { } profile)
        {
            // From 1.30 on there is a field; the annotation is read by older servers and translated by newer ones.
            all[$"container.apparmor.security.beta.kubernetes.io/{workload.Name}"] = (profile == "unconfined" ? profile : $"localhost/{profile}", "security_opt");
        }

        var annotations = new ManifestMap();
        foreach (var (key, (value, from)) in all)
        {
            annotations.Add(key, value, workload.From(from));
        }

        return annotations.OrNothing();
    }

    // An optional prefix that is a DNS name, and a name of letters, digits, `-`, `_`, `.` that begins and ends with a letter or digit.
    private static string Key(string key)
    {
        var slash = key.IndexOf('/');
        var prefix = slash > 0 ? Cleaned(key[..slash].ToLowerInvariant(), 253).Replace('_', '-') + "/" : "";
        return prefix + Cleaned(key[(slash + 1)..], LongestName);
    }

    private static string Cleaned(string text, int longest)
    {
        var clean = new string([.. text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-')]).Trim('-', '_', '.');
        clean = clean.Length == 0 ? "label" : clean;
        return clean.Length <= longest ? clean : $"{clean[..(longest - 9)]}-{ClusterNames.Hash(text)}";
    }
}
