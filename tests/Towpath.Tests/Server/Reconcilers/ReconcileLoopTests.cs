using Towpath.Core.Applications;
using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Reconcilers;

/// <summary>The loop over an engine without any image: each deployment that begins fails as soon as it prepares.</summary>
public sealed class ReconcileLoopTests : IDisposable
{
    private static readonly Secret Given = new("token", SecretSource.Given, null, 0, Models.At());
    private readonly ServerScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Run_TwoWait_TheNewerSupersedesTheOlder()
    {
        ShipInOrder("r-1", "r-2");
        _scene.Request("staging", "r-1");
        _scene.Request("staging", "r-2");

        await RunUntilAsync(() => Ended("d-1") && Ended("d-2"));

        _scene.Store.Deployment("d-1")!.Phase.ShouldBe(nameof(DeploymentPhase.Superseded));
        _scene.Journal.ShouldContain(f => f.Kind == FactKind.DeploymentSuperseded && f.Deployment == "d-1" && f.Text == "r-2 took its place");
        _scene.Store.Deployment("d-2")!.Phase.ShouldBe(nameof(DeploymentPhase.Failed));
        _scene.Journal.Single(f => f.Kind == FactKind.DeploymentFailed).Diagnostic!.Code.ShouldBe("TP5008");
    }

    [Fact]
    public async Task Run_OlderOneLacksASecret_TheNewerOneIsNotBlamed()
    {
        var service = Models.Image("api", "api") with { Secrets = [new FileMount("token", "/run/secrets/token", null, Models.At())] };
        _scene.Ship("r-1", [Given], service);
        _scene.Ship("r-2");
        _scene.Request("development", "r-1");
        _scene.Request("development", "r-2");

        await RunUntilAsync(() => Ended("d-1") && Ended("d-2"));

        FailureOf("d-1").ShouldBe("TP5011");
        FailureOf("d-2").ShouldBe("TP5013");
    }

    [Fact]
    public async Task Run_AnotherReleaseCameInWhileItWaited_GoesBackToThatOne()
    {
        foreach (var release in new[] { "r-1", "r-2", "r-3" }) _scene.Ship(release);
        _scene.Arrive("development", "r-1");
        _scene.Request("development", "r-3", previous: "r-1");
        _scene.Arrive("development", "r-2");

        await RunUntilAsync(() => _scene.Journal.Any(f => f.Step == nameof(DeploymentPhase.RollingBack)));

        _scene.Journal.First(f => f.Step == nameof(DeploymentPhase.RollingBack)).Text.ShouldEndWith("going back to r-2");
    }

    [Fact]
    public async Task Run_LeaseHeldByAnother_TouchesNothing()
    {
        _scene.Ship("r-1");
        _scene.Request("development", "r-1");
        _scene.Store.TryTakeLease(ServerScene.Application, "development", "other", _scene.Time.Now, TimeSpan.FromHours(1)).ShouldNotBeNull();
        _scene.Ship("r-9");
        _scene.Request("staging", "r-9");

        await RunUntilAsync(() => Ended("d-2"));

        _scene.Store.Deployment("d-1")!.Phase.ShouldBe(nameof(DeploymentPhase.Requested));
        _scene.Engine.Calls.ShouldNotContain(c => c.StartsWith("create", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pause_AnApplication_StartsNothingUntilItIsOver()
    {
        _scene.Ship("r-1");
        _scene.Request("development", "r-1");
        var loop = Loop();
        using var stop = new CancellationTokenSource();
        var pause = await loop.PauseAsync(ServerScene.Application);
        var running = loop.RunAsync(stop.Token);
        _scene.Store.SaveApplication("other", "/other", ".", new Ladder([ServerScene.Rungs.Environments[0]]));
        await Task.Delay(200);
        _scene.Store.Deployment("d-1")!.Phase.ShouldBe(nameof(DeploymentPhase.Requested));

        pause.Dispose();
        await UntilAsync(() => Ended("d-1"));

        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Pause_ADeploymentStandsStill_LeavesItAsItIs()
    {
        _scene.Ship("r-1");
        _scene.Request("development", "r-1");
        _scene.Store.SetHalt(new HaltRecord(null, null, "ann", null, _scene.Time.Now));
        var loop = Loop();
        using var stop = new CancellationTokenSource();
        var running = loop.RunAsync(stop.Token);
        await UntilAsync(() => RolloutsJson.Read(_scene.Store.Deployment("d-1")!.State).Halted is not null);

        using (await loop.PauseAsync(ServerScene.Application).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken))
            _scene.Store.Deployment("d-1")!.Ended.ShouldBeFalse();

        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Run_ADeploymentWaitsForAnEnvironmentAtRest_TakesItsTurn()
    {
        _scene.Ship("r-1");
        _scene.Arrive("development", "r-1");
        var looked = 0;
        var tools = _scene.Tools with { Machines = Machines.Real with { Upkeep = (state, _, _, _) => { Interlocked.Increment(ref looked); return new UpkeepDecision(state, []); } } };
        using var stop = new CancellationTokenSource();
        var running = new ReconcileLoop(tools, _scene.Environments, _scene.Ladder, _scene.Plans, "test").RunAsync(stop.Token);
        await UntilAsync(() => Volatile.Read(ref looked) > 0);

        _scene.Ship("r-2");

        await UntilAsync(() => _scene.Store.Deployment("d-2") is { Ended: true });
        await stop.CancelAsync();
        await running;
    }

    // Oldest first, as runs of one application end.
    private void ShipInOrder(params string[] releases)
    {
        foreach (var release in releases) _scene.Ship(release);
    }

    private bool Ended(string deployment) => _scene.Store.Deployment(deployment) is { Ended: true };

    private string? FailureOf(string deployment) => RolloutsJson.Read(_scene.Store.Deployment(deployment)!.State).Failure?.Code;

    private ReconcileLoop Loop() => new(_scene.Tools, _scene.Environments, _scene.Ladder, _scene.Plans, "test");

    private async Task RunUntilAsync(Func<bool> holds)
    {
        using var stop = new CancellationTokenSource();
        var running = Loop().RunAsync(stop.Token);
        await UntilAsync(holds);
        await stop.CancelAsync();
        await running;
    }

    private async Task UntilAsync(Func<bool> holds)
    {
        for (var look = 0; !holds(); look++)
        {
            look.ShouldBeLessThan(1500, string.Join('\n', _scene.Log) + string.Join('\n', _scene.Journal.Select(f => f.Text)));
            await Task.Delay(20);
        }
    }
}
