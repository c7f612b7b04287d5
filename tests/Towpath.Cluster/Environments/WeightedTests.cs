using Towpath.Core.Kubernetes.Status;
using Towpath.Core.Rollouts;

namespace Towpath.Cluster.Environments;

/// <summary>Canary and blue-green on a real cluster, by numbers of pods, under load.</summary>
public sealed class WeightedTests(ClusterFixture cluster, ITestOutputHelper output)
{
    private const string Canary = "{ canary: { steps: [20%, 50%], interval: 4s } }";
    private const int Replicas = 4;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deploy_Canary_SharesAreThoseOfItsStepsAndNoRequestFails()
    {
        await using var scene = await BegunAsync(Canary);
        using var load = new PageLoad(await scene.AddressAsync("web", 8080, Token));
        var marks = new List<(int Share, IReadOnlyDictionary<string, int> Answers)>();

        var state = await scene.DeployAsync(Release(scene, "two", Canary), Token, at =>
        {
            var share = ShareOf(at, 20, 50);
            if (marks.Count == 0 || marks[^1].Share != share) marks.Add((share, load.Answers));
            return false;
        });

        state.Phase.ShouldBe(DeploymentPhase.Succeeded, state.Failure?.ToString());
        marks.Select(m => m.Share).ShouldBe([0, 20, 50, 100]);
        Measured(marks, 1).ShouldBeInRange(12, 28);
        Measured(marks, 2).ShouldBeInRange(40, 60);
        await EndsAsync(scene, load, "two");
    }

    [Fact]
    public async Task Deploy_CanaryWhoseControlPlaneIsKilledInEachPhase_ArrivesAndNoRequestFails()
    {
        const string quick = "{ canary: { steps: [20%], interval: 1s } }";
        await using var scene = await BegunAsync(quick, replicas: 2);
        using var load = new PageLoad(await scene.AddressAsync("web", 8080, Token));
        var killed = new HashSet<string>();

        var state = await scene.DeployAsync(
            Release(scene, "two", quick, replicas: 2), Token,
            // While each effect is under way, and when each share was reached.
            at => at.Pending.Select(p => p.Effect).Where(e => e is StartReplica or SetShare or AdmitReplica or RetireReplica)
                .Select(e => $"{e.Key} {(e as SetShare)?.Percent}").Append($"{at.Phase} {ShareOf(at, 20)}").Any(killed.Add),
            kills: 100);

        state.Phase.ShouldBe(DeploymentPhase.Succeeded, state.Failure?.ToString());
        output.WriteLine($"killed {killed.Count} times: {string.Join(", ", killed)}");
        killed.Count.ShouldBeGreaterThan(10);
        await EndsAsync(scene, load, "two");
    }

    [Fact]
    public async Task Deploy_BlueGreen_IsAskedBeforeUsersAreAndARefusedOneTakesNoRequest()
    {
        await using var scene = await BegunAsync("blue-green", replicas: 2);
        using var load = new PageLoad(await scene.AddressAsync("web", 8080, Token));
        var asked = false;

        var good = await scene.DeployAsync(Release(scene, "two", "blue-green", replicas: 2), Token, at =>
        {
            asked |= at.Pending.Any(p => p.Effect is VerifyPrivately);
            if (asked && ShareOf(at) == 0) load.Answers.Keys.ShouldNotContain("two");
            return false;
        });

        good.Phase.ShouldBe(DeploymentPhase.Succeeded, good.Failure?.ToString());
        asked.ShouldBeTrue();
        await RestsAsync(scene);

        // Its health endpoint is there, its page is not.
        var compose = Pages.Of("three", cluster.Image, replicas: 2).Replace("/www/index.html", "/www/other.html", StringComparison.Ordinal).Replace("health: /index.html", "health: /other.html", StringComparison.Ordinal);
        var bad = await scene.DeployAsync(scene.Release("r-3", compose, strategy: "blue-green"), Token);
        bad.Phase.ShouldBe(DeploymentPhase.Failed, bad.Failure?.ToString());
        output.WriteLine(bad.Failure!.ToString());
        load.Answers.Keys.ShouldBe(["one", "two"], ignoreOrder: true);
        await EndsAsync(scene, load, "two");
    }

    [Fact]
    public async Task Deploy_CanaryThatCrashesWithItsShare_IsTakenBack()
    {
        const string slow = "{ canary: { steps: [50%], interval: 50s } }";
        await using var scene = await BegunAsync(slow, replicas: 1);
        var reached = 0;

        var state = await scene.DeployAsync(
            Release(scene, "two", slow, replicas: 1, command: "[sh, -c, 'httpd -p 8080 -h /www; sleep 15; echo no database; exit 3']"), Token, at => (reached = Math.Max(reached, ShareOf(at, 50))) < 0);

        state.Phase.ShouldBe(DeploymentPhase.Failed, state.Failure?.ToString());
        output.WriteLine(state.Failure!.ToString());
        reached.ShouldBe(50);
        await RestsAsync(scene);
        using var http = new HttpClient();
        (await http.GetStringAsync(await scene.AddressAsync("web", 8080, Token), Token)).Trim().ShouldBe("one");
    }

    private async Task<ClusterScene> BegunAsync(string strategy, int replicas = Replicas)
    {
        var scene = await ClusterScene.OpenAsync(cluster);
        var first = await scene.DeployAsync(Release(scene, "one", strategy, replicas), Token);
        first.Phase.ShouldBe(DeploymentPhase.Succeeded, first.Failure?.ToString());
        return scene;
    }

    private Towpath.Core.Environments.EnvironmentDesired Release(ClusterScene scene, string text, string strategy, int replicas = Replicas, string command = Pages.Serves) =>
        scene.Release($"r-{text}", Pages.Of(text, cluster.Image, command, replicas), strategy: strategy);

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
        output.WriteLine($"{asked} requests, {failed} failed {string.Join("; ", reasons)}");
        asked.ShouldBeGreaterThan(100);
        failed.ShouldBe(0, string.Join("; ", reasons));
    }

    /// <summary>One workload, and a Service that chooses by its name alone.</summary>
    private static async Task RestsAsync(ClusterScene scene)
    {
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
