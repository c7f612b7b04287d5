using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Status;

namespace Towpath.Simulation.Clusters.Server;

/// <summary>An object of the simulated cluster, and who set which of its fields.</summary>
internal sealed class StoredObject(ServedKind kind, JsonObject body)
{
    private string? _text;

    /// <summary>Its kind.</summary>
    public ServedKind Kind { get; } = kind;

    /// <summary>As it is. Whoever changes it tells the store.</summary>
    public JsonObject Body { get; set; } = body;

    /// <summary>Fields by who set them, as <see cref="FieldSets"/> writes them.</summary>
    public SortedDictionary<string, HashSet<string>> Owners { get; set; } = new(StringComparer.Ordinal);

    /// <summary>It is not in the store any more.</summary>
    public bool IsGone { get; set; }

    /// <summary>Its namespace; empty for none.</summary>
    public string Space { get; } = body.Text("metadata", "namespace") ?? "";

    /// <summary>Its name.</summary>
    public string Name { get; } = body.Name();

    /// <summary>It was made anew under each uid.</summary>
    public string Uid => Body.Text("metadata", "uid")!;

    /// <summary>It is being removed.</summary>
    public bool IsLeaving => Body.Text("metadata", "deletionTimestamp") is not null;

    /// <summary>Towpath made it.</summary>
    public bool IsOurs => Label(ObjectNames.ManagedBy) == ObjectNames.Manager;

    /// <summary>As it goes over the wire.</summary>
    public string Text => _text ??= Body.ToJsonString();

    /// <summary>A label; null where it has none.</summary>
    public string? Label(string name) => Body.Text("metadata", "labels", name);

    /// <summary>It was made by that one.</summary>
    public bool IsOf(StoredObject owner) => Body.At("metadata", "ownerReferences") is JsonArray { Count: > 0 } references && references[0].Text("uid") == owner.Uid;

    /// <summary>It has the labels that a selector asks for.</summary>
    public bool Fits(JsonObject? selector) => selector is { Count: > 0 } && selector.All(s => Label(s.Key) == s.Value?.ToString());

    /// <summary>It has changed.</summary>
    public void Changed() => _text = null;

    /// <inheritdoc/>
    public override string ToString() => $"{Kind.Kind} {(Space.Length == 0 ? "" : Space + "/")}{Name}";
}
