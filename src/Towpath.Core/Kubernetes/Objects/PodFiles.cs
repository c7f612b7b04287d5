using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Planning;
using Towpath.Core.Kubernetes.Running;

namespace Towpath.Core.Kubernetes.Objects;

/// <summary>What a pod mounts: volumes, files of the commit, configs, secrets, memory.</summary>
internal sealed class PodFiles(ClusterPlan plan, VolumeClaims claims, CommitFiles commit, DiagnosticBag bag)
{
    private const string SecretKey = "value";

    /// <summary>Adds all mounts of a workload.</summary>
    public void AddTo(PodParts parts, Workload workload)
    {
        foreach (var (mount, index) in workload.Spec.Mounts.Select((m, i) => (m, i)))
        {
            AddMount(parts, workload, mount, index);
        }

        foreach (var config in workload.Spec.Configs)
        {
            AddConfig(parts, workload, config);
        }

        foreach (var secret in workload.Spec.Secrets)
        {
            AddSecret(parts, workload, secret);
        }

        AddMemory(parts, workload);
        AddWritable(parts, workload);
    }

    private void AddMount(PodParts parts, Workload workload, Mount mount, int index)
    {
        var origin = new Origin($"`volumes` of {workload.Service.Name}", mount.Location);
        switch (mount)
        {
            case { Kind: MountKind.Volume, Source: { } volume }:
                parts.AddMount(claims.AddTo(parts, workload, volume, origin), mount.Target, origin, mount.SubPath, mount.ReadOnly);
                break;
            case { Kind: MountKind.Volume }:
                bag.Add(KubernetesDiagnostics.AnonymousVolume(mount.Location, workload.Service.Name, mount.Target));
                AddEmpty(parts, Numbered("scratch", index), mount.Target, null, isMemory: false, origin);
                break;
            case { Kind: MountKind.Tmpfs }:
                AddEmpty(parts, Numbered("tmpfs", index), mount.Target, mount.Size, isMemory: true, origin);
                break;
            case { IsFromCommit: true }:
                AddCommitFiles(parts, workload, mount, index, origin);
                break;
            default:
                bag.Add(KubernetesDiagnostics.HostPath(mount.Location, workload.Service.Name, mount.Source ?? mount.Target));
                parts.AddVolume(Numbered("host", index), "hostPath", new ManifestMap { { "path", mount.Source ?? mount.Target } }, origin);
                parts.AddMount(Numbered("host", index), mount.Target, origin, readOnly: mount.ReadOnly);
                break;
        }
    }

    private void AddCommitFiles(PodParts parts, Workload workload, Mount mount, int index, Origin origin)
    {
        var (entries, bytes, count) = commit.Read(mount.Source!);
        if (entries.IsEmpty && count > 0)
        {
            bag.Add(KubernetesDiagnostics.FilesTooLarge(mount.Location, workload.Service.Name, mount.Source!, bytes, count));
            return;
        }

        if (!mount.ReadOnly)
        {
            bag.Add(KubernetesDiagnostics.MountIsReadOnly(mount.Location, workload.Service.Name, mount.Target));
        }

        var isFile = entries is [{ Path: "" }];
        var name = AddConfigMap(parts, workload, "files", entries.Select(e => (e.Key, e.Bytes)), origin);
        var source = new ManifestMap { { "name", name } };
        if (entries.Any(e => e.Path != e.Key && e.Path.Length > 0))
        {
            source.Add("items", new ManifestList(entries.Select(e => new ManifestMap { { "key", e.Key }, { "path", e.Path } })));
        }

        parts.AddVolume(Numbered("files", index), "configMap", source, origin);
        parts.AddMount(Numbered("files", index), mount.Target, origin, isFile ? entries[0].Key : null, readOnly: true);
    }

    private void AddConfig(PodParts parts, Workload workload, FileMount mount)
    {
        if (plan.Request.Desired.Configs.FirstOrDefault(c => c.Name == mount.Source) is not { } config)
        {
            return;
        }

        var origin = new Origin($"`configs` of {workload.Service.Name}", mount.Location);
        var key = mount.Target[(mount.Target.LastIndexOf('/') + 1)..];
        var name = AddConfigMap(parts, workload, "config-" + ClusterNames.Label(config.Name, 20), [(key, Encoding.UTF8.GetBytes(config.Content))], origin);
        var source = new ManifestMap { { "name", name }, { "defaultMode", Mode(mount) } };
        parts.AddVolume(name, "configMap", source, origin);
        parts.AddMount(name, mount.Target, origin, key, readOnly: true);
    }

    private void AddSecret(PodParts parts, Workload workload, FileMount mount)
    {
        var origin = new Origin($"`secrets` of {workload.Service.Name}", mount.Location);
        var name = NameOf(plan, mount.Source);
        var volume = ClusterNames.With("secret", ClusterNames.Label(mount.Source, 50));
        parts.AddVolume(volume, "secret", new ManifestMap { { "secretName", name }, { "defaultMode", Mode(mount) } }, origin);
        parts.AddMount(volume, mount.Target, origin, SecretKey, readOnly: true);
    }

    /// <summary>The object of a secret: its version is in its name where it is known, so that a new value makes new pods.</summary>
    public static string NameOf(ClusterPlan plan, string secret) => plan.Request.SecretVersions.TryGetValue(secret, out var version)
        ? SecretNaming.Of(secret, version)
        : ClusterNames.Label(secret);

    private string AddConfigMap(PodParts parts, Workload workload, string what, IEnumerable<(string Key, ReadOnlyMemory<byte> Bytes)> entries, Origin origin)
    {
        var data = new ManifestMap();
        var binary = new ManifestMap();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (key, bytes) in entries)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{key.Length}:{key}{bytes.Length}:"));
            hash.AppendData(bytes.Span);
            CommitFiles.Add(data, binary, key, bytes.Span);
        }

        var name = ClusterNames.With(workload.Name, $"{what}-{Convert.ToHexStringLower(hash.GetHashAndReset())[..8]}");
        if (!parts.Objects.Exists(o => o.Kind == "ConfigMap" && o.Name == name))
        {
            parts.Objects.Add(ManifestObject.Of(
                "v1", "ConfigMap", ObjectNames.Meta(plan, name, workload.Name), origin, ("immutable", true), ("data", data.OrNothing()), ("binaryData", binary.OrNothing())));
        }

        return name;
    }

    private static void AddMemory(PodParts parts, Workload workload)
    {
        if (workload.Spec.ShmSize is { } size)
        {
            AddEmpty(parts, "shm", "/dev/shm", size, isMemory: true, workload.From("shm_size"));
        }
    }

    private static void AddWritable(PodParts parts, Workload workload)
    {
        if (workload.Cluster.WritableRoot)
        {
            return;
        }

        var known = new Origin("the official image writes there");
        foreach (var (folder, index) in workload.WritableFolders.Select((f, i) => (f, i)))
        {
            AddEmpty(parts, Numbered("writable", index), folder, null, isMemory: false, known);
        }

        AddEmpty(parts, "tmp", "/tmp", null, isMemory: false, new Origin("the root file system is read-only, and most programs need /tmp"));
    }

    private static void AddEmpty(PodParts parts, string name, string target, long? size, bool isMemory, Origin origin)
    {
        if (parts.Targets.Contains(target.TrimEnd('/')))
        {
            return;
        }

        var source = new ManifestMap();
        source.Add("medium", isMemory ? "Memory" : null);
        source.Add("sizeLimit", size is { } bytes ? Quantity.Bytes(bytes) : null);
        parts.AddVolume(name, "emptyDir", source, origin);
        parts.AddMount(name, target, origin);
    }

    // JSON has no octal numbers: 0444 is 292.
    private static ManifestNode? Mode(FileMount mount) => mount.Mode is { } mode ? (ManifestNode)mode : null;

    private static string Numbered(string name, int index) => string.Create(CultureInfo.InvariantCulture, $"{name}-{index}");
}
