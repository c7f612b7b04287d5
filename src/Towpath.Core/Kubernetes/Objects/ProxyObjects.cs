using System.Globalization;
using System.Text;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Objects;

/// <summary>
/// A proxy of the environment's own, for a cluster without an ingress controller: HAProxy in two pods, published on a port of the nodes. It
/// opens a connection for each request, so that a pod which ends is never asked on one that was left open.
/// </summary>
internal static class ProxyObjects
{
    /// <summary>Name of the proxy's objects. Services of the Compose file can't be in the way: theirs do not begin like this.</summary>
    public const string Name = "towpath-entry";

    /// <summary>The image where the environment names none.</summary>
    public const string UsualImage = "docker.io/library/haproxy:3.2-alpine";

    private const int Port = 8080;
    private const int HealthPort = 8081;
    private static readonly Origin Why = new("`kubernetes.entry: proxy`");

    /// <summary>Configuration, pods and Service of the proxy.</summary>
    public static IEnumerable<ManifestObject> Of(ClusterPlan plan, IReadOnlyList<Workload> routed)
    {
        var text = Configuration(plan, routed);
        var settings = ClusterNames.With(Name, ClusterNames.Hash(text));
        var origin = Why with { Place = plan.Request.Spec.Location };
        yield return ManifestObject.Of("v1", "ConfigMap", ObjectNames.Meta(plan, settings, Name), origin, ("immutable", true), ("data", new ManifestMap { { "haproxy.cfg", text } }));
        yield return ManifestObject.Of("v1", "ServiceAccount", ObjectNames.Meta(plan, Name, Name), origin, ("automountServiceAccountToken", false));
        yield return ManifestObject.Of("v1", "Service", ObjectNames.Meta(plan, Name, Name), origin, ("spec", Service(plan)));
        yield return ManifestObject.Of("networking.k8s.io/v1", "NetworkPolicy", ObjectNames.Meta(plan, Name, Name), origin, ("spec", Policy(plan, routed)));
        yield return ManifestObject.Of("apps/v1", "Deployment", ObjectNames.Meta(plan, Name, Name), origin, ("spec", Deployment(plan, settings)));
        yield return ManifestObject.Of(
            ServedApis.Disruption(plan.Request), "PodDisruptionBudget", ObjectNames.Meta(plan, Name, Name), origin,
            ("spec", new ManifestMap { { "maxUnavailable", 1 }, { "selector", Selector(plan) } }));
    }

    private static string Configuration(ClusterPlan plan, IReadOnlyList<Workload> routed)
    {
        var text = new StringBuilder("""
            global
                maxconn 4000
                hard-stop-after 30s
            defaults
                mode http
                timeout connect 2s
                timeout client 60s
                timeout server 60s
                timeout queue 30s
                timeout http-request 10s
                option http-server-close
                option redispatch 1
                retries 4
                retry-on conn-failure
            resolvers cluster
                parse-resolv-conf
                hold valid 5s
            frontend health
                bind :8081
                http-request return status 200 if { path /healthz }
            frontend public
                bind :8080
                option forwardfor

            """);
        foreach (var workload in routed.OrderByDescending(w => w.Spec.Delivery.Route!.Path.Length).ThenBy(w => w.Name, StringComparer.Ordinal))
        {
            var path = workload.Spec.Delivery.Route!.Path;
            text.Append(CultureInfo.InvariantCulture, $"    use_backend {workload.Name}");
            text.Append(path == "/" ? "\n" : $" if {{ path {path} }} || {{ path_beg {path}/ }}\n");
        }

        foreach (var workload in routed)
        {
            var route = workload.Spec.Delivery.Route!;
            text.Append(CultureInfo.InvariantCulture, $"backend {workload.Name}\n");
            if (route.Strip)
            {
                text.Append(CultureInfo.InvariantCulture, $"    http-request set-header X-Forwarded-Prefix {route.Path}\n");
                text.Append(CultureInfo.InvariantCulture, $"    http-request set-path %[path,regsub(^{Quoted(route.Path)}/?,/)]\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"    server service {workload.Name}.{plan.Namespace}.svc.cluster.local:{workload.HttpPort!.Number} resolvers cluster init-addr libc,none\n");
        }

        return text.ToString();
    }

    // The paths of routes hold no character that means something to HAProxy but the dot.
    private static string Quoted(string path) => path.Replace(".", "[.]", StringComparison.Ordinal);

    private static ManifestMap Service(ClusterPlan plan)
    {
        var port = new ManifestMap { { "name", "http" }, { "port", 80 }, { "targetPort", Port }, { "protocol", "TCP" } };
        port.Add("nodePort", plan.Request.Spec.NodePort, new Origin("`port`", plan.Request.Desired.Environment.PortLocation));
        return new ManifestMap { { "type", "NodePort" }, { "selector", ObjectNames.Selector(plan, Name) }, { "ports", new ManifestList { port } } };
    }

    private static ManifestMap Policy(ClusterPlan plan, IReadOnlyList<Workload> routed)
    {
        var egress = new ManifestList();
        foreach (var workload in routed)
        {
            egress.Add(new ManifestMap { { "to", new ManifestList { new ManifestMap { { "podSelector", new ManifestMap { { "matchLabels", ObjectNames.Selector(plan, workload.Name) } } } } } } });
        }

        return new ManifestMap
        {
            { "podSelector", Selector(plan) },
            { "policyTypes", ManifestList.Of(["Ingress", "Egress"]) },
            { "ingress", new ManifestList { new ManifestMap { { "ports", new ManifestList { new ManifestMap { { "protocol", "TCP" }, { "port", Port } } } } } } },
            { "egress", egress },
        };
    }

    private static ManifestMap Deployment(ClusterPlan plan, string settings)
    {
        var container = new ManifestMap
        {
            { "name", "haproxy" },
            { "image", plan.Request.Spec.ProxyImage ?? UsualImage },
            { "imagePullPolicy", "IfNotPresent" },
            { "command", ManifestList.Of(["haproxy", "-W", "-db", "-f", "/etc/towpath/haproxy.cfg"]) },
            { "ports", new ManifestList { new ManifestMap { { "name", "http" }, { "containerPort", Port }, { "protocol", "TCP" } } } },
            { "lifecycle", new ManifestMap { { "preStop", new ManifestMap { { "exec", new ManifestMap { { "command", ManifestList.Of(["sleep", "5"]) } } } } } } },
            { "readinessProbe", Probe(2, 2) },
            { "livenessProbe", Probe(10, 3) },
            { "resources", new PodResources(0.05, 64L << 20, 1, 256L << 20).ToManifest(null) },
            { "securityContext", PodSecurity.OfWaiting() },
            { "volumeMounts", new ManifestList { new ManifestMap { { "name", "settings" }, { "mountPath", "/etc/towpath" }, { "readOnly", true } } } },
        };
        var pod = new ManifestMap
        {
            { "serviceAccountName", Name },
            { "automountServiceAccountToken", false },
            { "enableServiceLinks", false },
            { "securityContext", new ManifestMap { { "runAsNonRoot", true }, { "seccompProfile", new ManifestMap { { "type", "RuntimeDefault" } } } } },
            { "imagePullSecrets", plan.Request.Spec.PullSecret is { } pull ? new ManifestList { new ManifestMap { { "name", pull } } } : null },
            { "terminationGracePeriodSeconds", 40 },
            { "topologySpreadConstraints", new ManifestList { new ManifestMap { { "maxSkew", 1 }, { "topologyKey", "kubernetes.io/hostname" }, { "whenUnsatisfiable", "ScheduleAnyway" }, { "labelSelector", Selector(plan) } } } },
            { "containers", new ManifestList { container } },
            { "volumes", new ManifestList { new ManifestMap { { "name", "settings" }, { "configMap", new ManifestMap { { "name", settings } } } } } },
        };
        return new ManifestMap
        {
            { "replicas", 2 },
            { "revisionHistoryLimit", 3 },
            { "selector", Selector(plan) },
            { "strategy", new ManifestMap { { "type", "RollingUpdate" }, { "rollingUpdate", new ManifestMap { { "maxSurge", 1 }, { "maxUnavailable", 0 } } } } },
            { "template", new ManifestMap { { "metadata", new ManifestMap { { "labels", ObjectNames.Labels(plan, Name) } } }, { "spec", pod } } },
        };
    }

    private static ManifestMap Probe(long period, long failures) => new()
    {
        { "httpGet", new ManifestMap { { "path", "/healthz" }, { "port", HealthPort } } }, { "periodSeconds", period }, { "timeoutSeconds", 2 }, { "failureThreshold", failures },
    };

    private static ManifestMap Selector(ClusterPlan plan) => new() { { "matchLabels", ObjectNames.Selector(plan, Name) } };
}
