using System.Collections.Immutable;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Objects;

/// <summary>What the container of a workload may use and what is kept for it.</summary>
/// <param name="RequestCpus">Cores that are kept.</param>
/// <param name="RequestBytes">Memory that is kept.</param>
/// <param name="LimitCpus">Cores at most.</param>
/// <param name="LimitBytes">Memory at most.</param>
internal sealed record PodResources(double RequestCpus, long RequestBytes, double LimitCpus, long LimitBytes)
{
    private const double UsualLimitCpus = 1;
    private const long UsualLimitBytes = 512L << 20;

    // Of what a service may use at most this part is kept for it where the file says nothing: most services are idle most of the time.
    private const double KeptCpus = 0.1;
    private const double KeptMemory = 0.25;

    /// <summary>What stands for a container that only waits.</summary>
    public static PodResources Waiting { get; } = new(0.01, 16L << 20, 0.1, 64L << 20);

    /// <summary>The resources of a workload; a limit that the file leaves out is told about.</summary>
    public static PodResources Of(Workload workload, DiagnosticBag bag)
    {
        var limits = workload.Spec.Limits;
        var cluster = workload.Cluster;
        var memory = limits.MemoryBytes ?? Math.Max(UsualLimitBytes, cluster.ReservedMemory ?? 0);
        var cpus = limits.Cpus ?? Math.Max(UsualLimitCpus, cluster.ReservedCpus ?? 0);
        if (limits.MemoryBytes is null || limits.Cpus is null)
        {
            var what = limits.MemoryBytes is null && limits.Cpus is null ? $"limits of {Quantity.Cpus(cpus)} CPU and {Quantity.Bytes(memory)} memory"
                : limits.Cpus is null ? $"a limit of {Quantity.Cpus(cpus)} CPU" : $"a limit of {Quantity.Bytes(memory)} memory";
            bag.Add(KubernetesDiagnostics.LimitsAssumed(workload.Spec.Location, workload.Service.Name, what));
        }

        var kept = cluster.ReservedMemory ?? workload.Spec.Kernel.MemoryReservation ?? RoundUp((long)(memory * KeptMemory));
        return new PodResources(Math.Min(cluster.ReservedCpus ?? Math.Max(0.01, cpus * KeptCpus), cpus), Math.Min(kept, memory), cpus, memory);
    }

    /// <summary>As a container has it, with devices.</summary>
    public ManifestMap ToManifest(Workload? workload)
    {
        var requests = new ManifestMap();
        var limits = new ManifestMap();
        var reserved = workload is null ? null : workload.From("deploy");
        var usual = new Origin("every container has requests and limits");
        requests.Add("cpu", Quantity.Cpus(RequestCpus), workload?.Cluster.ReservedCpus is null ? usual : reserved);
        requests.Add("memory", Quantity.Bytes(RequestBytes), workload?.Cluster.ReservedMemory is null ? usual : reserved);
        limits.Add("cpu", Quantity.Cpus(LimitCpus), workload?.Spec.Limits.Cpus is null ? usual : Limit(workload, "cpus"));
        limits.Add("memory", Quantity.Bytes(LimitBytes), workload?.Spec.Limits.MemoryBytes is null ? usual : Limit(workload, "mem_limit"));
        foreach (var (device, count) in workload?.Cluster.Devices ?? ImmutableSortedDictionary<string, int>.Empty)
        {
            limits.Add(device, Quantity.Count(count), workload!.From(workload.Spec.Source.Keys.ContainsKey("gpus") ? "gpus" : "deploy"));
        }

        return new ManifestMap { { "requests", requests }, { "limits", limits } };
    }

    private static Origin Limit(Workload workload, string shortKey) => workload.From(workload.Spec.Source.Keys.ContainsKey(shortKey) ? shortKey : "deploy");

    private static long RoundUp(long bytes) => (bytes + (1 << 20) - 1) / (1 << 20) * (1 << 20);
}
