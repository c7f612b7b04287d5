using System.Text;

namespace Towpath.Core.Kubernetes.Layouts;

/// <summary>One file of a layout.</summary>
/// <param name="Path">From the folder that all files are written to, with forward slashes.</param>
/// <param name="Text">All of it.</param>
public sealed record LayoutFile(string Path, string Text)
{
    /// <summary>What stands at the head of each file of YAML.</summary>
    public const string Header = "# Written by towpath render. It writes over what is changed here.\n";

    /// <summary>A file of YAML, with the head.</summary>
    internal static LayoutFile Yaml(string path, string yaml) => new(path, Header + yaml);

    /// <summary>A file of several documents of YAML, with the head.</summary>
    internal static LayoutFile Yaml(string path, IEnumerable<Manifests.ManifestObject> objects) => Yaml(path, Manifests.ManifestText.Yaml(objects));

    /// <summary>Length of its text in UTF-8.</summary>
    public int Length => Encoding.UTF8.GetByteCount(Text);
}
