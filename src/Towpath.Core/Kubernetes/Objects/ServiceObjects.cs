using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Objects;

/// <summary>The names and addresses of services: one Service each, one more for the pods of a StatefulSet and for each alias.</summary>
internal static class ServiceObjects
{
    /// <summary>The Service that gives each pod of a StatefulSet a name.</summary>
    public static string HeadlessOf(Workload workload) => ClusterNames.With(workload.Name, "pods");

    /// <summary>The Services of a workload.</summary>
    public static IEnumerable<ManifestObject> Of(ClusterPlan plan, Workload workload, DiagnosticBag bag)
    {
        if (workload.Ends)
        {
            yield break;
        }

        if (workload.HasService)
        {
            var origin = workload.Ports.IsEmpty ? workload.Callers[0].Origin : workload.Ports[0].Origin;
            // Without a known port the name leads to the pods themselves: each port of theirs can be reached, as with Compose.
            yield return Service(plan, workload, workload.Name, isHeadless: workload.Ports.IsEmpty, origin);
            foreach (var alias in Aliases(plan, workload))
            {
                yield return Service(plan, workload, alias, isHeadless: workload.Ports.IsEmpty, workload.From("networks"));
            }
        }

        if (workload.Kind == WorkloadKind.StatefulSet)
        {
            yield return Service(plan, workload, HeadlessOf(workload), isHeadless: true, workload.KindOrigin);
        }

        foreach (var port in workload.Spec.Ports.Where(p => p.Published is not null && !(workload.Spec.Delivery.Route is not null && p.Target == workload.Spec.HttpPort)))
        {
            bag.Add(KubernetesDiagnostics.PublishedInside(port.Location, workload.Service.Name, port.Target));
        }
    }

    private static IEnumerable<string> Aliases(ClusterPlan plan, Workload workload) =>
        workload.Cluster.Aliases.Select(a => ClusterNames.Label(a)).Where(a => a != workload.Name && plan.Named(a) is null).Distinct(StringComparer.Ordinal);

    private static ManifestObject Service(ClusterPlan plan, Workload workload, string name, bool isHeadless, Origin origin)
    {
        var spec = new ManifestMap();
        spec.Add("clusterIP", isHeadless ? "None" : null);
        // Pods of a StatefulSet find each other before they are ready.
        spec.AddFlag("publishNotReadyAddresses", name == HeadlessOf(workload));
        spec.Add("selector", ObjectNames.Selector(plan, workload.Name));
        var ports = new ManifestList();
        foreach (var port in workload.Ports)
        {
            var entry = new ManifestMap { { "name", port.Name }, { "port", port.Number }, { "targetPort", port.Name }, { "protocol", port.Protocol } };
            entry.Add("appProtocol", port.AppProtocol);
            ports.Add(entry.Because(port.Origin));
        }

        spec.Add("ports", ports.OrNothing());
        return ManifestObject.Of("v1", "Service", ObjectNames.Meta(plan, name, workload.Name), origin, ("spec", spec));
    }
}
