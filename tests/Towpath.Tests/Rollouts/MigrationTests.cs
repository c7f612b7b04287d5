using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Rollouts;

/// <summary>What migrations did stands in the way back, or is taken back on it.</summary>
public sealed class MigrationTests
{
    [Theory]
    [InlineData(true, false, DeploymentPhase.Failed)]
    [InlineData(false, false, DeploymentPhase.Frozen)]
    [InlineData(false, true, DeploymentPhase.Failed)]
    public async Task Failure_AfterAMigration_GoesBackOnlyWhereItCan(bool reversible, bool revert, DeploymentPhase expected)
    {
        var flow = await FirstAsync();
        flow.Environment.Fails["verify:smoke"] = 1;

        var end = await flow.RunAsync(Sample.Plan(Second(reversible, revert), Sample.Desired("1")));

        end.Phase.ShouldBe(expected);
        if (expected == DeploymentPhase.Frozen) end.Failure!.Code.ShouldBe("TP5017");
        flow.Environment.Done.Contains("revert:api").ShouldBe(revert);
    }

    [Fact]
    public async Task Failure_BeforeTheMigrationRan_GoesBack()
    {
        var flow = await FirstAsync();
        flow.Environment.Fails["prepare"] = 1;

        var end = await flow.RunAsync(Sample.Plan(Second(reversible: false, revert: false), Sample.Desired("1")));

        end.Phase.ShouldBe(DeploymentPhase.Failed);
    }

    [Fact]
    public async Task Failure_OfAReleaseThatWasHereBefore_GoesBack()
    {
        var flow = await FirstAsync();
        flow.Environment.Fails["verify:smoke"] = 1;

        var end = await flow.RunAsync(Sample.Plan(Second(reversible: false, revert: false), Sample.Desired("1")) with { Returns = true, Ran = ["api"] });

        end.Phase.ShouldBe(DeploymentPhase.Failed);
    }

    [Fact]
    public async Task Failure_BeforeItsMigrationAnswered_KnowsWhatAnEarlierDeploymentLeft()
    {
        var flow = await FirstAsync();
        var second = Second(reversible: false, revert: false);
        flow.Environment.Fails["prepare"] = 1;

        var end = await flow.RunAsync(Sample.Plan(second, Sample.Desired("1")) with { Inherited = [Standing(second)] });

        end.Phase.ShouldBe(DeploymentPhase.Frozen);
        end.Failure!.Code.ShouldBe("TP5017");
    }

    [Fact]
    public async Task Failure_OfAnotherRelease_TakesBackWhatAnEarlierOneLeft()
    {
        var flow = await FirstAsync();
        var second = Second(reversible: false, revert: true);
        var third = Sample.Desired("3", Migrating(Sample.Api(), revert: true), Sample.Worker, Sample.Db);
        flow.Environment.Fails["verify:smoke"] = 1;

        var end = await flow.RunAsync(Sample.Plan(third, Sample.Desired("1")) with { Inherited = [Standing(second)], Earlier = Known(second) });

        end.Phase.ShouldBe(DeploymentPhase.Failed);
        flow.Environment.Done.IndexOf("revert:api").ShouldBeLessThan(flow.Environment.Done.IndexOf("revert:r-2:api"));
        end.TakenBack.ShouldBe([new MigrationRun("r-3", "api"), new MigrationRun("r-2", "api")]);
    }

    [Fact]
    public async Task Return_PastAMigrationThatCanBeTakenBack_TakesItBackOnceItHasAllRequests()
    {
        var (flow, plan) = await ReturningAsync(revert: true);

        (await flow.RunAsync(plan)).Phase.ShouldBe(DeploymentPhase.Succeeded);

        var done = flow.Environment.Done;
        done.FindLastIndex(k => k.StartsWith("retire:", StringComparison.Ordinal)).ShouldBeLessThan(done.IndexOf("revert:r-2:api"));
        done.IndexOf("revert:r-2:api").ShouldBeLessThan(done.LastIndexOf("verify:smoke"));
    }

    [Fact]
    public async Task Return_PastAMigrationThatCannotBeTakenBack_TouchesNothing()
    {
        var (flow, plan) = await ReturningAsync(revert: false);

        var end = await flow.RunAsync(plan);

        (end.Phase, end.Failure!.Code).ShouldBe((DeploymentPhase.Failed, "TP5019"));
        flow.Environment.Done.ShouldBe(["gates"]);
    }

    [Fact]
    public async Task Return_FailsAfterTakingBack_CallsForAPerson()
    {
        var (flow, plan) = await ReturningAsync(revert: true);
        flow.Environment.Fails["verify:smoke"] = 1;

        var end = await flow.RunAsync(plan);

        (end.Phase, end.Failure!.Code).ShouldBe((DeploymentPhase.Frozen, "TP5020"));
        flow.Environment.Done.ShouldContain("revert:r-2:api");
    }

    [Fact]
    public async Task Return_TakingBackFails_TheCurrentReleaseGoesOn()
    {
        var (flow, plan) = await ReturningAsync(revert: true);
        flow.Environment.Fails["revert:r-2:api"] = 1;

        var end = await flow.RunAsync(plan);

        end.Phase.ShouldBe(DeploymentPhase.Failed);
        end.TakenBack.ShouldBeEmpty();
    }

    [Fact]
    public async Task Revert_ComesBeforeTheOldReplicasAndInReverseOrder()
    {
        var flow = await FirstAsync();
        var web = Migrating(Sample.Api(), revert: true) with { Name = "web", Image = "web" };
        flow.Environment.Fails["verify:smoke"] = 1;
        var second = Sample.Desired("2", Migrating(Sample.Api(), revert: true), web, Sample.Worker, Sample.Db);
        flow.Environment.Done.Clear();

        var end = await flow.RunAsync(Sample.Plan(second, Sample.Desired("1")));

        end.Phase.ShouldBe(DeploymentPhase.Failed);
        var done = flow.Environment.Done;
        end.Binding.ShouldBe(["api", "web"]);
        done.IndexOf("revert:web").ShouldBeLessThan(done.IndexOf("revert:api"));
        done.FindLastIndex(k => k.StartsWith("start:shop-production-api", StringComparison.Ordinal)).ShouldBeGreaterThan(done.IndexOf("revert:api"));
    }

    [Fact]
    public void Cancel_MigrationUnderWay_ItsEndDecides()
    {
        var plan = Sample.Plan(Second(reversible: false, revert: false), Sample.Desired("1"));
        var state = DeploymentMachine.Initial(Sample.Start) with
        {
            Phase = DeploymentPhase.Migrating,
            Pending = [new PendingEffect(new RunMigration("api"), Sample.Start)],
        };

        var cancelled = Decide(state, new CancelRequested(1, "ann"));
        var waits = Decide(cancelled, new Observed(new ObservedEnvironment([])));
        var ran = Decide(waits, new EffectSucceeded("migrate:api"));

        waits.Pending.ShouldHaveSingleItem();
        Decide(ran, new Observed(new ObservedEnvironment([]))).Phase.ShouldBe(DeploymentPhase.Frozen);

        DeploymentState Decide(DeploymentState from, DeploymentEvent happened) => DeploymentMachine.Decide(from, happened, plan, Sample.Start).State;
    }

    private static async Task<DeploymentFlow> FirstAsync()
    {
        var flow = new DeploymentFlow();
        (await flow.RunAsync(Sample.Plan(Sample.Desired("1")))).Phase.ShouldBe(DeploymentPhase.Succeeded);
        return flow;
    }

    /// <summary>The second release runs, and the first is to come back.</summary>
    private static async Task<(DeploymentFlow Flow, DeploymentPlan Plan)> ReturningAsync(bool revert)
    {
        var flow = await FirstAsync();
        var second = Second(reversible: false, revert);
        (await flow.RunAsync(Sample.Plan(second, Sample.Desired("1")))).Binding.ShouldBe(["api"]);
        flow.Environment.Done.Clear();
        return (flow, Sample.Plan(Sample.Desired("1"), second) with { Returns = true, Ran = ["api"], InTheWay = [Standing(second)], Earlier = Known(second) });
    }

    private static StandingMigration Standing(EnvironmentDesired release) => new(new MigrationRun(release.Release, "api"), release.Service("api")!.Spec);

    private static ImmutableDictionary<string, EnvironmentDesired> Known(EnvironmentDesired release) =>
        ImmutableDictionary<string, EnvironmentDesired>.Empty.Add(release.Release, release);

    private static EnvironmentDesired Second(bool reversible, bool revert) =>
        Sample.Desired("2", Migrating(Sample.Api(), revert, reversible), Sample.Worker, Sample.Db);

    private static Service Migrating(Service service, bool revert, bool reversible = false) => service with
    {
        Delivery = service.Delivery with
        {
            Migrate = service.Delivery.Migrate! with { Reversible = reversible, Revert = revert ? ImmutableArray.Create("back") : null },
        },
    };
}
