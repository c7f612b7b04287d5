using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Tests.Fakes;
using Towpath.Tests.Rollouts.Strategies;

namespace Towpath.Tests.Rollouts;

/// <summary>An environment at rest in virtual time: a second release runs, the first one is kept warm.</summary>
internal sealed class UpkeepFlow(StrategyScene scene, DeploymentPlan plan, DriftPolicy drift)
{
    public SimulatedEnvironment World => scene.World;

    public DateTimeOffset Now { get; private set; } = scene.Flow.Now;

    public DateTimeOffset WarmUntil { get; set; } = scene.Flow.Now.AddDays(1);

    public TimeSpan? VerifyEvery { get; set; }

    public UpkeepState State { get; private set; } = UpkeepState.Initial(plan.Target.Release);

    public List<Fact> Facts { get; } = [];

    public UpkeepPlan Plan => new(plan, drift, WarmUntil, VerifyEvery);

    public static async Task<UpkeepFlow> StartAsync(DriftPolicy drift)
    {
        var scene = await StrategyScene.StartAsync(requests: 0);
        var plan = Sample.Plan(StrategyScene.Desired("2", StrategyScene.Canary with { Kind = StrategyKind.Rolling }), scene.First);
        await scene.Flow.RunAsync(plan);
        scene.World.Done.Clear();
        return new UpkeepFlow(scene, plan, drift);
    }

    /// <summary>Looks once a second; effects are answered before the next look.</summary>
    public void Look(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            Now += TimeSpan.FromSeconds(1);
            World.Clock = () => Now;
            Happen(new Observed(World.ObserveAsync(plan, CancellationToken.None).Result));
            foreach (var pending in State.Pending) Happen(Answer(pending.Effect));
        }
    }

    /// <summary>The clock is set back.</summary>
    public void SetBack(TimeSpan span) => Now -= span;

    public void Happen(DeploymentEvent happened)
    {
        var decision = UpkeepMachine.Decide(State, happened, Plan, Now);
        UpkeepMachine.Table.Allows(State.Phase.ToString(), happened.GetType().Name, decision.State.Phase.ToString()).ShouldBeTrue();
        Facts.AddRange(decision.Facts);
        State = ReferenceEquals(decision.State, State) ? State : RolloutsJson.ReadUpkeep(RolloutsJson.Write(decision.State));
    }

    public void Change(string image, Func<ObservedReplica, ObservedReplica> change) =>
        World.Change(World.Replicas.First(r => r.ImageDigest == $"sha256:{image}").Container, change);

    public void ShouldBeInOrder()
    {
        World.GatewayRuns.ShouldBeTrue();
        foreach (var service in plan.Target.Services)
        {
            var running = World.Replicas.Where(r => r.Service == service.Name && r.Process == ReplicaProcess.Running && (!service.BehindGateway || r.Traffic != ReplicaTraffic.None)).ToList();
            running.Count.ShouldBe(service.Replicas, service.Name);
            running.ShouldAllBe(r => r.Revision == service.Revision && (!service.BehindGateway || r.Weight == AdmitReplica.FullWeight));
        }
        World.Replicas.ShouldNotContain(r => r.Container == "stranger");
    }

    private DeploymentEvent Answer(Effect effect)
    {
        try
        {
            World.ApplyAsync(effect, plan, CancellationToken.None).GetAwaiter().GetResult();
            return new EffectSucceeded(effect.Key);
        }
        catch (DiagnosticException e)
        {
            return new EffectFailed(effect.Key, e.Diagnostics[0]);
        }
    }
}
