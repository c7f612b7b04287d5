using System.Text;
using Towpath.Core.Compose.Schema;

namespace Towpath.Core.Compose.Printing;

/// <summary>A project as YAML, keys in order. Read back, it is the same project.</summary>
public static class CanonicalYaml
{
    /// <summary>Writes it as UTF-8.</summary>
    /// <param name="project">The project.</param>
    /// <param name="stream">Receives it.</param>
    /// <param name="isInterpolated">Its variables were replaced, so that each <c>$</c> left is meant literally.</param>
    public static void Write(ComposeProject project, Stream stream, bool isInterpolated = true)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(stream);
        var text = new StringBuilder();
        new ModelWriter(new YamlSink(text, isInterpolated), Dialect.Yaml).Write(project.Model, ComposeTables.Root);
        using var writer = new StreamWriter(stream, leaveOpen: true);
        foreach (var chunk in text.GetChunks())
        {
            writer.Write(chunk.Span);
        }
    }
}
