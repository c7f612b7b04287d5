using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Server;
using Towpath.Server.Api;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server;

/// <summary>Lists page by page, and what is on them one by one.</summary>
public sealed class ControlPlaneListingTests : IAsyncDisposable
{
    private const string Shop = ServerScene.Application;
    private readonly ServerScene _scene = new();
    private readonly ControlPlane _plane;

    public ControlPlaneListingTests() => _plane = ControlPlaneFactory.Create(new ControlPlaneOptions(_scene.Folder.Path, "fake", "test"), _scene.Engine, _scene.Time);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _plane.DisposeAsync();
        _scene.Dispose();
    }

    [Fact]
    public async Task Releases_ShippedBetweenPages_AreNotSeenTwice()
    {
        foreach (var id in new[] { "r-1", "r-2", "r-3" }) _scene.Ship(id);
        var first = await _plane.ReleasesAsync(Shop, new PageRequest(Limit: 2), Cancel);
        _scene.Ship("r-4");
        var second = await _plane.ReleasesAsync(Shop, new PageRequest(first.Next, 2), Cancel);

        first.Items.Select(r => r.Id).ShouldBe(["r-3", "r-2"]);
        second.Items.Select(r => r.Id).ShouldBe(["r-1"]);
        second.Next.ShouldBeNull();
    }

    [Fact]
    public async Task Release_ByItsName_IsTheOneOfTheList()
    {
        _scene.Ship("r-1");
        _scene.Arrive("development", "r-1");
        var release = await _plane.ReleaseAsync(Shop, "r-1", Cancel);
        (release.Id, release.Environments.Single()).ShouldBe(("r-1", "development"));
        (await CodeAsync(() => _plane.ReleaseAsync(Shop, "r-9", Cancel))).ShouldBe("TP4003");
    }

    [Fact]
    public async Task Deployment_ThatWasAsked_IsListedWithWhatHappenedInIt()
    {
        _scene.Ship("r-1");
        _scene.Arrive("development", "r-1");
        var listed = (await _plane.DeploymentsAsync(Shop, "development", new PageRequest(), Cancel)).Items.ShouldHaveSingleItem();
        _scene.Store.Append(Models.Fact(FactKind.DeploymentPhase) with { Deployment = listed.Id }, Models.Fact(FactKind.DeploymentPhase) with { Deployment = "d-99" });

        var detail = await _plane.DeploymentAsync(Shop, listed.Id, Cancel);
        detail.Deployment.ShouldBe(listed);
        detail.Facts.Count.ShouldBeGreaterThan(0);
        detail.Facts.ShouldAllBe(f => f.Deployment == listed.Id);
        (await CodeAsync(() => _plane.DeploymentAsync(Shop, "d-99", Cancel))).ShouldBe("TP7035");
        (await CodeAsync(() => _plane.DeploymentsAsync(Shop, "nowhere", new PageRequest(), Cancel))).ShouldBe("TP4002");
    }

    [Fact]
    public async Task Run_OfAnotherApplication_IsNoneOfThisOne()
    {
        var (own, _) = _scene.Store.QueueRun(Shop, new string('a', 40), "First", "ann", _scene.Time.Now, Models.Fact());
        var (other, _) = _scene.Store.QueueRun("blog", new string('b', 40), "First", "ann", _scene.Time.Now, Models.Fact());

        (await _plane.RunsAsync(Shop, new PageRequest(), Cancel)).Items.ShouldContain(r => r.Id == own.Id);
        (await _plane.RunsAsync(Shop, new PageRequest(), Cancel)).Items.ShouldNotContain(r => r.Id == other.Id);
        (await _plane.RunAsync(Shop, own.Id, Cancel)).Run.State.ShouldBe(RunState.Queued);
        (await CodeAsync(() => _plane.RunAsync(Shop, other.Id, Cancel))).ShouldBe("TP7035");
        (await CodeAsync(() => _plane.StepLogAsync(Shop, other.Id, "check", 10, Cancel))).ShouldBe("TP7035");
    }

    [Theory]
    [InlineData(3, 10, new[] { "line 1", "line 2", "line 3" }, true)]
    [InlineData(3, 2, new[] { "line 2", "line 3" }, false)]
    [InlineData(0, 2, new string[0], true)]
    public async Task StepLog_OfAStep_IsItsEnd(int written, int tail, string[] expected, bool whole)
    {
        var (run, _) = _scene.Store.QueueRun(Shop, new string('a', 40), "First", "ann", _scene.Time.Now, Models.Fact());
        var file = Path.Combine(_scene.Folder.Path, "check.log");
        if (written > 0) await File.WriteAllLinesAsync(file, Enumerable.Range(1, written).Select(i => $"line {i}"), Cancel);
        _scene.Store.SaveEvidence(new EvidenceRecord(run.Id, "check", true, _scene.Time.Now, TimeSpan.Zero, file, null));

        var log = await _plane.StepLogAsync(Shop, run.Id, "check", tail, Cancel);
        log.Lines.ShouldBe(expected);
        log.Whole.ShouldBe(whole);
        (await CodeAsync(() => _plane.StepLogAsync(Shop, run.Id, "build:api", tail, Cancel))).ShouldBe("TP7035");
    }

    [Fact]
    public async Task StepLog_OfALongLog_BeginsWithAWholeLine()
    {
        var (run, _) = _scene.Store.QueueRun(Shop, new string('a', 40), "First", "ann", _scene.Time.Now, Models.Fact());
        var file = Path.Combine(_scene.Folder.Path, "check.log");
        await File.WriteAllLinesAsync(file, Enumerable.Range(0, 1000).Select(i => $"{i:0000} {new string('x', 995)}"), Cancel);
        _scene.Store.SaveEvidence(new EvidenceRecord(run.Id, "check", true, _scene.Time.Now, TimeSpan.Zero, file, null));

        var log = await _plane.StepLogAsync(Shop, run.Id, "check", 2000, Cancel);
        log.Whole.ShouldBeFalse();
        log.Lines.ShouldAllBe(line => line.Length == 1000);
        log.Lines.Count.ShouldBeInRange(200, 300);
        log.Lines[^1].ShouldStartWith("0999");
    }

    private static async Task<string> CodeAsync(Func<Task> ask) => (await Should.ThrowAsync<DiagnosticException>(ask)).Diagnostics[0].Code;
}
