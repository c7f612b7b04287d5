using System.Text.Json.Nodes;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Planning;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Kubernetes.Status;

namespace Towpath.Engines.Clusters;

/// <summary>The two workloads of a service as they are now, and how its requests are shared out between them.</summary>
/// <param name="Service">Service in the Compose file.</param>
/// <param name="First">The Deployment that has the service's name; null where there is none.</param>
/// <param name="Second">The second one; null where there is none.</param>
/// <param name="Weights">The shares; null where there are none.</param>
internal sealed record ClusterSlots(string Service, JsonObject? First, JsonObject? Second, SlotWeights? Weights)
{
    /// <summary>Revision of the first one.</summary>
    public string? FirstRevision => RevisionOf(First);

    /// <summary>Revision of the second one.</summary>
    public string? SecondRevision => RevisionOf(Second);

    /// <summary>Requests go to the first one.</summary>
    public bool IsFirstServing => Weights is null || Weights.HasStable;

    /// <summary>Reads them.</summary>
    public static async Task<ClusterSlots> ReadAsync(ClusterObjects objects, EnvironmentDesired desired, string service, CancellationToken cancellationToken)
    {
        var (name, space) = (ServiceNames.Of(service), desired.Environment.NamespaceFor(desired.Application));
        return new ClusterSlots(
            service,
            await objects.FindAsync(Asked("apps/v1", "Deployment", name, space), cancellationToken),
            await objects.FindAsync(Asked("apps/v1", "Deployment", SecondWorkload.NameOf(name), space), cancellationToken),
            SlotWeights.Of(await objects.FindAsync(Asked("v1", "Service", name, space), cancellationToken)));
    }

    /// <summary>The name by which deployments know the first one; null where there is none.</summary>
    public string? FirstContainer(EnvironmentDesired desired) => First is null ? null : ClusterObserver.NameOf(desired, Service, FirstRevision ?? "");

    /// <summary>The name by which deployments know the second one; null where there is none.</summary>
    public string? SecondContainer(EnvironmentDesired desired) => Second is null ? null : ClusterObserver.NameOf(desired, Service, SecondRevision ?? "", SecondOrdinal(FirstRevision, SecondRevision));

    /// <summary>Number of the second one within its revision: where the first has the same, that is number 0.</summary>
    public static int SecondOrdinal(string? first, string? second) => first == second ? 1 : 0;

    private static string? RevisionOf(JsonObject? deployment) => deployment.Text("metadata", "labels", ObjectNames.Revision);

    private static JsonObject Asked(string apiVersion, string kind, string name, string space) =>
        new() { ["apiVersion"] = apiVersion, ["kind"] = kind, ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = space } };
}
