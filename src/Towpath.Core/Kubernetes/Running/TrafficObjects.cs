using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Status;

namespace Towpath.Core.Kubernetes.Running;

/// <summary>
/// Objects that say where the requests of a service go while it has two workloads. Who applies such an object for another reason (what it compiled to, drift)
/// keeps what it says about that: see <see cref="Keep"/>, which is the only place for it.
/// </summary>
public static class TrafficObjects
{
    /// <summary>Its kind may say where requests go.</summary>
    public static bool MayCarry(JsonObject subject) => subject.Text("kind") is "Service" or "HTTPRoute";

    /// <summary>A compiled object as it has to be beside the one that is there: its shares stay.</summary>
    public static JsonObject Keep(JsonObject compiled, JsonObject? live)
    {
        if (MayCarry(compiled) && SlotWeights.Of(live) is { } weights) Put(compiled, weights);
        return compiled;
    }

    /// <summary>Writes shares into a compiled object.</summary>
    /// <param name="compiled">A Service or an HTTPRoute; others stay as they are.</param>
    /// <param name="weights">The shares; null for an object at rest, which is as compiled.</param>
    public static JsonObject Put(JsonObject compiled, SlotWeights? weights)
    {
        if (weights is null) return compiled;
        switch (compiled.Text("kind"))
        {
            case "Service":
                Annotate(compiled, weights);
                if (weights.Track is { } track) compiled["spec"]!["selector"]![ObjectNames.Track] = track;
                break;
            // Only where both have a share: otherwise the Service alone decides, at once for whoever calls it.
            case "HTTPRoute" when weights is { IsMixed: true, IsSplit: true }:
                Annotate(compiled, weights);
                Split(compiled, weights);
                break;
        }

        return compiled;
    }

    private static void Annotate(JsonObject subject, SlotWeights weights)
    {
        var annotations = subject["metadata"]!["annotations"] as JsonObject ?? [];
        annotations[ObjectNames.Weights] = weights.ToString();
        subject["metadata"]!["annotations"] = annotations;
    }

    private static void Split(JsonObject route, SlotWeights weights)
    {
        foreach (var rule in route.Items("spec", "rules"))
        {
            var stable = rule.Items("backendRefs").First();
            var canary = (JsonObject)stable.DeepClone();
            canary["name"] = SecondWorkload.NameOf(stable.Text("name")!);
            (stable["weight"], canary["weight"]) = (weights.Stable, weights.Canary);
            rule["backendRefs"]!.AsArray().Add((JsonNode)canary);
        }
    }
}
