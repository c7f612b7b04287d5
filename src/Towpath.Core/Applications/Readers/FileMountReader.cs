using System.Collections.Immutable;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary><c>secrets:</c> and <c>configs:</c> of a service.</summary>
internal sealed class FileMountReader(ProjectReading project)
{
    /// <summary>The files in source order.</summary>
    /// <param name="node">The list.</param>
    /// <param name="what">Its key.</param>
    /// <param name="folder">Where a file goes whose target is not absolute.</param>
    public ImmutableArray<FileMount> Read(YamlNode? node, string what, string folder) =>
        [.. project.Values.Items(node, what).Select(item => ReadOne(item, what, folder)).OfType<FileMount>()];

    private FileMount? ReadOne(YamlNode item, string what, string folder)
    {
        if (item is not YamlMapping)
        {
            return project.Values.NonEmpty(item, "an entry of " + what) is { } name ? new FileMount(name, folder + name, null, item.Location) : null;
        }

        var mount = project.Values.Mapping(item, ComposeKeys.FileMount)!;
        if (!project.Values.Require(mount.Get("source"), mount, "an entry of " + what, "source")
            || project.Values.NonEmpty(mount.Get("source"), "source") is not { } source)
        {
            return null;
        }

        var target = project.Values.NonEmpty(mount.Get("target"), "target") ?? source;
        var mode = project.Values.Integer(mount.Get("mode"), "mode", 0, 511);
        return new FileMount(source, target.StartsWith('/') ? target : folder + target, mode, mount.Get("source")!.Location);
    }
}
