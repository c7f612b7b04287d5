using System.Text.RegularExpressions;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Objects;

/// <summary>How requests from outside come to routed services: by an Ingress, or by routes of the Gateway API.</summary>
internal static class EntryObjects
{
    private const string Networking = "networking.k8s.io/v1";
    private const string GatewayApi = "gateway.networking.k8s.io/v1";

    /// <summary>The objects of all routes.</summary>
    public static IEnumerable<ManifestObject> Of(ClusterPlan plan, DiagnosticBag bag)
    {
        var routed = plan.Workloads.Where(w => w.Spec.Delivery.Route is not null && w.HttpPort is not null && !w.Ends).ToList();
        return routed.Count == 0 ? [] : plan.Request.Spec.Entry switch
        {
            EntryKind.Ingress => routed.SelectMany(w => Ingress(plan, w, w.Spec.Delivery.Route!, bag)),
            EntryKind.GatewayApi => Gateway(plan).Concat(routed.Select(w => HttpRoute(plan, w, w.Spec.Delivery.Route!))),
            EntryKind.Proxy => ProxyObjects.Of(plan, routed),
            _ => [],
        };
    }

    private static IEnumerable<ManifestObject> Ingress(ClusterPlan plan, Workload workload, Route route, DiagnosticBag bag)
    {
        var settings = plan.Request.Spec;
        var origin = new Origin($"`x-towpath.route` of {workload.Service.Name}", route.Location);
        var meta = ObjectNames.Meta(plan, workload.Name, workload.Name);
        var annotations = new ManifestMap();
        if (settings.TlsIssuer is { } issuer)
        {
            annotations.Add("cert-manager.io/cluster-issuer", issuer, new Origin("`kubernetes.tls`", settings.Location));
        }

        var path = new ManifestMap { { "path", route.Path }, { "pathType", "Prefix" } };
        if (route.Strip)
        {
            path = AddStrip(plan, workload, route, annotations, path, bag);
        }

        meta.Add("annotations", annotations.OrNothing());
        path.Add("backend", new ManifestMap { { "service", new ManifestMap { { "name", workload.Name }, { "port", new ManifestMap { { "name", workload.HttpPort!.Name } } } } } });
        var rule = new ManifestMap { { "host", settings.Host }, { "http", new ManifestMap { { "paths", new ManifestList { path } } } } };
        var spec = new ManifestMap();
        spec.Add("ingressClassName", settings.EntryClass, new Origin("`kubernetes.class`", settings.Location));
        spec.Add("tls", Tls(settings), new Origin("`kubernetes.tls`", settings.Location));
        spec.Add("rules", new ManifestList { rule });
        if (route.Strip && settings.EntryClass == "traefik")
        {
            yield return ManifestObject.Of(
                "traefik.io/v1alpha1", "Middleware", ObjectNames.Meta(plan, ClusterNames.With(workload.Name, "strip"), workload.Name), origin,
                ("spec", new ManifestMap { { "stripPrefix", new ManifestMap { { "prefixes", ManifestList.Of([route.Path]) } } } }));
        }

        yield return ManifestObject.Of(Networking, "Ingress", meta, origin, ("spec", spec));
    }

    private static ManifestMap AddStrip(ClusterPlan plan, Workload workload, Route route, ManifestMap annotations, ManifestMap path, DiagnosticBag bag)
    {
        switch (plan.Request.Spec.EntryClass)
        {
            case "haproxy":
                annotations.Add("haproxy.org/path-rewrite", $"{Regex.Escape(route.Path)}/?(.*) /\\1");
                return path;
            case "traefik":
                annotations.Add("traefik.ingress.kubernetes.io/router.middlewares", $"{plan.Namespace}-{ClusterNames.With(workload.Name, "strip")}@kubernetescrd");
                return path;
            case "nginx":
                break;
            default:
                bag.Add(KubernetesDiagnostics.StripByClass(route.Location, workload.Service.Name, route.Path));
                break;
        }

        annotations.Add("nginx.ingress.kubernetes.io/use-regex", "true");
        annotations.Add("nginx.ingress.kubernetes.io/rewrite-target", "/$2");
        return new ManifestMap { { "path", $"{Regex.Escape(route.Path)}(/|$)(.*)" }, { "pathType", "ImplementationSpecific" } };
    }

    private static ManifestList? Tls(KubernetesSpec settings)
    {
        if (settings.TlsSecret is not { } secret)
        {
            return null;
        }

        return new ManifestList { new ManifestMap { { "hosts", settings.Host is { } host ? ManifestList.Of([host]) : null }, { "secretName", secret } } };
    }

    private static IEnumerable<ManifestObject> Gateway(ClusterPlan plan)
    {
        var settings = plan.Request.Spec;
        if (settings.Gateway is not null)
        {
            yield break;
        }

        var listener = new ManifestMap { { "name", settings.TlsSecret is null ? "http" : "https" }, { "port", settings.TlsSecret is null ? 80 : 443 }, { "protocol", settings.TlsSecret is null ? "HTTP" : "HTTPS" } };
        listener.Add("hostname", settings.Host);
        if (settings.TlsSecret is { } secret)
        {
            listener.Add("tls", new ManifestMap { { "mode", "Terminate" }, { "certificateRefs", new ManifestList { new ManifestMap { { "name", secret } } } } });
        }

        var meta = ObjectNames.Meta(plan, plan.Request.Desired.Application);
        meta.Add("annotations", settings.TlsIssuer is { } issuer ? new ManifestMap { { "cert-manager.io/cluster-issuer", issuer } } : null);
        var spec = new ManifestMap { { "gatewayClassName", settings.EntryClass ?? "default" }, { "listeners", new ManifestList { listener } } };
        yield return ManifestObject.Of(GatewayApi, "Gateway", meta, new Origin("`kubernetes.entry: gateway`", settings.Location), ("spec", spec));
    }

    private static ManifestObject HttpRoute(ClusterPlan plan, Workload workload, Route route)
    {
        var settings = plan.Request.Spec;
        var named = (settings.Gateway ?? plan.Request.Desired.Application).Split('/');
        var parent = new ManifestMap { { "name", named[^1] }, { "namespace", named.Length > 1 ? named[0] : null } };
        var match = new ManifestMap { { "path", new ManifestMap { { "type", "PathPrefix" }, { "value", route.Path } } } };
        var rule = new ManifestMap { { "matches", new ManifestList { match } } };
        if (route.Strip)
        {
            var rewrite = new ManifestMap { { "path", new ManifestMap { { "type", "ReplacePrefixMatch" }, { "replacePrefixMatch", "/" } } } };
            rule.Add("filters", new ManifestList { new ManifestMap { { "type", "URLRewrite" }, { "urlRewrite", rewrite } } });
        }

        rule.Add("backendRefs", new ManifestList { new ManifestMap { { "name", workload.Name }, { "port", workload.HttpPort!.Number } } });
        var spec = new ManifestMap { { "parentRefs", new ManifestList { parent } }, { "hostnames", settings.Host is { } host ? ManifestList.Of([host]) : null }, { "rules", new ManifestList { rule } } };
        return ManifestObject.Of(
            GatewayApi, "HTTPRoute", ObjectNames.Meta(plan, workload.Name, workload.Name), new Origin($"`x-towpath.route` of {workload.Service.Name}", route.Location), ("spec", spec));
    }
}
