using System.Collections.Concurrent;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Kubernetes.Status;
using Towpath.Core.Rollouts;
using Towpath.Engines.Clusters;
using Towpath.Engines.Kubernetes;

namespace Towpath.Cluster.Environments;

/// <summary>What <c>towpath logs</c> shows of pods.</summary>
public sealed class LogTests(ClusterFixture cluster)
{
    // It says five lines and then serves; a request for a page is no line.
    private static string Talking(string text, string image) => $$"""
        services:
          web:
            image: {{image}}
            command: [sh, -c, "for i in 1 2 3 4 5; do echo {{text}} $$i; done; exec httpd -f -p 8080 -h /www"]
            init: true
            configs: [{ source: page, target: /www/index.html }]
            ports: ["8080"]
            deploy: { replicas: 2, resources: { limits: { cpus: "0.2", memory: 32M } } }
            x-towpath: { health: /index.html, route: /, migrate: [sh, -c, "echo migrating"] }
        configs: { page: { content: "{{text}}" } }
        """;

    [Fact]
    public async Task Logs_TailOfAllPods_IsTheLastLinesByTime()
    {
        var token = TestContext.Current.CancellationToken;
        await using var scene = await ClusterScene.OpenAsync(cluster);
        (await scene.DeployAsync(scene.Release("r-1", Talking("one", cluster.Image)), token)).Phase.ShouldBe(DeploymentPhase.Succeeded);

        var all = await scene.Environment.LogsAsync(Ask(scene), token).ToListAsync(token);
        all.Count.ShouldBe(10, "five lines of each pod, and none of the migration");
        all.Select(l => l.At).ShouldBeInOrder();
        foreach (var pod in all.GroupBy(l => l.Source)) pod.Select(l => l.Text).ShouldBe(["one 1", "one 2", "one 3", "one 4", "one 5"]);
        all.Select(l => l.Source).Distinct().Order().ShouldBe((await PodsAsync(scene, token)).Order());

        (await scene.Environment.LogsAsync(Ask(scene) with { Tail = 3 }, token).ToListAsync(token)).ShouldBe(all.TakeLast(3));
        (await scene.Environment.LogsAsync(Ask(scene) with { Service = "db" }, token).ToListAsync(token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Logs_Followed_GoesOnWithPodsThatComeAndContainersThatStartAgain()
    {
        var token = TestContext.Current.CancellationToken;
        await using var scene = await ClusterScene.OpenAsync(cluster);
        (await scene.DeployAsync(scene.Release("r-1", Talking("one", cluster.Image)), token)).Phase.ShouldBe(DeploymentPhase.Succeeded);

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(token);
        var lines = new ConcurrentQueue<PodLine>();
        var following = Task.Run(async () =>
        {
            await foreach (var line in scene.Environment.LogsAsync(Ask(scene) with { Tail = 1, Follow = true }, ending.Token)) lines.Enqueue(line);
        }, token);

        (await scene.DeployAsync(scene.Release("r-2", Talking("two", cluster.Image)), token)).Phase.ShouldBe(DeploymentPhase.Succeeded);
        await UntilAsync(() => lines.Count >= 11, token);
        lines.Count(l => l.Text.StartsWith("one", StringComparison.Ordinal)).ShouldBe(1, "what was written before was asked for with one line only");
        foreach (var pod in lines.Where(l => l.Text.StartsWith("two", StringComparison.Ordinal)).GroupBy(l => l.Source)) pod.Select(l => l.Text).ShouldBe(["two 1", "two 2", "two 3", "two 4", "two 5"]);

        // Its process ends, and is started again in the same pod.
        var victim = (await PodsAsync(scene, token))[0];
        await cluster.Client.ExecAsync(scene.Space, victim, new ExecCommand(["sh", "-c", "kill 1"]), token);
        await UntilAsync(() => lines.Count(l => l.Source == victim) >= 10, token);
        await ending.CancelAsync();
        await following.ShouldThrowAsync<OperationCanceledException>();
        lines.Count(l => l.Source == victim).ShouldBe(10);
    }

    private static PodLogQuestion Ask(ClusterScene scene) => new(scene.Space, ["web", "db"], null, 100, Follow: false);

    private static async Task<List<string>> PodsAsync(ClusterScene scene, CancellationToken cancellationToken) =>
        [.. (await scene.ListAsync("v1", "Pod", cancellationToken)).Where(p => p.Text("metadata", "labels", "app.kubernetes.io/name") == "web" && p.Text("metadata", "deletionTimestamp") is null).Select(p => p.Name())];

    private static async Task UntilAsync(Func<bool> isSo, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(TimeSpan.FromSeconds(60));
        while (!isSo()) await Task.Delay(100, bound.Token);
    }
}
