using System.Diagnostics;
using System.Text.Json.Nodes;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Kubernetes.Status;
using Towpath.Core.Rollouts;
using Towpath.EngineTests.Environments;

namespace Towpath.Cluster.Environments;

/// <summary>Canary and blue-green on a real cluster, by numbers of pods, under load.</summary>
public sealed class WeightedTests(ClusterFixture cluster, ITestOutputHelper output)
{
    private const string Canary = "{ canary: { steps: [33%, 50%], interval: 4s } }";
    private const string Slow = "{ canary: { steps: [50%], interval: 50s } }";

    private readonly Stopwatch _watch = Stopwatch.StartNew();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deploy_Canaries_SharesAreThoseOfTheirStepsAndNoRequestFailsThoughTheControlPlaneIsKilled()
    {
        await using var scene = await BegunAsync(Canary);
        using var load = new PageLoad(await scene.AddressAsync("web", 8080, Token));
        var marks = new List<(int Share, IReadOnlyDictionary<string, int> Answers)>();

        var state = await scene.DeployAsync(Release(scene, "two", Canary), Token, at =>
        {
            var share = ShareOf(at, 33, 50);
            if (marks.Count == 0 || marks[^1].Share != share) marks.Add((share, load.Answers));
            return false;
        });

        state.Phase.ShouldBe(DeploymentPhase.Succeeded, state.Failure?.ToString());
        marks.Select(m => m.Share).ShouldBe([0, 33, 50, 100]);
        output.WriteLine($"{Measured(marks, 1):0.0} % and {Measured(marks, 2):0.0} % in place of 33 and 50");
        Measured(marks, 1).ShouldBeInRange(25, 41);
        Measured(marks, 2).ShouldBeInRange(42, 58);
        await RestsAsync(scene);

        const string quick = "{ canary: { steps: [33%], interval: 1s } }";
        var killed = new HashSet<string>();
        state = await scene.DeployAsync(
            Release(scene, "three", quick), Token,
            // While each effect is under way, and when each share was reached.
            at => at.Pending.Select(p => p.Effect).Where(e => e is StartReplica or SetShare or AdmitReplica or RetireReplica)
                .Select(e => $"{e.Key} {(e as SetShare)?.Percent}").Append($"{at.Phase} {ShareOf(at, 33)}").Any(killed.Add),
            kills: 100);

        state.Phase.ShouldBe(DeploymentPhase.Succeeded, state.Failure?.ToString());
        output.WriteLine($"killed {killed.Count} times: {string.Join(", ", killed)}");
        killed.Count.ShouldBeGreaterThan(10);
        await EndsAsync(scene, load, "three");
    }

    [Fact]
    public async Task Deploy_ReleasesThatFail_AreTakenBackBeforeAndAfterUsersSeeThem()
    {
        await using var scene = await BegunAsync("blue-green");
        using var load = new PageLoad(await scene.AddressAsync("web", 8080, Token));
        var asked = false;
        var good = await scene.DeployAsync(Release(scene, "two", "blue-green"), Token, at =>
        {
            asked |= at.Pending.Any(p => p.Effect is VerifyPrivately);
            if (asked && at.Pending.Any(p => p.Effect is VerifyPrivately)) load.Answers.Keys.ShouldNotContain("two");
            return false;
        });
        good.Phase.ShouldBe(DeploymentPhase.Succeeded, good.Failure?.ToString());
        asked.ShouldBeTrue();
        await RestsAsync(scene);

        // Its health endpoint is there, its page is not.
        var compose = Pages.Of("three", cluster.Image).Replace("/www/index.html", "/www/other.html", StringComparison.Ordinal).Replace("health: /index.html", "health: /other.html", StringComparison.Ordinal);
        var bad = await scene.DeployAsync(scene.ReleaseIn("blue-green", "r-3", compose), Token);
        bad.Phase.ShouldBe(DeploymentPhase.Failed, bad.Failure?.ToString());
        bad.Failure!.Code.ShouldBe("TP5004", bad.Failure.ToString());
        load.Answers.Keys.ShouldBe(["one", "two"], ignoreOrder: true);
        await EndsAsync(scene, load, "two");

        var reached = 0;
        var crashing = Release(scene, "four", Slow, "[sh, -c, 'httpd -p 8080 -h /www; sleep 10; echo no database; exit 3']");
        bad = await scene.DeployAsync(crashing, Token, at => (reached = Math.Max(reached, ShareOf(at, 50))) < 0);
        bad.Phase.ShouldBe(DeploymentPhase.Failed, bad.Failure?.ToString());
        bad.Failure!.Code.ShouldBe("TP5001", bad.Failure.ToString());
        reached.ShouldBe(50);
        await RestsAsync(scene);
        using var http = new HttpClient();
        (await http.GetStringAsync(await scene.AddressAsync("web", 8080, Token), Token)).Trim().ShouldBe("two");
    }

    [Fact]
    public async Task Deploy_KeptWarm_ComesBackOnThePodsThatStandBy()
    {
        await using var scene = await BegunAsync(Slow, warm: "10m");
        using var load = new PageLoad(await scene.AddressAsync("web", 8080, Token));
        var two = await scene.DeployAsync(Release(scene, "two", "blue-green", warm: "10m"), Token);
        two.Phase.ShouldBe(DeploymentPhase.Succeeded, two.Failure?.ToString());
        (await scene.DriftAsync(Token)).ShouldBeEmpty();
        for (var look = 0; (await SecondAsync(scene)).Number("status", "readyReplicas") != 2; look++)
        {
            look.ShouldBeLessThan(200, "its pods do not become ready");
            await Task.Delay(300, Token);
        }

        var standing = await SecondPodsAsync(scene);
        var before = load.Answers;

        var (asked, answered) = (Stopwatch.StartNew(), TimeSpan.Zero);
        List<string> serving = [];
        var one = await scene.DeployAsync(Release(scene, "one", Slow, warm: "10m"), Token, at =>
        {
            if (answered == TimeSpan.Zero && load.Answers.GetValueOrDefault("one") > before.GetValueOrDefault("one")) answered = asked.Elapsed;
            if (serving.Count == 0 && at.Weighted.GetValueOrDefault("web") is { Since: not null }) serving = SecondPodsAsync(scene).GetAwaiter().GetResult();
            return false;
        }, returns: true);

        one.Phase.ShouldBe(DeploymentPhase.Succeeded, one.Failure?.ToString());
        serving.ShouldBe(standing, "nothing was started for it");
        output.WriteLine($"the first answer of the release that came back: {answered.TotalSeconds:0.0} s after it was asked for; in place after {asked.Elapsed.TotalSeconds:0.0} s");
        (await SecondAsync(scene)).Text("metadata", "annotations", "towpath.dev/release").ShouldBe("r-two");

        await scene.RestUntilAsync(async _ => (await scene.ListAsync("apps/v1", "Deployment", Token)).Count == 1, Token);
        await EndsAsync(scene, load, "one");
    }

    private static async Task<List<string>> SecondPodsAsync(ClusterScene scene) =>
        [.. (await scene.ListAsync("v1", "Pod", Token)).Where(p => SecondWorkload.Is(p) && p.Text("metadata", "deletionTimestamp") is null).Select(p => p.Text("metadata", "uid")!).Order()];

    private static async Task<JsonObject> SecondAsync(ClusterScene scene) => (await scene.ListAsync("apps/v1", "Deployment", Token)).Single(SecondWorkload.Is);

    private async Task<ClusterScene> BegunAsync(string strategy, string warm = "0s")
    {
        var scene = await ClusterScene.OpenAsync(cluster);
        var first = await scene.DeployAsync(Release(scene, "one", strategy, warm: warm), Token);
        first.Phase.ShouldBe(DeploymentPhase.Succeeded, first.Failure?.ToString());
        return scene;
    }

    private EnvironmentDesired Release(ClusterScene scene, string text, string strategy, string command = Pages.Serves, string warm = "0s") =>
        scene.ReleaseIn(strategy, $"r-{text}", Pages.Of(text, cluster.Image, command), warm);

    /// <summary>Percent of the requests that the new release has, as the machine knows it.</summary>
    private static int ShareOf(DeploymentState state, params ReadOnlySpan<int> steps) => state.Weighted.GetValueOrDefault("web") switch
    {
        null => 0,
        { Since: null } progress => progress.Given,
        { Step: var step } => step < steps.Length ? steps[step] : 100,
    };

    private async Task EndsAsync(ClusterScene scene, PageLoad load, string text)
    {
        await RestsAsync(scene);
        using var http = new HttpClient();
        (await http.GetStringAsync(await scene.AddressAsync("web", 8080, Token), Token)).Trim().ShouldBe(text);
        var (asked, failed, reasons) = await load.EndAsync();
        output.WriteLine($"{_watch.Elapsed.TotalSeconds:0} s: {asked} requests, {failed} failed {string.Join("; ", reasons)}");
        asked.ShouldBeGreaterThan(100);
        failed.ShouldBe(0, string.Join("; ", reasons));
    }

    /// <summary>One workload, and a Service that chooses by its name alone.</summary>
    private async Task RestsAsync(ClusterScene scene)
    {
        output.WriteLine($"{_watch.Elapsed.TotalSeconds:0} s");
        (await scene.ListAsync("apps/v1", "Deployment", Token)).Select(d => d.Name()).ShouldBe(["web"]);
        var service = (await scene.ListAsync("v1", "Service", Token)).ShouldHaveSingleItem();
        service.At("spec", "selector")!.AsObject().Select(s => s.Key).ShouldNotContain("towpath.dev/track");
        service.At("metadata", "annotations")?["towpath.dev/weights"].ShouldBeNull();
        (await scene.DriftAsync(Token)).ShouldBeEmpty();
    }

    private static double Measured(List<(int Share, IReadOnlyDictionary<string, int> Answers)> marks, int at)
    {
        int Between(string text) => marks[at + 1].Answers.GetValueOrDefault(text) - marks[at].Answers.GetValueOrDefault(text);
        return 100.0 * Between("two") / (Between("one") + Between("two"));
    }
}
