using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Towpath.Core.Kubernetes.Status;

/// <summary>
/// Where an object of a cluster is otherwise than it is wanted. What the server and others add is no difference: defaults, status, what controllers note
/// down. Nor is an empty value that a server leaves out.
/// </summary>
public static class ObjectDifference
{
    /// <summary>Paths of the fields that differ, as in <c>spec.replicas is 5, not 2</c>; values are shown where they are numbers or flags alone, since others may be secrets.</summary>
    /// <param name="wanted">The object as it is wanted.</param>
    /// <param name="found">As the server shows it.</param>
    public static IEnumerable<string> Between(JsonNode wanted, JsonNode found) => Between("", wanted, found);

    private static IEnumerable<string> Between(string path, JsonNode? wanted, JsonNode? found) => (wanted, found) switch
    {
        (null, _) => [],
        (_, null) => IsEmpty(wanted) ? [] : [$"{path} is missing"],
        (JsonObject map, JsonObject other) => map.SelectMany(e => Between(path.Length == 0 ? e.Key : $"{path}.{e.Key}", e.Value, other[e.Key])),
        (JsonArray list, JsonArray other) => InList(path, list, other),
        (JsonValue value, JsonValue other) => IsSame(value, other) ? [] : [Words(path, value, other)],
        _ => [$"{path} is something else"],
    };

    // Items that have names are found by them: a server, or who injects containers, may add others. All other lists are as they are, in their order.
    private static IEnumerable<string> InList(string path, JsonArray wanted, JsonArray found)
    {
        if (wanted.All(i => NameOf(i) is not null))
        {
            return wanted.SelectMany(item => Between($"{path}[{NameOf(item)}]", item, found.FirstOrDefault(f => NameOf(f) == NameOf(item))));
        }

        return wanted.Count != found.Count ? [$"{path} has {Number(found.Count)} items, not {Number(wanted.Count)}"] : wanted.SelectMany((item, i) => Between($"{path}[{Number(i)}]", item, found[i]));
    }

    private static string? NameOf(JsonNode? item) => item.Text("name");

    private static bool IsEmpty(JsonNode? node) => node switch
    {
        JsonObject map => map.All(e => IsEmpty(e.Value)),
        JsonArray list => list.Count == 0,
        JsonValue value => value.ToJsonString() is "\"\"" or "0" or "false",
        _ => true,
    };

    private static bool IsSame(JsonValue wanted, JsonValue found) => wanted.ToJsonString() == found.ToJsonString() || wanted.ToString() == found.ToString();

    private static string Words(string path, JsonValue wanted, JsonValue found) => IsPlain(wanted) && IsPlain(found) ? $"{path} is {found}, not {wanted}" : $"{path} is something else";

    private static bool IsPlain(JsonValue value) => value.GetValueKind() is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False;

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
