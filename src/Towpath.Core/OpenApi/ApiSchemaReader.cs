using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Towpath.Core.Compose;

namespace Towpath.Core.OpenApi;

/// <summary>
/// Schemas of one description. Each node becomes one schema, however often it is referred to. What a reference leads to is filled later,
/// from a queue, so that neither circles nor long chains of references make the reader go deep.
/// </summary>
/// <param name="documents">Where references lead.</param>
/// <param name="values">Typed values of nodes.</param>
/// <param name="is30">Whether it is OpenAPI 3.0, whose schemas are a dialect of their own.</param>
internal sealed class ApiSchemaReader(ApiDocuments documents, NodeReader values, bool is30)
{
    private const int MaxProperties = 5000;
    private static readonly string[] TypeNames = ["array", "boolean", "integer", "number", "object", "string"];

    private static readonly string[] BoundNames =
        ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"];

    private readonly Dictionary<YamlNode, ApiSchema> _schemas = [];
    private readonly Queue<(YamlNode Node, ApiSchema Schema)> _unfilled = new();
    private readonly List<(JsonElement Value, ApiSchema Schema, YamlNode Node)> _examples = [];

    /// <summary>The schema of a node; one that takes anything where there is none or it can't be read. Finished after <see cref="Finish"/>.</summary>
    public ApiSchema Read(YamlNode? node, YamlNode place)
    {
        if (node is null || documents.Follow(node, out var name) is not { } target)
            return new ApiSchema((node ?? place).Location);

        // In 3.1 a reference may have keys beside it; both must fit.
        if (!is30 && node is YamlMapping { Entries.Length: > 1 } && ApiDocuments.ReferenceOf(node) is not null)
            return Beside(node, target, name);

        return Of(target, name);
    }

    /// <summary>Fills all schemas that were met.</summary>
    public void Finish()
    {
        while (_unfilled.TryDequeue(out var next))
            Fill(next.Node, next.Schema);
        foreach (var (value, schema, node) in _examples)
        {
            if (JsonShape.Differences(schema, value) is [var first, ..])
                values.Bag.Add(OpenApiDiagnostics.ExampleDiffers(node.Location, first));
        }
    }

    /// <summary>The value of a node that shows what a schema means. That it fits is looked at by <see cref="Finish"/>.</summary>
    public JsonElement Example(YamlNode node, ApiSchema schema)
    {
        var value = ApiValues.Of(node);
        _examples.Add((value, schema, node));
        return value;
    }

    private ApiSchema Of(YamlNode node, string? name)
    {
        if (!_schemas.TryGetValue(node, out var schema))
        {
            _schemas[node] = schema = new ApiSchema(node.Location);
            _unfilled.Enqueue((node, schema));
        }

        schema.Name ??= name;
        return schema;
    }

    private ApiSchema Beside(YamlNode node, YamlNode target, string? name)
    {
        var schema = Of(node, name);
        schema.AllOf = [Of(target, name)];
        return schema;
    }

    private void Fill(YamlNode node, ApiSchema schema)
    {
        if (!is30 && node is YamlScalar { IsPlain: true, Value: "true" or "false" } always)
        {
            schema.IsNever = always.Value == "false";
            return;
        }

        if ((is30 ? values.Mapping(node, ApiKeys.Schema) : values.Mapping(node, "a schema")) is not { } mapping)
            return;

        schema.Types = Types(mapping);
        schema.Format = values.Text(mapping.Get("format"), "`format`");
        schema.Values = Values(mapping);
        schema.Pattern = values.Text(mapping.Get("pattern"), "`pattern`");
        schema.ReadOnly = Flag(mapping, "readOnly");
        schema.WriteOnly = Flag(mapping, "writeOnly");
        schema.Words = Words(mapping, "title", "description");
        schema.Default = mapping.Entry("default") is { } fallback ? ApiValues.Of(fallback.Value) : null;
        schema.Example = ExampleOf(mapping) is { } example ? Example(example, schema) : null;
        schema.Bounds = Bounds(mapping);
        FillParts(mapping, schema);
        new ApiSchemaRules(values.Bag, is30).Check(mapping, schema);
    }

    private void FillParts(YamlMapping mapping, ApiSchema schema)
    {
        var properties = ImmutableSortedDictionary.CreateBuilder<string, ApiSchema>(StringComparer.Ordinal);
        foreach (var property in values.Entries(mapping.Get("properties"), "`properties`", MaxProperties))
            properties[property.Name] = Read(property.Value, property.Key);

        schema.Properties = properties.ToImmutable();
        schema.Required = [.. values.Texts(mapping.Get("required"), "`required`")];
        schema.Items = mapping.Get("items") is { } items ? Read(items, mapping) : null;
        schema.Additional = mapping.Get("additionalProperties") switch
        {
            null or YamlScalar { Value: "true" } => null,
            YamlScalar { Value: "false" } no => new ApiSchema(no.Location) { IsNever = true },
            var others => Read(others, mapping),
        };
        schema.AllOf = [.. schema.AllOf, .. Schemas(mapping, "allOf")];
        schema.OneOf = Schemas(mapping, "oneOf");
        schema.AnyOf = Schemas(mapping, "anyOf");
    }

    private ImmutableArray<ApiSchema> Schemas(YamlMapping mapping, string key) => [.. values.Items(mapping.Get(key), $"`{key}`").Select(item => Read(item, item))];

    private ImmutableSortedSet<string> Types(YamlMapping mapping)
    {
        var types = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        foreach (var node in is30 ? mapping.Get("type") is { } one ? [one] : [] : values.OneOrMore(mapping.Get("type"), "`type`"))
        {
            if (values.Text(node, "`type`") is not { } type)
                continue;
            if (TypeNames.Contains(type) || (!is30 && type == "null"))
                types.Add(type);
            else
                values.Bag.Add(OpenApiDiagnostics.UnknownType(node.Location, type, TypeNames));
        }

        if (is30 && types.Count > 0 && Flag(mapping, "nullable"))
            types.Add("null");
        return types.ToImmutable();
    }

    private ImmutableArray<JsonElement> Values(YamlMapping mapping)
    {
        var listed = values.Items(mapping.Get("enum"), "`enum`").Select(ApiValues.Of);
        return !is30 && mapping.Entry("const") is { } only ? [ApiValues.Of(only.Value)] : [.. listed];
    }

    private ImmutableSortedDictionary<string, decimal> Bounds(YamlMapping mapping)
    {
        var bounds = ImmutableSortedDictionary.CreateBuilder<string, decimal>(StringComparer.Ordinal);
        foreach (var name in BoundNames)
        {
            if (mapping.Get(name) is not { } node || (is30 && name.StartsWith("exclusive", StringComparison.Ordinal)))
                continue;
            if (node is YamlScalar scalar && decimal.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
                bounds[name] = number;
            else
                values.Bag.Add(ValueDiagnostics.WrongType(node.Location, $"`{name}`", "a number", node.Kind));
        }

        // 3.0 says with a flag what 3.1 says with a number.
        if (is30)
        {
            Exclude("minimum", "exclusiveMinimum");
            Exclude("maximum", "exclusiveMaximum");
        }

        return bounds.ToImmutable();

        void Exclude(string bound, string flag)
        {
            if (Flag(mapping, flag) && bounds.Remove(bound, out var number))
                bounds[flag] = number;
        }
    }

    private static YamlNode? ExampleOf(YamlMapping mapping) =>
        mapping.Get("example") ?? (mapping.Get("examples") is YamlSequence { Items: [var first, ..] } ? first : null);

    private bool Flag(YamlMapping mapping, string key) => values.Boolean(mapping.Get(key), $"`{key}`") ?? false;

    /// <summary>What is written for people under some keys.</summary>
    public static string Words(YamlMapping mapping, params ReadOnlySpan<string> keys)
    {
        var words = new List<string>();
        foreach (var key in keys)
            words.Add((mapping.Get(key) as YamlScalar)?.Value ?? "");
        return string.Join('\n', words).Trim('\n');
    }
}
