using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Kubernetes.Status;
using Towpath.Core.Rollouts;

namespace Towpath.Tests.Engines.Clusters;

public sealed class ClusterTrafficTests : IDisposable
{
    private readonly TrafficScene _scene = new();
    private readonly List<string> _seen = [];

    public ClusterTrafficTests()
    {
        var hasServed = false;
        _scene.Cluster.Changed = _ =>
        {
            var behind = _scene.Cluster.Behind("web");
            hasServed |= behind.Count > 0;
            if (hasServed && _scene.Cluster.Find("Service", "web") is not null) behind.ShouldNotBeEmpty($"nobody is behind the Service at {_scene.Weights}");
            var canary = behind.Count(SecondWorkload.Is);
            if (SlotWeights.Parse(_scene.Weights) is { Canary: 0 }) canary.ShouldBe(0, "one that stands by takes no request");
            if (SlotWeights.Parse(_scene.Weights) is { Stable: null or 0 }) canary.ShouldBe(behind.Count, "one that is not let in takes no request");
            var now = $"{_scene.Weights ?? "rest"}: {behind.Count - canary}+{canary}";
            if (hasServed && (_seen.Count == 0 || _seen[^1] != now)) _seen.Add(now);
        };
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Deploy_CanaryByPods_GivesEachStepItsPodsAndEndsAtRest()
    {
        await BeginAsync();

        (await _scene.DeployAsync(_scene.Release("r-2"))).Phase.ShouldBe(DeploymentPhase.Succeeded);

        _seen.ShouldBe(
        [
            "rest: 4+0", "stable=100,canary=0: 4+0", "stable=100,canary=25: 4+1", "stable=100,canary=25: 4+4", "stable=100,canary=100: 4+4",
            "stable=0,canary=100: 0+4", "canary=100: 0+4", "rest: 4+4", "rest: 4+0",
        ]);
        AtRest();
    }

    [Fact]
    public async Task Deploy_FirstOneThatIsWeighed_Rolls()
    {
        await BeginAsync(strategy: "rolling");

        (await _scene.DeployAsync(_scene.Release("r-2"))).Phase.ShouldBe(DeploymentPhase.Succeeded);

        _seen.ShouldBe(["rest: 4+0"]);
        AtRest();
    }

    [Fact]
    public async Task Deploy_AnotherNumberOfTheSamePods_IsNotWeighed()
    {
        await BeginAsync();

        (await _scene.DeployAsync(_scene.Release("r-2", replicas: 6, image: "r-1"))).Phase.ShouldBe(DeploymentPhase.Succeeded);

        _seen.ShouldBe(["rest: 4+0", "rest: 6+0"]);
    }

    [Fact]
    public async Task Deploy_BlueGreen_StandsByWithAllPodsAndSwitchesOnce()
    {
        await BeginAsync(strategy: "blue-green");

        (await _scene.DeployAsync(_scene.Release("r-2", "blue-green"))).Phase.ShouldBe(DeploymentPhase.Succeeded);

        _seen.ShouldBe(["rest: 4+0", "stable=100,canary=0: 4+0", "stable=0,canary=100: 0+4", "canary=100: 0+4", "rest: 4+4", "rest: 4+0"]);
    }

    [Fact]
    public async Task Deploy_ByTheGatewayApi_SplitsTheRouteAndLeavesTheServiceToTheOldPods()
    {
        const string gateway = "{ entry: gateway, gateway: public }";
        await BeginAsync(kubernetes: gateway);
        var routes = new List<string>();
        var changed = _scene.Cluster.Changed;
        _scene.Cluster.Changed = path =>
        {
            changed(path);
            var now = string.Join(' ', _scene.Cluster.Find("HTTPRoute", "web")!.Items("spec", "rules").Single().Items("backendRefs").Select(b => $"{b.Text("name")}={b.Number("weight")}"));
            if (routes.Count == 0 || routes[^1] != now) routes.Add(now);
        };

        (await _scene.DeployAsync(_scene.Release("r-2", kubernetes: gateway))).Phase.ShouldBe(DeploymentPhase.Succeeded);

        routes.ShouldBe(["web=", "web=100 web-canary=25", "web=100 web-canary=100", "web="]);
        _seen.ShouldContain("stable=100,canary=25,by=route: 4+0");
        _seen.ShouldContain("stable=100,canary=100,by=route: 4+0");
        _seen.ShouldContain("stable=0,canary=100,by=route: 0+4");
        AtRest();
    }

    [Fact]
    public async Task Deploy_ByNginx_HasASecondIngressForTheShare()
    {
        const string nginx = "{ class: nginx }";
        await BeginAsync(kubernetes: nginx);
        var shares = new List<string?>();
        var changed = _scene.Cluster.Changed;
        _scene.Cluster.Changed = path =>
        {
            changed(path);
            var now = _scene.Cluster.Find("Ingress", "web-canary").Text("metadata", "annotations", "nginx.ingress.kubernetes.io/canary-weight");
            if (shares.Count == 0 || shares[^1] != now) shares.Add(now);
        };

        (await _scene.DeployAsync(_scene.Release("r-2", kubernetes: nginx))).Phase.ShouldBe(DeploymentPhase.Succeeded);

        shares.ShouldBe([null, "20", "50", null]);
        AtRest();
    }

    [Fact]
    public async Task Deploy_ThatIsTakenBackAtAnyPoint_LeavesTheReleaseBeforeAndTheNextOneArrives()
    {
        // At every look of a whole deployment somebody takes it back.
        for (var at = 1; ; at++)
        {
            using var tests = new ClusterTrafficTests();
            await tests.BeginAsync();
            var looks = 0;
            var state = await tests._scene.DeployAsync(tests._scene.Release("r-2"), _ => ++looks == at ? new CancelRequested(1, "ann") : null);
            if (state.Phase == DeploymentPhase.Succeeded)
            {
                at.ShouldBeGreaterThan(20);
                return;
            }

            state.Phase.ShouldBeOneOf(DeploymentPhase.Failed, DeploymentPhase.Cancelled);
            tests.AtRest("r-1");
            (await tests._scene.DeployAsync(tests._scene.Release("r-3"))).Phase.ShouldBe(DeploymentPhase.Succeeded);
            tests.AtRest("r-3");
        }
    }

    [Fact]
    public async Task Deploy_InAnyOrderWithLostAnswersAndFailures_NeverLeavesTheServiceAlone()
    {
        for (var seed = 1; seed <= 8; seed++)
        {
            using var tests = new ClusterTrafficTests();
            var (chance, context) = (new Random(seed), $"seed {seed}");
            await tests.BeginAsync();
            for (var round = 2; round <= 5; round++)
            {
                var at = chance.Next(80);
                var looks = 0;
                var isBad = chance.Next(4) == 0;
                var warm = chance.Next(2) == 0 ? "0s" : "10m";
                tests._scene.Cluster.IsGood = d => !isBad || d.Text("metadata", "annotations", "towpath.dev/release") != $"r-{round}";
                var state = await tests._scene.DeployAsync(tests._scene.Release($"r-{round}", warm: warm), _ => ++looks == at ? new CancelRequested(1, "ann") : null, chance);
                // What froze stays as it is: the next one comes to that.
                state.Ended.ShouldBeTrue(context);
                if (isBad) state.Phase.ShouldNotBe(DeploymentPhase.Succeeded, context);
            }

            tests._scene.Cluster.IsGood = _ => true;
            (await tests._scene.DeployAsync(tests._scene.Release("r-9"), chance: chance)).Phase.ShouldBe(DeploymentPhase.Succeeded, context);
            tests.AtRest("r-9");
        }
    }

    [Fact]
    public async Task Apply_OfTheServiceForAnotherReason_KeepsWhereRequestsGo()
    {
        await BeginAsync();
        var prepared = false;
        var plan = new DeploymentPlan("d-9", _scene.Release("r-2"), _scene.Current, new RolloutPolicy(1, TimeSpan.FromSeconds(60)));

        await _scene.DeployAsync(plan.Target, state =>
        {
            if (state.Weighted.GetValueOrDefault("web") is not { Given: 50 } || prepared) return null;
            prepared = true;
            var (weights, track) = (_scene.Weights, _scene.Track);
            _scene.PrepareAsync(plan).GetAwaiter().GetResult();
            (_scene.Weights, _scene.Track).ShouldBe((weights, track));
            return null;
        });

        prepared.ShouldBeTrue();
    }

    [Fact]
    public async Task Deploy_ToBeKeptWarm_LeavesTheReleaseBeforeStandingByAndItComesBackAtOnce()
    {
        await BeginAsync(warm: "10m");
        (await _scene.DeployAsync(_scene.Release("r-2", warm: "10m"))).Phase.ShouldBe(DeploymentPhase.Succeeded);
        IsWarm("r-2", "r-1");
        (await _scene.RestAsync(TimeSpan.FromMinutes(10), looks: 30)).ShouldBeEmpty();
        IsWarm("r-2", "r-1");
        (await _scene.StandingAsync()).ShouldBe(new UnitStanding("web", _scene.Current!.Service("web")!.Revision, 4, 4, null));

        _seen.Clear();
        var pods = Second();
        (await _scene.DeployAsync(_scene.Release("r-1", warm: "10m"), returns: true)).Phase.ShouldBe(DeploymentPhase.Succeeded);

        // Not one pod is waited for: the second workload has all requests with the first write.
        _seen.ShouldBe(["stable=100,canary=0: 4+0", "stable=0,canary=100: 0+4", "canary=100: 0+4", "rest: 4+4", "rest: 4+0", "stable=100,canary=0: 4+0"]);
        pods.ShouldNotBeEmpty();
        IsWarm("r-1", "r-2");
    }

    [Fact]
    public async Task Rest_TheWarmTimeIsOver_EndsTheSecondWorkloadAndTellsItOnce()
    {
        await BeginAsync(warm: "10m");
        (await _scene.DeployAsync(_scene.Release("r-2", warm: "10m"))).Phase.ShouldBe(DeploymentPhase.Succeeded);

        (await _scene.RestAsync(TimeSpan.FromSeconds(5), looks: 20)).ShouldBe(["warm.ended"]);

        AtRest();
    }

    [Fact]
    public async Task Deploy_AnotherReleaseWhileOneIsWarm_TakesItsPlace()
    {
        await BeginAsync(warm: "10m");
        (await _scene.DeployAsync(_scene.Release("r-2", warm: "10m"))).Phase.ShouldBe(DeploymentPhase.Succeeded);

        (await _scene.DeployAsync(_scene.Release("r-3", warm: "10m"))).Phase.ShouldBe(DeploymentPhase.Succeeded);
        IsWarm("r-3", "r-2");

        // The same pods as those that are kept, under another name: shares are given to it as to any other.
        _seen.Clear();
        (await _scene.DeployAsync(_scene.Release("r-4", image: "r-2"))).Phase.ShouldBe(DeploymentPhase.Succeeded);
        _seen.ShouldContain("stable=100,canary=25: 4+1");
        AtRest("r-4");
    }

    [Theory]
    [InlineData("rolling", 4)]
    [InlineData("{ canary: { steps: [20%, 50%], interval: 5s } }", 6)]
    public async Task Deploy_ThatRollsWhileOneIsWarm_KeepsTheServiceGoing(string strategy, int replicas)
    {
        await BeginAsync(warm: "10m");
        (await _scene.DeployAsync(_scene.Release("r-2", warm: "10m"))).Phase.ShouldBe(DeploymentPhase.Succeeded);

        (await _scene.DeployAsync(_scene.Release("r-3", strategy, replicas, image: "r-2", warm: "10m"))).Phase.ShouldBe(DeploymentPhase.Succeeded);

        (_scene.Weights, _scene.Track).ShouldBe((null, null));
        _scene.Cluster.All("Deployment").Select(d => d.Name()).ShouldBe(["web"]);
        _scene.Cluster.Behind("web").Count.ShouldBe(replicas);
    }

    [Fact]
    public async Task Deploy_AServiceWithAnAutoscaler_KeepsNothingWarm()
    {
        const string scale = ", scale: { min: 4, max: 8, cpu: 60% }";
        (await _scene.DeployAsync(_scene.Release("r-1", warm: "10m", scale: scale))).Phase.ShouldBe(DeploymentPhase.Succeeded);

        (await _scene.DeployAsync(_scene.Release("r-2", warm: "10m", scale: scale))).Phase.ShouldBe(DeploymentPhase.Succeeded);

        _scene.Cluster.All("Deployment").Select(d => d.Name()).ShouldBe(["web"]);
        _scene.Current!.Environment.Warm.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Deploy_TakenBackAfterTheReleaseBeforeWasMadeWarm_BringsItBackInItsOwnWorkload()
    {
        await BeginAsync(warm: "10m");

        // Somebody takes it back while leftovers are removed, which is the last thing that is done.
        var state = await _scene.DeployAsync(_scene.Release("r-2", warm: "10m"), now => now.Pending.Any(p => p.Effect is CleanUp) ? new CancelRequested(1, "ann") : null);

        state.Phase.ShouldBeOneOf(DeploymentPhase.Cancelled, DeploymentPhase.Failed);
        AtRest("r-1");
    }

    private IReadOnlyList<JsonObject> Second() => [.. _scene.Cluster.All("Pod").Where(SecondWorkload.Is)];

    private async Task BeginAsync(string strategy = "{ canary: { steps: [20%, 50%], interval: 5s } }", string kubernetes = "{ entry: none }", string warm = "0s")
    {
        (await _scene.DeployAsync(_scene.Release("r-1", strategy, kubernetes: kubernetes, warm: warm))).Phase.ShouldBe(DeploymentPhase.Succeeded);
        _seen[^1].ShouldBe("rest: 4+0");
        _seen.RemoveRange(0, _seen.Count - 1);
    }

    /// <summary>Users meet the one, and the other stands by with as many pods.</summary>
    private void IsWarm(string release, string before)
    {
        (_scene.Weights, _scene.Track).ShouldBe(("stable=100,canary=0", "stable"));
        _scene.Cluster.All("Deployment").Select(d => (d.Name(), Release(d))).ShouldBe([("web", release), ("web-canary", before)]);
        _scene.Cluster.Behind("web").Count(p => !SecondWorkload.Is(p)).ShouldBe(4);
        Second().Count.ShouldBe(4);
        // Those that take over in the end ask for the migration of their release, which is not run again.
        _scene.Cluster.All("Job").Count.ShouldBe(2);
        Second().SelectMany(p => p.Items("spec", "initContainers")).ShouldBeEmpty();
    }

    private static string? Release(JsonObject subject) => subject.Text("metadata", "annotations", "towpath.dev/release");

    private void AtRest(string release = "r-2")
    {
        (_scene.Weights, _scene.Track).ShouldBe((null, null));
        _scene.Cluster.All("Deployment").Select(d => (d.Name(), d.Text("metadata", "annotations", "towpath.dev/release"))).ShouldBe([("web", release)]);
        _scene.Cluster.All("Service").Select(s => s.Name()).ShouldBe(["web"]);
        _scene.Cluster.All("Ingress").Count.ShouldBeLessThanOrEqualTo(1);
        _scene.Cluster.Behind("web").Count.ShouldBe(4);
    }
}
