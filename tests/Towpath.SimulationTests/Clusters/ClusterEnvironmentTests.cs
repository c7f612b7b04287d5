using Towpath.Core.Environments;
using Towpath.Core.Rollouts;
using Towpath.Engines;
using Towpath.Server.Reconcilers;
using Towpath.Simulation.Clusters.Checks;
using Towpath.Simulation.Clusters.Runs;
using Towpath.Simulation.Clusters.Server;
using Towpath.Simulation.Clusters.World;
using Towpath.Simulation.Runs;
using Towpath.Simulation.Time;

namespace Towpath.SimulationTests.Clusters;

/// <summary>The real engine on the simulated cluster, one thing at a time.</summary>
public sealed class ClusterEnvironmentTests : IDisposable
{
    private readonly VirtualClock _clock = new(new Random(1), SeedRun.Start);
    private readonly ClusterWorld _world;
    private readonly ClusterScene _scene;
    private readonly ClusterTeam _team;
    private readonly IEnvironmentEngine _engine;
    private readonly SimulatedProcess _process;

    public ClusterEnvironmentTests()
    {
        _world = new ClusterWorld(_clock, new Random(1), null);
        var options = ClusterOptions.Draw(1) with { Services = ["setup"], BadImages = 0, Migration = (true, true), HasView = false };
        _scene = new ClusterScene(_world, options, ClusterMutation.None, Machines.Real, Directory.CreateTempSubdirectory("towpath-simulation-").FullName);
        _team = new ClusterTeam(_scene, new ClusterPlanes(_scene, new Random(1)), new Random(1));
        _team.Begin(TimeSpan.Zero);
        _process = new SimulatedProcess(_clock, "a");
        _engine = new ClusterEngines(_scene, _process).Engine(Place.Application, Place.Environment);
    }

    private ClusterPlace Place => _scene.Ledger.Places[0];

    public void Dispose() => _scene.Dispose();

    /// <summary>It stayed, and the deployment asked for its end again and again.</summary>
    [Fact]
    public void Retire_JobOfTheReleaseBefore_IsGone()
    {
        var (before, after) = TwoJobs();
        Do(new PrepareEnvironment(), Plan(before, null));
        Do(new StartReplica(Side.Target, "setup", 0, Name(before)), Plan(before, null));
        Jobs().Count.ShouldBe(1);

        Do(new RetireReplica("setup", Name(before)), Plan(after, before));

        Jobs().ShouldBeEmpty();
    }

    [Fact]
    public void Retire_UnitThatTheNewReleaseTakesOver_Stays()
    {
        var (before, after) = TwoJobs();
        Do(new PrepareEnvironment(), Plan(before, null));
        Do(new StartReplica(Side.Target, "setup", 0, Name(before)), Plan(before, null));
        Do(new StartReplica(Side.Target, "api", 0, Name(before, "api")), Plan(before, null));

        Do(new RetireReplica("api", Name(before, "api")), Plan(after, before));

        _world.Store.All(ServedKind.Deployment, Place.Space).ShouldContain(d => d.Name == "api");
    }

    /// <summary>It waits for a Job of another name by now, and a Job never changes: the API server refused it, and a good release failed.</summary>
    [Fact]
    public void Migrate_WhatItWaitsForChangedAlone_IsDoneAlready()
    {
        var (before, after) = TwoJobs(a => a.Service("api")!.PodRevision);
        Do(new PrepareEnvironment(), Plan(before, null));
        Do(new StartReplica(Side.Target, "setup", 0, Name(before)), Plan(before, null));
        Do(new RunMigration("api"), Plan(before, null));

        Do(new RunMigration("api"), Plan(after, before));

        Jobs().Count(j => j.Name.Contains("-migrate-", StringComparison.Ordinal)).ShouldBe(1);
    }

    /// <summary>Sent twice, the second deletion may arrive when the environment stands anew.</summary>
    [Fact]
    public void Remove_Namespace_MeansThisVeryOne()
    {
        var (before, _) = TwoJobs();
        Do(new PrepareEnvironment(), Plan(before, null));
        var named = new List<string?>();
        _world.Server.Changes += (item, kind, question) =>
        {
            if (kind == ServedKind.Namespace && question.Method == "DELETE") named.Add(question.Body?["preconditions"]?["uid"]?.ToString());
        };
        var uid = _world.Store.Find(ServedKind.Namespace, "", Place.Space)!.Uid;

        Do(new RemoveEnvironment(), Plan(before, null));

        named.ShouldBe([uid]);
        _world.Store.Find(ServedKind.Namespace, "", Place.Space).ShouldBeNull();
    }

    /// <summary>Two releases with another setup, and with the same of something else.</summary>
    private (EnvironmentDesired Before, EnvironmentDesired After) TwoJobs(Func<EnvironmentDesired, string?>? same = null)
    {
        while (true)
        {
            _team.Ship(mustBeGood: true);
            var (before, after) = (_scene.Ledger.Desired(Place, _team.All[^2]), _scene.Ledger.Desired(Place, _team.All[^1]));
            if (after.Service("setup")!.Revision != before.Service("setup")!.Revision && same?.Invoke(before) == same?.Invoke(after)) return (before, after);
        }
    }

    private static string Name(EnvironmentDesired desired, string service = "setup") => RolloutPlanner.ContainerName(desired, desired.Service(service)!, 0);

    private static DeploymentPlan Plan(EnvironmentDesired target, EnvironmentDesired? previous) => new("d-1", target, previous, new RolloutPolicy(4, TimeSpan.FromMinutes(2)));

    private List<StoredObject> Jobs() => _world.Store.All(ServedKind.Job, Place.Space);

    private void Do(Effect effect, DeploymentPlan plan)
    {
        var isDone = false;
        _process.Start(async () =>
        {
            await _engine.ApplyAsync(effect, plan, CancellationToken.None);
            isDone = true;
        });
        _clock.Run(_clock.Elapsed + TimeSpan.FromMinutes(2), () => false);
        _process.Failure.ShouldBeNull();
        isDone.ShouldBeTrue(effect.Key);
    }
}
