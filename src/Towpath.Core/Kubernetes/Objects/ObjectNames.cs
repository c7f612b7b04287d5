using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Objects;

/// <summary>Metadata and labels that objects share.</summary>
internal static class ObjectNames
{
    /// <summary>Label that names a workload.</summary>
    public const string Name = "app.kubernetes.io/name";

    /// <summary>Label that names application and environment.</summary>
    public const string Instance = "app.kubernetes.io/instance";

    /// <summary>Label that names the application.</summary>
    public const string PartOf = "app.kubernetes.io/part-of";

    /// <summary>Label that says who made an object; what has another value there is left alone.</summary>
    public const string ManagedBy = "app.kubernetes.io/managed-by";

    /// <summary>The value of <see cref="ManagedBy"/>.</summary>
    public const string Manager = "towpath";

    /// <summary>Label of pods and workloads with their revision: what did not change is not replaced.</summary>
    public const string Revision = "towpath.dev/revision";

    /// <summary>Annotation of workloads with the service's name in the Compose file.</summary>
    public const string Service = "towpath.dev/service";

    /// <summary>Annotation of workloads with the release that brought them.</summary>
    public const string Release = "towpath.dev/release";

    /// <summary>Annotation of workloads with the digest of the release's image.</summary>
    public const string Image = "towpath.dev/image";

    /// <summary>Annotation of workloads with the time when their present revision was begun.</summary>
    public const string Since = "towpath.dev/since";

    /// <summary>Label of pods that tells the two workloads of a service apart while a release takes its requests bit by bit.</summary>
    public const string Track = "towpath.dev/track";

    /// <summary>The value of <see cref="Track"/> for the workload that has the service's name.</summary>
    public const string Stable = "stable";

    /// <summary>The value of <see cref="Track"/> for the second workload.</summary>
    public const string Canary = "canary";

    /// <summary>Annotation of a Service with the shares of its two workloads.</summary>
    public const string Weights = "towpath.dev/weights";

    /// <summary>Annotation of a second workload that is kept for a release that may come back.</summary>
    public const string Warm = "towpath.dev/warm";

    private static readonly Origin Labelled = new("objects carry the recommended labels");
    private static readonly Origin Told = new("workloads tell which service and release they are");

    /// <summary>Metadata of an object of the namespace.</summary>
    /// <param name="plan">Its environment.</param>
    /// <param name="name">Its name.</param>
    /// <param name="component">The workload that it belongs to, or null for one of the environment's.</param>
    public static ManifestMap Meta(ClusterPlan plan, string name, string? component = null)
    {
        var meta = new ManifestMap { { "name", name } };
        meta.Add("namespace", plan.Namespace, new Origin($"the namespace of {plan.Request.Desired.Environment.Name}", plan.Request.Spec.Location));
        meta.Add("labels", Labels(plan, component));
        return meta;
    }

    /// <summary>Metadata of what makes the pods of a workload: the user's annotations, and what tells Towpath which service it is.</summary>
    public static ManifestMap OfWorkload(ClusterPlan plan, Workload workload, string name)
    {
        var meta = Meta(plan, name, workload.Name);
        ((ManifestMap)meta["labels"]!).Add(Revision, workload.Service.Revision, Told);
        var annotations = Annotations.Of(workload) ?? new ManifestMap();
        annotations.Add(Service, workload.Service.Name, Told);
        annotations.Add(Release, plan.Request.Desired.Release, Told);
        annotations.Add(Image, workload.Service.Image.Digest, Told);
        meta.Add("annotations", annotations);
        return meta;
    }

    /// <summary>Metadata of an object of the whole cluster.</summary>
    public static ManifestMap ClusterMeta(ClusterPlan plan, string name) => new() { { "name", name }, { "labels", Labels(plan, null) } };

    /// <summary>Labels of an object.</summary>
    public static ManifestMap Labels(ClusterPlan plan, string? component)
    {
        var labels = new ManifestMap();
        labels.Because(Labelled);
        if (component is not null)
        {
            labels.Add(Name, component);
        }

        labels.Add(Instance, InstanceOf(plan));
        labels.Add(ManagedBy, Manager);
        labels.Add(PartOf, plan.Request.Desired.Application);
        return labels;
    }

    /// <summary>Labels by which the pods of a workload are found. They never change.</summary>
    public static ManifestMap Selector(ClusterPlan plan, string component)
    {
        var labels = new ManifestMap { { Name, component }, { Instance, InstanceOf(plan) } };
        labels.Because(Labelled);
        return labels;
    }

    /// <summary>The value of <see cref="Instance"/>.</summary>
    public static string InstanceOf(string application, string environment) => $"{application}-{environment}";

    private static string InstanceOf(ClusterPlan plan) => InstanceOf(plan.Request.Desired.Application, plan.Request.Desired.Environment.Name);
}
