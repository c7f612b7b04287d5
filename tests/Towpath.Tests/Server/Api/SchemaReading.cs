using System.Text.Json;
using System.Text.RegularExpressions;

namespace Towpath.Tests.Server.Api;

/// <summary>Holds JSON to a schema of an OpenAPI 3.1 document, as far as the document uses JSON Schema; a member that the schema does not name is a fault, too.</summary>
/// <param name="document">The document, for references.</param>
internal sealed class SchemaReading(JsonElement document)
{
    /// <summary>What is wrong, each with its place.</summary>
    public IEnumerable<string> Faults(JsonElement value, JsonElement schema, string place)
    {
        if (schema.TryGetProperty("$ref", out var reference)) return Faults(value, Resolve(reference.GetString()!), place);
        if (Alternatives(schema) is { } alternatives)
            return alternatives.EnumerateArray().Any(a => !Faults(value, a, place).Any()) ? [] : [$"{place}: {value.GetRawText()} fits none of its alternatives"];
        if (schema.TryGetProperty("type", out var type) && !Types(type).Any(t => Is(value, t))) return [$"{place}: {value.ValueKind} is not {type.GetRawText()}"];
        return value.ValueKind switch
        {
            JsonValueKind.Object => OfObject(value, schema, place),
            JsonValueKind.Array when schema.TryGetProperty("items", out var items) => value.EnumerateArray().SelectMany((entry, i) => Faults(entry, items, $"{place}[{i}]")),
            _ => OfScalar(value, schema, place),
        };
    }

    private IEnumerable<string> OfObject(JsonElement value, JsonElement schema, string place)
    {
        var properties = schema.TryGetProperty("properties", out var named) ? named : default;
        if (schema.TryGetProperty("required", out var required))
            foreach (var name in required.EnumerateArray().Select(n => n.GetString()!).Where(n => !value.TryGetProperty(n, out _)))
                yield return $"{place}: has no {name}";
        foreach (var member in value.EnumerateObject())
        {
            JsonElement own = default;
            if (properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(member.Name, out own)
                || schema.TryGetProperty("additionalProperties", out own) && own.ValueKind == JsonValueKind.Object)
            {
                foreach (var fault in Faults(member.Value, own, $"{place}.{member.Name}")) yield return fault;
            }
            else if (properties.ValueKind == JsonValueKind.Object)
            {
                yield return $"{place}: {member.Name} is not in the schema";
            }
        }
    }

    private static IEnumerable<string> OfScalar(JsonElement value, JsonElement schema, string place)
    {
        if (schema.TryGetProperty("enum", out var one) && !one.EnumerateArray().Any(e => e.GetRawText() == value.GetRawText()))
            yield return $"{place}: {value.GetRawText()} is none of {one.GetRawText()}";
        if (value.ValueKind == JsonValueKind.String && schema.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(value.GetString()!, pattern.GetString()!, RegexOptions.None, TimeSpan.FromSeconds(1)))
            yield return $"{place}: {value.GetRawText()} does not match {pattern.GetString()}";
    }

    private static JsonElement? Alternatives(JsonElement schema) =>
        schema.TryGetProperty("oneOf", out var alternatives) || schema.TryGetProperty("anyOf", out alternatives) ? alternatives : null;

    private static IEnumerable<string> Types(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(t => t.GetString()!) : [type.GetString()!];

    private static bool Is(JsonElement value, string type) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        "array" => value.ValueKind == JsonValueKind.Array,
        "object" => value.ValueKind == JsonValueKind.Object,
        _ => false,
    };

    private JsonElement Resolve(string reference) => reference.TrimStart('#', '/').Split('/').Aggregate(document, (element, part) => element.GetProperty(part));
}
