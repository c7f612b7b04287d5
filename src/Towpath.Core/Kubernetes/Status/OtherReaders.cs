using System.Globalization;
using System.Text.Json.Nodes;

namespace Towpath.Core.Kubernetes.Status;

/// <summary>PersistentVolumeClaims: ready when they are bound, or when they wait for their first pod.</summary>
internal static class ClaimReader
{
    /// <summary>The verdict.</summary>
    public static ObjectVerdict Read(ObservedObject observed)
    {
        var claim = observed.Item;
        if (claim.Text("metadata", "deletionTimestamp") is not null) return new ObjectVerdict(Readiness.InProgress, "it is being deleted");
        switch (claim.Text("status", "phase"))
        {
            case "Bound":
                return new ObjectVerdict(Readiness.Ready, $"it is bound to {claim.Text("spec", "volumeName")}");
            case "Lost":
                return new ObjectVerdict(Readiness.Failed, $"its volume {claim.Text("spec", "volumeName")} is gone", StatusCause.Volume);
            default:
                var note = Notes.Of(observed, claim, "ProvisioningFailed", "FailedBinding", "WaitForFirstConsumer", "ExternalProvisioning").LastOrDefault();

                // Bound only when a pod uses it, by its storage class: to wait for it before the pods would be to wait forever.
                return note.Text("reason") == "WaitForFirstConsumer" ? new ObjectVerdict(Readiness.Ready, "it is bound when the first pod uses it")
                    : note is null ? new ObjectVerdict(Readiness.InProgress, "it waits for a volume", StatusCause.Volume)
                    : new ObjectVerdict(Readiness.InProgress, $"it waits for a volume: {ClusterWords.Plain(note.Text("message"))}", StatusCause.Volume);
        }
    }
}

/// <summary>Services: ready when they have an address; those of a load balancer when it gave one.</summary>
internal static class ServiceReader
{
    /// <summary>The verdict.</summary>
    public static ObjectVerdict Read(ObservedObject observed)
    {
        var service = observed.Item;
        if (service.Text("metadata", "deletionTimestamp") is not null) return new ObjectVerdict(Readiness.InProgress, "it is being deleted");
        var type = service.Text("spec", "type");
        if (type == "LoadBalancer" && !service.Items("status", "loadBalancer", "ingress").Any())
        {
            var note = Notes.Of(observed, service, "SyncLoadBalancerFailed", "CreatingLoadBalancerFailed").LastOrDefault();
            return new ObjectVerdict(Readiness.InProgress, note is null ? "it waits for the address of a load balancer" : $"it waits for the address of a load balancer: {ClusterWords.Plain(note.Text("message"))}");
        }

        return type == "ExternalName" || service.Text("spec", "clusterIP") is { Length: > 0 } ? new ObjectVerdict(Readiness.Ready, "it has its address") : new ObjectVerdict(Readiness.InProgress, "it waits for its address");
    }
}

/// <summary>Ingresses: many controllers never write a status, so that one without an address counts as ready, and says so.</summary>
internal static class IngressReader
{
    /// <summary>The verdict.</summary>
    public static ObjectVerdict Read(ObservedObject observed)
    {
        var ingress = observed.Item;
        if (ingress.Text("metadata", "deletionTimestamp") is not null) return new ObjectVerdict(Readiness.InProgress, "it is being deleted");
        var address = ingress.Items("status", "loadBalancer", "ingress").Select(i => i.Text("hostname") ?? i.Text("ip")).FirstOrDefault(a => a is not null);
        return new ObjectVerdict(Readiness.Ready, address is null ? "it is there; its controller tells no address" : $"it is served at {address}");
    }
}

/// <summary>HorizontalPodAutoscalers: ready when they can read their metrics.</summary>
internal static class AutoscalerReader
{
    /// <summary>The verdict.</summary>
    public static ObjectVerdict Read(ObservedObject observed)
    {
        var scaler = observed.Item;
        if (WorkloadWords.Unseen(scaler) is { } unseen) return unseen;
        foreach (var type in (string[])["AbleToScale", "ScalingActive"])
        {
            if (scaler.Condition(type) is { } condition && condition.Text("status") == "False" && condition.Text("reason") != "ScalingDisabled")
            {
                return new ObjectVerdict(Readiness.InProgress, $"it can't scale: {ClusterWords.Plain(condition.Text("message"))}");
            }
        }

        return scaler.Condition("ScalingActive") is null
            ? new ObjectVerdict(Readiness.InProgress, "it has not looked at its metrics yet")
            : new ObjectVerdict(Readiness.Ready, string.Create(CultureInfo.InvariantCulture, $"it keeps {scaler.Number("status", "desiredReplicas") ?? 0} replicas"));
    }
}

/// <summary>Namespaces: ready when they are active.</summary>
internal static class NamespaceReader
{
    /// <summary>The verdict.</summary>
    public static ObjectVerdict Read(ObservedObject observed)
    {
        if (observed.Item.Text("status", "phase") != "Terminating") return new ObjectVerdict(Readiness.Ready, "it is active");
        var left = observed.Item.Items("status", "conditions").FirstOrDefault(c => c.Text("status") == "True" && c.Text("message") is { Length: > 0 });
        return new ObjectVerdict(Readiness.InProgress, left is null ? "it is being deleted" : $"it is being deleted: {ClusterWords.Plain(left.Text("message"))}");
    }
}

/// <summary>
/// Any other kind, by what objects have agreed on (sigs.k8s.io/cli-utils, kstatus): the generation that the controller saw, and the conditions Reconciling,
/// Stalled, Ready, Available and Established. An object that has none of them is ready when it is there.
/// </summary>
internal static class ConditionsReader
{
    /// <summary>The verdict.</summary>
    public static ObjectVerdict Read(ObservedObject observed)
    {
        var item = observed.Item;
        if (WorkloadWords.Unseen(item) is { } unseen) return unseen;
        if (Is(item, "Stalled", "True") is { } stalled) return new ObjectVerdict(Readiness.Failed, Words(stalled, "it is stuck"));
        if (Is(item, "Reconciling", "True") is { } changing) return new ObjectVerdict(Readiness.InProgress, Words(changing, "its controller is at it"));
        if (Is(item, "NamesAccepted", "False") is { } names) return new ObjectVerdict(Readiness.Failed, Words(names, "its names are not accepted"));
        foreach (var type in (string[])["Ready", "Established", "Available"])
        {
            if (item.Condition(type) is not { } condition) continue;
            return condition.Text("status") switch
            {
                "True" => new ObjectVerdict(Readiness.Ready, $"it is {type.ToLowerInvariant()}"),
                "False" => new ObjectVerdict(Readiness.InProgress, Words(condition, $"it is not {type.ToLowerInvariant()}")),
                _ => new ObjectVerdict(Readiness.Unknown, Words(condition, $"whether it is {type.ToLowerInvariant()} is not known")),
            };
        }

        return new ObjectVerdict(Readiness.Ready, "it is there");
    }

    private static JsonObject? Is(JsonObject item, string type, string status) =>
        item.Condition(type) is { } condition && condition.Text("status") == status ? condition : null;

    private static string Words(JsonObject condition, string what) =>
        condition.Text("message") is { Length: > 0 } message ? $"{what}: {ClusterWords.Plain(message)}" : condition.Text("reason") is { Length: > 0 } reason ? $"{what} ({reason})" : what;
}
