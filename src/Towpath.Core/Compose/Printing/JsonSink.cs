using System.Text.Json;

namespace Towpath.Core.Compose.Printing;

/// <summary>Writes a model as JSON.</summary>
internal sealed class JsonSink(Utf8JsonWriter writer) : IModelSink
{
    /// <inheritdoc/>
    public void BeginMapping() => writer.WriteStartObject();

    /// <inheritdoc/>
    public void Key(string name) => writer.WritePropertyName(name);

    /// <inheritdoc/>
    public void EndMapping() => writer.WriteEndObject();

    /// <inheritdoc/>
    public void BeginList() => writer.WriteStartArray();

    /// <inheritdoc/>
    public void EndList() => writer.WriteEndArray();

    /// <inheritdoc/>
    public void Text(string value) => writer.WriteStringValue(value);

    /// <inheritdoc/>
    public void Number(string value) => writer.WriteRawValue(value, skipInputValidation: true);

    /// <inheritdoc/>
    public void Flag(bool value) => writer.WriteBooleanValue(value);

    /// <inheritdoc/>
    public void Null() => writer.WriteNullValue();
}
