using System.Text.Json.Nodes;
using Towpath.Core.Rollouts;

namespace Towpath.Cluster.Environments;

/// <summary>What <c>towpath status</c> shows of services on a cluster.</summary>
public sealed class StandingTests(ClusterFixture cluster)
{
    [Fact]
    public async Task Standing_PodsThatAreReadyAndOneThatCanNotBe_CountsAndSaysWhy()
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(TimeSpan.FromMinutes(3));
        var token = bound.Token;
        await using var scene = await ClusterScene.OpenAsync(cluster);
        var release = scene.Release("r-1", $$"""
            services:
              web:
                image: {{cluster.Image}}
                command: [httpd, -f, -p, "8080", -h, /tmp]
                init: true
                ports: ["8080"]
                deploy: { replicas: 2, resources: { limits: { cpus: "0.2", memory: 32M } } }
                x-towpath: { route: / }
            """);
        (await scene.Environment.StandingAsync(scene.Space, token)).ShouldBeEmpty("there is nothing yet");
        foreach (var effect in new Effect[] { new PrepareEnvironment(), new StartReplica(Side.Target, "web", 0, "web") })
            await scene.Environment.ApplyAsync(effect, new DeploymentPlan("d-1", release, null, new RolloutPolicy(1, TimeSpan.FromSeconds(60))), token);

        while ((await scene.Environment.StandingAsync(scene.Space, token)).Single().Why is not null) await Task.Delay(300, token);
        var standing = (await scene.Environment.StandingAsync(scene.Space, token)).Single();
        (standing.Service, standing.Ready, standing.Wanted, standing.Revision).ShouldBe(("web", 2, 2, release.Services[0].Revision));

        // A third pod that no node has an image for.
        var deployments = await cluster.Client.KindAsync("apps/v1", "Deployment", token);
        await cluster.Client.MergeAsync(deployments, scene.Space, "web", (JsonObject)JsonNode.Parse(
            """{ "spec": { "template": { "metadata": { "annotations": { "changed": "yes" } }, "spec": { "nodeSelector": { "no": "where" } } } } }""")!, "kubectl-edit", token);
        while (!((await scene.Environment.StandingAsync(scene.Space, token)).Single().Why ?? "").Contains("node", StringComparison.Ordinal)) await Task.Delay(300, token);
        standing = (await scene.Environment.StandingAsync(scene.Space, token)).Single();
        (standing.Ready, standing.Wanted).ShouldBe((2, 2), "the pods from before serve on");
        standing.Why!.ShouldStartWith("1 of 2 replicas are of the new revision: ");
    }
}
