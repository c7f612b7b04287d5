using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Differences;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Kubernetes.Status;
using Towpath.Engines.Kubernetes;

namespace Towpath.Engines.Clusters;

/// <summary>Compares what is wanted with what is there. The API server itself says what an apply would make of an object, and changes nothing.</summary>
internal sealed class ClusterComparison(ClusterObjects objects, ClusterCompiler compiler, ClusterSpace room)
{
    private const int AtOnce = 6;

    /// <summary>How objects are asked about side by side: by the scheduler that the caller runs on.</summary>
    public static ParallelOptions SideBySide(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken, TaskScheduler = TaskScheduler.Current };

    /// <summary>All that a deployment of an environment would change, in the order in which it would.</summary>
    public async Task<ImmutableArray<ObjectChange>> OfAsync(EnvironmentDesired desired, CancellationToken cancellationToken)
    {
        var compilation = await compiler.PreviewAsync(desired, cancellationToken);
        var bodies = compilation.Objects.Select(ClusterObjects.Json).Concat(room.SecretBodies(desired, compilation.Namespace)).ToList();
        var changes = new ObjectChange?[bodies.Count];
        await Parallel.ForAsync(0, bodies.Count, SideBySide(cancellationToken), async (i, token) =>
            changes[i] = await OfAsync(bodies[i], token));
        var known = bodies.Select(ObjectChange.SubjectOf).ToHashSet(StringComparer.Ordinal);
        // Values that the deployment would make.
        var made = ClusterSpace.SecretNames(desired).Select(name => $"Secret/{name}").Where(s => !known.Contains(s)).ToList();
        var extra = await objects.ExtraAsync(compilation.Namespace, known.Concat(made).ToHashSet(StringComparer.Ordinal), cancellationToken);
        return
        [
            .. changes.OfType<ObjectChange>(), .. made.Select(s => new ObjectChange(s, ObjectChangeKind.Added, [])),
            // The second workload of a release that is on its way in belongs to what is there.
            .. extra.Where(e => !SecondWorkload.Is(e)).Select(e => new ObjectChange(ObjectChange.SubjectOf(e), ObjectChangeKind.Removed, [])),
        ];
    }

    /// <summary>What an apply would change of an object; null for nothing.</summary>
    public async Task<ObjectChange?> OfAsync(JsonObject wanted, CancellationToken cancellationToken)
    {
        try
        {
            return await objects.FindAsync(wanted, cancellationToken) is { } live
                ? await OfAsync(wanted, live, cancellationToken)
                : new ObjectChange(ObjectChange.SubjectOf(wanted), ObjectChangeKind.Added, []);
        }
        catch (KubernetesException e) when (IsRefusal(e))
        {
            return Refused(wanted, e);
        }
    }

    /// <summary>What an apply would change of an object that is there.</summary>
    public async Task<ObjectChange?> OfAsync(JsonObject wanted, JsonObject live, CancellationToken cancellationToken)
    {
        try
        {
            return ObjectChange.Between(live, await objects.TryAsync(Kept(wanted, live), cancellationToken));
        }
        catch (KubernetesException e) when (IsRefusal(e))
        {
            return Refused(wanted, e);
        }
    }

    private static bool IsRefusal(KubernetesException failure) =>
        failure.Failure is ApiFailure.Invalid or ApiFailure.Refused or ApiFailure.Forbidden or ApiFailure.Conflict or ApiFailure.NotFound;

    private static ObjectChange Refused(JsonObject wanted, KubernetesException failure) => new(ObjectChange.SubjectOf(wanted), ObjectChangeKind.Refused, [], failure.Message);

    // What a unit that stays as it is keeps: a field that is not given any more would go.
    private static JsonObject Kept(JsonObject asked, JsonObject live)
    {
        var wanted = (JsonObject)asked.DeepClone();
        if (live.Text("metadata", "annotations", ObjectNames.Since) is { } since && wanted["metadata"]?["annotations"] is JsonObject annotations)
        {
            annotations[ObjectNames.Since] = since;
        }

        return TrafficObjects.Keep(ClusterObjects.Kept(wanted, live), live);
    }
}
