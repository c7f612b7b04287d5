using Towpath.Core.Environments;
using Towpath.Core.Releases;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Reconcilers;

public sealed class GateKeeperTests : IDisposable
{
    private readonly ServerScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Judge_StillBelow_SoaksFromItsArrival()
    {
        var release = _scene.Ship("r-1");
        _scene.Arrive("development", "r-1");
        _scene.Time.Now += TimeSpan.FromMinutes(59);

        Soak(release).Holds.ShouldBeFalse();
        Soak(release).HoldsAt.ShouldBe(_scene.Time.Now.AddMinutes(1));
        _scene.Time.Now += TimeSpan.FromMinutes(1);
        Soak(release).Holds.ShouldBeTrue();
    }

    [Theory]
    [InlineData(30, false)]
    [InlineData(90, true)]
    public void Judge_ReplacedBelow_CountsOnlyItsOwnTime(int minutes, bool holds)
    {
        var first = _scene.Ship("r-1");
        _scene.Ship("r-2");
        _scene.Arrive("development", "r-1");
        _scene.Time.Now += TimeSpan.FromMinutes(minutes);
        _scene.Arrive("development", "r-2");
        _scene.Time.Now += TimeSpan.FromHours(10);

        var verdict = Soak(first);

        verdict.Holds.ShouldBe(holds);
        verdict.HoldsAt.ShouldBeNull("time below has ended");
    }

    [Fact]
    public void Judge_CameBackBelow_CountsFromItsReturn()
    {
        var first = _scene.Ship("r-1");
        _scene.Ship("r-2");
        _scene.Arrive("development", "r-1");
        _scene.Time.Now += TimeSpan.FromMinutes(10);
        _scene.Arrive("development", "r-2");
        _scene.Time.Now += TimeSpan.FromHours(10);
        _scene.Arrive("development", "r-1");
        _scene.Time.Now += TimeSpan.FromMinutes(5);

        Soak(first).HoldsAt.ShouldBe(_scene.Time.Now.AddMinutes(55));
    }

    [Fact]
    public void Judge_FailedBelow_HasNotRunThere()
    {
        var release = _scene.Ship("r-1");
        _scene.Fail("development", _scene.Request("development", "r-1").Id);

        Soak(release).Evidence.ShouldBe("it has not run in development");
    }

    [Fact]
    public void Judge_ConfirmationsOfOneReleaseOrEnvironment_DoNotCountForAnother()
    {
        var first = _scene.Ship("r-1");
        var second = _scene.Ship("r-2");
        Confirm("production", "r-1", "dev", "ann");
        Confirm("staging", "r-1", "ops", "bob");

        Verdict(first, "production", "confirmation").Evidence.ShouldBe("waits for a confirmation by ops, from distinct people");
        Confirm("production", "r-1", "ops", "bob");
        Verdict(first, "production", "confirmation").Holds.ShouldBeTrue();
        Verdict(second, "production", "confirmation").Holds.ShouldBeFalse();
    }

    [Fact]
    public void ForDeployment_RanThereBefore_NeedsOnlyItsPipeline()
    {
        _scene.Ship("r-1");
        _scene.Ship("r-2");
        _scene.Arrive("production", "r-1");
        _scene.Arrive("production", "r-2");
        var back = _scene.Plans.Build(_scene.Request("production", "r-1"));
        var forward = _scene.Plans.Build(_scene.Request("staging", "r-1"));

        _scene.Gates.ForDeployment(back).ShouldAllBe(g => g.Holds);
        _scene.Gates.ForDeployment(forward).ShouldContain(g => g.Name == "soak" && !g.Holds);
    }

    [Fact]
    public void ForDeployment_ReleaseRemoved_IsClosed()
    {
        _scene.Ship("r-1");
        var plan = _scene.Plans.Build(_scene.Request("development", "r-1"));
        _scene.Fail("development", plan.Id);
        _scene.Store.RemoveRelease(ServerScene.Application, "r-1");

        _scene.Gates.ForDeployment(plan).ShouldHaveSingleItem().Holds.ShouldBeFalse();
    }

    private GateVerdict Soak(Release release) => Verdict(release, "staging", "soak");

    private GateVerdict Verdict(Release release, string environment, string gate) =>
        _scene.Gates.Judge(release, ServerScene.Rungs.Environment(environment)!).Single(g => g.Name == gate);

    private void Confirm(string environment, string release, string role, string actor) => _scene.Store.SaveConfirmation(
        new ConfirmationRecord(
            ServerScene.Application, environment, release, role, actor, _scene.Time.Now,
            _scene.Gates.Covers(_scene.Store.Release(ServerScene.Application, release)!, ServerScene.Rungs.Environment(environment)!)), Models.Fact());
}
