using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Towpath.Core.Kubernetes.Manifests;

namespace Towpath.Core.Kubernetes.Layouts.Helm;

/// <summary>What the values of a chart may be, as a JSON Schema (draft 7), which Helm holds values to before it uses them.</summary>
internal static class HelmSchema
{
    private const string DnsLabel = "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$";

    /// <summary>The schema.</summary>
    /// <param name="environments">Names of all environments: templates know no other.</param>
    /// <param name="values">Their values.</param>
    public static string Of(ImmutableArray<string> environments, ImmutableArray<ManifestMap> values)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "http://json-schema.org/draft-07/schema#");
            json.WriteString("type", "object");
            WriteNames(json, "required", ["environment", "namespace", "instance", "services"]);
            json.WriteStartObject("properties");
            json.WriteStartObject("environment");
            WriteNames(json, "enum", environments);
            json.WriteEndObject();
            WriteText(json, "namespace", DnsLabel);
            WriteText(json, "instance", "^[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?$");
            WriteType(json, "createNamespace", "boolean");
            WriteType(json, "host", "string");
            WriteTls(json);
            WriteServices(json, values);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void WriteTls(Utf8JsonWriter json)
    {
        json.WriteStartObject("tls");
        json.WriteString("type", "object");
        json.WriteBoolean("additionalProperties", false);
        json.WriteStartObject("properties");
        WriteType(json, "secret", "string");
        WriteType(json, "issuer", "string");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteServices(Utf8JsonWriter json, ImmutableArray<ManifestMap> values)
    {
        var names = values.SelectMany(v => (ManifestMap)v["services"]!).Select(s => s.Key).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        json.WriteStartObject("services");
        json.WriteString("type", "object");
        json.WriteBoolean("additionalProperties", false);
        json.WriteStartObject("properties");
        foreach (var name in names)
        {
            json.WriteStartObject(name);
            json.WriteString("type", "object");
            json.WriteBoolean("additionalProperties", false);
            WriteNames(json, "required", ["image"]);
            json.WriteStartObject("properties");
            WriteText(json, "image", "^[^\\s]+$");
            json.WriteStartObject("replicas");
            json.WriteString("type", "integer");
            json.WriteNumber("minimum", 0);
            json.WriteEndObject();
            WriteType(json, "resources", "object");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter json, string key, IEnumerable<string> names)
    {
        json.WriteStartArray(key);
        foreach (var name in names)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, string key, string pattern)
    {
        json.WriteStartObject(key);
        json.WriteString("type", "string");
        json.WriteString("pattern", pattern);
        json.WriteEndObject();
    }

    private static void WriteType(Utf8JsonWriter json, string key, string type)
    {
        json.WriteStartObject(key);
        json.WriteString("type", type);
        json.WriteEndObject();
    }
}
