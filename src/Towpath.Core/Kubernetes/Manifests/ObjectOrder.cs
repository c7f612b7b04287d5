using System.Collections.Frozen;

namespace Towpath.Core.Kubernetes.Manifests;

/// <summary>The order in which objects are applied: what others need comes first.</summary>
public static class ObjectOrder
{
    /// <summary>The place of kinds that have none of their own: after all others.</summary>
    public const int Last = 99;

    // They are part of the names of files, so a new kind gets a place between two others instead of moving them.
    private static readonly FrozenDictionary<string, int> Places = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["Namespace"] = 0,
        ["PriorityClass"] = 4,
        ["ResourceQuota"] = 8,
        ["LimitRange"] = 12,
        ["NetworkPolicy"] = 16,
        ["ServiceAccount"] = 20,
        ["Role"] = 24,
        ["RoleBinding"] = 28,
        ["ConfigMap"] = 32,
        ["Secret"] = 36,
        ["PersistentVolume"] = 40,
        ["PersistentVolumeClaim"] = 44,
        ["Service"] = 48,
        ["PodDisruptionBudget"] = 52,
        ["StatefulSet"] = 56,
        ["Job"] = 60,
        ["DaemonSet"] = 64,
        ["Deployment"] = 68,
        ["Rollout"] = 70,
        ["HorizontalPodAutoscaler"] = 72,
        ["CronJob"] = 76,
        ["Middleware"] = 80,
        ["Ingress"] = 84,
        ["Gateway"] = 88,
        ["HTTPRoute"] = 92,
        ["Canary"] = 96,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The place of a kind, 0 to 99.</summary>
    public static int PlaceOf(string kind) => Places.GetValueOrDefault(kind, Last);

    /// <summary>Objects in their order, those of one kind by name.</summary>
    public static IEnumerable<ManifestObject> Sorted(IEnumerable<ManifestObject> objects) =>
        objects.OrderBy(o => PlaceOf(o.Kind)).ThenBy(o => o.Kind, StringComparer.Ordinal).ThenBy(o => o.Name, StringComparer.Ordinal);
}
