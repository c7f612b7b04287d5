using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Rollouts;
using Towpath.Server.Api;
using Towpath.Server.Desks;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server;

/// <summary>Earlier releases that are to come back, past what later ones did to the data.</summary>
public sealed class ReturnTests : IDisposable
{
    private readonly ServerScene _scene = new();
    private readonly DeliveryDesk _desk;

    public ReturnTests()
    {
        _desk = new DeliveryDesk(_scene.Store, _scene.Ladder, _scene.Gates, _scene.Time);
        _scene.Ship("r-1");
        _scene.Arrive("development", "r-1");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Asked_PastAnIrreversibleMigration_IsRefusedByEveryVerb()
    {
        Ship("r-2", revert: false);
        _scene.Arrive("development", "r-2", "api");

        foreach (var ask in new Action[] { () => Rollback("r-1"), () => Rollback(null), () => _desk.Promote("shop", new PromoteRequest("development", "r-1", "ann")) })
        {
            var failure = Should.Throw<DiagnosticException>(ask).Diagnostics.ShouldHaveSingleItem();
            (failure.Code, failure.Location!.Line).ShouldBe(("TP5019", 8));
        }
        _scene.Store.OpenDeployments("shop", "development").ShouldBeEmpty();
    }

    [Fact]
    public void Rollback_PastAMigrationThatCanBeTakenBack_PlansToTakeItBack()
    {
        Ship("r-2", revert: true);
        _scene.Arrive("development", "r-2", "api");

        var plan = _scene.Plans.Build(_scene.Store.Deployment(Rollback(null).Deployment!)!);

        (plan.Target.Release, plan.Returns).ShouldBe(("r-1", true));
        plan.InTheWay.ShouldHaveSingleItem().Run.ShouldBe(new MigrationRun("r-2", "api"));
        plan.Of(new RevertMigration("api", "r-2")).Release.ShouldBe("r-2");
        plan.Ran.ShouldBeEmpty();
    }

    [Fact]
    public void Build_AfterAFrozenDeployment_KnowsWhatItLeft()
    {
        Ship("r-2", revert: false);
        _scene.Freeze("development", _scene.Request("development", "r-2").Id, "api");

        var again = _scene.Plans.Build(_scene.Request("development", "r-2", previous: "r-1"));

        again.Inherited.ShouldHaveSingleItem().Run.ShouldBe(new MigrationRun("r-2", "api"));
        again.Ran.ShouldBe(["api"]);
        again.InTheWay.ShouldBeEmpty();
    }

    [Fact]
    public void Rollback_Frozen_IsToTheReleaseThatRanBefore()
    {
        Ship("r-2", revert: true);
        Ship("r-3", revert: true);
        _scene.Arrive("development", "r-2");
        _scene.Freeze("development", _scene.Request("development", "r-3").Id);

        Rollback(null).Release.ShouldBe("r-2");
    }

    private DeploymentAnswer Rollback(string? release) => _desk.Rollback("shop", new RollbackRequest("development", release, "ann"));

    private void Ship(string release, bool revert) => _scene.Ship(release, null, Models.Image("api", "api") with
    {
        Delivery = new Delivery
        {
            Migrate = new Migration(["migrate"], TimeSpan.FromMinutes(1), Models.At(8)) { Reversible = false, Revert = revert ? ImmutableArray.Create("back") : null },
        },
    });
}
