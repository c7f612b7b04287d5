using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Status;

namespace Towpath.Core.Kubernetes.Differences;

/// <summary>
/// Who set the fields of an object, as far as its <c>managedFields</c> tell. Their form is that of the API's <c>FieldsV1</c>: <c>f:KEY</c> for a key, <c>k:{...}</c> for an
/// item by its keys, <c>v:VALUE</c> for an item that is a value, <c>.</c> for the part itself.
/// </summary>
public static class FieldOwners
{
    /// <summary>Names of those others than Towpath that set a field, or something in it.</summary>
    /// <param name="live">The object as the API server shows it.</param>
    /// <param name="path">The field.</param>
    public static ImmutableArray<string> Of(JsonObject live, FieldPath path) =>
        [.. live.Items("metadata", "managedFields")
            .Where(m => m.Text("manager") is { } name && name != ObjectNames.Manager && m["fieldsV1"] is JsonObject fields && Holds(fields, path.Steps, 0))
            .Select(m => m.Text("manager")!)
            .Distinct(StringComparer.Ordinal)];

    private static bool Holds(JsonObject fields, ImmutableArray<FieldStep> steps, int at)
    {
        // A list or mapping that is set as a whole names nothing in it.
        if (at == steps.Length || (at > 0 && fields.Count == 0))
        {
            return true;
        }

        var step = steps[at];
        return (step.IsItem ? fields.Where(f => IsItem(f.Key, step)).Select(f => f.Value).FirstOrDefault() : fields["f:" + step.Key]) is JsonObject inner && Holds(inner, steps, at + 1);
    }

    private static bool IsItem(string name, FieldStep step)
    {
        if (!name.StartsWith("k:", StringComparison.Ordinal))
        {
            return name == $"v:\"{step.Item}\"" || name == $"i:{step.Item}";
        }

        try
        {
            return step.Key is not null && JsonNode.Parse(name[2..]) is JsonObject keys && keys[step.Key] is JsonValue value && value.ToString() == step.Item;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
