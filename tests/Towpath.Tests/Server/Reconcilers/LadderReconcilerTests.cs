using Towpath.Core.Applications;
using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Server.Reconcilers;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Reconcilers;

public sealed class LadderReconcilerTests : IDisposable
{
    private readonly ServerScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Reconcile_ShippedRelease_EntersTheLowestOnce()
    {
        _scene.Ship("r-1");

        _scene.Ladder.Reconcile(_scene.Known);
        _scene.Ladder.Reconcile(_scene.Known);

        var deployment = _scene.Store.OpenDeployments(ServerScene.Application, null).ShouldHaveSingleItem();
        (deployment.Environment, deployment.Release, deployment.Previous).ShouldBe(("development", "r-1", null));
    }

    [Fact]
    public void Reconcile_TheFirstFailedThere_IsNotTriedAgainByItself()
    {
        _scene.Ship("r-1");
        _scene.Ladder.Reconcile(_scene.Known);
        _scene.Fail("development", "d-1");

        _scene.Ladder.Reconcile(_scene.Known);

        _scene.Store.OpenDeployments(ServerScene.Application, null).ShouldBeEmpty();
    }

    [Fact]
    public void Reconcile_ManualEnvironment_TellsOnceThatTheReleaseWaits()
    {
        _scene.Ship("r-1");
        _scene.Ladder.Reconcile(_scene.Known);
        _scene.Arrive("development", "r-1");

        _scene.Ladder.Reconcile(_scene.Known);
        _scene.Ladder.Reconcile(_scene.Known);

        var waiting = _scene.Journal.Where(f => f.Kind == FactKind.ReleaseWaiting).ShouldHaveSingleItem();
        waiting.Environment.ShouldBe("staging");
        waiting.Text.ShouldBe("r-1 waits below staging: `towpath promote staging`");
    }

    [Fact]
    public void Reconcile_WantedAndOnlyTimeMissing_EntersWhenItHasPassed()
    {
        _scene.Ship("r-1");
        _scene.Arrive("development", "r-1");
        _scene.Ladder.Want(ServerScene.Application, "staging", "r-1", "bob");

        _scene.Ladder.Reconcile(_scene.Known);
        _scene.Store.OpenDeployments(ServerScene.Application, "staging").ShouldBeEmpty();
        _scene.Time.Now += TimeSpan.FromHours(1);
        _scene.Ladder.Reconcile(_scene.Known);

        _scene.Store.OpenDeployments(ServerScene.Application, "staging").ShouldHaveSingleItem().Actor.ShouldBe("bob");
        _scene.Ladder.WantedIn(ServerScene.Application, "staging").ShouldBeNull();
    }

    [Fact]
    public void Reconcile_NewArrivalInPlaceOfAWish_IsNotBlamedOnThePerson()
    {
        _scene.Ship("r-1");
        _scene.Ladder.Want(ServerScene.Application, "development", "r-0", "bob");

        _scene.Ladder.Reconcile(_scene.Known);

        var deployment = _scene.Store.OpenDeployments(ServerScene.Application, "development").ShouldHaveSingleItem();
        (deployment.Release, deployment.Actor).ShouldBe(("r-1", "towpath"));
    }

    [Fact]
    public void GoBack_EnvironmentAboveIsAutomatic_IsNoNewsForIt()
    {
        _scene.Ship("r-1");
        _scene.Arrive("development", "r-1");
        _scene.Ship("r-2");
        _scene.Arrive("development", "r-2");
        _scene.Ladder.Reconcile(_scene.Known);

        var back = _scene.Ladder.GoBack(ServerScene.Application, "development", "r-1", "bob");
        _scene.Arrive("development", "r-1");
        _scene.Ladder.Reconcile(_scene.Known);

        back.Release.ShouldBe("r-1");
        _scene.Store.Current(ServerScene.Application, "development")!.Release.ShouldBe("r-1");
        _scene.Store.OpenDeployments(ServerScene.Application, null).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(CrashPoint.Before)]
    [InlineData(CrashPoint.After)]
    public void GoBack_KilledAtEveryWrite_IsNeverNewsForTheEnvironmentAbove(CrashPoint point)
    {
        for (var at = 1; ; at++)
        {
            using var scene = new ServerScene();
            var automatic = new Ladder([ServerScene.Rungs.Environments[0], ServerScene.Rungs.Environments[1] with { Automatic = true, Gates = GateSpecs.None }]);
            scene.Store.SaveApplication(ServerScene.Application, "/repository", ".", automatic);
            foreach (var release in new[] { "r-1", "r-2" })
            {
                scene.Ship(release);
                scene.Arrive("development", release);
                scene.Ladder.Reconcile(scene.Known);
                scene.Arrive("staging", release);
            }
            var ladder = new LadderReconciler(CrashingStore.Around(scene.Store, at, point), scene.Gates, Machines.Real, scene.Time);
            var died = Dies(() => ladder.GoBack(ServerScene.Application, "development", "r-1", "bob"));

            // What was asked for counts if it was stored at all, and comes in.
            if (scene.Store.OpenDeployments(ServerScene.Application, "development").Count > 0) scene.Arrive("development", "r-1");
            scene.Ladder.Reconcile(scene.Known);

            scene.Store.OpenDeployments(ServerScene.Application, "staging").ShouldBeEmpty($"killed {point} write {at}");
            if (!died) break;
        }
    }

    [Theory]
    [InlineData(CrashPoint.Before, true)]
    [InlineData(CrashPoint.After, true)]
    [InlineData(CrashPoint.Before, false)]
    [InlineData(CrashPoint.After, false)]
    public void Reconcile_KilledAtEveryWrite_BringsTheReleaseInExactlyOnce(CrashPoint point, bool wanted)
    {
        for (var at = 1; ; at++)
        {
            using var scene = new ServerScene();
            scene.Ship("r-1");
            var environment = wanted ? "staging" : "development";
            if (wanted)
            {
                scene.Ladder.Reconcile(scene.Known);
                scene.Arrive("development", "r-1");
                scene.Time.Now += TimeSpan.FromHours(2);
                scene.Ladder.Want(ServerScene.Application, "staging", "r-1", "bob");
            }
            var died = Dies(() => new LadderReconciler(CrashingStore.Around(scene.Store, at, point), scene.Gates, Machines.Real, scene.Time).Reconcile(scene.Known));

            scene.Ladder.Reconcile(scene.Known);
            scene.Store.OpenDeployments(ServerScene.Application, environment).ShouldHaveSingleItem($"killed {point} write {at}").Release.ShouldBe("r-1");
            // It ends, and the wish must not bring it in a second time.
            scene.Arrive(environment, "r-1");
            scene.Ladder.Reconcile(scene.Known);
            scene.Store.RecentDeployments(ServerScene.Application, environment, 10).Count.ShouldBe(1, $"killed {point} write {at}");
            if (!died) break;
        }
    }

    [Fact]
    public void Deploy_OnItsWayAlready_IsTheSameDeployment()
    {
        _scene.Ship("r-1");
        var first = _scene.Ladder.Deploy(ServerScene.Application, "development", "r-1", "ann");

        _scene.Ladder.Deploy(ServerScene.Application, "development", "r-1", "bob").Id.ShouldBe(first.Id);

        _scene.Store.Deployment(first.Id)!.Phase.ShouldBe(nameof(DeploymentPhase.Requested));
    }

    private static bool Dies(Action act)
    {
        try
        {
            act();
            return false;
        }
        catch (CrashException)
        {
            return true;
        }
    }
}
