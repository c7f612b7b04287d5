using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Tests.Fakes;
using Towpath.Tests.Rollouts.Strategies;

namespace Towpath.Tests.Rollouts;

public sealed class UpkeepMachineTests
{
    [Fact]
    public void Table_HasEveryPairOfStateAndEvent()
    {
        string[] events = [nameof(Observed), nameof(EffectSucceeded), nameof(EffectFailed), nameof(WorldStopped), nameof(WorldResumed)];

        UpkeepMachine.Table.Cells.ShouldBe(from state in Enum.GetNames<UpkeepPhase>() from happened in events select (state, happened), ignoreOrder: true);
    }

    [Fact]
    public async Task Rest_NothingDrifted_ChangesNothing()
    {
        var rest = await RestAsync();

        rest.Look(20);

        rest.Facts.ShouldBeEmpty();
        rest.World.Done.ShouldBeEmpty();
        var before = rest.State;
        rest.Look(1);
        rest.State.ShouldBeSameAs(before);
    }

    [Theory]
    [InlineData("stopped")]
    [InlineData("gone")]
    [InlineData("weight")]
    [InlineData("drained")]
    [InlineData("forgotten by the gateway")]
    [InlineData("parked one serves")]
    [InlineData("stopped worker runs")]
    [InlineData("unknown revision")]
    [InlineData("unknown service")]
    [InlineData("gateway")]
    public async Task Mend_WhatDrifted_IsToldOnceAndPutRight(string drift)
    {
        var rest = await RestAsync();

        Break(rest, drift);
        rest.Look(60);

        rest.Facts.Select(f => f.Kind).ShouldBe([FactKind.DriftFound, FactKind.DriftMended]);
        rest.ShouldBeInOrder();
    }

    [Theory]
    [InlineData("stopped")]
    [InlineData("weight")]
    [InlineData("parked one serves")]
    [InlineData("unknown service")]
    [InlineData("gateway")]
    public async Task Report_WhatDrifted_IsToldOnceAndLeftAlone(string drift)
    {
        var rest = await RestAsync(DriftPolicy.Report);

        Break(rest, drift);
        rest.Look(60);

        rest.Facts.Select(f => f.Kind).ShouldBe([FactKind.DriftFound]);
        rest.World.Done.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(DriftPolicy.Mend)]
    [InlineData(DriftPolicy.Report)]
    public async Task Rest_FieldsWereChanged_AreToldOnceEachAndMendedByOneEffect(DriftPolicy drift)
    {
        var rest = await RestAsync(drift);
        ObservedChange[] changes =
        [
            new("field:Service/api spec.type", "api", "Service/api spec.type: NodePort, wanted ClusterIP (changed by kubectl-edit)", new PrepareEnvironment()),
            new("object:ConfigMap/page", null, "ConfigMap/page is gone", new PrepareEnvironment()),
        ];

        for (var i = 0; i < 3; i++) rest.Happen(Observed(rest) with { Environment = Observed(rest).Environment with { Changes = [.. changes] } });

        rest.Facts.Select(f => (f.Kind, f.Service, f.Text)).ShouldBe([(FactKind.DriftFound, "api", changes[0].Text), (FactKind.DriftFound, null, changes[1].Text)]);
        rest.State.Drifted.Values.ShouldBe(changes.Select(c => c.Text), ignoreOrder: true);
        rest.State.Pending.Select(p => p.Effect).ShouldBe(drift == DriftPolicy.Mend ? [new PrepareEnvironment()] : []);

        rest.Facts.Clear();
        rest.Happen(Observed(rest));
        rest.Facts.Select(f => f.Text).ShouldBe(["Service/api spec.type is as it should be again", "ConfigMap/page is as it should be again"], ignoreOrder: true);
    }

    private static Observed Observed(UpkeepFlow rest) => new(rest.World.ObserveAsync(rest.Plan.Plan, CancellationToken.None).Result);

    [Fact]
    public async Task Mend_WholeMachineRestarted_BringsAllBackInOrder()
    {
        var rest = await RestAsync();
        foreach (var replica in rest.World.Replicas)
            rest.World.Change(replica.Container, r => r with { Process = ReplicaProcess.Exited, Ready = false, Traffic = ReplicaTraffic.None, Weight = 0 });

        rest.Look(200);

        rest.ShouldBeInOrder();
        var starts = rest.World.Done.Where(k => k.StartsWith("start:", StringComparison.Ordinal)).ToList();
        starts[0].ShouldContain("-db-");
        rest.World.Violations.ShouldBeEmpty();
    }

    [Fact]
    public void Mend_WhatIsAControllersToPutRight_IsToldOnceAndWhenItIsOver()
    {
        var plan = new UpkeepPlan(Sample.Plan(Sample.Desired("1")), DriftPolicy.Mend, null, null);
        var drifted = new ObservedEnvironment([]) { Changes = [new ObservedChange("object:Service/web", null, "Service/web is gone", null)] };

        var first = UpkeepMachine.Decide(UpkeepState.Initial("r-1"), new Observed(drifted), plan, Sample.Start);
        var again = UpkeepMachine.Decide(first.State, new Observed(drifted), plan, Sample.Start);
        var over = UpkeepMachine.Decide(again.State, new Observed(new ObservedEnvironment([])), plan, Sample.Start);

        first.Facts.Single(f => f.Step == "object:Service/web").ShouldSatisfyAllConditions(f => f.Kind.ShouldBe(FactKind.DriftFound), f => f.Text.ShouldBe("Service/web is gone"));
        again.Facts.ShouldBeEmpty();
        over.Facts.ShouldHaveSingleItem().ShouldSatisfyAllConditions(f => f.Kind.ShouldBe(FactKind.DriftMended), f => f.Text.ShouldBe("Service/web is as it should be again"));
        over.State.Pending.ShouldAllBe(p => p.Effect is StartReplica, "the services are missing; for what was found there is nothing to do");
    }

    [Fact]
    public async Task Mend_ReplicaThatEndsAgainAndAgain_IsStartedWithGrowingPauses()
    {
        var rest = await RestAsync();
        rest.World.ExitsAtOnce.Add("sha256:worker-2");
        rest.Change("worker-2", r => r with { Process = ReplicaProcess.Exited, Ready = false });

        rest.Look(3600);

        rest.World.Done.Count(k => k.StartsWith("start:", StringComparison.Ordinal)).ShouldBeInRange(5, 25);
        rest.Facts.Count(f => f.Kind == FactKind.DriftFound).ShouldBe(1);
    }

    [Fact]
    public async Task Mend_EffectFails_IsToldAndTriedAgain()
    {
        var rest = await RestAsync();
        rest.Change("worker-2", r => r with { Process = ReplicaProcess.Exited, Ready = false });
        rest.World.Fails[rest.World.Replicas.Single(r => r.ImageDigest == "sha256:worker-2").Container is var name ? $"start:{name}" : ""] = 2;

        rest.Look(200);

        rest.Facts.Count(f => f.Kind == FactKind.DriftMendFailed).ShouldBe(2);
        rest.ShouldBeInOrder();
    }

    [Theory]
    [InlineData(DriftPolicy.Mend)]
    [InlineData(DriftPolicy.Report)]
    public async Task Rest_WarmTimeIsOver_ClearsTheReleaseBeforeAwayAndCallsItNoDrift(DriftPolicy policy)
    {
        var rest = await RestAsync(policy);
        rest.WarmUntil = rest.Now.AddSeconds(30);

        rest.Look(29);
        rest.World.Replicas.ShouldContain(r => r.ImageDigest == "sha256:api-1");
        rest.Look(60);

        rest.World.Replicas.ShouldNotContain(r => r.ImageDigest == "sha256:api-1" || r.ImageDigest == "sha256:worker-1");
        rest.Facts.ShouldHaveSingleItem().Kind.ShouldBe(FactKind.WarmEnded);
    }

    [Fact]
    public async Task Report_LastDeploymentFroze_TouchesNothing()
    {
        var rest = await RestAsync(DriftPolicy.Report);
        var frozen = rest.Plan with { Plan = rest.Plan.Plan with { Previous = null }, WarmUntil = null };

        var decision = UpkeepMachine.Decide(rest.State, new Observed(await rest.World.ObserveAsync(rest.Plan.Plan, CancellationToken.None)), frozen, rest.Now);

        decision.State.Pending.ShouldBeEmpty();
    }

    [Fact]
    public async Task Mend_LeftoverOfNobody_IsClearedAwayWithoutAWord()
    {
        var rest = await RestAsync();
        rest.World.Add(rest.World.Replicas.First(r => r.ImageDigest == "sha256:worker-1") with { Container = "old", Revision = "older" });

        rest.Look(10);

        rest.World.Replicas.ShouldNotContain(r => r.Container == "old");
        rest.Facts.ShouldBeEmpty();
    }

    [Fact]
    public async Task Verification_FailsAndPassesAgain_IsToldOnChange()
    {
        var rest = await RestAsync();
        rest.VerifyEvery = TimeSpan.FromSeconds(60);
        rest.World.Fails["verify:smoke"] = 2;

        rest.Look(59);
        rest.Facts.ShouldBeEmpty();
        rest.Look(60);
        rest.State.VerificationFailure.ShouldNotBeNull();
        rest.Look(240);

        rest.Facts.Select(f => f.Kind).ShouldBe([FactKind.VerificationFailed, FactKind.VerificationPassed]);
        rest.State.VerificationFailure.ShouldBeNull();
    }

    [Fact]
    public async Task Halted_WhatDrifted_IsToldAndLeftAloneUntilItGoesOn()
    {
        var rest = await RestAsync();
        rest.Happen(new WorldStopped("ann", "fire"));
        Break(rest, "stopped");

        rest.Look(60);
        rest.World.Done.ShouldBeEmpty();
        rest.Happen(new WorldResumed());
        rest.Look(60);

        rest.ShouldBeInOrder();
        rest.Facts.Select(f => f.Kind).ShouldBe([FactKind.DriftFound, FactKind.DriftMended]);
    }

    [Fact]
    public async Task Observed_FirstRelease_ErrorsOfBeforeCountForNothing()
    {
        var rest = await RestAsync();

        Seen(rest.Plan with { IsFirst = true }).ShouldBe(new RequestCounters(100, 1, 0));
        Seen(rest.Plan).ShouldBe(new RequestCounters(190, 91, 0), "another one ran before, and nobody looked meanwhile");

        RequestCounters Seen(UpkeepPlan plan)
        {
            var first = Look(UpkeepState.Initial(""), new RequestCounters(90, 90, 0), rest.Now);
            return Look(first, new RequestCounters(190, 91, 0), rest.Now.AddMinutes(1)).Slo.Since(rest.Now.AddHours(-1));

            UpkeepState Look(UpkeepState state, RequestCounters entry, DateTimeOffset now) =>
                UpkeepMachine.Decide(state, new Observed(new ObservedEnvironment([]) { Entry = entry }), plan, now).State;
        }
    }

    [Fact]
    public async Task Observed_AnotherRelease_BeginsAnewButKeepsWhatUsersSawAndAHalt()
    {
        var rest = await RestAsync();
        rest.Happen(new Observed(new ObservedEnvironment([]) { Entry = new RequestCounters(5, 1, 0) }));
        rest.Happen(new WorldStopped("ann", null));

        var next = UpkeepMachine.Decide(rest.State, new Observed(new ObservedEnvironment([])), rest.Plan with { Plan = Sample.Plan(StrategyScene.Desired("3", StrategySpec.Default)) }, rest.Now).State;

        next.Release.ShouldBe("r-3");
        next.Slo.Since(rest.Now.AddHours(-1)).Requests.ShouldBe(5);
        next.Halted.ShouldNotBeNull();
        next.Pending.ShouldBeEmpty();
    }

    [Fact]
    public async Task Observed_ClockSetBack_WaitsNoLongerForThat()
    {
        var rest = await RestAsync();
        rest.VerifyEvery = TimeSpan.FromMinutes(1);
        rest.Change("worker-2", r => r with { Process = ReplicaProcess.Exited, Ready = false });
        rest.World.Fails[$"start:{rest.World.Replicas.Single(r => r.ImageDigest == "sha256:worker-2").Container}"] = 1;
        rest.Look(1);

        rest.SetBack(TimeSpan.FromDays(1));
        rest.Look(62);

        rest.ShouldBeInOrder();
        rest.World.Done.ShouldContain("verify:smoke");
    }

    private static Task<UpkeepFlow> RestAsync(DriftPolicy drift = DriftPolicy.Mend) => UpkeepFlow.StartAsync(drift);

    private static void Break(UpkeepFlow rest, string drift)
    {
        switch (drift)
        {
            case "stopped":
                rest.Change("api-2", r => r with { Process = ReplicaProcess.Exited, Ready = false, Traffic = ReplicaTraffic.Joining });
                break;
            case "gone":
                rest.World.Remove(rest.World.Replicas.First(r => r.ImageDigest == "sha256:worker-2").Container);
                break;
            case "weight":
                rest.Change("api-2", r => r with { Weight = 3 });
                break;
            case "drained":
                rest.Change("api-2", r => r with { Traffic = ReplicaTraffic.Draining });
                break;
            case "forgotten by the gateway":
                rest.Change("api-2", r => r with { Traffic = ReplicaTraffic.None, Weight = 0 });
                break;
            case "parked one serves":
                rest.Change("api-1", r => r with { Traffic = ReplicaTraffic.Serving, Weight = AdmitReplica.FullWeight });
                break;
            case "stopped worker runs":
                rest.Change("worker-1", r => r with { Process = ReplicaProcess.Running, Ready = true });
                break;
            case "unknown revision":
                rest.World.Add(rest.World.Replicas.First(r => r.ImageDigest == "sha256:api-2") with { Container = "stranger", Revision = "other" });
                break;
            case "unknown service":
                rest.World.Add(rest.World.Replicas.First(r => r.ImageDigest == "sha256:worker-2") with { Container = "stranger", Service = "miner" });
                break;
            default:
                rest.World.GatewayRuns = false;
                break;
        }
    }
}
