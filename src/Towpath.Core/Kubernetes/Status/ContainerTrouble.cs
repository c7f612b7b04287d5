using System.Globalization;
using System.Text.Json.Nodes;

namespace Towpath.Core.Kubernetes.Status;

/// <summary>What is wrong with the containers of a pod, from their states and what the kubelet noted.</summary>
internal static class ContainerTrouble
{
    private const int MostLines = 3;
    private const int ManyRestarts = 3;

    /// <summary>The first trouble, those of init containers first; null where there is none.</summary>
    public static Finding? Find(JsonObject pod, ObservedObject observed) =>
        pod.Items("status", "initContainerStatuses").Select(c => Of(c, pod, observed, isInit: true))
            .Concat(pod.Items("status", "containerStatuses").Select(c => Of(c, pod, observed, isInit: false)))
            .OfType<Finding>().OrderByDescending(f => f.IsFinal).FirstOrDefault();

    private static Finding? Of(JsonObject container, JsonObject pod, ObservedObject observed, bool isInit)
    {
        var name = $"{(isInit ? "init container" : "container")} {container.Text("name")}";
        if (container.At("state", "waiting") is { } waiting) return Waiting(name, container, waiting, pod, observed);
        if (container.At("state", "terminated") is { } ended && (ended.Number("exitCode") ?? 0) != 0)
        {
            // Between two starts the state says for a moment that it ended, and only then that it waits.
            return Ended(name, container, ended, pod, observed, isLoop: container.Number("restartCount") >= ManyRestarts);
        }

        return !container.Flag("ready") && !isInit && container.At("state", "running") is not null ? Probe(name, container, pod, observed) : null;
    }

    private static Finding? Waiting(string name, JsonObject container, JsonNode waiting, JsonObject pod, ObservedObject observed)
    {
        var message = waiting.Text("message");
        switch (waiting.Text("reason"))
        {
            case "ErrImagePull" or "ImagePullBackOff" or "RegistryUnavailable" or "ErrImageNeverPull" or "InvalidImageName" or "ImageInspectError":
                return Pull(name, container, waiting, pod, observed);
            case "CreateContainerConfigError":
                return new Finding(StatusCause.ConfigMissing, $"{name} can't be made: {ClusterWords.Plain(message)}", IsFinal: true);
            case "CrashLoopBackOff" when container.At("lastState", "terminated") is { } ended:
                return Ended(name, container, ended, pod, observed, isLoop: true);
            case "CrashLoopBackOff":
                return new Finding(StatusCause.CrashLoop, $"{name} ends again and again", IsFinal: true);
            case "RunContainerError" or "CreateContainerError" or "ContainerCannotRun":
                return new Finding(StatusCause.StartFailed, $"{name} can't be started: {ClusterWords.Unwrapped(message)}", IsFinal: true);
            default:
                return null;
        }
    }

    private static Finding Pull(string name, JsonObject container, JsonNode waiting, JsonObject pod, ObservedObject observed)
    {
        var image = container.Text("image") ?? "";
        var reason = waiting.Text("reason");
        var told = Notes.Of(observed, pod, "Failed").LastOrDefault(e => e.Text("message")?.StartsWith("Failed to pull image", StringComparison.Ordinal) == true).Text("message");

        // While it waits for the next try the state only says that it waits: the registry's words stand in an event.
        var words = reason == "ImagePullBackOff" || waiting.Text("message") == reason ? told ?? waiting.Text("message") : waiting.Text("message");
        return new Finding(StatusCause.ImagePull, $"{name}: the image {image} can't be pulled: {ClusterWords.OfRegistry(words, image)}", reason != "ErrImagePull");
    }

    private static Finding Ended(string name, JsonObject container, JsonNode ended, JsonObject pod, ObservedObject observed, bool isLoop)
    {
        var restarts = container.Number("restartCount") ?? 0;
        var again = isLoop ? string.Create(CultureInfo.InvariantCulture, $" again and again ({restarts} restarts)") : "";
        if (ended.Text("reason") == "OOMKilled")
        {
            var limit = Specification(pod, container.Text("name")).Text("resources", "limits", "memory");
            return new Finding(StatusCause.OutOfMemory, $"{name} uses more memory than it may{(limit is null ? "" : $" ({limit})")} and is killed{again}", isLoop);
        }

        if (ended.Text("reason") is "StartError" or "ContainerCannotRun")
        {
            return new Finding(StatusCause.StartFailed, $"{name} can't be started: {ClusterWords.Unwrapped(ended.Text("message"))}", isLoop);
        }

        var code = ended.Number("exitCode") ?? 0;
        var lines = observed.LastLines.GetValueOrDefault($"{pod.Name()}/{container.Text("name")}", []);
        var last = lines.IsEmpty ? "" : "; it wrote last: " + ClusterWords.Plain(string.Join(" / ", lines.TakeLast(MostLines)));
        var probe = isLoop && Notes.Of(observed, pod, "Unhealthy").LastOrDefault(e => Is(e, "Liveness") || Is(e, "Startup")).Text("message") is { } words
            ? $"; {ClusterWords.Plain(words)}"
            : "";
        return new Finding(
            probe.Length > 0 ? StatusCause.ProbeFailing : isLoop ? StatusCause.CrashLoop : StatusCause.Exited,
            string.Create(CultureInfo.InvariantCulture, $"{name} ends with exit code {code}{again}{probe}{last}"),
            isLoop);
    }

    private static Finding Probe(string name, JsonObject container, JsonObject pod, ObservedObject observed)
    {
        var note = Notes.Of(observed, pod, "Unhealthy").LastOrDefault();
        var restarts = container.Number("restartCount") is > 0 and var count ? string.Create(CultureInfo.InvariantCulture, $" ({count} restarts)") : "";
        return note is null
            ? new Finding(StatusCause.None, $"{name} runs and is not ready yet{restarts}", IsFinal: false)
            : new Finding(StatusCause.ProbeFailing, $"{name} runs and is not ready{restarts}: {ClusterWords.Plain(note.Text("message"))}", IsFinal: false);
    }

    private static bool Is(JsonObject note, string probe) => note.Text("message")?.StartsWith(probe, StringComparison.Ordinal) == true;

    private static JsonObject? Specification(JsonObject pod, string? container) =>
        pod.Items("spec", "containers").Concat(pod.Items("spec", "initContainers")).FirstOrDefault(c => c.Text("name") == container);
}
