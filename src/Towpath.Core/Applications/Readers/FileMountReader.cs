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
        [.. project.Values.Items(node, what).Select(item => ReadOne(item, folder)).OfType<FileMount>()];

    private FileMount? ReadOne(YamlNode item, string folder)
    {
        if (project.Values.Mapping(item, CarriedKeys.FileMount) is not { } mount || project.Values.NonEmpty(mount.Get("source"), "source") is not { } source)
        {
            return null;
        }

        var target = project.Values.NonEmpty(mount.Get("target"), "target") ?? source;
        var mode = project.Values.Integer(mount.Get("mode"), "mode", 0, 511);
        return new FileMount(source, target.StartsWith('/') ? target : folder + target, mode, mount.Get("source")!.Location);
    }
}
