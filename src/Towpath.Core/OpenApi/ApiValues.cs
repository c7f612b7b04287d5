using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Towpath.Core.Compose;

namespace Towpath.Core.OpenApi;

/// <summary>Values of a description (examples, enums) as the JSON that a server would send.</summary>
internal static class ApiValues
{
    /// <summary>The value of a node. Plain scalars are numbers, booleans and null where they look so.</summary>
    public static JsonElement Of(YamlNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            Write(json, node);
        var reader = new Utf8JsonReader(buffer.WrittenSpan, new JsonReaderOptions { MaxDepth = YamlReader.MaxDepth + 1 });
        return JsonElement.ParseValue(ref reader);
    }

    /// <summary>How a value is written in a URL or header; null for lists and objects, whose form has many variants.</summary>
    public static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };

    private static void Write(Utf8JsonWriter json, YamlNode node)
    {
        switch (node)
        {
            case YamlMapping mapping:
                json.WriteStartObject();
                foreach (var entry in mapping.Entries)
                {
                    json.WritePropertyName(entry.Name);
                    Write(json, entry.Value);
                }

                json.WriteEndObject();
                break;
            case YamlSequence list:
                json.WriteStartArray();
                foreach (var item in list.Items)
                    Write(json, item);
                json.WriteEndArray();
                break;
            case YamlScalar scalar:
                WriteScalar(json, scalar);
                break;
        }
    }

    private static void WriteScalar(Utf8JsonWriter json, YamlScalar scalar)
    {
        if (scalar.IsNull)
            json.WriteNullValue();
        else if (scalar is { IsPlain: true, Value: "true" or "True" or "TRUE" or "false" or "False" or "FALSE" })
            json.WriteBooleanValue(scalar.Value[0] is 't' or 'T');
        else if (scalar.IsPlain && decimal.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            json.WriteNumberValue(number);
        else
            json.WriteStringValue(scalar.Value);
    }
}
