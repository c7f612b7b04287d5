using Towpath.Engines.Kubernetes.Watching;

namespace Towpath.Engines.Kubernetes;

/// <summary>Following objects.</summary>
public sealed partial class KubernetesClient
{
    /// <summary>Follows the objects of a kind until it is cancelled. Breaks are mended: a change is never lost, except that several of one object may come as one.</summary>
    /// <exception cref="KubernetesException">The cluster refuses it for good.</exception>
    public IAsyncEnumerable<ObjectChange> WatchAsync(ApiKind kind, ObjectFilter filter, CancellationToken cancellationToken) =>
        new ObjectWatch(this, kind, filter).FollowAsync(cancellationToken);

    /// <summary>Keeps the objects of a kind up to date until it is disposed.</summary>
    public WatchedObjects Keep(ApiKind kind, ObjectFilter filter) => new(new ObjectWatch(this, kind, filter));
}
