using System.Collections.Immutable;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Objects;

namespace Towpath.Core.Kubernetes.Layouts;

/// <summary>
/// Deployments as objects of kind Rollout of Argo Rollouts, which has the same fields but <c>strategy</c> (argo-rollouts.readthedocs.io: specification,
/// canary, bluegreen; checked against 1.8). Blue-green gets a second Service, on which new pods are asked before all requests go to them. What
/// judges a step is left to those who have metrics: no analysis is invented.
/// </summary>
internal static class RolloutObjects
{
    private const string ApiVersion = "argoproj.io/v1alpha1";
    private const string Kind = "Rollout";

    /// <summary>The objects of an environment, in no order.</summary>
    public static IEnumerable<ManifestObject> Of(RenderedEnvironment environment, ImmutableSortedDictionary<string, ServiceDesired> services) =>
        environment.Objects.SelectMany(o => o.Kind switch
        {
            "Deployment" when services.TryGetValue(o.Name, out var service) => [Rollout(environment, o, service)],
            "Service" when services.TryGetValue(o.Name, out var service) => WithSecond(environment, o, service),
            "HorizontalPodAutoscaler" when services.ContainsKey(o.Root.TextAt("spec", "scaleTargetRef", "name") ?? "") => [Scaling(o)],
            _ => (IEnumerable<ManifestObject>)[o],
        });

    private static ManifestObject Rollout(RenderedEnvironment environment, ManifestObject deployment, ServiceDesired service)
    {
        var strategy = service.Strategy == RolloutStrategy.Canary ? Canary(environment, deployment, service) : BlueGreen(environment, deployment, service);
        var root = deployment.Root.With("apiVersion", ApiVersion).With("kind", Kind);
        return ManifestObject.From(root.WithAt(["spec", "strategy"], strategy.Because(ProgressiveDelivery.Because(service, environment.Request.Desired.Environment))));
    }

    private static ManifestMap Canary(RenderedEnvironment environment, ManifestObject deployment, ServiceDesired service)
    {
        var steps = new ManifestList();
        foreach (var weight in service.Rollout.Steps)
        {
            steps.Add(new ManifestMap { { "setWeight", weight } });
            // A pause without an end waits for a person.
            steps.Add(new ManifestMap { { "pause", service.Rollout.ByHand ? [] : new ManifestMap { { "duration", ProgressiveDelivery.Duration(service.Rollout.Interval) } } } });
        }

        var canary = new ManifestMap { { "steps", steps }, { "maxSurge", "25%" }, { "maxUnavailable", 0 } };
        if (IsSplitByNginx(environment, deployment))
        {
            canary.Add("stableService", deployment.Name);
            canary.Add("canaryService", SecondOf(deployment.Name, service));
            canary.Add("trafficRouting", new ManifestMap { { "nginx", new ManifestMap { { "stableIngress", deployment.Name } } } });
        }

        return new ManifestMap { { "canary", canary } };
    }

    private static ManifestMap BlueGreen(RenderedEnvironment environment, ManifestObject deployment, ServiceDesired service)
    {
        var warm = environment.Request.Desired.Environment.Warm;
        var body = new ManifestMap
        {
            { "activeService", deployment.Name }, { "previewService", SecondOf(deployment.Name, service) }, { "autoPromotionEnabled", !service.Rollout.ByHand },
        };
        body.Add("scaleDownDelaySeconds", warm > TimeSpan.Zero ? (ManifestNode)Quantity.Seconds(warm) : null, new Origin("`warm`", environment.Request.Desired.Environment.Location));
        return new ManifestMap { { "blueGreen", body } };
    }

    // The other routers of requests need objects of their own, which only those know who run them. Without one, weights are shares of the replicas.
    private static bool IsSplitByNginx(RenderedEnvironment environment, ManifestObject deployment) =>
        environment.Request.Spec.EntryClass == "nginx" && environment.Objects.Any(o => o.Kind == "Ingress" && o.Name == deployment.Name);

    private static IEnumerable<ManifestObject> WithSecond(RenderedEnvironment environment, ManifestObject subject, ServiceDesired service) =>
        service.Strategy == RolloutStrategy.BlueGreen || IsSplitByNginx(environment, subject)
            ? [subject, Named(subject, SecondOf(subject.Name, service))]
            : [subject];

    private static ManifestObject Named(ManifestObject subject, string name) => subject.WithAt(["metadata", "name"], name);

    private static string SecondOf(string name, ServiceDesired service) => Planning.ClusterNames.With(name, service.Strategy == RolloutStrategy.Canary ? "canary" : "preview");

    private static ManifestObject Scaling(ManifestObject autoscaler) =>
        autoscaler.WithAt(["spec", "scaleTargetRef", "apiVersion"], ApiVersion).WithAt(["spec", "scaleTargetRef", "kind"], Kind);
}
