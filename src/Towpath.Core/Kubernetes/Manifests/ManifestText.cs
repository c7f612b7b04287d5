using System.Text;
using System.Text.Json;
using Towpath.Core.Compose.Printing;

namespace Towpath.Core.Kubernetes.Manifests;

/// <summary>Objects as text: the same objects give the same bytes.</summary>
public static class ManifestText
{
    /// <summary>What stands between two documents of YAML.</summary>
    public const string Between = "---\n";

    /// <summary>One document of YAML, which ends with a line feed.</summary>
    public static string Yaml(ManifestObject subject)
    {
        var text = new StringBuilder();
        AppendYaml(text, subject.Root);
        return text.ToString();
    }

    /// <summary>A stream of documents, <c>---</c> between them.</summary>
    public static string Yaml(IEnumerable<ManifestObject> objects)
    {
        var text = new StringBuilder();
        foreach (var subject in objects)
        {
            if (text.Length > 0)
            {
                text.Append(Between);
            }

            // Each document begins on a line of its own: the writer must not see what stands before it.
            text.Append(Yaml(subject));
        }

        return text.ToString();
    }

    /// <summary>Any part as a document of YAML.</summary>
    public static string Yaml(ManifestNode node)
    {
        var text = new StringBuilder();
        AppendYaml(text, node);
        return text.ToString();
    }

    /// <summary>Writes a part as JSON.</summary>
    public static void WriteJson(Utf8JsonWriter json, ManifestNode node) => Write(new JsonSink(json), node);

    /// <summary>An object as JSON, in UTF-8.</summary>
    public static byte[] Json(ManifestObject subject)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            WriteJson(json, subject.Root);
        }

        return stream.ToArray();
    }

    private static void AppendYaml(StringBuilder text, ManifestNode node) => Write(new YamlSink(text, escapesVariables: false), node);

    private static void Write(IModelSink sink, ManifestNode node)
    {
        switch (node)
        {
            case ManifestMap map:
                sink.BeginMapping();
                foreach (var (key, value) in map)
                {
                    sink.Key(key);
                    Write(sink, value);
                }

                sink.EndMapping();
                break;
            case ManifestList list:
                sink.BeginList();
                foreach (var item in list)
                {
                    Write(sink, item);
                }

                sink.EndList();
                break;
            case ManifestValue { Kind: ManifestValueKind.Text } value:
                sink.Text(value.Text);
                break;
            case ManifestValue { Kind: ManifestValueKind.Number } value:
                sink.Number(value.Text);
                break;
            case ManifestValue value:
                sink.Flag(value.Text == "true");
                break;
        }
    }
}
