using Towpath.Core.Kubernetes.Manifests;

namespace Towpath.Core.Kubernetes.Objects;

/// <summary>What the parts of a pod's template are gathered in while it is made.</summary>
internal sealed class PodParts
{
    private readonly HashSet<string> _volumeNames = new(StringComparer.Ordinal);
    private readonly HashSet<string> _templateNames = new(StringComparer.Ordinal);

    /// <summary>Whether the pod runs beside its workload, to an end: a StatefulSet makes no claims for it.</summary>
    public bool IsTask { get; init; }

    /// <summary>Volumes of the pod.</summary>
    public ManifestList Volumes { get; } = [];

    /// <summary>Where its container mounts them.</summary>
    public ManifestList Mounts { get; } = [];

    /// <summary>Claims that a StatefulSet makes for each pod.</summary>
    public ManifestList ClaimTemplates { get; } = [];

    /// <summary>Objects that the pod needs: its ConfigMaps and Secrets.</summary>
    public List<ManifestObject> Objects { get; } = [];

    /// <summary>Paths in the container where something is mounted.</summary>
    public HashSet<string> Targets { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds a volume of the pod, unless one of that name is there.</summary>
    public void AddVolume(string name, string kind, ManifestNode source, Origin origin)
    {
        if (_volumeNames.Add(name))
        {
            Volumes.Add(new ManifestMap { { "name", name }, { kind, source } }.Because(origin));
        }
    }

    /// <summary>Adds a claim that a StatefulSet makes for each pod, unless one of that name is there.</summary>
    public void AddClaimTemplate(string name, ManifestNode template)
    {
        if (_templateNames.Add(name))
        {
            ClaimTemplates.Add(template);
        }
    }

    /// <summary>Mounts a volume.</summary>
    public void AddMount(string name, string target, Origin origin, string? subPath = null, bool readOnly = false)
    {
        if (!Targets.Add(target.Length > 1 ? target.TrimEnd('/') : target))
        {
            return;
        }

        var mount = new ManifestMap { { "name", name }, { "mountPath", target }, { "subPath", (ManifestNode?)subPath } };
        mount.AddFlag("readOnly", readOnly);
        Mounts.Add(mount.Because(origin));
    }
}
