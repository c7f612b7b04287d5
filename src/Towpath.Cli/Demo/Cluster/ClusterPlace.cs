namespace Towpath.Cli.Demo.Cluster;

/// <summary>Where the demo's production runs.</summary>
/// <param name="Kubeconfig">The cluster's kubeconfig.</param>
/// <param name="Registry">Registry and path that the cluster pulls from.</param>
/// <param name="WaitImage">An image with a shell and curl, by its digest in the registry.</param>
/// <param name="ProxyImage">An image of HAProxy, by its digest in the registry.</param>
/// <param name="IsOwn">The cluster was started for the demo.</param>
internal sealed record ClusterPlace(string Kubeconfig, string Registry, string WaitImage, string ProxyImage, bool IsOwn);

/// <summary>What was asked for.</summary>
/// <param name="Engine">The engine that has the images, and that runs the registry where none was named.</param>
/// <param name="Files">The clone.</param>
/// <param name="Registry">Registry and path; null for one on this machine.</param>
/// <param name="Kubeconfig">A cluster that is there; null for one of the demo's own.</param>
internal sealed record ClusterWish(Host.EngineChoice Engine, DemoFiles Files, string? Registry, string? Kubeconfig);

/// <summary>Gets a cluster for the demo.</summary>
internal interface IClusterProvider
{
    /// <summary>Finds the cluster or starts one, with a registry that has what the shop needs there. Again is quick.</summary>
    /// <exception cref="Core.Diagnostics.DiagnosticException">TP7133, TP7134, or what the engine or the registry says.</exception>
    Task<ClusterPlace> PrepareAsync(ClusterWish wish, Action<string> say, CancellationToken cancellationToken);

    /// <summary>Removes what was started.</summary>
    Task RemoveAsync(ClusterWish wish, bool isOwn, Action<string> say, CancellationToken cancellationToken);
}

/// <summary>Public images that the demo needs in a cluster beside the shop's.</summary>
internal static class DemoImages
{
    /// <summary>What waits.</summary>
    public const string Wait = "docker.io/curlimages/curl:7.88.1";

    /// <summary>The way in.</summary>
    public const string Proxy = "docker.io/library/haproxy:2.6";

    /// <summary>The registry of this machine.</summary>
    public const string Registry = "docker.io/library/registry:2.8.2";
}
