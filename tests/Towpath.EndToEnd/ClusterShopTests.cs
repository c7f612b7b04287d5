using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.Cluster;
using Towpath.Cluster.Environments;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Status;
using Towpath.Engines.Kubernetes;
using Towpath.EngineTests;
using Towpath.Load;

namespace Towpath.EndToEnd;

/// <summary>
/// The shop with staging on containers of this machine and production on a real cluster, by one line of <c>towpath.yaml</c>: the same images by
/// the same digests, through a real registry.
/// </summary>
public sealed class ClusterShopTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>, IAsyncDisposable
{
    private const string Name = "e2e-cluster";
    private const string Space = Name + "-production";
    private readonly Installation _towpath = new();

    public ValueTask DisposeAsync() => _towpath.DisposeAsync();

    [Fact]
    public async Task Shop_ReleasesOnACluster_NoRequestFailsAndABrokenOneGoesBack()
    {
        Assert.SkipWhen(Installation.SkipReason is not null, Installation.SkipReason ?? "");
        Assert.SkipUnless(LocalRegistry.IsInstalled, "docker-registry is not installed");
        cluster.NeedOwn();
        var token = TestContext.Current.CancellationToken;
        await using var registry = await LocalRegistry.StartAsync();
        var source = await SourceAsync(registry.Host, await WaitingImage.LoadAsync());
        _towpath.Variables["KUBECONFIG"] = cluster.Kubeconfig;

        var first = await ShipAsync(source, "Open the shop");
        first.GetProperty("outcome").GetString().ShouldBe("success");
        await ShouldRunWhatWasTestedAsync(source, first.GetProperty("release").GetString()!, token);

        await ShouldShowWhatRunsAsync(source);
        await ShouldTellAndMendWhatOthersChangeAsync(source, token);

        await using var load = LoadGenerator.Start(await LoadAsync(token), TimeProvider.System);
        source.Write("backend/shop/changed.py", "# Another build of the same shop.\n");
        var second = await ShipAsync(source, "Change the backend");
        second.GetProperty("outcome").GetString().ShouldBe("success");

        source.Replace("compose.yaml", "health: { ready: /healthz, live: /livez }", "health: { ready: /nowhere, live: /livez }");
        await source.CommitAsync("Ask where nobody answers");
        (await _towpath.RunAsync(source.Folder, "ship")).Code.ShouldNotBe(0);
        (await StatusAsync(source)).GetProperty("release").GetString().ShouldBe(second.GetProperty("release").GetString());

        (await _towpath.RunAsync(source.Folder, "rollback", "production")).ShouldEndWith(ExitCode.Success);
        (await StatusAsync(source)).GetProperty("release").GetString().ShouldBe(first.GetProperty("release").GetString());

        var difference = (await _towpath.RunAsync(source.Folder, "diff", "production", second.GetProperty("release").GetString()!, "--output", "json")).ShouldEndWith(ExitCode.Differs).Json;
        var api = difference.GetProperty("objects").EnumerateArray().Single(o => o.GetProperty("subject").GetString() == "Deployment/api");
        api.GetProperty("fields").EnumerateArray().Select(f => f.GetProperty("path").GetString()).ShouldContain("spec.template.spec.containers[api].image");

        (await _towpath.JournalAsync(Name)).Where(f => f.GetProperty("kind").GetString() == "drift.found").Select(f => f.GetProperty("text").GetString())
            .ShouldHaveSingleItem("nobody changed anything but the number of replicas");

        var report = await load.StopAsync();
        TestContext.Current.TestOutputHelper?.WriteLine(report.ToString());
        report.Total.Failed.ShouldBe(0, report.ToString());
        (await _towpath.RunAsync(source.Folder, "audit", "verify")).ShouldEndWith(ExitCode.Success);
        (await _towpath.RunAsync(source.Folder, "down", "--purge")).Code.ShouldBe(0);
    }

    private async Task<SourceTree> SourceAsync(string registry, string waitImage)
    {
        var source = await SourceTree.InitAsync(_towpath.Place("shop"));
        source.Copy("examples/shop").Replace("compose.yaml", "name: shop", $"name: {Name}");
        return source.Write("towpath.yaml", $$"""
            application: {{Name}}
            environments:
              staging: { port: {{Ports.Next()}}, ready: 40s, verify: [smoke, products] }
              production:
                engine: kubernetes
                promote: automatic
                ready: 90s
                verify: [smoke, products]
                services: { web: { replicas: 2 }, api: { replicas: 2 } }
                kubernetes: { registry: {{registry}}/shop, entry: none, wait-image: "{{waitImage}}" }
            verify:
              smoke: { get: /api/healthz, expect: 200, within: 20s }
              products: { get: /api/products, expect: 200, contains: price, within: 20s }
            """);
    }

    private async Task<JsonElement> ShipAsync(SourceTree source, string message)
    {
        await source.CommitAsync(message);
        return (await _towpath.RunAsync(source.Folder, "ship", "--output", "json")).ShouldEndWith(ExitCode.Success).Json;
    }

    private async Task<JsonElement> StatusAsync(SourceTree source) =>
        (await _towpath.RunAsync(source.Folder, "status", "--output", "json")).ShouldEndWith(ExitCode.Success).Json
            .GetProperty("environments").EnumerateArray().Single(e => e.GetProperty("name").GetString() == "production");

    /// <summary>The image of each service that runs on the cluster has the digest of the one that runs in staging.</summary>
    private async Task ShouldRunWhatWasTestedAsync(SourceTree source, string release, CancellationToken token)
    {
        (await StatusAsync(source)).GetProperty("release").GetString().ShouldBe(release);
        var deployments = await ListAsync("apps/v1", "Deployment", token);
        deployments.Select(d => d.Name()).ShouldBe(["api", "web", "worker"], ignoreOrder: true);
        using var engine = await _towpath.EngineAsync();
        var staging = await engine.ListContainersAsync(["towpath.application=" + Name, "towpath.environment=staging", "towpath.role=replica"], token);
        foreach (var deployment in deployments)
        {
            staging.First(c => c.Labels["towpath.service"] == deployment.Name()).ImageId.ShouldBe(deployment.Text("metadata", "annotations", "towpath.dev/image"));
        }
    }

    private async Task ShouldShowWhatRunsAsync(SourceTree source)
    {
        var services = (await StatusAsync(source)).GetProperty("services").EnumerateArray().ToDictionary(s => s.GetProperty("name").GetString()!, s => (s.GetProperty("running").GetInt32(), s.GetProperty("desired").GetInt32()));
        (services["api"], services["web"], services["worker"]).ShouldBe(((2, 2), (2, 2), (1, 1)));
        var logs = (await _towpath.RunAsync(source.Folder, "logs", "api", "--env", "production", "--tail", "20")).ShouldEndWith(ExitCode.Success);
        logs.Out.ShouldContain(" api-");
        (await _towpath.RunAsync(source.Folder, "diff", "production")).ShouldEndWith(ExitCode.Success).Out.ShouldContain("would change nothing in production");
    }

    private async Task ShouldTellAndMendWhatOthersChangeAsync(SourceTree source, CancellationToken token)
    {
        await cluster.Client.ScaleAsync(await cluster.Client.KindAsync("apps/v1", "Deployment", token), Space, "api", 3, "kubectl-scale", token);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(token);
        bound.CancelAfter(TimeSpan.FromMinutes(2));
        List<string?> told;
        do
        {
            await Task.Delay(1000, bound.Token);
            told = [.. (await _towpath.JournalAsync(Name)).Select(f => f.GetProperty("text").GetString())];
        }
        while (!told.Contains("Deployment/api spec.replicas is as it should be again"));
        told.ShouldContain(t => t!.StartsWith("Deployment/api spec.replicas: 3, wanted 2", StringComparison.Ordinal));
        (await ListAsync("apps/v1", "Deployment", token)).Single(d => d.Name() == "api").Number("spec", "replicas").ShouldBe(2);
        // The pod too many has gone before requests are counted.
        while ((await ListAsync("v1", "Pod", token)).Count(p => p.Text("metadata", "labels", "app.kubernetes.io/name") == "api") > 2) await Task.Delay(500, bound.Token);
    }

    private async Task<LoadPlan> LoadAsync(CancellationToken token)
    {
        var api = (await ListAsync("v1", "Service", token)).Single(s => s.Name() == "api");
        return new LoadPlan
        {
            Target = new Uri($"http://{api.Text("spec", "clusterIP")}:8000"),
            ArrivalsPerSecond = 20,
            Requests =
            [
                new LoadRequest { Name = "products", Path = "/products", Connection = LoadConnectionKind.Fresh, Weight = 3 },
                new LoadRequest { Name = "health", Path = "/healthz", Connection = LoadConnectionKind.Fresh, Weight = 1 },
            ],
        };
    }

    private async Task<IReadOnlyList<JsonObject>> ListAsync(string apiVersion, string kind, CancellationToken token) =>
        (await cluster.Client.ListAsync(await cluster.Client.KindAsync(apiVersion, kind, token), new ObjectFilter(Space), token)).Items;
}
