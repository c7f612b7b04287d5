using System.Globalization;

namespace Towpath.Core.Kubernetes.Status;

/// <summary>StatefulSets: ready when all replicas are ready and those that shall be are of the last revision.</summary>
internal static class StatefulSetReader
{
    /// <summary>The verdict.</summary>
    public static ObjectVerdict Read(ObservedObject observed)
    {
        var item = observed.Item;
        if (WorkloadWords.Unseen(item) is { } unseen) return unseen;
        if (item.Number("status", "observedGeneration") is null) return new ObjectVerdict(Readiness.InProgress, "its controller has not seen it yet");
        var want = item.Number("spec", "replicas") ?? 1;
        var ready = item.Number("status", "readyReplicas") ?? 0;
        var pods = WorkloadWords.Owned(observed.Pods, item);
        if (ready < want)
        {
            var refused = pods.Length < want ? WorkloadWords.Refused([item], observed) : null;
            return WorkloadWords.Short(WorkloadWords.Counted(ready, want, "replicas are ready"), WorkloadWords.Worst(pods, observed) ?? refused);
        }

        if (item.Text("spec", "updateStrategy", "type") == "OnDelete") return new ObjectVerdict(Readiness.Ready, $"{WorkloadWords.All(want, "replica", "replicas", "ready")}; old ones are replaced when they are deleted");

        // Replicas below the partition stay as they were on purpose.
        var shall = Math.Max(0, want - (item.Number("spec", "updateStrategy", "rollingUpdate", "partition") ?? 0));
        var isDone = item.Text("status", "updateRevision") is var revision && revision == item.Text("status", "currentRevision");
        var updated = isDone ? want : item.Number("status", "updatedReplicas") ?? 0;
        return updated < shall
            ? WorkloadWords.Short(WorkloadWords.Counted(updated, shall, "replicas are of the new revision"), WorkloadWords.Worst(pods, observed))
            : new ObjectVerdict(Readiness.Ready, WorkloadWords.All(want, "replica", "replicas", "ready"));
    }
}

/// <summary>DaemonSets: ready when each node that shall have a pod has one of the last revision that is available.</summary>
internal static class DaemonSetReader
{
    /// <summary>The verdict.</summary>
    public static ObjectVerdict Read(ObservedObject observed)
    {
        var item = observed.Item;
        if (WorkloadWords.Unseen(item) is { } unseen) return unseen;
        if (item.Number("status", "observedGeneration") is null) return new ObjectVerdict(Readiness.InProgress, "its controller has not seen it yet");
        var want = item.Number("status", "desiredNumberScheduled") ?? 0;
        var (updated, available) = (item.Number("status", "updatedNumberScheduled") ?? 0, item.Number("status", "numberAvailable") ?? 0);
        if (updated >= want && available >= want)
        {
            return new ObjectVerdict(Readiness.Ready, want == 0 ? "no node shall have a pod of it" : string.Create(CultureInfo.InvariantCulture, $"a pod is available on each of {want} nodes"));
        }

        var counted = updated < want ? WorkloadWords.Counted(updated, want, "nodes have a pod of the new revision") : WorkloadWords.Counted(available, want, "nodes have a pod that is available");
        return WorkloadWords.Short(counted, WorkloadWords.Worst(WorkloadWords.Owned(observed.Pods, item), observed) ?? WorkloadWords.Refused([item], observed));
    }
}
