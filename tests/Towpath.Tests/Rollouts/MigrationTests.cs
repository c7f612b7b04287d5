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

        var end = await flow.RunAsync(Sample.Plan(Second(reversible: false, revert: false), Sample.Desired("1")) with { Returns = true });

        end.Phase.ShouldBe(DeploymentPhase.Failed);
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
        end.Migrated.ShouldBe(["api", "web"]);
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
