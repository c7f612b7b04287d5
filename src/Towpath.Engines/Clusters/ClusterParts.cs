using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Rollouts;
using Towpath.Engines.Environments;
using Towpath.Engines.Kubernetes;

namespace Towpath.Engines.Clusters;

/// <summary>What one environment on a cluster is made of.</summary>
/// <param name="Client">The cluster.</param>
/// <param name="Images">Makes images known to the cluster's registry.</param>
/// <param name="UserOf">The user that the processes of an image run as, by its digest; null where nothing says it.</param>
/// <param name="Folder">Files and secrets of the environment.</param>
/// <param name="Files">Files of a release's commit.</param>
/// <param name="Memory">Small values of the environment.</param>
/// <param name="Time">Clock.</param>
public sealed record ClusterParts(
    KubernetesClient Client,
    IClusterImages Images,
    Func<string, CancellationToken, Task<string?>> UserOf,
    EnvironmentFolder Folder,
    Func<string, ISourceFiles> Files,
    IEnvironmentMemory Memory,
    TimeProvider Time)
{
    /// <summary>What is kept on the cluster for all environments; null where each is asked about by itself.</summary>
    public ClusterView? View { get; init; }

    /// <summary>What is known of a deployment beside what it brings in, for the messages of commits.</summary>
    public Func<DeploymentPlan, DeliveryStory> Story { get; init; } = _ => DeliveryStory.None;
}

/// <summary>Makes images known to the registry of a cluster.</summary>
public interface IClusterImages
{
    /// <summary>The image of a service, by the digest under which the registry has it; pushed where it is not there.</summary>
    /// <param name="desired">The environment.</param>
    /// <param name="service">The service.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns><c>registry/name@sha256:DIGEST</c>.</returns>
    Task<string> EnsureAsync(EnvironmentDesired desired, ServiceDesired service, CancellationToken cancellationToken);

    /// <summary>The same without a push: the digest where one is known of an earlier push, else the tag that a push would give it.</summary>
    string Preview(EnvironmentDesired desired, ServiceDesired service);
}
