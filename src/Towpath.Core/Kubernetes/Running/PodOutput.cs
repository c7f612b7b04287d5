using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Status;

namespace Towpath.Core.Kubernetes.Running;

/// <summary>One run of a container of a pod, whose output can be read.</summary>
/// <param name="Service">Service in the Compose file.</param>
/// <param name="Pod">Name of the pod.</param>
/// <param name="Uid">The pod itself: a name comes back.</param>
/// <param name="Container">Name of the container in the pod.</param>
/// <param name="Restarts">Runs of the container before this one.</param>
internal sealed record PodOutput(string Service, string Pod, string Uid, string Container, long Restarts)
{
    /// <summary>Its process runs now.</summary>
    public bool IsRunning { get; init; }

    /// <summary>The run before it can be read too.</summary>
    public bool HasEarlier { get; init; }

    /// <summary>Name for people: the pod, and the container where the pod has others.</summary>
    public required string Source { get; init; }

    /// <summary>The same for as long as it is this run.</summary>
    public (string Uid, string Container, long Restarts) Key => (Uid, Container, Restarts);

    /// <summary>What can be read of some pods.</summary>
    /// <param name="pods">Pods as the API server shows them.</param>
    /// <param name="serviceOf">The service that a pod is one of, by its label; null for none that is asked for.</param>
    public static IEnumerable<PodOutput> Of(IEnumerable<JsonObject> pods, Func<string, string?> serviceOf)
    {
        foreach (var pod in pods)
        {
            if (pod.Text("metadata", "labels", ObjectNames.Name) is not { } component || serviceOf(component) is not { } service)
            {
                continue;
            }

            var containers = pod.Items("status", "containerStatuses").ToList();
            // What ran before the service and ended well is of no interest any more; what it still waits for is.
            var waits = pod.Items("status", "initContainerStatuses").Where(c => c.Number("state", "terminated", "exitCode") != 0);
            foreach (var container in waits.Concat(containers).Where(HasRun))
            {
                yield return Of(pod, container, service, isAlone: containers is [var only] && ReferenceEquals(only, container));
            }
        }
    }

    private static PodOutput Of(JsonObject pod, JsonObject container, string service, bool isAlone)
    {
        var (name, runner) = (pod.Name(), container.Text("name") ?? "");
        return new PodOutput(service, name, pod.Text("metadata", "uid") ?? "", runner, container.Number("restartCount") ?? 0)
        {
            Source = isAlone ? name : $"{name}/{runner}",
            IsRunning = container.At("state", "running") is not null,
            // One that waits to be started again shows its last run as the present one.
            HasEarlier = container.At("state", "waiting") is null && container.At("lastState", "terminated") is not null,
        };
    }

    private static bool HasRun(JsonObject container) =>
        container.At("state", "running") is not null || container.At("state", "terminated") is not null || container.At("lastState", "terminated") is not null;
}
