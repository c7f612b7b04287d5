using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Towpath.Tests.Schemas;

/// <summary>As much of JSON Schema 2020-12 as the published schemas use; a keyword that it does not know is a failure of the test.</summary>
internal sealed class SchemaEvaluator(JsonObject root)
{
    private static readonly string[] Annotations = ["$schema", "$id", "$defs", "title", "description"];

    public bool IsValid(JsonNode? value) => IsValid(root, value);

    private bool IsValid(JsonNode schema, JsonNode? value) => schema switch
    {
        JsonValue truth => truth.GetValue<bool>(),
        JsonObject rules => rules.Where(rule => !Annotations.Contains(rule.Key)).All(rule => Holds(rules, rule.Key, rule.Value!, value)),
        _ => throw new NotSupportedException(schema.ToJsonString()),
    };

    private bool Holds(JsonObject schema, string keyword, JsonNode rule, JsonNode? value) => keyword switch
    {
        "$ref" => IsValid(Definition(rule.GetValue<string>()), value),
        "type" => (rule as JsonArray ?? [rule.DeepClone()]).Any(type => IsOfType(type!.GetValue<string>(), value)),
        "enum" => rule.AsArray().Any(allowed => JsonNode.DeepEquals(allowed, value)),
        "anyOf" => rule.AsArray().Any(inner => IsValid(inner!, value)),
        "oneOf" => rule.AsArray().Count(inner => IsValid(inner!, value)) == 1,
        "properties" => value is not JsonObject map || rule.AsObject().All(p => !map.ContainsKey(p.Key) || IsValid(p.Value!, map[p.Key])),
        "additionalProperties" => value is not JsonObject map || map.All(p => schema["properties"]?[p.Key] is not null || IsValid(rule, p.Value)),
        "propertyNames" => value is not JsonObject map || map.All(p => IsValid(rule, JsonValue.Create(p.Key))),
        "required" => value is not JsonObject map || rule.AsArray().All(name => map.ContainsKey(name!.GetValue<string>())),
        "dependentRequired" => value is not JsonObject map || rule.AsObject().All(p => !map.ContainsKey(p.Key) || p.Value!.AsArray().All(name => map.ContainsKey(name!.GetValue<string>()))),
        "minProperties" => value is not JsonObject map || map.Count >= rule.GetValue<int>(),
        "maxProperties" => value is not JsonObject map || map.Count <= rule.GetValue<int>(),
        "items" => value is not JsonArray list || list.All(item => IsValid(rule, item)),
        "maxItems" => value is not JsonArray list || list.Count <= rule.GetValue<int>(),
        "minItems" => value is not JsonArray list || list.Count >= rule.GetValue<int>(),
        "uniqueItems" => value is not JsonArray list || list.DistinctBy(item => item?.ToJsonString()).Count() == list.Count,
        "minLength" => !IsText(value) || value!.GetValue<string>().Length >= rule.GetValue<int>(),
        "pattern" => !IsText(value) || Regex.IsMatch(value!.GetValue<string>(), rule.GetValue<string>(), RegexOptions.None, TimeSpan.FromSeconds(1)),
        "minimum" => !IsOfType("integer", value) || value!.GetValue<long>() >= rule.GetValue<long>(),
        "maximum" => !IsOfType("integer", value) || value!.GetValue<long>() <= rule.GetValue<long>(),
        _ => throw new NotSupportedException(keyword),
    };

    private JsonNode Definition(string reference) => root["$defs"]![reference["#/$defs/".Length..]] ?? throw new NotSupportedException(reference);

    private static bool IsText(JsonNode? value) => value is JsonValue scalar && scalar.TryGetValue<string>(out _);

    private static bool IsOfType(string type, JsonNode? value) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => IsText(value),
        "boolean" => value is JsonValue scalar && scalar.TryGetValue<bool>(out _),
        "integer" => value is JsonValue scalar && scalar.TryGetValue<long>(out _),
        "number" => value is JsonValue scalar && (scalar.TryGetValue<long>(out _) || scalar.TryGetValue<double>(out _)),
        _ => throw new NotSupportedException(type),
    };
}
