using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Manifests;

namespace Towpath.Tests.Kubernetes.Layouts;

/// <summary>What YAML says, however it is written: keys in order, numbers and texts apart.</summary>
internal static class YamlValue
{
    /// <summary>Each object of a stream, by kind and name, as JSON.</summary>
    public static ImmutableSortedDictionary<string, string> Objects(string stream) =>
        stream.Replace("\n---\n", "\n\0", StringComparison.Ordinal).Split('\0').Where(d => d.Trim().Length > 0).Select(d => Of(d)!)
            .ToImmutableSortedDictionary(o => $"{o["kind"]}/{o["metadata"]!["name"]}", o => o.ToJsonString(), StringComparer.Ordinal);

    /// <summary>Objects as they were rendered, in the same form.</summary>
    public static ImmutableSortedDictionary<string, string> Objects(IEnumerable<ManifestObject> objects) => Objects(ManifestText.Yaml(objects));

    /// <summary>One document.</summary>
    public static JsonNode? Of(string document)
    {
        var bag = new DiagnosticBag();
        var root = YamlReader.Read(new SourceText("x.yaml", document), bag);
        bag.HasErrors.ShouldBeFalse(document);
        return Of(root!);
    }

    private static JsonNode? Of(YamlNode node) => node switch
    {
        YamlMapping map => new JsonObject(map.Entries.OrderBy(e => e.Name, StringComparer.Ordinal).Select(e => KeyValuePair.Create(e.Name, Of(e.Value)))),
        YamlSequence list => new JsonArray([.. list.Items.Select(Of)]),
        YamlScalar { IsNull: true } => null,
        YamlScalar { IsPlain: true, Type: YamlType.Boolean or YamlType.Integer or YamlType.Float } plain => Json(plain.Value),
        YamlScalar text => JsonValue.Create(text.Value),
        _ => throw new NotSupportedException(),
    };

    // An exponent beyond all numbers makes it text for kubectl, which leaves it without quotes: a hash may look like that.
    private static JsonNode Json(string plain) => plain.ToLowerInvariant() switch
    {
        "true" => true,
        "false" => false,
        _ when double.TryParse(plain, System.Globalization.CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => JsonNode.Parse(plain)!,
        _ => JsonValue.Create(plain),
    };
}
