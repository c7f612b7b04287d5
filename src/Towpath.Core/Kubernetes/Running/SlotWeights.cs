using System.Globalization;
using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Status;

namespace Towpath.Core.Kubernetes.Running;

/// <summary>
/// How the requests of a service are shared out between its two workloads. It stands on its Service as an annotation, as <c>stable=252,canary=28</c>,
/// beside the selector that brings it about: both are written at once. A Service without it sends requests to all pods of its name.
/// </summary>
/// <param name="Stable">Weight of the workload that has the service's name, from 0; null where it is not let in yet: it is being replaced behind the second one.</param>
/// <param name="Canary">Weight of the second workload, from 0.</param>
/// <param name="IsSplit">What brings in the requests splits them by these weights; else they are split by how many pods each has.</param>
public sealed record SlotWeights(int? Stable, int Canary, bool IsSplit)
{
    private const string ByRoute = "by=route";

    /// <summary>Requests go to the workload of the service's name.</summary>
    public bool HasStable => Stable > 0;

    /// <summary>Requests go to both.</summary>
    public bool IsMixed => HasStable && Canary > 0;

    /// <summary>Percent of the requests that the second workload is to have.</summary>
    public double Percent => Canary == 0 ? 0 : 100.0 * Canary / (Canary + (Stable ?? 0));

    /// <summary>The track that the Service selects; null for both.</summary>
    public string? Track => Canary == 0 ? ObjectNames.Stable : !HasStable ? ObjectNames.Canary : IsSplit ? ObjectNames.Stable : null;

    /// <summary>The weights that stand on an object; null for none.</summary>
    public static SlotWeights? Of(JsonObject? subject) => Parse(subject.Text("metadata", "annotations", ObjectNames.Weights));

    /// <summary>Reads them; null where they can't be.</summary>
    public static SlotWeights? Parse(string? text)
    {
        var parts = (text ?? "").Split(',', StringSplitOptions.TrimEntries);
        var canary = Number(parts, "canary=");
        return canary is null ? null : new SlotWeights(Number(parts, "stable="), canary.Value, parts.Contains(ByRoute));
    }

    /// <summary>As it stands on the Service.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Stable is { } stable ? $"stable={stable}," : "")}canary={Canary}{(IsSplit ? "," + ByRoute : "")}");

    private static int? Number(string[] parts, string key) =>
        parts.FirstOrDefault(p => p.StartsWith(key, StringComparison.Ordinal)) is { } part && int.TryParse(part[key.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
