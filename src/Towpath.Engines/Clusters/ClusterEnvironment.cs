using System.Collections.Immutable;
using Towpath.Core.Applications;
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
public sealed class ClusterEnvironment : IEnvironmentEngine, IDeparture, IDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan LookAgainAtRest = TimeSpan.FromSeconds(5);
    // With a view: some verdicts depend on time alone, such as a deadline that passed.
    private static readonly TimeSpan LookAnewAtRest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Lively = TimeSpan.FromSeconds(30);

    private readonly ClusterParts _parts;
    private readonly ClusterObjects _objects;
    private readonly ClusterObserver _observer;
    private readonly ClusterSpace _space;
    private readonly ClusterUnitKeeper _units;
    private readonly ClusterTraffic _traffic;
    private readonly ClusterTasks _tasks;
    private readonly ClusterEntry _entry;
    private readonly ClusterResources _resources;
    private readonly ClusterDelivery _delivery;
    private readonly DeliveredEnvironment _delivered;
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
        _observer = new ClusterObserver(parts, _objects, pods);
        _space = new ClusterSpace(parts, _objects, compiler, wait);
        _units = new ClusterUnitKeeper(parts, _objects, compiler, wait);
        _traffic = new ClusterTraffic(_objects, pods, compiler, _units, wait);
        _tasks = new ClusterTasks(parts, _objects, pods, compiler, wait);
        _entry = new ClusterEntry(parts, _objects, pods, compiler, wait);
        _resources = new ClusterResources(parts, pods);
        _comparison = new ClusterComparison(_objects, compiler, _space);
        _delivery = new ClusterDelivery(parts, compiler, application, environment);
        _delivered = new DeliveredEnvironment(parts, _objects, _space, _tasks, _entry, compiler, _comparison, _delivery);
        // Nobody waits for what is found at rest: who deploys goes first.
        var unhurried = new ClusterObjects(parts.Client.Background, application, environment);
        _drift = new ClusterDrift(parts, unhurried, compiler, _space, new ClusterComparison(unhurried, compiler, _space));
        _logs = new ClusterLogs(parts, _objects, pods, environment);
    }

    /// <inheritdoc/>
    public async Task<ObservedEnvironment> ObserveAsync(DeploymentPlan plan, CancellationToken cancellationToken)
    {
        var space = SpaceOf(plan.Target);
        var isLively = _parts.Time.GetElapsedTime(Volatile.Read(ref _lastEffect)) < Lively;
        // What was just applied must be seen: where it has not been heard of yet, the cluster itself is asked.
        var view = _parts.View is { } kept && _objects.AreKnownTo(kept, space) ? kept : null;
        if (_last is { } last && last.Effects == Volatile.Read(ref _effects) && IsGood(last, view, space, isLively))
        {
            return last.Seen;
        }

        // The numbers before the look: what happens meanwhile is looked at again.
        var (effects, at, changes, looks) = (Volatile.Read(ref _effects), _parts.Time.GetTimestamp(), view?.ChangesOf(space), _drift.Looks);
        var seen = await _observer.ObserveAsync(plan.Target, space, view, cancellationToken);
        // While units are of another revision, everything differs.
        if (plan.Target.Services.Where(s => s.Replicas > 0).All(s => IsInPlace(seen, s)))
        {
            (var drifted, looks) = await _drift.FindAsync(plan.Target, effects, view, cancellationToken);
            seen = seen with { Changes = drifted };
        }

        _last = new LastLook(seen, effects, at, changes, looks);
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

    // A second workload may be of it while the first is not; one that has no requests is the release before, kept warm.
    private static bool IsInPlace(ObservedEnvironment seen, ServiceDesired service) =>
        seen.Replicas.Where(r => r.Service == service.Name).ToLookup(r => r.Revision == service.Revision) is var own
        && own[true].Any() && (!service.IsByShares || own[false].All(r => r.Traffic == ReplicaTraffic.None));

    // A deployment looks several times a second, and at rest once a second: more than a cluster changes, and more than a shared API server should be asked.
    private bool IsGood(LastLook last, ClusterView? view, string space, bool isLively)
    {
        var age = _parts.Time.GetElapsedTime(last.At);
        // What is asked in the background may have been answered since.
        if (last.Looks != _drift.Looks) return false;
        return view is null ? age < (isLively ? LookAgain : LookAgainAtRest)
            : age < (isLively ? LookAgainAtRest : LookAnewAtRest) && last.Changes == view.ChangesOf(space);
    }

    private Task DoAsync(Effect effect, DeploymentPlan plan, CancellationToken cancellationToken) => _delivered.Find(effect, plan) is { } delivered ? delivered(cancellationToken) : effect switch
    {
        PrepareEnvironment => _space.PrepareAsync(plan.Target, cancellationToken),
        ConfigureGateway configure => _entry.ConfigureAsync(plan, configure.Side, cancellationToken),
        EnsureResources => _resources.EnsureAsync(plan.Target, SpaceOf(plan.Target), cancellationToken),
        RunMigration migration => _tasks.MigrateAsync(plan.Target, plan.Target.Service(migration.Service)!, cancellationToken),
        RevertMigration revert => _tasks.RevertAsync(plan.Of(revert), plan.Of(revert).Service(revert.Service)!, cancellationToken),
        StartReplica start => StartAsync(plan, start, cancellationToken),
        AdmitReplica admit => _traffic.AdmitAsync(plan, admit, cancellationToken),
        SetShare share => _traffic.ShareAsync(plan, share, cancellationToken),
        ParkReplica park => _traffic.RetireAsync(plan, park.Service, park.Container, cancellationToken),
        RetireReplica retire => _traffic.RetireAsync(plan, retire.Service, retire.Container, cancellationToken),
        Verify verify => _entry.VerifyAsync(plan.Target, SpaceOf(plan.Target), verify.Probe, cancellationToken),
        VerifyPrivately verify => _entry.VerifyPrivatelyAsync(plan.Target, SpaceOf(plan.Target), verify, cancellationToken),
        CleanUp clean => CleanUpAsync(plan, clean.Side, cancellationToken),
        RemoveEnvironment => _space.RemoveAsync(SpaceOf(plan.Target), cancellationToken),
        _ => throw new InvalidOperationException($"effect {effect.Key} is not known to the Kubernetes engine"),
    };

    // Somebody may have deleted the namespace, or the Job that pods wait for: all that a unit stands on comes back first, migrations of what begins empty too.
    private async Task StartAsync(DeploymentPlan plan, StartReplica start, CancellationToken cancellationToken)
    {
        var desired = plan.Of(start.Side);
        if (!await _space.IsThereAsync(SpaceOf(desired), cancellationToken))
        {
            await _space.PrepareAsync(desired, cancellationToken);
            await _entry.ApplyAsync(desired, cancellationToken);
        }

        var service = desired.Service(start.Service)!;
        if (service.Spec.Delivery.Migrate is not null && !await _tasks.IsMigratedAsync(desired, service, cancellationToken))
        {
            await _resources.EnsureAsync(desired, SpaceOf(desired), cancellationToken);
            await _tasks.MigrateAsync(desired, service, cancellationToken);
        }

        await _traffic.StartAsync(plan, start, cancellationToken);
    }

    private async Task CleanUpAsync(DeploymentPlan plan, Side side, CancellationToken cancellationToken) =>
        await _units.CleanUpAsync(plan.Of(side), await _traffic.CleanUpAsync(plan, side, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task LeaveAsync(EnvironmentDesired desired, CancellationToken cancellationToken)
    {
        if (ClusterDelivery.Of(desired) is { } git) await _delivery.RemoveAsync(git, cancellationToken);
        await _objects.PruneAsync(SpaceOf(desired), new HashSet<string>(), cancellationToken);
    }

    /// <summary>Removes all of the environment, volumes with their data too.</summary>
    /// <param name="space">Its namespace.</param>
    /// <param name="git">The repository that its objects are committed to; null for none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RemoveAsync(string space, GitDeliverySpec? git, CancellationToken cancellationToken)
    {
        // Out of the repository first: a controller that still follows it would make again what is removed.
        if (git is not null) await _delivery.RemoveAsync(git, cancellationToken);
        await _space.RemoveAsync(space, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _delivery.Dispose();

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

    private sealed record LastLook(ObservedEnvironment Seen, int Effects, long At, long? Changes, int Looks);
}
