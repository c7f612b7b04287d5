using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;

namespace Towpath.Core.Kubernetes;

/// <summary>What is compiled to objects, and for which cluster.</summary>
public sealed record ClusterRequest
{
    /// <summary>What the environment shall run.</summary>
    public required EnvironmentDesired Desired { get; init; }

    /// <summary>Files of the commit, for what services mount of it.</summary>
    public required ISourceFiles Files { get; init; }

    /// <summary>What is known of the image of each service.</summary>
    public ImmutableSortedDictionary<string, ImageFacts> Images { get; init; } = ImmutableSortedDictionary<string, ImageFacts>.Empty;

    /// <summary>The version that the objects are for.</summary>
    public KubernetesVersion Version { get; init; } = KubernetesVersion.Current;

    /// <summary>What the server says that it serves, each as <c>policy/v1/PodDisruptionBudget</c>; empty where no server was asked.</summary>
    public ImmutableHashSet<string> Served { get; init; } = [];

    /// <summary>Version of each secret's value, which is part of its object's name; empty where no value is known.</summary>
    public ImmutableSortedDictionary<string, string> SecretVersions { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What the cluster has, as the environment says it.</summary>
    public KubernetesSpec Spec => Desired.Environment.Kubernetes ?? KubernetesSpec.Default;

    /// <summary>The namespace of everything.</summary>
    public string Namespace => Desired.Environment.NamespaceFor(Desired.Application);
}

/// <summary>What is known of an image.</summary>
/// <param name="Reference">What it is pulled by.</param>
/// <param name="User">The user that it runs as, <c>uid</c> or <c>name</c> with an optional group; empty for root, null where it is not known.</param>
/// <param name="Ports">Ports that it says it listens on.</param>
public sealed record ImageFacts(string Reference, string? User, ImmutableArray<int> Ports);
