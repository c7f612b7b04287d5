using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Objects;

namespace Towpath.Engines.Clusters;

/// <summary>What an object of an environment is there for, which decides when it is applied.</summary>
internal static class ObjectRoles
{
    private static readonly string[] EntryKinds = ["Ingress", "Middleware", "Gateway", "HTTPRoute"];

    /// <summary>It makes pods of a service, or says how many: it is applied when its service's turn comes.</summary>
    public static bool IsUnit(ManifestObject subject) =>
        (subject.Kind is "Deployment" or "StatefulSet" or "DaemonSet" or "Job" or "HorizontalPodAutoscaler" && !IsEntry(subject))
        || (subject.Kind == "CronJob" && (subject.Root["metadata"] as ManifestMap)?["annotations"] is ManifestMap told && told[ObjectNames.Service] is not null);

    /// <summary>Requests from outside come in by it.</summary>
    public static bool IsEntry(ManifestObject subject) =>
        EntryKinds.Contains(subject.Kind) || subject.Name.StartsWith(ProxyObjects.Name, StringComparison.Ordinal);
}
