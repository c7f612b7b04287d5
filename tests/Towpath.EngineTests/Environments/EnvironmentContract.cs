using Towpath.Core.Rollouts;

namespace Towpath.EngineTests.Environments;

/// <summary>What every sort of engine keeps, whatever is behind it: the one suite of all of them, on real ones.</summary>
public abstract class EnvironmentContract
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>An image with busybox in it.</summary>
    private protected abstract string Image { get; }

    private protected abstract Task<EnvironmentScene> OpenAsync();

    [Fact]
    public async Task Releases_UnderLoad_AreServedOneAfterTheOtherAndBrokenOnesGoBack()
    {
        await using var scene = await OpenAsync();
        await ArriveAsync(scene, scene.Release("r-1", Pages.Of("one", Image)));
        var address = await scene.AddressAsync("web", 8080, Token);
        (await PageAsync(address)).ShouldBe("one");
        using var load = new PageLoad(address);

        // The control plane is killed while it replaces; then all that it asks for is done twice, since answers were lost.
        await ArriveAsync(scene, scene.Release("r-2", Pages.Of("two", Image)), killWhen: s => s.Phase == DeploymentPhase.Rolling);
        (await PageAsync(address)).ShouldBe("two");
        await ArriveAsync(scene, scene.Release("r-3", Pages.Of("three", Image)), around: engine => new DoublingEnvironment(engine));
        (await PageAsync(address)).ShouldBe("three");

        var broken = await scene.DeployAsync(scene.Release("r-4", Pages.Of("broken", Image, "[sh, -c, 'echo no database; exit 3']")), Token);
        broken.Phase.ShouldBe(DeploymentPhase.Failed, broken.Failure?.ToString());
        broken.Failure!.Headline.ShouldContain("web");
        string.Join(' ', broken.Failure.Notes).ShouldContain("no database", customMessage: "what it wrote last is told");
        var unmigrated = await scene.DeployAsync(scene.Release("r-5", Pages.Of("unmigrated", Image, migrate: "[sh, -c, 'echo no table; exit 4']")), Token);
        unmigrated.Phase.ShouldBe(DeploymentPhase.Failed, unmigrated.Failure?.ToString());
        unmigrated.Failure!.Headline.ShouldContain("migration");
        (await PageAsync(address)).ShouldBe("three");

        var (asked, failed, reasons) = await load.EndAsync();
        TestContext.Current.TestOutputHelper!.WriteLine($"{asked} requests, {failed} failed");
        asked.ShouldBeGreaterThan(100);
        failed.ShouldBe(0, string.Join('\n', reasons));
        var serving = (await scene.ObserveAsync(Token)).Replicas.Where(r => r.Traffic == ReplicaTraffic.Serving).ToList();
        serving.ShouldNotBeEmpty();
        serving.ShouldAllBe(r => r.Release == "r-3" && r.Ready && r.ImageDigest == scene.Current!.Services[0].Image.Digest);
    }

    [Fact]
    public async Task NextRelease_ThatWantsMoreOfOneServiceAndNoneOfAnother_TouchesNothingElse()
    {
        await using var scene = await OpenAsync();
        var aside = $$"""

              aside:
                image: {{Image}}
                command: [sleep, "3600"]
                init: true
                stop_grace_period: 1s
                deploy: { resources: { limits: { cpus: "0.1", memory: 16M } } }
            configs:
            """;
        var two = Pages.Of("one", Image, replicas: 1).Replace("\nconfigs:", aside, StringComparison.Ordinal);
        await ArriveAsync(scene, scene.Release("r-1", two));
        var web = (await scene.RunningAsync("web", Token)).ShouldHaveSingleItem();
        (await scene.RunningAsync("aside", Token)).Count.ShouldBe(1);

        await ArriveAsync(scene, scene.Release("r-2", Pages.Of("one", Image, replicas: 2)));

        var now = await scene.RunningAsync("web", Token);
        now.Count.ShouldBe(2);
        now.ShouldContain(web, "what runs already as it is wanted stays");
        (await scene.RunningAsync("aside", Token)).ShouldBeEmpty("no release wants it any more");
    }

    [Fact]
    public async Task Rest_WhatSomebodyDestroyed_ComesBack()
    {
        await using var scene = await OpenAsync();
        await ArriveAsync(scene, scene.Release("r-1", Pages.Of("one", Image)));
        var before = await scene.RunningAsync("web", Token);
        await scene.DestroyAsync("web", Token);

        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Token);
        bound.CancelAfter(TimeSpan.FromMinutes(2));
        var told = new HashSet<string>();
        await scene.RestUntilAsync(
            async state =>
            {
                told.UnionWith(state.Drifted.Values);
                return (await scene.RunningAsync("web", bound.Token)) is { Count: 2 } now && !now.Intersect(before).Any()
                    && (await scene.ObserveAsync(bound.Token)).Replicas.Where(r => r.Service == "web").All(r => r is { Ready: true, Traffic: ReplicaTraffic.Serving });
            },
            bound.Token);
        told.ShouldNotBeEmpty("it is told");
        (await PageAsync(await scene.AddressAsync("web", 8080, Token))).ShouldBe("one");
    }

    [Fact]
    public async Task Effect_ThatIsCancelled_EndsAndCanBeDoneAgain()
    {
        await using var scene = await OpenAsync();
        var target = scene.Release("r-1", Pages.Of("one", Image));
        var plan = new DeploymentPlan("d-1", target, null, new RolloutPolicy(1, target.Environment.ReadyTimeout));
        using (var ending = CancellationTokenSource.CreateLinkedTokenSource(Token))
        {
            await ending.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => scene.Engine.ApplyAsync(new PrepareEnvironment(), plan, ending.Token));
        }

        await ArriveAsync(scene, target);
        await scene.Engine.ApplyAsync(new RemoveEnvironment(), plan, Token);
        await scene.Engine.ApplyAsync(new RemoveEnvironment(), plan, Token);
        (await scene.LeftAsync(Token)).ShouldBeEmpty();
    }

    private static async Task ArriveAsync(
        EnvironmentScene scene, Core.Environments.EnvironmentDesired target, Func<DeploymentState, bool>? killWhen = null, Func<Engines.IEnvironmentEngine, Engines.IEnvironmentEngine>? around = null)
    {
        var state = await scene.DeployAsync(target, Token, killWhen, around);
        state.Phase.ShouldBe(DeploymentPhase.Succeeded, state.Failure?.ToString());
    }

    private static async Task<string> PageAsync(string address)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        return (await http.GetStringAsync(address, Token)).Trim();
    }
}
