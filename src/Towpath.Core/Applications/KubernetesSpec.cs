using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications;

/// <summary>What runs an environment.</summary>
public enum EngineKind
{
    /// <summary>Podman or Docker on the machine of the control plane.</summary>
    Containers,

    /// <summary>A Kubernetes cluster.</summary>
    Kubernetes,
}

/// <summary>How requests from outside come in.</summary>
public enum EntryKind
{
    /// <summary>Objects of kind Ingress, for a controller that is there.</summary>
    Ingress,

    /// <summary>Routes of the Gateway API, for a gateway that is there or is made.</summary>
    GatewayApi,

    /// <summary>A proxy of the environment's own, published on a port of the nodes.</summary>
    Proxy,

    /// <summary>None.</summary>
    None,
}

/// <summary><c>kubernetes:</c> of an environment: what the cluster has that no Compose file knows of. Everything has a default.</summary>
public sealed record KubernetesSpec
{
    /// <summary>All defaults.</summary>
    public static KubernetesSpec Default { get; } = new();

    /// <summary>Context of the kubeconfig, or null for the current one.</summary>
    public string? Context { get; init; }

    /// <summary>Namespace, or null for <c>APPLICATION-ENVIRONMENT</c>.</summary>
    public string? Namespace { get; init; }

    /// <summary>How requests come in.</summary>
    public EntryKind Entry { get; init; } = EntryKind.Ingress;

    /// <summary>Class of the Ingress or of the Gateway, or null for the cluster's default.</summary>
    public string? EntryClass { get; init; }

    /// <summary>Name of a Gateway that is there, <c>name</c> or <c>namespace/name</c>; null to make one.</summary>
    public string? Gateway { get; init; }

    /// <summary>Public host name, or null for any.</summary>
    public string? Host { get; init; }

    /// <summary>Name of the TLS secret, or null for no TLS.</summary>
    public string? TlsSecret { get; init; }

    /// <summary>Name of a cert-manager ClusterIssuer that fills <see cref="TlsSecret"/>, or null.</summary>
    public string? TlsIssuer { get; init; }

    /// <summary>Registry and path that images are pushed to and pulled from, without a slash at its end; null to take images as they are named.</summary>
    public string? Registry { get; init; }

    /// <summary>Name of the secret with the registry's credentials, or null for none.</summary>
    public string? PullSecret { get; init; }

    /// <summary>Image with a shell and <c>curl</c> that waits for dependencies; null for the usual one.</summary>
    public string? WaitImage { get; init; }

    /// <summary>Image of HAProxy for <see cref="EntryKind.Proxy"/>; null for the usual one.</summary>
    public string? ProxyImage { get; init; }

    /// <summary>Port of the nodes that <see cref="EntryKind.Proxy"/> is published on, 30000 to 32767; null for one that the cluster gives.</summary>
    public int? NodePort { get; init; }

    /// <summary>Class of volumes where they say nothing else; null for the cluster's default.</summary>
    public string? StorageClass { get; init; }

    /// <summary>Bytes of a volume where it says nothing else.</summary>
    public long VolumeSize { get; init; } = 1L << 30;

    /// <summary>What differs by volume, by its key in the Compose file.</summary>
    public ImmutableSortedDictionary<string, VolumeClaimSpec> Volumes { get; init; } = ImmutableSortedDictionary<string, VolumeClaimSpec>.Empty;

    /// <summary>How many percent of what its services may use at once the namespace may use, from 100; null for no quota.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? QuotaPercent { get; init; } = 200;

    /// <summary>Labels of namespaces whose pods may call routed services, such as the ingress controller's; empty for any namespace.</summary>
    public ImmutableSortedDictionary<string, string> EntryNamespace { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The repository that objects are committed to, for <c>delivery: git</c>; null where Towpath applies them itself.</summary>
    public GitDeliverySpec? Git { get; init; }

    /// <summary>Where the block stands; null where there is none.</summary>
    public Location? Location { get; init; }
}

/// <summary>The claim of one volume.</summary>
/// <param name="Size">Bytes, or null for the environment's.</param>
/// <param name="StorageClass">Class, or null for the environment's.</param>
/// <param name="Location">Where it is declared.</param>
public sealed record VolumeClaimSpec(long? Size, string? StorageClass, Location Location);
