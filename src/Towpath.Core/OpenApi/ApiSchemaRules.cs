using System.Text.Json;
using Towpath.Core.Compose;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.OpenApi;

/// <summary>What contradicts itself in a schema. Looks at one schema, not at what it refers to.</summary>
internal sealed class ApiSchemaRules(DiagnosticBag bag, bool is30)
{
    private static readonly (string Low, string High)[] Ranges =
        [("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"), ("minProperties", "maxProperties")];

    /// <summary>Tells what is wrong with a schema that was read from a mapping.</summary>
    public void Check(YamlMapping mapping, ApiSchema schema)
    {
        CheckValues(mapping, schema);
        foreach (var (low, high) in Ranges)
        {
            if (schema.Bounds.TryGetValue(low, out var least) && schema.Bounds.TryGetValue(high, out var most) && least > most)
                bag.Add(OpenApiDiagnostics.EmptyRange(mapping.Get(high)!.Location, low, high));
        }

        // Where other schemas have a say, the property may be theirs.
        if (schema is { AllOf: [], OneOf: [], AnyOf: [], Properties.IsEmpty: false } && mapping.Get("required") is YamlSequence required)
        {
            foreach (var name in required.Items.OfType<YamlScalar>().Where(n => !schema.Properties.ContainsKey(n.Value)))
                bag.Add(OpenApiDiagnostics.RequiredUnknown(name.Location, name.Value, schema.Properties.Keys));
        }

        if (is30 && schema.Types.Contains("array") && schema.Items is null)
            bag.Add(OpenApiDiagnostics.ArrayWithoutItems((mapping.Get("type") ?? mapping).Location));
    }

    private void CheckValues(YamlMapping mapping, ApiSchema schema)
    {
        if (schema.Types.IsEmpty || mapping.Get("enum") is not YamlSequence listed || schema.Values.Length != listed.Items.Length)
            return;
        for (var at = 0; at < schema.Values.Length; at++)
        {
            if (!JsonShape.HasType(schema.Values[at], schema.Types))
                bag.Add(OpenApiDiagnostics.ValueOfOtherType(listed.Items[at].Location, Shown(schema.Values[at]), schema.Types));
        }
    }

    private static string Shown(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
