using System.Globalization;
using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Kubernetes.Status;
using Towpath.Core.Rollouts;
using Towpath.Engines.Environments;
using Towpath.Engines.Kubernetes;
using Readiness = Towpath.Core.Kubernetes.Status.Readiness;

namespace Towpath.Engines.Clusters;

/// <summary>
/// One environment on a cluster. A service is one unit there (see <see cref="ClusterUnits"/>): a start applies its object, and the cluster brings
/// its pods up, moves the requests and takes the old pods down. Every effect applies what is wanted, so that doing it twice is doing it once.
/// </summary>
public sealed class ClusterEnvironment : IEnvironmentEngine, IDeparture
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RemovalLimit = TimeSpan.FromMinutes(3);
    private static readonly string[] EntryKinds = ["Ingress", "Middleware", "Gateway", "HTTPRoute"];

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan LookAgainAtRest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Lively = TimeSpan.FromSeconds(30);

    private readonly string _name;
    private readonly ClusterParts _parts;
    private readonly ClusterObjects _objects;
    private readonly ClusterCompiler _compiler;
    private readonly ClusterObserver _observer;
    private readonly ClusterTasks _tasks;
    private readonly ClusterEntry _entry;
    private readonly ClusterResources _resources;
    private volatile LastLook? _last;
    private int _effects;
    private long _lastEffect;

    /// <summary>The environment of that name.</summary>
    public ClusterEnvironment(string application, string environment, ClusterParts parts)
    {
        _name = environment;
        _parts = parts;
        _lastEffect = parts.Time.GetTimestamp();
        _objects = new ClusterObjects(parts.Client, application, environment);
        _compiler = new ClusterCompiler(parts);
        _observer = new ClusterObserver(parts.Client, _objects);
        _tasks = new ClusterTasks(parts, _objects, _compiler);
        _entry = new ClusterEntry(parts, _objects);
        _resources = new ClusterResources(parts, _objects);
    }

    /// <inheritdoc/>
    public async Task<ObservedEnvironment> ObserveAsync(DeploymentPlan plan, CancellationToken cancellationToken)
    {
        // A deployment looks several times a second, and at rest once a second: more than a cluster changes, and more than a shared API server should be asked.
        var pause = _parts.Time.GetElapsedTime(Volatile.Read(ref _lastEffect)) < Lively ? LookAgain : LookAgainAtRest;
        if (_last is { } last && last.Effects == Volatile.Read(ref _effects) && _parts.Time.GetElapsedTime(last.At) < pause)
        {
            return last.Seen;
        }

        var (effects, at) = (Volatile.Read(ref _effects), _parts.Time.GetTimestamp());
        var seen = await _observer.ObserveAsync(plan.Target, SpaceOf(plan.Target), cancellationToken);
        _last = new LastLook(seen, effects, at);
        return seen;
    }

    /// <inheritdoc/>
    public async Task ApplyAsync(Effect effect, DeploymentPlan plan, CancellationToken cancellationToken)
    {
        try
        {
            await DoAsync(effect, plan, cancellationToken);
        }
        finally
        {
            Volatile.Write(ref _lastEffect, _parts.Time.GetTimestamp());
            Interlocked.Increment(ref _effects);
        }
    }

    private Task DoAsync(Effect effect, DeploymentPlan plan, CancellationToken cancellationToken) => effect switch
    {
        PrepareEnvironment => PrepareAsync(plan.Target, cancellationToken),
        ConfigureGateway configure => ConfigureEntryAsync(plan, configure.Side, cancellationToken),
        EnsureResources => _resources.EnsureAsync(plan.Target, SpaceOf(plan.Target), cancellationToken),
        RunMigration migration => _tasks.MigrateAsync(plan.Target, plan.Target.Service(migration.Service)!, cancellationToken),
        RevertMigration revert => _tasks.RevertAsync(plan.Of(revert), plan.Of(revert).Service(revert.Service)!, cancellationToken),
        StartReplica start => StartAsync(plan.Of(start.Side), start.Service, cancellationToken),
        // The cluster sends requests to what is ready, and to nothing else.
        AdmitReplica or SetShare => Task.CompletedTask,
        ParkReplica park => RemoveUnitAsync(plan, park.Service, park.Container, cancellationToken),
        RetireReplica retire => RemoveUnitAsync(plan, retire.Service, retire.Container, cancellationToken),
        Verify verify => _entry.VerifyAsync(plan.Target, SpaceOf(plan.Target), verify.Probe, cancellationToken),
        VerifyPrivately => Task.CompletedTask,
        CleanUp clean => CleanUpAsync(plan.Of(clean.Side), cancellationToken),
        RemoveEnvironment => RemoveAsync(SpaceOf(plan.Target), cancellationToken),
        _ => throw new InvalidOperationException($"effect {effect.Key} is not known to the Kubernetes engine"),
    };

    /// <inheritdoc/>
    public Task LeaveAsync(EnvironmentDesired desired, CancellationToken cancellationToken) => _objects.PruneAsync(SpaceOf(desired), new HashSet<string>(), cancellationToken);

    /// <summary>Removes all of the environment, volumes with their data too.</summary>
    /// <param name="space">Its namespace.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RemoveAsync(string space, CancellationToken cancellationToken)
    {
        await _objects.PruneAsync(space, new HashSet<string>(), cancellationToken);
        foreach (var (apiVersion, kind) in new[] { ("v1", "PersistentVolumeClaim"), ("scheduling.k8s.io/v1", "PriorityClass"), ("v1", "PersistentVolume") })
        {
            foreach (var item in await _objects.ListAsync(apiVersion, kind, space, cancellationToken))
            {
                await _objects.DeleteAsync(item, Propagation.Background, cancellationToken);
            }
        }

        var namespaces = await _parts.Client.KindAsync("v1", "Namespace", cancellationToken);
        if (await _parts.Client.FindAsync(namespaces, null, space, cancellationToken) is { } found && IsOurs(found))
        {
            await _parts.Client.DeleteAsync(namespaces, null, space, new DeleteOptions(), cancellationToken);
            await WaitAsync("removing its namespace", async () => await _parts.Client.FindAsync(namespaces, null, space, cancellationToken) is null, RemovalLimit, cancellationToken);
        }

        _parts.Folder.Delete();
    }

    /// <summary>The namespace of an environment.</summary>
    public static string SpaceOf(string application, EnvironmentSpec environment) => environment.Kubernetes?.Namespace ?? $"{application}-{environment.Name}";

    private static string SpaceOf(EnvironmentDesired desired) => SpaceOf(desired.Application, desired.Environment);

    /// <summary>Everything that is neither a unit nor an entry: the namespace first, the values of secrets, then what pods need.</summary>
    private async Task PrepareAsync(EnvironmentDesired desired, CancellationToken cancellationToken)
    {
        var compilation = await _compiler.CompileAsync(desired, cancellationToken);
        await CheckNamespaceAsync(desired, compilation.Namespace, cancellationToken);
        foreach (var subject in compilation.Objects.Where(o => !IsUnit(o) && !IsEntry(o)))
        {
            await _objects.ApplyAsync(subject, desired.Environment.Drift, cancellationToken);
            if (subject.Kind == "Namespace")
            {
                await ApplySecretsAsync(desired, compilation.Namespace, cancellationToken);
            }
        }
    }

    private async Task CheckNamespaceAsync(EnvironmentDesired desired, string space, CancellationToken cancellationToken)
    {
        var namespaces = await _parts.Client.KindAsync("v1", "Namespace", cancellationToken);
        if (await _parts.Client.FindAsync(namespaces, null, space, cancellationToken) is not { } found)
        {
            return;
        }

        if (found.Text("metadata", "deletionTimestamp") is not null)
        {
            await WaitAsync("waiting for the end of its namespace", async () => await _parts.Client.FindAsync(namespaces, null, space, cancellationToken) is null, RemovalLimit, cancellationToken);
        }
        else if (!IsOurs(found))
        {
            throw new DiagnosticException(ExitCode.DeploymentFailed, ClusterRunDiagnostics.ForeignNamespace(desired.Environment.Name, space));
        }
    }

    private static bool IsOurs(JsonObject space) => space.Text("metadata", "labels", ObjectNames.ManagedBy) == ObjectNames.Manager;

    private async Task ApplySecretsAsync(EnvironmentDesired desired, string space, CancellationToken cancellationToken)
    {
        foreach (var (name, secret) in SecretObjects(desired))
        {
            var body = new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Secret",
                ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = space, ["labels"] = Labels(desired) },
                ["immutable"] = true,
                ["type"] = "Opaque",
                ["data"] = new JsonObject { ["value"] = Convert.ToBase64String(_parts.Folder.Secrets.Bytes(secret) ?? []) },
            };
            await _objects.ApplyAsync(body, DriftPolicy.Mend, cancellationToken);
        }
    }

    private IEnumerable<(string Name, string Secret)> SecretObjects(EnvironmentDesired desired) =>
        desired.Secrets.Where(s => _parts.Folder.Secrets.Version(s.Name) is not null).Select(s => (SecretNaming.Of(s.Name, _parts.Folder.Secrets.Version(s.Name)!), s.Name));

    private static JsonObject Labels(EnvironmentDesired desired) => new()
    {
        [ObjectNames.Instance] = $"{desired.Application}-{desired.Environment.Name}",
        [ObjectNames.ManagedBy] = ObjectNames.Manager,
        ["app.kubernetes.io/part-of"] = desired.Application,
    };

    /// <summary>The way in for the services of a side. With both there, that of the release before stays as it is, and what only the new one has comes beside it.</summary>
    private async Task ConfigureEntryAsync(DeploymentPlan plan, Side side, CancellationToken cancellationToken)
    {
        var desired = side == Side.Previous ? plan.Of(Side.Previous) : plan.Target;
        var before = side == Side.Both ? plan.Previous : null;
        var kept = new HashSet<string>(StringComparer.Ordinal);
        if (before is { Environment.Engine: EngineKind.Kubernetes })
        {
            kept.UnionWith(await ApplyEntryAsync(before, kept, cancellationToken));
        }

        await ApplyEntryAsync(desired, kept, cancellationToken);
        await WaitForProxyAsync(desired, cancellationToken);
    }

    private async Task<IReadOnlyCollection<string>> ApplyEntryAsync(EnvironmentDesired desired, HashSet<string> but, CancellationToken cancellationToken)
    {
        var compilation = await _compiler.CompileAsync(desired, cancellationToken);
        var entry = compilation.Objects.Where(IsEntry).Where(o => !but.Contains(o.Id)).ToList();
        foreach (var subject in entry)
        {
            await _objects.ApplyAsync(subject, desired.Environment.Drift, cancellationToken);
        }

        return [.. entry.Select(o => o.Id)];
    }

    private async Task WaitForProxyAsync(EnvironmentDesired desired, CancellationToken cancellationToken)
    {
        if (desired.Environment.Kubernetes?.Entry != EntryKind.Proxy)
        {
            return;
        }

        var space = SpaceOf(desired);
        await WaitAsync(
            "starting its proxy",
            async () => (await _objects.ListAsync("apps/v1", "Deployment", space, cancellationToken)).FirstOrDefault(d => d.Name() == ProxyObjects.Name) is not { } proxy
                || ObjectStatus.Read(new ObservedObject(proxy)).Readiness == Readiness.Ready,
            desired.Environment.ReadyTimeout,
            cancellationToken);
    }

    private async Task StartAsync(EnvironmentDesired desired, string service, CancellationToken cancellationToken)
    {
        var compilation = await _compiler.CompileAsync(desired, cancellationToken);
        var unit = compilation.Objects.Single(o => o.Id == compilation.Workloads[service]);
        var found = await _objects.FindAsync(unit, cancellationToken);
        if (unit.Kind == "Job" && found is not null && ObjectStatus.Read(new ObservedObject(found)).Readiness == Readiness.Failed)
        {
            await _objects.DeleteAsync(found, Propagation.Foreground, cancellationToken);
            await WaitAsync($"removing the failed {service}", async () => await _objects.FindAsync(unit, cancellationToken) is null, RemovalLimit, cancellationToken);
            found = null;
        }

        var body = ClusterObjects.Json(unit);
        var revision = found.Text("metadata", "labels", ObjectNames.Revision);
        var begun = revision == desired.Service(service)!.Revision ? found.Text("metadata", "annotations", ClusterObjects.Since) : null;
        ((JsonObject)body["metadata"]!["annotations"]!)[ClusterObjects.Since] = begun ?? _parts.Time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        await _objects.ApplyAsync(body, desired.Environment.Drift, cancellationToken);
        if (compilation.Objects.FirstOrDefault(o => o.Kind == "HorizontalPodAutoscaler" && o.Name == unit.Name) is { } autoscaler)
        {
            await _objects.ApplyAsync(autoscaler, desired.Environment.Drift, cancellationToken);
        }
    }

    /// <summary>A unit goes where it is still the one that is meant: a start may have made another one of it since.</summary>
    private async Task RemoveUnitAsync(DeploymentPlan plan, string service, string container, CancellationToken cancellationToken)
    {
        var space = SpaceOf(plan.Target);
        foreach (var (apiVersion, kind) in new[] { ("apps/v1", "Deployment"), ("apps/v1", "StatefulSet"), ("apps/v1", "DaemonSet"), ("batch/v1", "Job"), ("batch/v1", "CronJob") })
        {
            foreach (var unit in await _objects.ListAsync(apiVersion, kind, space, cancellationToken))
            {
                if (unit.Text("metadata", "annotations", ObjectNames.Service) == service
                    && ClusterObserver.NameOf(plan.Target, service, unit.Text("metadata", "labels", ObjectNames.Revision) ?? "") == container)
                {
                    await _objects.DeleteAsync(unit, Propagation.Foreground, cancellationToken);
                }
            }
        }
    }

    private async Task CleanUpAsync(EnvironmentDesired desired, CancellationToken cancellationToken)
    {
        var compilation = await _compiler.CompileAsync(desired, cancellationToken);
        var wanted = compilation.Objects.Select(o => o.Id).Concat(SecretObjects(desired).Select(s => $"Secret/{s.Name}")).ToHashSet(StringComparer.Ordinal);
        await _objects.PruneAsync(compilation.Namespace, wanted, cancellationToken);
    }

    private async Task WaitAsync(string what, Func<Task<bool>> isDone, TimeSpan limit, CancellationToken cancellationToken)
    {
        var began = _parts.Time.GetTimestamp();
        while (!await isDone())
        {
            if (_parts.Time.GetElapsedTime(began) > limit)
            {
                throw new DiagnosticException(ExitCode.DeploymentFailed, ClusterRunDiagnostics.TooSlow(_name, what, limit.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)));
            }

            await Task.Delay(Pause, _parts.Time, cancellationToken);
        }
    }

    private static bool IsUnit(ManifestObject subject) =>
        (subject.Kind is "Deployment" or "StatefulSet" or "DaemonSet" or "Job" or "HorizontalPodAutoscaler" && !IsEntry(subject))
        || (subject.Kind == "CronJob" && (subject.Root["metadata"] as ManifestMap)?["annotations"] is ManifestMap told && told[ObjectNames.Service] is not null);

    private static bool IsEntry(ManifestObject subject) =>
        EntryKinds.Contains(subject.Kind) || subject.Name.StartsWith(ProxyObjects.Name, StringComparison.Ordinal);

    private sealed record LastLook(ObservedEnvironment Seen, int Effects, long At);
}
