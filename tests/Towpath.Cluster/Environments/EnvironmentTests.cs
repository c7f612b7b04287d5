using Towpath.Core.Kubernetes.Status;
using Towpath.Core.Rollouts;

namespace Towpath.Cluster.Environments;

public sealed class EnvironmentTests(ClusterFixture cluster, ITestOutputHelper output)
{
    [Fact]
    public async Task Deploy_ReleasesUnderLoad_NoRequestFailsAndABrokenOneGoesBack()
    {
        var token = TestContext.Current.CancellationToken;
        await using var scene = await ClusterScene.OpenAsync(cluster);

        var first = await scene.DeployAsync(scene.Release("r-1", Pages.Of("one", cluster.Image)), token);
        first.Phase.ShouldBe(DeploymentPhase.Succeeded, first.Failure?.ToString());
        var address = await scene.AddressAsync("web", 8080, token);
        using var http = new HttpClient();
        (await http.GetStringAsync(address, token)).Trim().ShouldBe("one");

        using var load = new PageLoad(address);
        for (var round = 2; round <= 6; round++)
        {
            // In half of them the control plane is killed while pods are replaced.
            var state = await scene.DeployAsync(
                scene.Release($"r-{round}", Pages.Of($"round {round}", cluster.Image)), token, round % 2 == 0 ? s => s.Phase == DeploymentPhase.Rolling : null);
            state.Phase.ShouldBe(DeploymentPhase.Succeeded, state.Failure?.ToString());
            (await http.GetStringAsync(address, token)).Trim().ShouldBe($"round {round}");
        }

        var broken = await scene.DeployAsync(scene.Release("r-7", Pages.Of("broken", cluster.Image, "[sh, -c, 'echo no database; exit 3']")), token);
        broken.Phase.ShouldBe(DeploymentPhase.Failed, broken.Failure?.ToString());
        broken.Failure!.Headline.ShouldContain("web");
        output.WriteLine(broken.Failure.ToString());
        (await http.GetStringAsync(address, token)).Trim().ShouldBe("round 6");

        var (asked, failed, reasons) = await load.EndAsync();
        output.WriteLine($"{asked} requests, {failed} failed {string.Join("; ", reasons)}");
        asked.ShouldBeGreaterThan(100);
        failed.ShouldBe(0, string.Join("; ", reasons));

        var maps = (await scene.ListAsync("v1", "ConfigMap", token)).Select(m => m.Name()!).Where(n => n.StartsWith("web-", StringComparison.Ordinal));
        maps.Count().ShouldBe(1, "what no release wants any more is gone");
    }

    [Fact]
    public async Task Deploy_MoreReplicas_KeepsThePodsThatAreThere()
    {
        var token = TestContext.Current.CancellationToken;
        await using var scene = await ClusterScene.OpenAsync(cluster);
        (await scene.DeployAsync(scene.Release("r-1", Pages.Of("one", cluster.Image, replicas: 1)), token)).Phase.ShouldBe(DeploymentPhase.Succeeded);
        var before = (await scene.ListAsync("v1", "Pod", token)).Where(p => p.Text("metadata", "labels", "app.kubernetes.io/name") == "web").Select(p => p.Name()).Single();

        (await scene.DeployAsync(scene.Release("r-2", Pages.Of("one", cluster.Image, replicas: 2)), token)).Phase.ShouldBe(DeploymentPhase.Succeeded);

        var after = (await scene.ListAsync("v1", "Pod", token)).Where(p => p.Text("metadata", "labels", "app.kubernetes.io/name") == "web").Select(p => p.Name()).ToList();
        after.Count.ShouldBe(2);
        after.ShouldContain(before);
    }
}
