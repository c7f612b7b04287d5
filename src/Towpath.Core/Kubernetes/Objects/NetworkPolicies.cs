using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Objects;

/// <summary>
/// Who may call whom: nobody, except for names, for the calls that the files show, for what comes in by a route, and for the world outside
/// of the cluster where a network of the Compose file is not <c>internal</c>.
/// </summary>
internal static class NetworkPolicies
{
    private const string ApiVersion = "networking.k8s.io/v1";

    // The address ranges of RFC 1918, RFC 6598 and RFC 3927: where clusters, nodes and their metadata live.
    private static readonly string[] Inside = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"];

    /// <summary>The policies of the namespace and of each workload.</summary>
    public static IEnumerable<ManifestObject> Of(ClusterPlan plan)
    {
        var denied = new ManifestMap { { "podSelector", new ManifestMap() }, { "policyTypes", ManifestList.Of(["Ingress", "Egress"]) } };
        yield return ManifestObject.Of(ApiVersion, "NetworkPolicy", ObjectNames.Meta(plan, "default-deny"), new Origin("what is not declared is denied"), ("spec", denied));
        yield return Names(plan);
        foreach (var workload in plan.Workloads)
        {
            yield return Workload(plan, workload);
        }
    }

    private static ManifestObject Names(ClusterPlan plan)
    {
        var ports = new ManifestList { Port(53, "UDP"), Port(53, "TCP") };
        var spec = new ManifestMap
        {
            { "podSelector", new ManifestMap() },
            { "policyTypes", ManifestList.Of(["Egress"]) },
            { "egress", new ManifestList { new ManifestMap { { "to", new ManifestList { new ManifestMap { { "namespaceSelector", new ManifestMap() } } } }, { "ports", ports } } } },
        };
        return ManifestObject.Of(ApiVersion, "NetworkPolicy", ObjectNames.Meta(plan, "allow-dns"), new Origin("every pod may look up names"), ("spec", spec));
    }

    private static ManifestObject Workload(ClusterPlan plan, Workload workload)
    {
        var spec = new ManifestMap
        {
            { "podSelector", Selector(plan, workload.Name) },
            { "policyTypes", ManifestList.Of(["Ingress", "Egress"]) },
        };
        spec.Add("ingress", Incoming(plan, workload).OrNothing());
        spec.Add("egress", Outgoing(plan, workload).OrNothing());
        return ManifestObject.Of(ApiVersion, "NetworkPolicy", ObjectNames.Meta(plan, workload.Name, workload.Name), new Origin("only those may call it of whom the files say so", workload.Spec.Location), ("spec", spec));
    }

    private static ManifestList Incoming(ClusterPlan plan, Workload workload)
    {
        var rules = new ManifestList();
        foreach (var caller in workload.Callers)
        {
            rules.Add(Rule("from", Pods(plan, caller.Name), Ports(workload)).Because(caller.Origin));
        }

        if (workload.Spec.Delivery.Route is { } route && workload.HttpPort is { } http)
        {
            var selector = plan.Request.Spec.EntryNamespace.IsEmpty ? new ManifestMap() : new ManifestMap { { "matchLabels", ManifestMap.Of(plan.Request.Spec.EntryNamespace) } };
            var from = new ManifestList { new ManifestMap { { "namespaceSelector", selector } } };
            rules.Add(Rule("from", from, new ManifestList { Port(http.Number, "TCP") }).Because(new Origin($"`x-towpath.route` of {workload.Service.Name}", route.Location)));
        }

        return rules;
    }

    private static ManifestList Outgoing(ClusterPlan plan, Workload workload)
    {
        var rules = new ManifestList();
        foreach (var callee in plan.Callees.GetValueOrDefault(workload.Name, []))
        {
            rules.Add(Rule("to", Pods(plan, callee.Name), null).Because(callee.Origin));
        }

        if (workload.Cluster.Networks.IsEmpty || workload.Cluster.Networks.Any(n => !n.IsInternal))
        {
            var block = new ManifestMap { { "cidr", "0.0.0.0/0" }, { "except", ManifestList.Of(Inside) } };
            rules.Add(Rule("to", new ManifestList { new ManifestMap { { "ipBlock", block } } }, null)
                .Because(new Origin("the world outside of the cluster, as with Compose; a network with `internal: true` closes it", workload.Spec.Source.Keys.GetValueOrDefault("networks"))));
        }

        if (PodWaits.Of(plan, workload, waitsForMigration: true).FirstOrDefault(w => w.AsksServer) is { } wait)
        {
            // The API server has no pod that a policy could name, and its address is the cluster's own affair.
            rules.Add(new ManifestMap { { "ports", new ManifestList { Port(443, "TCP"), Port(6443, "TCP") } } }.Because(wait.Origin));
        }

        return rules;
    }

    private static ManifestMap Rule(string side, ManifestList peers, ManifestList? ports) => new() { { side, peers }, { "ports", ports?.OrNothing() } };

    private static ManifestList Pods(ClusterPlan plan, string component) => new() { new ManifestMap { { "podSelector", Selector(plan, component) } } };

    // A migration calls what its service calls, and answers to another name, so that no Service takes it for a replica.
    private static ManifestMap Selector(ClusterPlan plan, string component)
    {
        if (plan.Named(component) is not { Spec.Delivery.Migrate: not null })
        {
            return new ManifestMap { { "matchLabels", ObjectNames.Selector(plan, component) } };
        }

        var names = ManifestList.Of([component, ClusterNames.With(component, "migrate")]);
        return new ManifestMap { { "matchExpressions", new ManifestList { new ManifestMap { { "key", ObjectNames.Name }, { "operator", "In" }, { "values", names } } } } };
    }

    private static ManifestList? Ports(Workload workload)
    {
        var ports = new ManifestList();
        foreach (var port in workload.Ports)
        {
            ports.Add(Port(port.Number, port.Protocol));
        }

        return ports.OrNothing();
    }

    private static ManifestMap Port(int number, string protocol) => new() { { "protocol", protocol }, { "port", number } };
}
