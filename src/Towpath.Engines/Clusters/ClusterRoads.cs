using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Planning;
using Towpath.Core.Kubernetes.Running;
using Towpath.Engines.Kubernetes;

namespace Towpath.Engines.Clusters;

/// <summary>What leads to the two workloads of one service: its Services, and its route where that can split requests.</summary>
internal sealed class ClusterRoads
{
    private readonly ClusterObjects _objects;
    private readonly DriftPolicy _drift;
    private readonly List<ManifestObject> _services;
    private readonly ManifestObject? _route;

    /// <summary>Those of a service.</summary>
    public ClusterRoads(ClusterObjects objects, EnvironmentDesired desired, Compilation compilation, string service)
    {
        (_objects, _drift) = (objects, desired.Environment.Drift);
        var name = ServiceNames.Of(service);
        // That of its own name first: its shares are the ones that count, and aliases follow.
        _services = [.. compilation.Objects.Where(o => o.Kind == "Service" && o.Root.TextAt("spec", "selector", ObjectNames.Name) == name).OrderBy(o => o.Name != name)];
        _route = compilation.Objects.FirstOrDefault(o => o.Name == name && (o.Kind == "HTTPRoute" || (o.Kind == "Ingress" && o.Root.TextAt("spec", "ingressClassName") == "nginx")));
    }

    /// <summary>Requests are split by weights, not by numbers of pods.</summary>
    public bool IsSplit => _route is not null;

    /// <summary>The shares are these. What takes requests away from the second workload is done before its share is told to be gone, what gives it some after it is told.</summary>
    public async Task WriteAsync(SlotWeights weights, CancellationToken cancellationToken)
    {
        if (weights.Canary == 0) await WriteRouteAsync(weights, cancellationToken);
        await WriteServicesAsync(weights, cancellationToken);
        if (weights.Canary > 0) await WriteRouteAsync(weights, cancellationToken);
    }

    /// <summary>The way to the second workload alone.</summary>
    public Task OpenAsync(CancellationToken cancellationToken) => _objects.ApplyExactlyAsync(SecondWorkload.ServiceOf(ClusterObjects.Json(_services[0])), _drift, cancellationToken);

    /// <summary>All is as compiled, and nothing leads to a second workload.</summary>
    public async Task RestAsync(CancellationToken cancellationToken)
    {
        await WriteRouteAsync(null, cancellationToken);
        await WriteServicesAsync(null, cancellationToken);
        if (_services.Count > 0) await DeleteAsync(SecondWorkload.ServiceOf(ClusterObjects.Json(_services[0])), cancellationToken);
    }

    private async Task WriteServicesAsync(SlotWeights? weights, CancellationToken cancellationToken)
    {
        foreach (var service in _services) await _objects.ApplyExactlyAsync(TrafficObjects.Put(ClusterObjects.Json(service), weights), _drift, cancellationToken);
    }

    private async Task WriteRouteAsync(SlotWeights? weights, CancellationToken cancellationToken)
    {
        if (_route is null) return;
        if (_route.Kind == "HTTPRoute") await _objects.ApplyExactlyAsync(TrafficObjects.Put(ClusterObjects.Json(_route), weights), _drift, cancellationToken);
        else if (weights is { IsMixed: true }) await _objects.ApplyExactlyAsync(SecondWorkload.IngressOf(ClusterObjects.Json(_route), weights.Percent), _drift, cancellationToken);
        else await DeleteAsync(SecondWorkload.IngressOf(ClusterObjects.Json(_route), 0), cancellationToken);
    }

    private async Task DeleteAsync(JsonObject second, CancellationToken cancellationToken)
    {
        if (await _objects.FindAsync(second, cancellationToken) is { } found && SecondWorkload.Is(found)) await _objects.DeleteAsync(found, Propagation.Background, cancellationToken);
    }
}
