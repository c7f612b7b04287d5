using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Planning;
using Towpath.Server.Reconcilers;
using Towpath.Simulation.Checks;
using Towpath.Simulation.Clusters.Checks;
using Towpath.Simulation.Clusters.Server;
using Towpath.Simulation.Clusters.World;
using Towpath.Simulation.Runs;
using Towpath.Simulation.Time;

namespace Towpath.Simulation.Clusters.Runs;

/// <summary>
/// One seed of a cluster from its beginning to its end: a storm, then quiet in which a good release must come everywhere, then rest in which the cluster is hardly asked anything, and
/// then somebody meddles with each environment.
/// </summary>
internal sealed class ClusterRun : IDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(3);

    private readonly ClusterOptions _options;
    private readonly VirtualClock _clock;
    private readonly ClusterWorld _world;
    private readonly ClusterScene _scene;
    private readonly ClusterPlanes _planes;
    private readonly ClusterTeam _team;
    private readonly ClusterChaos _chaos;
    private readonly Belongings _belongings;
    private long _told;
    private long _journal;

    /// <summary>Puts a seed together.</summary>
    /// <param name="options">What it is about.</param>
    /// <param name="mutation">A deliberate fault; null for none.</param>
    /// <param name="trace">Takes a line for all that happens; null for nobody.</param>
    public ClusterRun(ClusterOptions options, ClusterMutation? mutation = null, Action<string>? trace = null)
    {
        _options = options;
        mutation ??= ClusterMutation.None;
        var random = new Random(options.Seed);
        _clock = new VirtualClock(new Random(random.Next()), SeedRun.Start);
        _world = new ClusterWorld(_clock, new Random(random.Next()), trace is null ? null : line => trace($"{_clock.Elapsed.TotalSeconds,9:0.000} {line}")) { Faults = options.Faults };
        var machines = new DecisionWatch(_clock, _world.Checks.Violate).Watch(mutation.Decides(Machines.Real));
        _scene = new ClusterScene(_world, options, mutation, machines, Directory.CreateTempSubdirectory("towpath-simulation-").FullName);
        _belongings = new Belongings(_world, _scene.Ledger);
        _world.Checks.Add(_belongings);
        _world.Checks.Add(new ServingPods(_world, _scene.Ledger));
        _world.Checks.Add(new MigrationJobs(_world, _scene.Ledger));
        _world.Checks.Add(new GoodReleases(_world, _scene.Ledger));
        _world.Checks.Add(new Repetitions(_world));
        _world.Server.Changes += _world.Checks.Changes;
        _planes = new ClusterPlanes(_scene, new Random(random.Next()));
        _team = new ClusterTeam(_scene, _planes, new Random(random.Next()));
        _chaos = new ClusterChaos(_world);
    }

    /// <summary>Calls for each virtual minute and environment at rest; null where it never came to rest.</summary>
    public double? CallsAtRest { get; private set; }

    /// <summary>Calls that reached the API server.</summary>
    public long Calls => _world.Calls;

    /// <summary>Changes of its objects.</summary>
    public long Changes => _world.Store.Version;

    /// <summary>Runs it to its end.</summary>
    public SeedOutcome Run()
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            Storm();
            if (Goes && CalmDown()) RestAndMeddle();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }

        return new SeedOutcome(_world.Checks.Violation, _journal, _clock.Steps, _clock.Elapsed);
    }

    /// <inheritdoc/>
    public void Dispose() => _scene.Dispose();

    private bool Goes => _world.Checks.Violation is null;

    private void Storm()
    {
        _team.Begin(_options.Storm);
        _planes.Begin();
        _chaos.Begin(_options.Storm);
        _clock.Run(_options.Storm + TimeSpan.FromSeconds(1), AfterStep);
    }

    private bool CalmDown()
    {
        _world.Trace?.Invoke("the storm is over");
        _team.Ship(mustBeGood: true);
        var deadline = _clock.Elapsed + Quiet;
        while (_clock.Elapsed < deadline && Goes)
        {
            if (Missing() is null) return true;
            _team.PressOn();
            _clock.Run(_clock.Elapsed + AskAgain, AfterStep);
        }

        if (Goes) _world.Checks.Violate($"it has not converged {Quiet.TotalMinutes:0} minutes after the storm: {Missing()}");
        return false;
    }

    private void RestAndMeddle()
    {
        _world.Trace?.Invoke("all is as it should be");
        _clock.Run(_clock.Elapsed + TimeSpan.FromMinutes(1), AfterStep);
        var before = _world.Calls;
        _clock.Run(_clock.Elapsed + Rest, AfterStep);
        CallsAtRest = (_world.Calls - before) / Rest.TotalMinutes / _scene.Ledger.Places.Count;
        if (CallsAtRest > (_options.HasView ? 30 : 500) * _options.ControlPlanes) _world.Checks.Violate($"at rest {CallsAtRest:0} calls a minute were made for each environment");
        if (_belongings.Missing() is { } gone) _world.Checks.Violate(gone);
        foreach (var place in _scene.Ledger.Places.TakeWhile(_ => Goes)) Meddle(place);
    }

    private void Meddle(ClusterPlace place)
    {
        var before = _scene.Store.LastSequence();
        if (_chaos.Meddle(place.Space) is not var (item, isDeleted) || item.Kind == ServedKind.Pod || item.Kind == ServedKind.Job) return;
        var drift = _scene.Ledger.Current(place)!.Environment.Drift;
        var deadline = _clock.Elapsed + TimeSpan.FromMinutes(5);
        bool IsTold() => _scene.Store.Facts(ClusterTeam.Application, before, int.MaxValue).Any(f => f.Kind == FactKind.DriftFound && f.Environment == place.Environment);
        while (Goes && _clock.Elapsed < deadline && !(IsTold() && (drift == DriftPolicy.Report || Missing(place) is null))) _clock.Run(_clock.Elapsed + AskAgain, AfterStep);
        if (Goes && !IsTold()) _world.Checks.Violate($"{item} was {(isDeleted ? "deleted" : "changed")} in {place.Environment}, and nobody was told");
        if (Goes && drift == DriftPolicy.Mend && Missing(place) is { } missing) _world.Checks.Violate($"{item} was {(isDeleted ? "deleted" : "changed")} in {place.Environment}, and nothing brought it back: {missing}");
        if (Goes && drift == DriftPolicy.Report && isDeleted && _world.Store.Find(item.Kind, item.Space, item.Name) is not null) _world.Checks.Violate($"{item} was deleted and came back in {place.Environment}, where that was only to be told");
    }

    /// <summary>What is not as the newest release wants it, in words; null where all is.</summary>
    private string? Missing() => _scene.Ledger.Places.Select(Missing).FirstOrDefault(m => m is not null);

    private string? Missing(ClusterPlace place)
    {
        var newest = _team.All[^1];
        if (_scene.Store.OpenDeployments(place.Application, place.Environment) is [var open, ..]) return $"{open.Id} of {open.Release} is {open.Phase} in {place.Environment}: {open.State}";
        if (_scene.Store.Current(place.Application, place.Environment)?.Release is var current && current != newest)
        {
            var last = _scene.Store.RecentDeployments(place.Application, place.Environment, 1) is [var found] ? $"{found.Id} of {found.Release}, {found.Phase}: {found.State}" : "nothing";
            return $"{place.Environment} runs {current ?? "nothing"} and not {newest}; its last deployment is {last}";
        }

        var desired = _scene.Ledger.Desired(place, newest);
        var pods = _world.Store.All(ServedKind.Pod, place.Space).Where(p => p.IsOurs && ObjectStore.IsReady(p)).ToList();
        foreach (var service in desired.Services.Where(s => s.Strategy != RolloutStrategy.Job))
        {
            var own = pods.Count(p => p.Label(ObjectNames.Name) == ServiceNames.Of(service.Name) && p.Label(ObjectNames.Revision) == service.PodRevision);
            if (own != service.Spec.Replicas && service.Spec.Replicas > 0) return $"{own} pods of {service.Name} are ready in {place.Environment}, where {service.Spec.Replicas} are wanted";
        }

        return pods.Find(p => p.Label(ObjectNames.Revision) is { } revision && !desired.Services.Any(s => s.PodRevision == revision)) is { } other ? $"{other.Name} of another release still serves in {place.Environment}" : null;
    }

    private bool AfterStep()
    {
        var last = _scene.Store.LastSequence();
        if (last > _told)
        {
            foreach (var fact in _scene.Store.Facts(null, _told, int.MaxValue))
            {
                _journal = (_journal * 1_000_003) ^ SeedRun.Hash(fact.Kind) ^ (SeedRun.Hash(fact.Text) * 31) ^ fact.At.Ticks;
                _world.Trace?.Invoke($"fact: {fact.Environment} {fact.Deployment} {fact.Kind}: {fact.Text}");
                _world.Checks.Told(fact);
            }

            _told = last;
        }

        if (_planes.Failure is { } failure) _world.Checks.Violate($"a control plane ended by itself: {failure}");
        return !Goes;
    }
}
