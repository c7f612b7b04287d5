using System.Text.Json.Nodes;

namespace Towpath.Simulation.Clusters.Server;

/// <summary>
/// Fields of an object by their paths, as server-side apply knows them: mappings field by field, lists whose items have a key item by item, all others as a whole. A path is
/// its steps with line ends between, an item's step begins with a bracket.
/// </summary>
internal static class FieldSets
{
    private const char Between = '\n';

    /// <summary>All fields that an object gives, but for those that say which object it is.</summary>
    public static List<(string Path, JsonNode? Value)> Leaves(JsonObject body)
    {
        var leaves = new List<(string, JsonNode?)>();
        foreach (var (key, value) in body)
        {
            if (key is "apiVersion" or "kind") continue;
            Collect(leaves, key, key, value);
        }

        leaves.RemoveAll(l => l.Item1 is "metadata\nname" or "metadata\nnamespace");
        return leaves;
    }

    /// <summary>What is at a path; null for nothing.</summary>
    public static JsonNode? Get(JsonNode root, string path)
    {
        JsonNode? at = root;
        foreach (var step in path.Split(Between)) at = at is null ? null : Next(at, step);
        return at;
    }

    /// <summary>Whether a field is as it is given.</summary>
    public static bool IsSame(JsonNode? live, JsonNode? wanted) => wanted is JsonObject { Count: 0 } ? live is JsonObject : JsonNode.DeepEquals(live, wanted);

    /// <summary>Sets what is at a path.</summary>
    public static void Set(JsonNode root, string path, JsonNode? value)
    {
        var steps = path.Split(Between);
        var at = root;
        for (var i = 0; i < steps.Length - 1; i++) at = Next(at, steps[i]) ?? Make(at, steps[i], isList: steps[i + 1][0] == '[');
        ((JsonObject)at)[steps[^1]] = value?.DeepClone();
    }

    /// <summary>Takes what is at a path away, and what is empty then.</summary>
    public static void Remove(JsonNode root, string path) => Remove(root, path.Split(Between), 0);

    private static bool Remove(JsonNode at, string[] steps, int index)
    {
        if (index == steps.Length - 1)
        {
            ((JsonObject)at).Remove(steps[index]);
        }
        else if (Next(at, steps[index]) is { } next && Remove(next, steps, index + 1))
        {
            if (at is JsonArray list) list.Remove(next);
            else ((JsonObject)at).Remove(steps[index]);
        }

        return at is JsonArray { Count: 0 } or JsonObject { Count: 0 } && index > 0;
    }

    private static void Collect(List<(string, JsonNode?)> leaves, string path, string field, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } map:
                foreach (var (key, inner) in map) Collect(leaves, $"{path}{Between}{key}", key, inner);
                break;
            case JsonArray { Count: > 0 } list when KeyOf(field, list) is { } key:
                foreach (var item in list) Collect(leaves, $"{path}{Between}[{key}={item![key]}", "", item);
                break;
            default:
                leaves.Add((path, value));
                break;
        }
    }

    private static string? KeyOf(string field, JsonArray list)
    {
        var key = field switch
        {
            "containers" or "initContainers" or "volumes" or "env" or "imagePullSecrets" => "name",
            "volumeMounts" => "mountPath",
            "ports" => list[0] is JsonObject port && port.ContainsKey("containerPort") ? "containerPort" : "port",
            _ => null,
        };
        return key is not null && list.All(i => i is JsonObject item && item[key] is JsonValue) ? key : null;
    }

    private static JsonNode? Next(JsonNode at, string step)
    {
        if (step[0] != '[') return at is JsonObject map && map.TryGetPropertyValue(step, out var value) ? value : null;
        var equals = step.IndexOf('=', StringComparison.Ordinal);
        var (key, wanted) = (step[1..equals], step[(equals + 1)..]);
        return at is JsonArray list ? list.FirstOrDefault(i => i is JsonObject item && item[key]?.ToString() == wanted) : null;
    }

    private static JsonNode Make(JsonNode at, string step, bool isList)
    {
        JsonNode made = isList ? new JsonArray() : new JsonObject();
        if (at is JsonArray list) list.Add(made);
        else ((JsonObject)at)[step] = made;
        // The key of an item is one of its own fields, and comes as such.
        if (step[0] == '[' && made is JsonObject item)
        {
            var equals = step.IndexOf('=', StringComparison.Ordinal);
            var text = step[(equals + 1)..];
            item[step[1..equals]] = step[1..equals] is "containerPort" or "port" ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : text;
        }

        return made;
    }
}
