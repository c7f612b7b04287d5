using System.Text.Json.Nodes;

namespace Towpath.Core.Kubernetes.Status;

/// <summary>What is wrong with a pod: that no node takes it, its volumes, its node, its containers.</summary>
internal static class PodTrouble
{
    /// <summary>The trouble; null where there is none that is known.</summary>
    public static Finding? Find(JsonObject pod, ObservedObject observed)
    {
        var found = Evicted(pod) ?? Unscheduled(pod, observed) ?? NodeLost(pod, observed) ?? ContainerTrouble.Find(pod, observed) ?? Mounts(pod, observed);
        return found is null ? null : found with { Why = $"pod {pod.Name()}: {found.Why}" };
    }

    private static Finding? Evicted(JsonObject pod) => pod.Text("status", "phase") == "Failed" && pod.Text("status", "reason") is { } reason
        ? reason switch
        {
            "Evicted" or "Preempting" or "Shutdown" or "Terminated" => new Finding(StatusCause.Evicted, $"it was put off its node: {ClusterWords.Plain(pod.Text("status", "message"))}", IsFinal: true),
            "DeadlineExceeded" => new Finding(StatusCause.Deadline, "it took longer than it may", IsFinal: true),
            _ => new Finding(StatusCause.AdmissionRefused, $"its node refuses it ({reason}): {ClusterWords.Plain(pod.Text("status", "message"))}", IsFinal: true),
        }
        : null;

    private static Finding? Unscheduled(JsonObject pod, ObservedObject observed)
    {
        if (pod.Condition("PodScheduled") is not { } condition || condition.Text("status") != "False") return null;
        if (condition.Text("reason") == "SchedulingGated") return new Finding(StatusCause.Unschedulable, "a scheduling gate holds it back", IsFinal: false);
        var words = condition.Text("message") ?? Notes.Of(observed, pod, "FailedScheduling").LastOrDefault().Text("message");
        var missing = SchedulingWords.Missing(words);
        var cause = missing.Count == 1 && missing[0].StartsWith("volume", StringComparison.Ordinal) ? StatusCause.Volume : StatusCause.Unschedulable;
        var what = missing.Count > 0 ? $"no node takes it ({string.Join(", ", missing)})" : "no node takes it";
        return new Finding(cause, $"{what}: {ClusterWords.Plain(words)}", IsFinal: false);
    }

    private static Finding? NodeLost(JsonObject pod, ObservedObject observed)
    {
        var name = pod.Text("spec", "nodeName");
        if (name is null || pod.Text("status", "phase") is "Succeeded" or "Failed" || observed.Nodes.FirstOrDefault(n => n.Name() == name) is not { } node) return null;
        var ready = node.Condition("Ready");
        return ready is null || ready.Text("status") == "True" ? null : new Finding(StatusCause.NodeNotReady, $"its node {name} is not ready: {ClusterWords.Plain(ready.Text("message"))}", IsFinal: false);
    }

    // A container that waits for its volumes says ContainerCreating and no more.
    private static Finding? Mounts(JsonObject pod, ObservedObject observed)
    {
        if (pod.Text("status", "phase") != "Pending") return null;
        var notes = Notes.Of(observed, pod, "FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedCreatePodSandBox").ToList();

        // Now and then the kubelet also says that it gave up waiting, which names no cause.
        if ((notes.LastOrDefault(n => n.Text("message")?.StartsWith("Unable to attach or mount", StringComparison.Ordinal) != true) ?? notes.LastOrDefault()) is not { } note) return null;
        var words = ClusterWords.Plain(note.Text("message"));
        return note.Text("reason") == "FailedCreatePodSandBox" ? new Finding(StatusCause.StartFailed, $"its sandbox can't be made: {words}", IsFinal: false)
            : words.Contains("secret \"", StringComparison.Ordinal) || words.Contains("configmap \"", StringComparison.Ordinal) || words.Contains("references non-existent", StringComparison.Ordinal)
                ? new Finding(StatusCause.ConfigMissing, $"a volume can't be mounted: {words}", IsFinal: true)
                : new Finding(StatusCause.Volume, $"a volume can't be mounted: {words}", IsFinal: false);
    }
}

/// <summary>What the scheduler misses, from its words ("0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had taint ...").</summary>
internal static class SchedulingWords
{
    private static readonly (string Words, string What)[] Known =
    [
        ("Insufficient cpu", "cpu"),
        ("Insufficient memory", "memory"),
        ("Insufficient ephemeral-storage", "local storage"),
        ("Too many pods", "room for pods"),
        ("node affinity", "node selector"),
        ("node selector", "node selector"),
        ("anti-affinity", "pod affinity"),
        ("pod affinity", "pod affinity"),
        ("taint", "taint"),
        ("unschedulable", "cordoned nodes"),
        ("topology spread", "spread"),
        ("free ports", "host port"),
        ("PersistentVolumeClaim", "volume"),
        ("persistentvolumeclaim", "volume"),
        ("volume node affinity", "node of its volume"),
        ("persistent volumes to bind", "volume"),
    ];

    /// <summary>What is missing, each once.</summary>
    public static IReadOnlyList<string> Missing(string? words)
    {
        var text = words ?? "";
        var found = Known.Where(k => text.Contains(k.Words, StringComparison.Ordinal)).Select(k => k.What).Distinct().ToList();
        var other = text.Split(", ").SelectMany(p => p.Split(": ")).Select(p => p.Split(' ')).FirstOrDefault(p => p is [_, "Insufficient", var what, ..] && what.TrimEnd('.') is not ("cpu" or "memory" or "ephemeral-storage"));
        if (other is not null) found.Add(other[2].TrimEnd('.'));
        return found;
    }
}
