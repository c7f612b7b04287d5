using System.Globalization;
using System.Text.Json.Nodes;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Kubernetes.Status;
using Towpath.Engines.Kubernetes;

namespace Towpath.Engines.Clusters;

/// <summary>The life of a unit: applied, removed, and what was made for it cleared away. Each step applies what is wanted, so that twice is once.</summary>
internal sealed class ClusterUnitKeeper(ClusterParts parts, ClusterObjects objects, ClusterCompiler compiler, ClusterWait wait)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(30);

    /// <summary>The object of a service is applied. A Job that failed makes room first.</summary>
    public async Task StartAsync(EnvironmentDesired desired, string service, CancellationToken cancellationToken)
    {
        var compilation = await compiler.CompileAsync(desired, cancellationToken);
        var unit = compilation.Objects.Single(o => o.Id == compilation.Workloads[service]);
        var found = unit.Kind == "Job" ? await objects.ClearFailedAsync(unit, wait, cancellationToken) : await objects.FindAsync(unit, cancellationToken);
        var body = ClusterObjects.Kept(ClusterObjects.Json(unit), found);
        var revision = found.Text("metadata", "labels", ObjectNames.Revision);
        var begun = revision == desired.Service(service)!.Revision ? found.Text("metadata", "annotations", ObjectNames.Since) : null;
        ((JsonObject)body["metadata"]!["annotations"]!)[ObjectNames.Since] = begun ?? parts.Time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        await objects.ApplyAsync(body, desired.Environment.Drift, cancellationToken);
        if (compilation.Objects.FirstOrDefault(o => o.Kind == "HorizontalPodAutoscaler" && o.Name == unit.Name) is { } autoscaler)
        {
            await objects.ApplyAsync(autoscaler, desired.Environment.Drift, cancellationToken);
        }
    }

    /// <summary>The second workload of a service is applied.</summary>
    /// <param name="desired">The release that it is of.</param>
    /// <param name="service">The service.</param>
    /// <param name="pods">How many it has.</param>
    /// <param name="begun">The one that is there, which had its time since it was begun; null where its pods have their time from now.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="isWarm">It is of the release before, and is kept in case that comes back.</param>
    public async Task StartSecondAsync(EnvironmentDesired desired, string service, int pods, JsonObject? begun, CancellationToken cancellationToken, bool isWarm = false)
    {
        var compilation = await compiler.CompileAsync(desired, cancellationToken);
        var body = SecondWorkload.Of(ClusterObjects.Json(compilation.Objects.Single(o => o.Id == compilation.Workloads[service])), pods);
        ((JsonObject)body["metadata"]!["annotations"]!)[ObjectNames.Since] =
            begun.Text("metadata", "annotations", ObjectNames.Since) ?? parts.Time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        if (isWarm) WarmRelease.Keep(body);
        await objects.ApplyAsync(body, desired.Environment.Drift, cancellationToken);
    }

    /// <summary>A unit goes where it is still the one that is meant: a start may have made another one of it since.</summary>
    public async Task RemoveAsync(EnvironmentDesired desired, string service, string container, CancellationToken cancellationToken)
    {
        var space = desired.Environment.NamespaceFor(desired.Application);
        if (await objects.UnitAsync(space, desired, service, container, cancellationToken) is not { } unit)
        {
            return;
        }

        await objects.DeleteAsync(unit, Propagation.Foreground, cancellationToken);
        // Its pods go first. What takes longer, as on a node that is away, is asked for again by whoever looks.
        for (var waited = TimeSpan.Zero; waited < LongestEnd && await objects.UnitAsync(space, desired, service, container, cancellationToken) is not null; waited += Pause)
        {
            await Task.Delay(Pause, parts.Time, cancellationToken);
        }
    }

    /// <summary>What no release wants any more is gone.</summary>
    /// <param name="desired">What is wanted.</param>
    /// <param name="kept">What stays beside it, as <c>Kind/name</c>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task CleanUpAsync(EnvironmentDesired desired, IReadOnlyList<string> kept, CancellationToken cancellationToken)
    {
        var compilation = await compiler.CompileAsync(desired, cancellationToken);
        var wanted = compilation.Objects.Select(o => o.Id).Concat(ClusterSpace.SecretNames(desired).Select(name => $"Secret/{name}")).Concat(kept).ToHashSet(StringComparer.Ordinal);
        await objects.PruneAsync(compilation.Namespace, wanted, cancellationToken);
    }
}
