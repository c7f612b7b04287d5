using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;

namespace Towpath.Engines.Kubernetes.Watching;

/// <summary>Where an object stands.</summary>
/// <param name="Namespace">Namespace; empty for none.</param>
/// <param name="Name">Name.</param>
public readonly record struct ObjectKey(string Namespace, string Name)
{
    /// <summary>The key of an object.</summary>
    public static ObjectKey Of(JsonObject item) => new(item.Text("metadata", "namespace") ?? "", item.Name());
}

/// <summary>The objects as changes leave them. A value: each change gives another one, so that readers need no lock. Nobody changes the objects in it.</summary>
/// <param name="Items">By key.</param>
/// <param name="Changes">How many changes it has seen; a snapshot counts each difference.</param>
/// <param name="IsComplete">Whether everything was listed once.</param>
/// <param name="Interruption">Why nothing is heard at the moment; null while all is well.</param>
public sealed record ObjectCache(ImmutableDictionary<ObjectKey, JsonObject> Items, long Changes, bool IsComplete, KubernetesException? Interruption)
{
    /// <summary>Before anything.</summary>
    public static ObjectCache Empty { get; } = new(ImmutableDictionary<ObjectKey, JsonObject>.Empty, 0, IsComplete: false, Interruption: null);

    /// <summary>After a change.</summary>
    public ObjectCache After(ObjectChange change) => change switch
    {
        ObjectChange.Snapshot snapshot => After(snapshot),
        ObjectChange.Set set => this with { Items = Items.SetItem(ObjectKey.Of(set.Item), set.Item), Changes = Changes + 1, Interruption = null },
        ObjectChange.Removed removed => this with { Items = Items.Remove(ObjectKey.Of(removed.Item)), Changes = Changes + 1, Interruption = null },
        ObjectChange.Interrupted interrupted => this with { Interruption = interrupted.Failure },
        ObjectChange.Resumed => this with { Interruption = null },
        _ => this,
    };

    private ObjectCache After(ObjectChange.Snapshot snapshot)
    {
        var now = snapshot.Items.ToImmutableDictionary(ObjectKey.Of);
        var changed = now.Count(i => !Items.TryGetValue(i.Key, out var before) || Version(before) != Version(i.Value));
        return new ObjectCache(now, Changes + changed + Items.Keys.Count(k => !now.ContainsKey(k)), IsComplete: true, Interruption: null);
    }

    private static (string?, string?) Version(JsonObject item) => (item.Text("metadata", "uid"), item.Text("metadata", "resourceVersion"));
}
