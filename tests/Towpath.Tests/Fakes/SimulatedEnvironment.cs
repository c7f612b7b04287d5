using System.Collections.Concurrent;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;
using Towpath.Engines;

namespace Towpath.Tests.Fakes;

/// <summary>
/// An environment without a machine: containers that become ready after a number of looks, faults on demand, and a watch over the
/// promises that must hold at every step.
/// </summary>
internal sealed class SimulatedEnvironment(Func<DateTimeOffset> now) : IEnvironmentEngine
{
    private readonly ConcurrentDictionary<string, ObservedReplica> _replicas = new(StringComparer.Ordinal);
    private readonly Lock _turn = new();

    /// <summary>The clock of the simulated engine: the same one as the deployment's.</summary>
    public Func<DateTimeOffset> Clock { get; set; } = now;

    /// <summary>Services whose replicas of these images never become ready.</summary>
    public HashSet<string> NeverReady { get; } = [];

    /// <summary>Services whose replicas of these images end at once.</summary>
    public HashSet<string> ExitsAtOnce { get; } = [];

    /// <summary>Images whose replicas answer every request with an error.</summary>
    public HashSet<string> Errors { get; } = [];

    /// <summary>Requests to each service between two looks, shared out by weight.</summary>
    public int RequestsPerLook { get; set; }

    /// <summary>Effects that fail, by key, with the number of times.</summary>
    public Dictionary<string, int> Fails { get; } = [];

    /// <summary>Keys of all effects that were done, in order.</summary>
    public List<string> Done { get; } = [];

    /// <summary>Lowest number of serving replicas seen while a service was watched.</summary>
    public Dictionary<string, int> LeastServing { get; } = [];

    /// <summary>Broken promises.</summary>
    public List<string> Violations { get; } = [];

    public IReadOnlyCollection<ObservedReplica> Replicas => [.. _replicas.Values];

    public bool Removed { get; private set; }

    /// <summary>The gateway's process runs; without it nothing is known about traffic.</summary>
    public bool GatewayRuns { get; set; } = true;

    /// <summary>Something is done to a replica behind everybody's back.</summary>
    public void Change(string container, Func<ObservedReplica, ObservedReplica> change) => _replicas[container] = change(_replicas[container]);

    /// <summary>A replica goes behind everybody's back.</summary>
    public void Remove(string container) => _replicas.TryRemove(container, out _);

    /// <summary>A replica comes behind everybody's back.</summary>
    public void Add(ObservedReplica replica) => _replicas[replica.Container] = replica;

    public Task<ObservedEnvironment> ObserveAsync(DeploymentPlan plan, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            foreach (var replica in _replicas.Values.Where(r => r.Process == ReplicaProcess.Running && !r.Ready))
                if (!NeverReady.Contains(replica.ImageDigest))
                    _replicas[replica.Container] = replica with { Ready = true, Traffic = Up(replica) };
            Ask();
            var seen = _replicas.Values.OrderBy(r => r.Container, StringComparer.Ordinal).Select(r => GatewayRuns ? r : r with { Traffic = ReplicaTraffic.None, Weight = 0 });
            return Task.FromResult(new ObservedEnvironment([.. seen], GatewayRuns));
        }
    }

    public Task ApplyAsync(Effect effect, DeploymentPlan plan, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            if (Fails.TryGetValue(effect.Key, out var times) && times > 0)
            {
                Fails[effect.Key] = times - 1;
                throw new DiagnosticException(ExitCode.DeploymentFailed, RolloutDiagnostics.EffectImpossible("production", effect.Key, "it was told to fail"));
            }
            Do(effect, plan);
            Done.Add(effect.Key);
            Watch();
        }
        return Task.CompletedTask;
    }

    /// <summary>Counts serving replicas of a service from now on.</summary>
    public void WatchService(string service) => LeastServing[service] = int.MaxValue;

    private void Do(Effect effect, DeploymentPlan plan)
    {
        switch (effect)
        {
            case StartReplica start:
                Start(start, (start.Side == Side.Previous ? plan.Previous! : plan.Target).Service(start.Service)!, start.Side == Side.Previous ? plan.Previous! : plan.Target);
                break;
            case AdmitReplica admit:
                Weigh(admit.Container, admit.Weight);
                break;
            case ConfigureGateway:
                GatewayRuns = true;
                break;
            case SetShare share:
                foreach (var (container, weight) in share.Weights.Where(w => _replicas.TryGetValue(w.Key, out var known) && known.Traffic != ReplicaTraffic.None))
                    Weigh(container, weight);
                break;
            case ParkReplica park:
                if (_replicas.TryGetValue(park.Container, out var parked))
                    _replicas[park.Container] = parked with
                    {
                        Traffic = ReplicaTraffic.None,
                        Weight = 0,
                        Process = park.Stop ? ReplicaProcess.Exited : parked.Process,
                        Ready = parked.Ready && !park.Stop,
                    };
                break;
            case RetireReplica retire:
                _replicas.TryRemove(retire.Container, out _);
                break;
            case RemoveEnvironment:
                _replicas.Clear();
                Removed = true;
                break;
        }
    }

    private static ReplicaTraffic Up(ObservedReplica replica) => replica.Traffic != ReplicaTraffic.Joining
        ? replica.Traffic
        : replica.Weight > 0 ? ReplicaTraffic.Serving : ReplicaTraffic.Standby;

    private void Weigh(string container, int weight)
    {
        if (_replicas.TryGetValue(container, out var replica))
            _replicas[container] = replica with
            {
                Traffic = !replica.Ready ? ReplicaTraffic.Joining : weight > 0 ? ReplicaTraffic.Serving : ReplicaTraffic.Standby,
                Weight = weight,
            };
    }

    private void Ask()
    {
        foreach (var service in _replicas.Values.Where(r => r is { Ready: true, Weight: > 0 }).GroupBy(r => r.Service).ToList())
        {
            var sum = service.Sum(r => r.Weight);
            foreach (var replica in service)
            {
                var requests = RequestsPerLook * replica.Weight / sum;
                _replicas[replica.Container] = replica with
                {
                    Counters = (replica.Counters ?? default) + new RequestCounters(requests, Errors.Contains(replica.ImageDigest) ? requests : 0, 0),
                };
            }
        }
    }

    private void Start(StartReplica start, ServiceDesired service, EnvironmentDesired desired)
    {
        if (service.Strategy == RolloutStrategy.Recreate && _replicas.Values.Any(r => r.Service == service.Name && r.Revision != service.Revision && r.Process == ReplicaProcess.Running))
            Violations.Add($"two revisions of {service.Name} on one volume");
        if (_replicas.TryGetValue(start.Container, out var present) && present.Process == ReplicaProcess.Running) return;
        var exits = ExitsAtOnce.Contains(service.Image.Digest) || service.Strategy == RolloutStrategy.Job;
        _replicas[start.Container] = new ObservedReplica
        {
            Container = start.Container,
            Service = service.Name,
            Revision = service.Revision,
            Ordinal = start.Ordinal,
            Release = desired.Release,
            ImageDigest = service.Image.Digest,
            Process = exits ? ReplicaProcess.Exited : ReplicaProcess.Running,
            ExitCode = ExitsAtOnce.Contains(service.Image.Digest) ? 3 : 0,
            Since = Clock(),
            Traffic = present?.Traffic ?? ReplicaTraffic.None,
            Weight = present?.Weight ?? 0,
        };
    }

    private void Watch()
    {
        foreach (var service in LeastServing.Keys.ToList())
        {
            var serving = _replicas.Values.Count(r => r.Service == service && r is { Process: ReplicaProcess.Running, Ready: true, Traffic: ReplicaTraffic.Serving });
            LeastServing[service] = Math.Min(LeastServing[service], serving);
        }
    }
}
