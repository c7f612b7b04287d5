using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Objects;

namespace Towpath.Core.Kubernetes.Differences;

/// <summary>A field that is not as it is wanted.</summary>
/// <param name="Path">Where.</param>
/// <param name="Live">What is there; null for nothing.</param>
/// <param name="Wanted">What is wanted; null for nothing.</param>
public sealed record FieldChange(FieldPath Path, JsonNode? Live, JsonNode? Wanted);

/// <summary>
/// What differs between two states of one object, both as an API server shows them: the live one, and the one that an apply would make of it. So
/// defaults that the server fills in, and numbers that it writes in another way, are in both and are no differences.
/// </summary>
public static class ObjectDifference
{
    // Keys by which Kubernetes tells items of its lists apart.
    private static readonly string[] ItemKeys = ["name", "mountPath", "containerPort", "port", "ip", "topologyKey", "key", "type", "host", "path"];

    // What the server keeps for itself.
    private static readonly string[] Kept = ["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds"];

    // What only tells which release was applied last, or repeats the whole object.
    private static readonly string[] Told = [ObjectNames.Release, ObjectNames.Since, "kubectl.kubernetes.io/last-applied-configuration", "deployment.kubernetes.io/revision"];

    /// <summary>The fields that differ, in the order of the live object, new ones behind.</summary>
    public static ImmutableArray<FieldChange> Between(JsonObject live, JsonObject wanted)
    {
        var changes = ImmutableArray.CreateBuilder<FieldChange>();
        Maps(changes, FieldPath.Root, live, wanted);
        return changes.ToImmutable();
    }

    private static void Add(ImmutableArray<FieldChange>.Builder changes, FieldPath path, JsonNode? live, JsonNode? wanted)
    {
        if (JsonNode.DeepEquals(live, wanted) || IsPassedOver(path))
        {
            return;
        }

        switch (live, wanted)
        {
            case (JsonObject before, JsonObject after):
                Maps(changes, path, before, after);
                break;
            case (JsonArray before, JsonArray after):
                Lists(changes, path, before, after);
                break;
            default:
                changes.Add(new FieldChange(path, live, wanted));
                break;
        }
    }

    private static bool IsPassedOver(FieldPath path) => path.Steps switch
    {
        [{ Key: "status" }] => true,
        [{ Key: "metadata" }, var own] => Kept.Contains(own.Key),
        [{ Key: "metadata" }, { Key: "annotations" }, var annotation] => Told.Contains(annotation.Key),
        _ => false,
    };

    private static void Maps(ImmutableArray<FieldChange>.Builder changes, FieldPath path, JsonObject live, JsonObject wanted)
    {
        foreach (var (key, value) in live)
        {
            Add(changes, path.At(key), value, wanted[key]);
        }

        foreach (var (key, value) in wanted.Where(w => !live.ContainsKey(w.Key)))
        {
            Add(changes, path.At(key), null, value);
        }
    }

    private static void Lists(ImmutableArray<FieldChange>.Builder changes, FieldPath path, JsonArray live, JsonArray wanted)
    {
        if (ItemKeys.FirstOrDefault(k => Tells(live, k) && Tells(wanted, k)) is not { } key)
        {
            for (var i = 0; i < Math.Max(live.Count, wanted.Count); i++)
            {
                Add(changes, path.Item(i), i < live.Count ? live[i] : null, i < wanted.Count ? wanted[i] : null);
            }

            return;
        }

        var after = wanted.Select(w => (JsonObject)w!).ToDictionary(w => w[key]!.ToString(), StringComparer.Ordinal);
        foreach (var item in live.Select(l => (JsonObject)l!))
        {
            Add(changes, path.Item(key, item[key]), item, after.GetValueOrDefault(item[key]!.ToString()));
        }

        var before = live.Select(l => l![key]!.ToString()).ToHashSet(StringComparer.Ordinal);
        foreach (var item in wanted.Where(w => !before.Contains(w![key]!.ToString())))
        {
            Add(changes, path.Item(key, item![key]), null, item);
        }
    }

    // All items have the key, each with another value.
    private static bool Tells(JsonArray items, string key) =>
        items.All(i => i is JsonObject item && item[key] is JsonValue) && items.Select(i => i![key]!.ToString()).Distinct(StringComparer.Ordinal).Count() == items.Count;
}
