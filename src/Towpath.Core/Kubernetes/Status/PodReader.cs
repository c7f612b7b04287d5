namespace Towpath.Core.Kubernetes.Status;

/// <summary>Pods: ready when they say so, or when they are done.</summary>
internal static class PodReader
{
    /// <summary>The verdict.</summary>
    public static ObjectVerdict Read(ObservedObject observed)
    {
        var pod = observed.Item;
        if (pod.Text("metadata", "deletionTimestamp") is not null) return new ObjectVerdict(Readiness.InProgress, "it is being deleted");
        var phase = pod.Text("status", "phase");
        if (phase == "Succeeded") return new ObjectVerdict(Readiness.Ready, "it is done");
        var trouble = PodTrouble.Find(pod, observed);
        if (phase == "Failed") return new ObjectVerdict(Readiness.Failed, trouble?.Why ?? $"pod {pod.Name()} failed", trouble?.Cause ?? StatusCause.Exited);

        // A lost node can't take back what its pods said last.
        if (pod.Condition("Ready").Text("status") == "True" && trouble?.Cause != StatusCause.NodeNotReady) return new ObjectVerdict(Readiness.Ready, "it is ready");
        if (trouble is not null) return new ObjectVerdict(trouble.IsFinal ? Readiness.Failed : Readiness.InProgress, trouble.Why, trouble.Cause);
        return phase switch
        {
            "Unknown" => new ObjectVerdict(Readiness.Unknown, "its node does not tell"),
            "Running" => new ObjectVerdict(Readiness.InProgress, "it runs and is not ready yet"),
            _ => new ObjectVerdict(Readiness.InProgress, pod.Text("spec", "nodeName") is { } node ? $"it is being started on {node}" : "it waits for a node"),
        };
    }
}
