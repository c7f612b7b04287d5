using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.Core.Compose;
using Towpath.Core.Compose.Printing;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Compose.Composition;

/// <summary>A project read from files in memory, and what came of it.</summary>
internal sealed class Composed(ComposeReading reading)
{
    public static Composed Of(params (string Path, string Text)[] files) => new(new FakeComposeFiles(files).Load());

    public IReadOnlyList<string> Codes { get; } = [.. reading.Diagnostics.Where(d => d.Severity == Severity.Error).Select(d => d.Code)];

    public IReadOnlyList<Diagnostic> Diagnostics { get; } = reading.Diagnostics;

    public ComposeProject Project { get; } = reading.Project!;

    /// <summary>A value of the canonical project as compact JSON; null where there is none.</summary>
    public string? this[string path]
    {
        get
        {
            Codes.ShouldBeEmpty(DiagnosticWriter.Write(reading.Diagnostics));
            using var stream = new MemoryStream();
            CanonicalJson.Write(reading.Project!, stream);
            var node = JsonNode.Parse(Encoding.UTF8.GetString(stream.ToArray()));
            foreach (var step in path.Split('/'))
            {
                node = node is JsonArray list ? list[int.Parse(step)] : node?[step];
            }

            return node?.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        }
    }

    /// <summary>Where a value came from, as <c>file:line</c>.</summary>
    public string Place(string path)
    {
        YamlNode node = reading.Project!.Model;
        foreach (var step in path.Split('/'))
        {
            node = node is YamlSequence list ? list.Items[int.Parse(step)] : ((YamlMapping)node).Get(step)!;
        }

        return $"{node.Source.Path}:{node.Span.Line}";
    }
}
