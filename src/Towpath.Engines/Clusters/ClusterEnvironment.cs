using System.Collections.Immutable;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Differences;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Rollouts;
using Towpath.Engines.Environments;

namespace Towpath.Engines.Clusters;

/// <summary>
/// One environment on a cluster. A service is one unit there (see <see cref="ClusterUnits"/>): a start applies its object, and the cluster brings
/// its pods up, moves the requests and takes the old pods down. Every effect applies what is wanted, so that doing it twice is doing it once.
/// </summary>
public sealed class ClusterEnvironment : IEnvironmentEngine, IDeparture
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan LookAgainAtRest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Lively = TimeSpan.FromSeconds(30);

    private readonly ClusterParts _parts;
    private readonly ClusterObjects _objects;
    private readonly ClusterObserver _observer;
    private readonly ClusterSpace _space;
    private readonly ClusterUnitKeeper _units;
    private readonly ClusterTasks _tasks;
    private readonly ClusterEntry _entry;
    private readonly ClusterResources _resources;
    private readonly ClusterLogs _logs;
    private readonly ClusterComparison _comparison;
    private readonly ClusterDrift _drift;
    private volatile LastLook? _last;
    private int _effects;
    private long _lastEffect;

    /// <summary>The environment of that name.</summary>
    public ClusterEnvironment(string application, string environment, ClusterParts parts)
    {
        _parts = parts;
        _lastEffect = parts.Time.GetTimestamp();
        _objects = new ClusterObjects(parts.Client, application, environment);
        var compiler = new ClusterCompiler(parts);
        var wait = new ClusterWait(environment, parts.Time);
        var pods = new ClusterPods(parts.Client, _objects);
        _observer = new ClusterObserver(_objects, pods);
        _space = new ClusterSpace(parts, _objects, compiler, wait);
        _units = new ClusterUnitKeeper(parts, _objects, compiler, wait);
        _tasks = new ClusterTasks(parts, _objects, pods, compiler, wait);
        _entry = new ClusterEntry(parts, _objects, pods, compiler, wait);
        _resources = new ClusterResources(parts, pods);
        _comparison = new ClusterComparison(_objects, compiler, _space);
        _drift = new ClusterDrift(parts, _objects, compiler, _space, _comparison);
        _logs = new ClusterLogs(parts, _objects, pods, environment);
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
        // While units are still of another revision, everything differs.
        if (plan.Target.Services.Where(s => s.Replicas > 0).All(s => seen.Replicas.Any(r => r.Service == s.Name && r.Revision == s.Revision)))
        {
            seen = seen with { Changes = await _drift.FindAsync(plan.Target, effects, cancellationToken) };
        }

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
        PrepareEnvironment => _space.PrepareAsync(plan.Target, cancellationToken),
        ConfigureGateway configure => _entry.ConfigureAsync(plan, configure.Side, cancellationToken),
        EnsureResources => _resources.EnsureAsync(plan.Target, SpaceOf(plan.Target), cancellationToken),
        RunMigration migration => _tasks.MigrateAsync(plan.Target, plan.Target.Service(migration.Service)!, cancellationToken),
        RevertMigration revert => _tasks.RevertAsync(plan.Of(revert), plan.Of(revert).Service(revert.Service)!, cancellationToken),
        StartReplica start => _units.StartAsync(plan.Of(start.Side), start.Service, cancellationToken),
        // The cluster sends requests to what is ready, and to nothing else.
        AdmitReplica or SetShare => Task.CompletedTask,
        ParkReplica park => RetireAsync(plan, park.Service, park.Container, cancellationToken),
        RetireReplica retire => RetireAsync(plan, retire.Service, retire.Container, cancellationToken),
        Verify verify => _entry.VerifyAsync(plan.Target, SpaceOf(plan.Target), verify.Probe, cancellationToken),
        VerifyPrivately => Task.CompletedTask,
        CleanUp clean => _units.CleanUpAsync(plan.Of(clean.Side), cancellationToken),
        RemoveEnvironment => RemoveAsync(SpaceOf(plan.Target), cancellationToken),
        _ => throw new InvalidOperationException($"effect {effect.Key} is not known to the Kubernetes engine"),
    };

    private Task RetireAsync(DeploymentPlan plan, string service, string container, CancellationToken cancellationToken) =>
        ClusterUnits.IsReplaced(plan, service) ? Task.CompletedTask : _units.RemoveAsync(plan.Target, service, container, cancellationToken);

    /// <inheritdoc/>
    public Task LeaveAsync(EnvironmentDesired desired, CancellationToken cancellationToken) => _objects.PruneAsync(SpaceOf(desired), new HashSet<string>(), cancellationToken);

    /// <summary>Removes all of the environment, volumes with their data too.</summary>
    /// <param name="space">Its namespace.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task RemoveAsync(string space, CancellationToken cancellationToken) => _space.RemoveAsync(space, cancellationToken);

    /// <summary>How its services stand now.</summary>
    /// <param name="space">Its namespace.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="Kubernetes.KubernetesException">The cluster can't be asked.</exception>
    public Task<IReadOnlyList<UnitStanding>> StandingAsync(string space, CancellationToken cancellationToken) => _observer.StandingAsync(space, cancellationToken);

    /// <summary>What a deployment would change of its objects, field by field. Nothing is changed, and no image is pushed.</summary>
    /// <exception cref="Core.Diagnostics.DiagnosticException">TP6441: it does not compile.</exception>
    /// <exception cref="Kubernetes.KubernetesException">The cluster can't be asked.</exception>
    public Task<ImmutableArray<ObjectChange>> CompareAsync(EnvironmentDesired desired, CancellationToken cancellationToken) => _comparison.OfAsync(desired, cancellationToken);

    /// <summary>What its pods write. The cluster keeps it only for as long as it keeps the pods.</summary>
    /// <exception cref="Core.Diagnostics.DiagnosticException">TP6448: there are more pods than can be read at once.</exception>
    /// <exception cref="Kubernetes.KubernetesException">The cluster can't be asked.</exception>
    public IAsyncEnumerable<PodLine> LogsAsync(PodLogQuestion question, CancellationToken cancellationToken) => _logs.ReadAsync(question, cancellationToken);

    private static string SpaceOf(EnvironmentDesired desired) => desired.Environment.NamespaceFor(desired.Application);

    private sealed record LastLook(ObservedEnvironment Seen, int Effects, long At);
}
