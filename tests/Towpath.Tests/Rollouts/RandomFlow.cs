using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Rollouts;

/// <summary>
/// One deployment after another under everything that may happen, chosen by a seed: effects end in any order, fail, or lose their answers;
/// replicas die, the gateway stops, weights are altered, people ask for things at any moment.
/// </summary>
internal sealed class RandomFlow
{
    private const int FaultySteps = 400;
    private const int CalmSteps = 6000;

    private readonly Random _random;
    private readonly bool _hurts;
    private readonly bool _meddles;
    private readonly SimulatedEnvironment _world;
    private long _asked;

    public RandomFlow(int seed)
    {
        _random = new Random(seed);
        _hurts = Chance(2);
        _meddles = Chance(2);
        _world = new SimulatedEnvironment(() => Now) { RequestsPerLook = 60 };
    }

    public DateTimeOffset Now { get; private set; } = Sample.Start;

    public List<string> Broken { get; } = [];

    public HashSet<(string State, string Event)> Seen { get; } = [];

    public List<DeploymentPhase> Ends { get; } = [];

    private Dictionary<string, int> Promised { get; } = [];

    public void Run()
    {
        EnvironmentDesired? current = null;
        EnvironmentDesired? before = null;
        for (var number = 1; number <= 4; number++)
        {
            var returns = before is not null && Chance(5);
            var target = returns ? before! : Desired(number);
            var plan = new DeploymentPlan($"d-{number}", target, current, new RolloutPolicy(1 + _random.Next(3), TimeSpan.FromSeconds(60))) { Returns = returns };
            Promise(current, target);
            var end = Deploy(plan);
            Ends.Add(end.Phase);
            if (end.Phase == DeploymentPhase.Frozen) return;
            if (end.Phase != DeploymentPhase.Succeeded) continue;
            ShouldRun(target);
            (before, current) = (current, target);
        }
    }

    private DeploymentState Deploy(DeploymentPlan plan)
    {
        var state = DeploymentMachine.Initial(Now);
        for (var step = 0; !state.Ended; step++)
        {
            if (step > FaultySteps + CalmSteps)
            {
                Broken.Add($"{plan.Id} does not end: {state.Phase}, {string.Join(" ", state.Pending.Select(p => p.Effect.Key))}, halted {state.Halted is not null}, paused {state.Paused is not null}");
                return state with { Phase = DeploymentPhase.Frozen };
            }
            Now += TimeSpan.FromMilliseconds(_random.Next(1, 1500));
            var isCalm = step > FaultySteps;
            if (!isCalm && _hurts && Chance(60)) Hurt();
            if (Happening(state, plan, isCalm) is not { } happened) continue;
            var decision = DeploymentMachine.Decide(state, happened, plan, Now);
            Check(state, happened, decision.State);
            // The stored form is what a restart would go on from: it must carry everything.
            state = RolloutsJson.Read(RolloutsJson.Write(decision.State));
            if (state.Phase == DeploymentPhase.RollingBack) Promised.Clear();
        }
        return state;
    }

    private DeploymentEvent? Happening(DeploymentState state, DeploymentPlan plan, bool isCalm)
    {
        if (isCalm && (state.StandsStill || Chance(40)))
            return state.Halted is not null ? new WorldResumed() : state.Paused is not null ? new ResumeRequested(++_asked, "ann") : new ProceedRequested(++_asked, "ann", null, false);
        if (!isCalm && _meddles && Chance(25)) return Request();
        if (state.Pending.Length > 0 && Chance(2)) return Answer(state.Pending[_random.Next(state.Pending.Length)].Effect, plan, isCalm);
        return new Observed(_world.ObserveAsync(plan, CancellationToken.None).Result);
    }

    private DeploymentEvent Request() => _random.Next(12) switch
    {
        0 => new CancelRequested(++_asked, "ann"),
        1 => new NewerRequested("r-9"),
        2 or 3 => new PauseRequested(++_asked, "ann", null),
        4 or 5 => new ResumeRequested(Chance(3) ? _asked : ++_asked, "ann"),
        6 => new WorldStopped("bob", "noise"),
        7 or 8 => new WorldResumed(),
        9 => new ProceedRequested(++_asked, "ann", "api", Chance(2)),
        _ => new ProceedRequested(++_asked, "ann", null, false),
    };

    private DeploymentEvent? Answer(Effect effect, DeploymentPlan plan, bool isCalm)
    {
        var failure = RolloutDiagnostics.EffectImpossible("production", effect.Key, "a fault");
        if (!isCalm && Chance(80)) return new EffectFailed(effect.Key, failure);
        var before = _world.Violations.Count;
        _world.ApplyAsync(effect, plan, CancellationToken.None).GetAwaiter().GetResult();
        Broken.AddRange(_world.Violations.Skip(before));
        CheckPromises(effect);
        if (!isCalm && Chance(12)) return Chance(4) ? new EffectFailed(effect.Key, failure) : null;
        return new EffectSucceeded(effect.Key);
    }

    private void Hurt()
    {
        var replicas = _world.Replicas.OrderBy(r => r.Container, StringComparer.Ordinal).ToList();
        if (replicas.Count == 0) return;
        var victim = replicas[_random.Next(replicas.Count)];
        Promised.Clear();
        _world.Change(victim.Container, _random.Next(4) switch
        {
            0 => r => r with { Process = ReplicaProcess.Exited, ExitCode = 1, Ready = false, Traffic = r.Traffic == ReplicaTraffic.None ? r.Traffic : ReplicaTraffic.Joining },
            1 => r => r with { Since = Now, Restarts = r.Restarts + 1, Ready = false, Traffic = r.Traffic == ReplicaTraffic.None ? r.Traffic : ReplicaTraffic.Joining },
            2 => r => r.Traffic == ReplicaTraffic.None ? r : r with { Weight = 7, Traffic = ReplicaTraffic.Serving },
            _ => r => r,
        });
        if (Chance(4)) _world.GatewayRuns = false;
    }

    private void Promise(EnvironmentDesired? current, EnvironmentDesired target)
    {
        Promised.Clear();
        if (current is null) return;
        foreach (var service in target.Services.Where(s => s.BehindGateway && s.Strategy != RolloutStrategy.Recreate))
        {
            if (current.Service(service.Name) is not { BehindGateway: true, Strategy: not RolloutStrategy.Recreate } old) continue;
            var unavailable = service.Strategy == RolloutStrategy.Rolling ? service.Rollout.Unavailable.RoundedDown(service.Replicas) : 0;
            Promised[service.Name] = Math.Min(old.Replicas, service.Replicas - unavailable);
        }
    }

    private void CheckPromises(Effect effect)
    {
        foreach (var (service, least) in Promised)
        {
            var serving = _world.Replicas.Count(r => r.Service == service && r is { Process: ReplicaProcess.Running, Ready: true, Traffic: ReplicaTraffic.Serving });
            if (serving < least) Broken.Add($"{serving} of {least} replicas of {service} serve after {effect.Key}");
        }
    }

    private void Check(DeploymentState before, DeploymentEvent happened, DeploymentState after)
    {
        Seen.Add((before.Phase.ToString(), happened.GetType().Name));
        if (!DeploymentMachine.Table.Allows(before.Phase.ToString(), happened.GetType().Name, after.Phase.ToString()))
            Broken.Add($"{before.Phase} × {happened.GetType().Name} → {after.Phase} is not in the table");
        if (before.StandsStill && after.StandsStill && after.Pending.Length > before.Pending.Length)
            Broken.Add($"{after.Pending[^1].Effect.Key} begins while all stands still");
        var targets = after.Pending.Select(p => p.Effect.Target).OfType<string>().ToList();
        if (targets.Distinct().Count() < targets.Count) Broken.Add($"two effects on one replica: {string.Join(" ", after.Pending.Select(p => p.Effect.Key))}");
    }

    private void ShouldRun(EnvironmentDesired target)
    {
        foreach (var service in target.Services.Where(s => s.Strategy != RolloutStrategy.Job))
        {
            var serving = _world.Replicas.Count(r => r.Service == service.Name && r.Revision == service.Revision && r.Process == ReplicaProcess.Running
                && (!service.BehindGateway || r is { Traffic: ReplicaTraffic.Serving, Weight: AdmitReplica.FullWeight }));
            if (serving != service.Replicas) Broken.Add($"{serving} of {service.Replicas} replicas of {service.Name} run after success");
            var others = _world.Replicas.Count(r => r.Service == service.Name && r.Revision != service.Revision && r.Traffic != ReplicaTraffic.None);
            if (others > 0) Broken.Add($"{others} old replicas of {service.Name} take requests after success");
        }
    }

    private EnvironmentDesired Desired(int number)
    {
        var version = number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        List<Service> services = [Sample.Api(1 + _random.Next(5)), Sample.Worker with { Replicas = 1 + _random.Next(3) }, Sample.Db];
        if (Chance(2)) services.Add(Sample.Api(1 + _random.Next(4)) with { Name = "web", Image = "web", DependsOn = [new Dependency("api", DependencyCondition.Healthy, true, Sample.Here())], Delivery = new Delivery { Health = Sample.Api().Delivery.Health } });
        if (Chance(3)) services[2] = Sample.Db with { Environment = Sample.Db.Environment.Add("TUNED", version) };
        if (Chance(4)) services.RemoveAt(1);
        var environment = Sample.Production with { Strategy = Strategy(), Warm = Chance(3) ? TimeSpan.Zero : TimeSpan.FromMinutes(10) };
        var release = Sample.Release(Chance(4) && number > 1 ? (number - 1).ToString(System.Globalization.CultureInfo.InvariantCulture) : version, [.. services]) with { Id = "r-" + version };
        if (Chance(5)) _world.NeverReady.Add($"sha256:api-{version}");
        if (Chance(5)) _world.Errors.Add($"sha256:api-{version}");
        return EnvironmentPlanner.Plan(release, environment, ImmutableDictionary<string, string>.Empty);
    }

    private StrategySpec Strategy() => new()
    {
        Kind = (StrategyKind)_random.Next(4),
        Surge = Chance(2) ? Portion.One : new Portion(_random.Next(0, 101), true),
        Unavailable = Chance(2) ? Portion.None : new Portion(_random.Next(0, 3), false),
        Steps = Chance(2) ? [10, 50] : [1 + _random.Next(99)],
        Interval = TimeSpan.FromSeconds(_random.Next(1, 20)),
        ByHand = Chance(3),
    };

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;
}
