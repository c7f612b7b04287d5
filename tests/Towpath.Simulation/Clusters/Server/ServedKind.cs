using System.Text.Json.Nodes;

namespace Towpath.Simulation.Clusters.Server;

/// <summary>A kind of the simulated cluster.</summary>
/// <param name="Group">Its group; empty for the first one.</param>
/// <param name="Version">Version of the group.</param>
/// <param name="Kind">Name of the kind.</param>
/// <param name="Plural">Its name in paths.</param>
/// <param name="IsNamespaced">Whether its objects stand in namespaces.</param>
internal sealed record ServedKind(string Group, string Version, string Kind, string Plural, bool IsNamespaced = true)
{
    public static readonly ServedKind Namespace = new("", "v1", "Namespace", "namespaces", IsNamespaced: false);
    public static readonly ServedKind Pod = new("", "v1", "Pod", "pods");
    public static readonly ServedKind Service = new("", "v1", "Service", "services");
    public static readonly ServedKind ConfigMap = new("", "v1", "ConfigMap", "configmaps");
    public static readonly ServedKind Secret = new("", "v1", "Secret", "secrets");
    public static readonly ServedKind Claim = new("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims");
    public static readonly ServedKind Deployment = new("apps", "v1", "Deployment", "deployments");
    public static readonly ServedKind ReplicaSet = new("apps", "v1", "ReplicaSet", "replicasets");
    public static readonly ServedKind StatefulSet = new("apps", "v1", "StatefulSet", "statefulsets");
    public static readonly ServedKind Job = new("batch", "v1", "Job", "jobs");
    public static readonly ServedKind NetworkPolicy = new("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies");

    /// <summary>All of them.</summary>
    public static readonly ServedKind[] All =
    [
        Namespace, Pod, Service, ConfigMap, Secret, Claim,
        new("", "v1", "ServiceAccount", "serviceaccounts"), new("", "v1", "ResourceQuota", "resourcequotas"), new("", "v1", "LimitRange", "limitranges"),
        new("", "v1", "PersistentVolume", "persistentvolumes", IsNamespaced: false), new("", "v1", "Event", "events"),
        Deployment, ReplicaSet, StatefulSet, new("apps", "v1", "DaemonSet", "daemonsets"),
        Job, new("batch", "v1", "CronJob", "cronjobs"),
        new("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
        NetworkPolicy, new("networking.k8s.io", "v1", "Ingress", "ingresses"),
        new("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets"),
        new("rbac.authorization.k8s.io", "v1", "Role", "roles"), new("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings"),
        new("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", IsNamespaced: false),
    ];

    /// <summary>Groups that have a name.</summary>
    public static readonly string[] Groups = [.. All.Select(k => k.Group).Where(g => g.Length > 0).Distinct()];

    /// <summary>Group and version as objects say them.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The kind of a path; null where it is not served.</summary>
    public static ServedKind? Find(string group, string version, string plural) => Array.Find(All, k => k.Group == group && k.Version == version && k.Plural == plural);

    /// <summary>All kinds of a group, as discovery tells them.</summary>
    public static JsonObject ListOf(string group, string version) => new()
    {
        ["kind"] = "APIResourceList",
        ["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}",
        ["resources"] = new JsonArray([.. All.Where(k => k.Group == group).Select(k => new JsonObject { ["name"] = k.Plural, ["kind"] = k.Kind, ["namespaced"] = k.IsNamespaced })]),
    };
}
