using System.Collections.Immutable;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Objects;

namespace Towpath.Core.Kubernetes.Layouts;

/// <summary>
/// A Canary of Flagger beside each Deployment (docs.flagger.app: how it works, deployment strategies). Flagger makes the Services itself and runs what
/// takes requests as a Deployment <c>NAME-primary</c>, so ours go, and policies that select the pods select those too.
/// </summary>
internal static class FlaggerObjects
{
    private const string Primary = "primary";

    /// <summary>The objects of an environment, in no order.</summary>
    public static IEnumerable<ManifestObject> Of(RenderedEnvironment environment, ImmutableSortedDictionary<string, ServiceDesired> services)
    {
        foreach (var subject in environment.Objects)
        {
            if (subject.Kind == "Service" && services.TryGetValue(subject.Name, out var service))
            {
                yield return Canary(environment, subject, service);
            }
            else if (subject.Kind == "Service" && services.ContainsKey(subject.Root.TextAt("spec", "selector", ObjectNames.Name) ?? ""))
            {
                // Another name of the service: it leads to those pods that take requests.
                yield return subject.WithAt(["spec", "selector", ObjectNames.Name], PrimaryOf(subject.Root.TextAt("spec", "selector", ObjectNames.Name)!));
            }
            else
            {
                yield return subject.Kind is "NetworkPolicy" or "PodDisruptionBudget" ? Widened(subject, services) : subject;
            }
        }
    }

    private static ManifestObject Canary(RenderedEnvironment environment, ManifestObject subject, ServiceDesired service)
    {
        var name = subject.Name;
        var deployment = environment.Objects.First(o => o.Kind == "Deployment" && o.Name == name);
        var spec = new ManifestMap
        {
            { "targetRef", Reference("apps/v1", "Deployment", name) },
            { "autoscalerRef", environment.Objects.FirstOrDefault(o => o.Kind == "HorizontalPodAutoscaler" && o.Name == name) is { } scaler ? Reference(scaler.ApiVersion, scaler.Kind, name) : null },
            { "ingressRef", environment.Objects.FirstOrDefault(o => o.Kind == "Ingress" && o.Name == name) is { } entry ? Reference(entry.ApiVersion, entry.Kind, name) : null },
            { "progressDeadlineSeconds", deployment.Root.At("spec", "progressDeadlineSeconds") },
            { "service", Service(subject, service) },
            { "analysis", Analysis(service) },
        };
        var metadata = (ManifestMap)subject.Root["metadata"]!;
        return ManifestObject.Of("flagger.app/v1beta1", "Canary", metadata, ProgressiveDelivery.Because(service, environment.Request.Desired.Environment), ("spec", spec));
    }

    private static ManifestMap Reference(string apiVersion, string kind, string name) => new() { { "apiVersion", apiVersion }, { "kind", kind }, { "name", name } };

    private static ManifestMap Service(ManifestObject subject, ServiceDesired service)
    {
        var ports = (ManifestList)subject.Root.At("spec", "ports")!;
        var http = ports.FirstOrDefault(p => p.TextAt("port") == service.Spec.HttpPort?.ToString(System.Globalization.CultureInfo.InvariantCulture)) ?? ports[0];
        var body = new ManifestMap { { "name", subject.Name }, { "port", http.At("port") }, { "targetPort", http.At("targetPort") }, { "portName", http.At("name") } };
        body.Add("appProtocol", http.At("appProtocol"));
        // The others are those of the container.
        body.AddFlag("portDiscovery", ports.Count > 1);
        return body;
    }

    private static ManifestMap Analysis(ServiceDesired service)
    {
        var rollout = service.Rollout;
        var analysis = new ManifestMap { { "interval", ProgressiveDelivery.Duration(rollout.Interval) } };
        if (service.Strategy == RolloutStrategy.BlueGreen)
        {
            // One look, then all requests at once. A failed look is not repeated.
            analysis.Add("threshold", 1);
            analysis.Add("iterations", 1);
            return analysis;
        }

        analysis.Add("threshold", Math.Max(1, (long)(rollout.Analysis.Patience / rollout.Interval)));
        analysis.Add("stepWeights", new ManifestList(rollout.Steps.Select(s => (ManifestNode)s)));
        var least = Math.Round(100 * (1 - rollout.Analysis.MostErrors), 4).ToString(System.Globalization.CultureInfo.InvariantCulture);
        analysis.Add("metrics", new ManifestList
        {
            new ManifestMap
            {
                { "name", "request-success-rate" },
                { "thresholdRange", new ManifestMap { { "min", new ManifestValue(ManifestValueKind.Number, least) } } },
                { "interval", ProgressiveDelivery.Duration(rollout.Interval) },
            },
        });
        return analysis;
    }

    private static ManifestObject Widened(ManifestObject subject, ImmutableSortedDictionary<string, ServiceDesired> services)
    {
        var root = (ManifestMap)subject.Root.Rewrite((key, node) => key is "podSelector" or "selector" && node is ManifestMap selector ? Widened(selector, services) : null);
        return ReferenceEquals(root, subject.Root) ? subject : ManifestObject.From(root);
    }

    private static ManifestMap? Widened(ManifestMap selector, ImmutableSortedDictionary<string, ServiceDesired> services)
    {
        if (selector["matchLabels"] is ManifestMap labels && labels.TextAt(ObjectNames.Name) is { } name && services.ContainsKey(name))
        {
            return selector.With("matchLabels", labels.With(ObjectNames.Name, null).OrNothing()).With("matchExpressions", new ManifestList { In([name, PrimaryOf(name)]) });
        }

        return selector["matchExpressions"] is ManifestList { Count: 1 } expressions
            && expressions[0].TextAt("key") == ObjectNames.Name && expressions[0].At("values") is ManifestList values
            && values.OfType<ManifestValue>().FirstOrDefault(v => services.ContainsKey(v.Text)) is { } found
                ? selector.With("matchExpressions", new ManifestList { In([.. values.OfType<ManifestValue>().Select(v => v.Text), PrimaryOf(found.Text)]) })
                : null;
    }

    private static string PrimaryOf(string name) => $"{name}-{Primary}";

    private static ManifestMap In(IEnumerable<string> values) => new() { { "key", ObjectNames.Name }, { "operator", "In" }, { "values", ManifestList.Of(values) } };
}
