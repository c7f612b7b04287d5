using System.Globalization;
using System.Text.Json.Nodes;

namespace Towpath.Core.Kubernetes.Status;

/// <summary>Deployments: ready when all replicas are of the last revision and available, and no other is left, as <c>kubectl rollout status</c> judges.</summary>
internal static class DeploymentReader
{
    private const string Revision = "deployment.kubernetes.io/revision";

    /// <summary>The verdict.</summary>
    public static ObjectVerdict Read(ObservedObject observed)
    {
        var item = observed.Item;
        if (WorkloadWords.Unseen(item) is { } unseen) return unseen;
        if (item.Number("status", "observedGeneration") is null) return new ObjectVerdict(Readiness.InProgress, "its controller has not seen it yet");
        var want = item.Number("spec", "replicas") ?? 1;
        var (all, updated, available) = (item.Number("status", "replicas") ?? 0, item.Number("status", "updatedReplicas") ?? 0, item.Number("status", "availableReplicas") ?? 0);
        var counted = updated < want ? WorkloadWords.Counted(updated, want, "replicas are of the new revision")
            : all > updated ? string.Create(CultureInfo.InvariantCulture, $"{all - updated} replicas of an old revision are still there")
            : available < want ? WorkloadWords.Counted(available, want, "replicas are available")
            : null;
        if (counted is null) return new ObjectVerdict(Readiness.Ready, WorkloadWords.All(want, "replica", "replicas", "available"));
        if (item.Flag("spec", "paused")) return new ObjectVerdict(Readiness.InProgress, $"it is paused; {counted}");
        return Unfinished(observed, item, counted);
    }

    private static ObjectVerdict Unfinished(ObservedObject observed, JsonObject item, string counted)
    {
        var refusal = item.Condition("ReplicaFailure") is { } failure && failure.Text("status") == "True" ? failure.Text("message") : null;
        var newest = WorkloadWords.Owned(observed.ReplicaSets, item).FirstOrDefault(r => r.Text("metadata", "annotations", Revision) == item.Text("metadata", "annotations", Revision));
        var pods = newest is null ? observed.Pods : WorkloadWords.Owned(observed.Pods, newest).AsEnumerable();
        var trouble = (refusal is null ? null : WorkloadWords.Refused([], observed, refusal)) ?? WorkloadWords.Worst(pods, observed);
        if (item.Condition("Progressing") is not { } progress || progress.Text("reason") != "ProgressDeadlineExceeded") return WorkloadWords.Short(counted, trouble);
        var seconds = item.Number("spec", "progressDeadlineSeconds") ?? 600;
        var late = string.Create(CultureInfo.InvariantCulture, $"it made no progress for {seconds} s; {counted}");
        return WorkloadWords.Short(late, trouble) with { Readiness = Readiness.Failed, Cause = trouble is null or { Cause: StatusCause.None } ? StatusCause.Deadline : trouble.Cause };
    }
}
