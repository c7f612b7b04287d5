using System.Text.Json.Nodes;

namespace Towpath.Engines.Kubernetes.Watching;

/// <summary>What a watch tells.</summary>
public abstract record ObjectChange
{
    /// <summary>All objects of a moment, at the beginning and whenever changes may have been missed. What is not among them is gone.</summary>
    /// <param name="Items">The objects.</param>
    public sealed record Snapshot(IReadOnlyList<JsonObject> Items) : ObjectChange;

    /// <summary>An object is there, or has changed.</summary>
    /// <param name="Item">As it is now.</param>
    public sealed record Set(JsonObject Item) : ObjectChange;

    /// <summary>An object is gone.</summary>
    /// <param name="Item">As it was at last.</param>
    public sealed record Removed(JsonObject Item) : ObjectChange;

    /// <summary>The cluster does not answer; the watch goes on by itself.</summary>
    /// <param name="Failure">Why.</param>
    /// <param name="Failures">Failures in a row.</param>
    public sealed record Interrupted(KubernetesException Failure, int Failures) : ObjectChange;

    /// <summary>The cluster answers again, and nothing was missed: what was known is what is there.</summary>
    public sealed record Resumed : ObjectChange;
}
