using System.Collections.Immutable;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary>How a volume is made in a cluster: one that is there, a share of an NFS server, a size.</summary>
internal sealed class ClusterVolumeReader(ProjectReading project)
{
    private const string Subject = "driver_opts of a volume";
    private static readonly string[] Known = ["type", "o", "device", "size"];
    private readonly NodeReader _values = project.Values;

    /// <summary>What differs from the usual way; null for nothing, or where nothing runs on Kubernetes.</summary>
    public ClusterVolume? Read(YamlEntry entry)
    {
        if (!project.ForKubernetes || entry.Value is not YamlMapping volume)
        {
            return null;
        }

        if (_values.Boolean(volume.Get("external"), "external") == true)
        {
            var claim = _values.NonEmpty(volume.Get("name"), "name") ?? entry.Name;
            if (!ClusterText.IsName(claim))
            {
                project.Bag.Add(ValueDiagnostics.BadName((volume.Get("name") ?? entry.Key).Location, "the name of a claim", claim, ClusterText.NameRule));
            }

            return new ClusterVolume(claim, null, null);
        }

        if (volume.Entry("name") is { } name && !project.ForContainers)
        {
            project.NoEffectInCluster(name.Key, "name", "a volume", "Towpath names claims by their key in this file");
        }

        return volume.Get("driver_opts") is YamlMapping options ? Options(options) : null;
    }

    private ClusterVolume? Options(YamlMapping options)
    {
        foreach (var entry in options.Entries.Where(e => !Known.Contains(e.Name)))
        {
            project.NotInCluster(entry.Key, entry.Name, Subject, "a storage class makes volumes: name it under `kubernetes.storage` of the environment");
        }

        var size = _values.Size(options.Get("size"), "size");
        switch (_values.Text(options.Get("type"), "type"))
        {
            case null or "":
                foreach (var key in new[] { "o", "device" })
                {
                    if (options.Entry(key) is { } entry)
                    {
                        project.NotInCluster(entry.Key, key, Subject, "it says how an engine mounts something, and of that only NFS is known here: `type: nfs`");
                    }
                }

                return size is null ? null : new ClusterVolume(null, size, null);
            case "nfs" or "nfs4":
                return Share(options) is { } share ? new ClusterVolume(null, size, share) : null;
            case var type:
                project.NotInCluster(options.Get("type")!, type, Subject, type is "none"
                    ? "a folder of the host is written as a bind mount of the service"
                    : "of what an engine can mount only NFS is known here");
                return null;
        }
    }

    // As mount(8) takes it: `device: ":/path"` with `o: addr=SERVER`, or `device: "SERVER:/path"`.
    private NfsShare? Share(YamlMapping options)
    {
        if (!_values.Require(options.Get("device"), options, "a volume of type nfs", "device") || _values.NonEmpty(options.Get("device"), "device") is not { } device)
        {
            return null;
        }

        var mount = (_values.Text(options.Get("o"), "o") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var colon = device.IndexOf(":/", StringComparison.Ordinal);
        var path = device[(colon + 1)..];
        var server = mount.FirstOrDefault(o => o.StartsWith("addr=", StringComparison.Ordinal))?["addr=".Length..] ?? (colon > 0 ? device[..colon] : "");
        if (server.Length == 0 || !path.StartsWith('/'))
        {
            project.Bag.Add(ValueDiagnostics.MissingKey(options.Get("device")!.Location, "a volume of type nfs", "`o: addr=SERVER` and `device: \":/PATH\"`"));
            return null;
        }

        var version = options.Get("type") is YamlScalar { Value: "nfs4" } && !mount.Any(o => o.Contains("vers=", StringComparison.Ordinal)) ? new[] { "nfsvers=4" } : [];
        return new NfsShare(server, path, [.. mount.Where(o => !o.StartsWith("addr=", StringComparison.Ordinal)), .. version]);
    }
}
