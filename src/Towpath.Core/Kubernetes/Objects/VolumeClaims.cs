using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Objects;

/// <summary>Named volumes as claims: of each pod of a StatefulSet, or of the namespace where several pods use one.</summary>
internal sealed class VolumeClaims(ClusterPlan plan, DiagnosticBag bag)
{
    private readonly Dictionary<string, ManifestObject> _objects = new(StringComparer.Ordinal);
    private readonly ILookup<string, Workload> _users = plan.Workloads
        .SelectMany(w => w.Spec.Mounts.Where(m => m is { Kind: MountKind.Volume, Source: not null }).Select(m => m.Source!).Distinct().Select(v => (Volume: v, Workload: w)))
        .ToLookup(u => u.Volume, u => u.Workload, StringComparer.Ordinal);

    private readonly Dictionary<string, Volume> _declared = plan.Request.Desired.Volumes.ToDictionary(v => v.Name, StringComparer.Ordinal);

    /// <summary>Claims and volumes of the environment, once all workloads were asked.</summary>
    public IEnumerable<ManifestObject> Objects => _objects.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => o.Value);

    /// <summary>Adds a named volume to a pod.</summary>
    /// <returns>The name of the volume in the pod.</returns>
    public string AddTo(PodParts parts, Workload workload, string volume, Origin origin)
    {
        var name = ClusterNames.Label(volume);
        var declared = _declared.GetValueOrDefault(volume);
        var cluster = declared?.Cluster ?? ClusterVolume.Usual;
        var why = declared is null ? origin : new Origin($"the volume {volume}", declared.Location);
        if (workload.Kind == WorkloadKind.StatefulSet && _users[volume].Count() == 1 && cluster is { Claim: null, Nfs: null })
        {
            AddOwn(parts, workload, volume, name, cluster, why);
        }
        else
        {
            parts.AddVolume(name, "persistentVolumeClaim", new ManifestMap { { "claimName", cluster.Claim ?? name } }, origin);
            AddClaim(volume, name, cluster, why);
        }

        return name;
    }

    /// <summary>The claim of the first pod of a workload for a volume: a StatefulSet names claims TEMPLATE-NAME-ORDINAL.</summary>
    public static string OfFirstPod(Workload workload, string volume) => ClusterNames.Label(volume) + (workload.Kind == WorkloadKind.StatefulSet ? $"-{workload.Name}-0" : "");

    private void AddOwn(PodParts parts, Workload workload, string volume, string name, ClusterVolume cluster, Origin why)
    {
        if (parts.IsTask)
        {
            // The first migration comes before the first pod, so the claim can't be left to the StatefulSet, which takes one that is there.
            var claim = OfFirstPod(workload, volume);
            parts.AddVolume(name, "persistentVolumeClaim", new ManifestMap { { "claimName", claim } }, why);
            Add(ManifestObject.Of("v1", "PersistentVolumeClaim", ObjectNames.Meta(plan, claim, workload.Name), why, ("spec", Claim(volume, "ReadWriteOnce", cluster, why))));
            return;
        }

        if (workload.Replicas > 1)
        {
            bag.Add(KubernetesDiagnostics.VolumePerReplica(workload.Spec.Location, workload.Service.Name, volume));
        }

        var meta = new ManifestMap { { "name", name }, { "labels", ObjectNames.Selector(plan, workload.Name) } };
        parts.AddClaimTemplate(name, new ManifestMap
        {
            { "apiVersion", "v1" }, { "kind", "PersistentVolumeClaim" }, { "metadata", meta }, { "spec", Claim(volume, "ReadWriteOnce", cluster, why) },
        }.Because(why));
    }

    private void AddClaim(string volume, string name, ClusterVolume cluster, Origin why)
    {
        if (cluster.Claim is not null || _objects.ContainsKey("PersistentVolumeClaim/" + name))
        {
            return;
        }

        var users = _users[volume].ToImmutableArray();
        var isShared = users.Length > 1 || users.Any(w => w.Replicas > 1 || w.Kind == WorkloadKind.DaemonSet);
        if (isShared && cluster.Nfs is null)
        {
            bag.Add(KubernetesDiagnostics.SharedVolume(why.Place!, volume, string.Join(" and ", users.Select(w => w.Service.Name).DefaultIfEmpty("several replicas"))));
        }

        var mode = isShared || cluster.Nfs is not null ? "ReadWriteMany" : "ReadWriteOnce";
        var spec = Claim(volume, mode, cluster, why);
        if (cluster.Nfs is { } share)
        {
            var size = ((ManifestMap)((ManifestMap)spec["resources"]!)["requests"]!)["storage"]!;
            var volumeName = $"{plan.Namespace}-{name}";
            spec.Add("volumeName", volumeName);
            Add(Share(volumeName, share, size, why));
        }

        Add(ManifestObject.Of("v1", "PersistentVolumeClaim", ObjectNames.Meta(plan, name), why, ("spec", spec)));
    }

    private ManifestMap Claim(string volume, string mode, ClusterVolume cluster, Origin why)
    {
        var settings = plan.Request.Spec;
        var own = settings.Volumes.GetValueOrDefault(volume);
        var asked = own?.Size ?? cluster.Size;
        if (asked is null && settings.Location is null && cluster.Nfs is null)
        {
            bag.Add(KubernetesDiagnostics.VolumeSizeAssumed(why.Place!, volume, Quantity.Bytes(settings.VolumeSize)));
        }

        var spec = new ManifestMap { { "accessModes", ManifestList.Of([mode]) } };
        // An NFS share is bound by name: no class may step in and make another volume.
        spec.Add("storageClassName", cluster.Nfs is not null ? "" : own?.StorageClass ?? settings.StorageClass, own is null ? null : new Origin("`kubernetes.storage`", own.Location));
        spec.Add("resources", new ManifestMap { { "requests", new ManifestMap { { "storage", Quantity.Bytes(asked ?? settings.VolumeSize) } } } }, own is null ? null : new Origin("`kubernetes.storage`", own.Location));
        return spec;
    }

    private ManifestObject Share(string name, NfsShare share, ManifestNode size, Origin why)
    {
        var spec = new ManifestMap
        {
            { "capacity", new ManifestMap { { "storage", size } } },
            { "accessModes", ManifestList.Of(["ReadWriteMany"]) },
            { "persistentVolumeReclaimPolicy", "Retain" },
            { "storageClassName", "" },
            { "mountOptions", ManifestList.Of(share.Options).OrNothing() },
            { "nfs", new ManifestMap { { "server", share.Server }, { "path", share.Path } } },
        };
        return ManifestObject.Of("v1", "PersistentVolume", ObjectNames.ClusterMeta(plan, name), why, ("spec", spec));
    }

    private void Add(ManifestObject subject) => _objects.TryAdd(subject.Id, subject);
}
