using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Kubernetes.Status;
using Towpath.Engines.Kubernetes;

namespace Towpath.Engines.Clusters;

/// <summary>The pods of an environment.</summary>
internal sealed class ClusterPods(KubernetesClient client, ClusterObjects objects)
{
    private const int LastLines = 12;

    /// <summary>All of them.</summary>
    public Task<IReadOnlyList<JsonObject>> ListAsync(string space, CancellationToken cancellationToken) => objects.ListAsync("v1", "Pod", space, cancellationToken);

    /// <summary>Name of a pod that is ready and stays, or null for none.</summary>
    /// <param name="space">Namespace.</param>
    /// <param name="component">What it is a pod of, by its name in the cluster.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="revision">Its revision; null for any.</param>
    public async Task<string?> FindReadyAsync(string space, string component, CancellationToken cancellationToken, string? revision = null) =>
        (await ListAsync(space, cancellationToken))
            .Where(p => p.Text("metadata", "labels", ObjectNames.Name) == component && !IsLeaving(p) && IsReady(p))
            .Where(p => revision is null || p.Text("metadata", "labels", ObjectNames.Revision) == revision)
            // One that is kept warm is not what users meet.
            .OrderBy(SecondWorkload.Is)
            .Select(p => p.Name()).FirstOrDefault();

    /// <summary>It is ready.</summary>
    public static bool IsReady(JsonObject pod) => pod.Condition("Ready")?.Text("status") == "True";

    /// <summary>It is being removed.</summary>
    public static bool IsLeaving(JsonObject pod) => pod.Text("metadata", "deletionTimestamp") is not null;

    /// <summary>What a container of a pod wrote last; nothing where it never ran or is gone, which the verdict on it tells.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="container">The container; null where the pod has one only.</param>
    /// <param name="hasEnded">What it wrote before it ended the last time.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<string>> LastLinesAsync(JsonObject pod, string? container, bool hasEnded, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        try
        {
            var options = new LogOptions { Container = container, Tail = LastLines, Previous = hasEnded };
            await foreach (var line in client.LogsAsync(pod.Text("metadata", "namespace")!, pod.Name()!, options, cancellationToken))
            {
                lines.Add(line);
            }
        }
        catch (KubernetesException)
        {
            // It has written nothing that could be read.
        }

        return lines;
    }
}
