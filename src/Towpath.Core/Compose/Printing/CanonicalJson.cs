using System.Text.Encodings.Web;
using System.Text.Json;
using Towpath.Core.Compose.Schema;

namespace Towpath.Core.Compose.Printing;

/// <summary>A project as JSON, keys in order.</summary>
public static class CanonicalJson
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes it as UTF-8, with a line feed at the end.</summary>
    public static void Write(ComposeProject project, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(stream);
        using var writer = new Utf8JsonWriter(stream, Options);
        new ModelWriter(new JsonSink(writer), Dialect.Json).Write(project.Model, ComposeTables.Root);
        writer.Flush();
        stream.WriteByte((byte)'\n');
    }
}
