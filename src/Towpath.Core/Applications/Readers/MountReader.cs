using System.Collections.Immutable;
using Towpath.Core.Compose;
using Towpath.Core.Compose.ShortSyntax;

namespace Towpath.Core.Applications.Readers;

/// <summary><c>volumes:</c> and <c>tmpfs:</c> of a service.</summary>
internal sealed class MountReader(ProjectReading project)
{
    /// <summary>The mounts in source order.</summary>
    public ImmutableArray<Mount> Read(YamlMapping service) =>
    [
        .. project.Values.Items(service.Get("volumes"), "volumes")
            .Select(ReadVolume)
            .Concat(project.Values.OneOrMore(service.Get("tmpfs"), "tmpfs").Select(ReadTmpfs))
            .OfType<Mount>(),
    ];

    private Mount? ReadVolume(YamlNode item)
    {
        var values = project.Values;
        if (values.Mapping(item, CarriedKeys.Mount) is not { } mount
            || values.Word(mount.Get("type"), "type", "volume", "bind", "tmpfs") is not { } type
            || values.NonEmpty(mount.Get("target"), "target") is not { } target)
        {
            return null;
        }

        CheckBind(values.Mapping(mount.Get("bind"), CarriedKeys.Bind));
        var volume = values.Mapping(mount.Get("volume"), CarriedKeys.MountVolume);
        var tmpfs = values.Mapping(mount.Get("tmpfs"), CarriedKeys.Tmpfs);
        var kind = type switch { "bind" => MountKind.Bind, "tmpfs" => MountKind.Tmpfs, _ => MountKind.Volume };
        var source = kind == MountKind.Tmpfs ? null : values.NonEmpty(mount.Get("source"), "source");
        var readOnly = values.Boolean(mount.Get("read_only"), "read_only") ?? false;
        return Make(kind, source, target, readOnly, values.Size(tmpfs?.Get("size"), "size"), item, source is null ? target : $"{source}:{target}") is { } read
            ? read with { SubPath = SubPath(volume?.Get("subpath")) }
            : null;
    }

    private string? SubPath(YamlNode? node)
    {
        if (!project.ForKubernetes || project.Values.NonEmpty(node, "subpath") is not { } text)
        {
            return null;
        }

        if (ProjectPath.Combine(".", text) is { } path && !text.StartsWith('/'))
        {
            return path;
        }

        project.Bag.Add(ValueDiagnostics.BadMount(node!.Location, text, "a subpath lies inside its volume"));
        return null;
    }

    // Kubernetes mounts folders of a node with all that is mounted in them, and nothing is passed on.
    private void CheckBind(YamlMapping? bind)
    {
        if (!project.ForKubernetes || project.ForContainers)
        {
            return;
        }

        foreach (var (key, usual) in new[] { ("propagation", "rprivate private"), ("recursive", "enabled writable") })
        {
            if (bind?.Get(key) is YamlScalar { IsBroken: false } value && !usual.Split(' ').Contains(value.Value))
            {
                project.NotInCluster(value, value.Shown, "bind." + key, "mounts of a node and of a pod are kept apart");
            }
        }
    }

    private Mount? ReadTmpfs(YamlNode item)
    {
        if (project.Values.NonEmpty(item, "tmpfs") is not { } text)
        {
            return null;
        }

        var colon = text.IndexOf(':');
        var options = colon < 0 ? [] : text[(colon + 1)..].Split(',');
        var size = options.FirstOrDefault(o => o.StartsWith("size=", StringComparison.Ordinal))?[5..];
        var bytes = 0L;
        if (size is not null && !Units.TryBytes(size, out bytes))
        {
            project.Bag.Add(ValueDiagnostics.BadSize(item.Location, "size", size));
        }

        return Make(MountKind.Tmpfs, null, colon < 0 ? text : text[..colon], options.Contains("ro"), size is null ? null : bytes, item, text);
    }

    private Mount? Make(MountKind kind, string? source, string target, bool readOnly, long? size, YamlNode item, string text)
    {
        if (!target.StartsWith('/'))
        {
            project.Bag.Add(ValueDiagnostics.BadMount(item.Location, text, "its target must be an absolute path, from `/`"));
            return null;
        }

        if (kind == MountKind.Bind && source is not null && !source.StartsWith('/'))
        {
            if (ProjectPath.Combine(".", source) is not { } inside)
            {
                project.Bag.Add(ValueDiagnostics.LeavesProject(item.Location, "a bind mount", source));
                return null;
            }

            if (project.Files.TryRead(inside) is null && !project.Files.FolderExists(inside))
            {
                project.Bag.Add(ValueDiagnostics.NotInCommit(item.Location, "the source of a bind mount", inside));
                return null;
            }

            source = inside;
        }

        return new Mount(kind, source, target, readOnly, size, item.Location);
    }
}
