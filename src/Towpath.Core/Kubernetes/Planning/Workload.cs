using System.Collections.Frozen;
using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Manifests;

namespace Towpath.Core.Kubernetes.Planning;

/// <summary>What makes the pods of a service.</summary>
public enum WorkloadKind
{
    /// <summary>Pods that are all alike.</summary>
    Deployment,

    /// <summary>Pods with a name and volumes of their own.</summary>
    StatefulSet,

    /// <summary>One pod on each node.</summary>
    DaemonSet,

    /// <summary>Pods that run to their end, once.</summary>
    Job,

    /// <summary>Pods that run to their end at set times.</summary>
    CronJob,
}

/// <summary>One service as a cluster runs it, before any object is made.</summary>
public sealed record Workload
{
    /// <summary>The service.</summary>
    public required ServiceDesired Service { get; init; }

    /// <summary>What makes its pods.</summary>
    public required WorkloadKind Kind { get; init; }

    /// <summary>Why that kind.</summary>
    public required Origin KindOrigin { get; init; }

    /// <summary>Its name in the cluster, a DNS label.</summary>
    public required string Name { get; init; }

    /// <summary>Ports that it listens on, as far as anything says so.</summary>
    public required ImmutableArray<WorkloadPort> Ports { get; init; }

    /// <summary>Names in the cluster of the services that call it.</summary>
    public required ImmutableArray<WorkloadCaller> Callers { get; init; }

    /// <summary>Who its processes run as.</summary>
    public required PodUser User { get; init; }

    /// <summary>What is known of its image.</summary>
    public required ImageFacts Image { get; init; }

    /// <summary>Folders that its image writes to beside its volumes.</summary>
    public required ImmutableArray<string> WritableFolders { get; init; }

    /// <summary>The Compose file's part of it.</summary>
    public Service Spec => Service.Spec;

    /// <summary>What it asks of a cluster.</summary>
    public ClusterSettings Cluster => Spec.Cluster ?? ClusterSettings.None;

    /// <summary>Revision of its pods: what does not change them leaves them alone.</summary>
    public string PodRevision => Service.PodRevision;

    /// <summary>Pods at once.</summary>
    public int Replicas => Service.Strategy == RolloutStrategy.Job ? 1 : Spec.Replicas;

    /// <summary>It runs to its end.</summary>
    public bool Ends => Kind is WorkloadKind.Job or WorkloadKind.CronJob;

    /// <summary>Others can call it by its name.</summary>
    public bool HasService => !Ends && (Ports.Length > 0 || Callers.Length > 0);

    /// <summary>The port that HTTP requests go to, or null.</summary>
    public WorkloadPort? HttpPort => Spec.HttpPort is { } number ? Ports.FirstOrDefault(p => p.Number == number && p.Protocol == "TCP") : null;

    /// <summary>Why something of the service is there: the place of a key of it.</summary>
    public Origin From(string key) => new($"`{key}` of {Service.Name}", Spec.Source.Keys.GetValueOrDefault(key) ?? Spec.Location);
}

/// <summary>A port of a workload.</summary>
/// <param name="Name">Its name, at most 15 characters, unique in the workload.</param>
/// <param name="Number">Its number.</param>
/// <param name="Protocol"><c>TCP</c>, <c>UDP</c> or <c>SCTP</c>.</param>
/// <param name="AppProtocol">What is spoken, such as <c>http</c>; null where nothing says it.</param>
/// <param name="Origin">What says that it listens there.</param>
public sealed record WorkloadPort(string Name, int Number, string Protocol, string? AppProtocol, Origin Origin);

/// <summary>A service that calls a workload.</summary>
/// <param name="Name">Its name in the cluster.</param>
/// <param name="Origin">What says that it calls.</param>
public sealed record WorkloadCaller(string Name, Origin Origin);

/// <summary>Who the processes of a pod run as.</summary>
/// <param name="Id">Number of the user; 0 for root.</param>
/// <param name="Group">Number of its group.</param>
/// <param name="Origin">What says so.</param>
public sealed record PodUser(long Id, long Group, Origin Origin)
{
    /// <summary>It is root, because the Compose file asks for that.</summary>
    public bool IsRoot => Id == 0;
}

/// <summary>An environment as a cluster runs it.</summary>
public sealed class ClusterPlan
{
    private readonly FrozenDictionary<string, Workload> _byService;
    private readonly FrozenDictionary<string, Workload> _byName;

    /// <summary>A plan.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="workloads">In the order in which they start.</param>
    /// <param name="callees">By the name in the cluster of a caller, those that it calls.</param>
    public ClusterPlan(ClusterRequest request, ImmutableArray<Workload> workloads, ImmutableSortedDictionary<string, ImmutableArray<WorkloadCaller>> callees)
    {
        Request = request;
        Workloads = workloads;
        Callees = callees;
        _byService = workloads.ToFrozenDictionary(w => w.Service.Name, StringComparer.Ordinal);
        _byName = workloads.ToFrozenDictionary(w => w.Name, StringComparer.Ordinal);
    }

    /// <summary>What was asked for.</summary>
    public ClusterRequest Request { get; }

    /// <summary>In the order in which they start.</summary>
    public ImmutableArray<Workload> Workloads { get; }

    /// <summary>By the name in the cluster of a caller, those that it calls.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<WorkloadCaller>> Callees { get; }

    /// <summary>The namespace of everything.</summary>
    public string Namespace => Request.Namespace;

    /// <summary>The workload of that name in the cluster, or null.</summary>
    public Workload? Named(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The workload of a Compose service, or null.</summary>
    public Workload? Of(string service) => _byService.GetValueOrDefault(service);
}
