using System.Globalization;
using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Planning;
using Towpath.Core.Kubernetes.Status;

namespace Towpath.Core.Kubernetes.Running;

/// <summary>
/// The second workload of a service that takes a new release by shares of its requests, and what leads to it. Each is made of the compiled object, whose
/// labels it keeps but for the track: what selects pods by the service's name (policies, budgets) holds for both.
/// </summary>
/// <remarks>
/// The first Deployment's selector, which can't be changed, fits the pods of the second one too. That does no harm: a controller adopts by owner
/// references, and only pods and replica sets that have no owner. An autoscaler of the first counts the load of both, and so keeps it large enough for all of it.
/// </remarks>
public static class SecondWorkload
{
    private const string IssuerPrefix = "cert-manager.io/";
    private const string NginxPrefix = "nginx.ingress.kubernetes.io/";

    /// <summary>Name of the second one of an object.</summary>
    public static string NameOf(string name) => ClusterNames.With(name, ObjectNames.Canary);

    /// <summary>An object is a second one.</summary>
    public static bool Is(JsonObject subject) => TrackOf(subject) == ObjectNames.Canary;

    /// <summary>The track of an object, or null.</summary>
    public static string? TrackOf(JsonObject subject) => subject.Text("metadata", "labels", ObjectNames.Track);

    /// <summary>The pods of a Deployment carry a track, so that a Service can choose between them and others of its name.</summary>
    public static bool HasTrack(JsonObject deployment) => deployment.Text("spec", "template", "metadata", "labels", ObjectNames.Track) is not null;

    /// <summary>The second Deployment.</summary>
    /// <param name="deployment">The compiled one.</param>
    /// <param name="pods">How many pods it has. No autoscaler sets that.</param>
    public static JsonObject Of(JsonObject deployment, int pods)
    {
        var second = Named(deployment);
        second["spec"]!["replicas"] = pods;
        second["spec"]!["selector"]!["matchLabels"]![ObjectNames.Track] = ObjectNames.Canary;
        second["spec"]!["template"]!["metadata"]!["labels"]![ObjectNames.Track] = ObjectNames.Canary;
        return second;
    }

    /// <summary>The Service of its pods alone.</summary>
    /// <param name="service">The compiled one.</param>
    public static JsonObject ServiceOf(JsonObject service)
    {
        var second = Named(service);
        second["spec"]!["selector"]![ObjectNames.Track] = ObjectNames.Canary;
        return second;
    }

    /// <summary>The Ingress that takes a share of another one's requests (kubernetes.github.io/ingress-nginx: annotations, canary).</summary>
    /// <param name="ingress">The compiled one.</param>
    /// <param name="percent">Share, 0 to 100.</param>
    public static JsonObject IngressOf(JsonObject ingress, double percent)
    {
        var second = Named(ingress);
        var annotations = second["metadata"]!["annotations"] as JsonObject ?? [];
        // The certificate is the first one's affair.
        foreach (var key in annotations.Select(a => a.Key).Where(k => k.StartsWith(IssuerPrefix, StringComparison.Ordinal)).ToList()) annotations.Remove(key);
        annotations[NginxPrefix + "canary"] = "true";
        annotations[NginxPrefix + "canary-weight"] = ((int)Math.Round(percent)).ToString(CultureInfo.InvariantCulture);
        second["metadata"]!["annotations"] = annotations;
        foreach (var backend in second.Items("spec", "rules").SelectMany(r => r.Items("http", "paths")).Select(p => p.At("backend", "service")).OfType<JsonObject>())
        {
            backend["name"] = NameOf(backend.Text("name")!);
        }

        return second;
    }

    private static JsonObject Named(JsonObject subject)
    {
        var second = (JsonObject)subject.DeepClone();
        second["metadata"]!["name"] = NameOf(subject.Name());
        second["metadata"]!["labels"]![ObjectNames.Track] = ObjectNames.Canary;
        return second;
    }
}
