using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;
using Towpath.Core.Rollouts;
using Towpath.Engines.Kubernetes;
using Towpath.Engines.Kubernetes.Calls;
using Towpath.Engines.Kubernetes.Kubeconfig;
using Towpath.EngineTests.Environments;

namespace Towpath.Cluster.Environments;

/// <summary>Faults of the cluster while something is deployed, and at rest: users see none of them, and everything arrives where it should.</summary>
[Collection(nameof(Alone))]
public sealed class FaultTests(ClusterFixture cluster, ITestOutputHelper output)
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public Task ApiServer_StoppedForAMinuteInADeployment_IsWaitedFor() => DeployThroughAsync(async () =>
    {
        await ClusterFixture.KillAsync("api");
        await Task.Delay(TimeSpan.FromSeconds(60), Token);
        await ClusterFixture.RestoreAsync();
    });

    [Fact]
    public Task Etcd_KilledInADeployment_IsWaitedFor() => DeployThroughAsync(async () =>
    {
        await ClusterFixture.KillAsync("etcd");
        await Task.Delay(TimeSpan.FromSeconds(5), Token);
        await ClusterFixture.RestoreAsync();
    });

    [Fact]
    public Task Node_AwayForAWhileInADeployment_IsWaitedFor() => DeployThroughAsync(
        async () =>
        {
            await ClusterFixture.KillAsync("kubelet");
            await Task.Delay(TimeSpan.FromSeconds(20), Token);
            await ClusterFixture.RestoreAsync();
        },
        // A kubelet that starts takes all pods for not ready until it has asked them, and this cluster has no second node.
        mayFail: true);

    [Fact]
    public async Task Storm_OfRefusedCalls_IsBorne()
    {
        cluster.NeedOwn();
        using var storm = new StormHandler(Handler(), oneIn: 5);
        using var client = new KubernetesClient(new ApiTransport(cluster.Access, TimeProvider.System, () => 0.5, _ => storm), cluster.Access.Namespace, TimeProvider.System, () => 0.5);
        await using var scene = await ClusterScene.OpenAsync(cluster, client: client);

        var state = await scene.DeployAsync(scene.Release("r-1", Pages.Of("one", cluster.Image)), Token);

        state.Phase.ShouldBe(DeploymentPhase.Succeeded, state.Failure?.ToString());
        storm.Refused.ShouldBeGreaterThan(10);
        output.WriteLine($"{storm.Refused} calls were refused");
    }

    [Fact]
    public async Task Token_ThatExpiresInADeployment_IsReadAgainWhenThereIsANewOne()
    {
        cluster.NeedOwn();
        using var folder = new Towpath.Tests.Fakes.TemporaryFolder();
        var file = Path.Combine(folder.Path, "token");
        var good = await TokenAsync();
        await File.WriteAllTextAsync(file, good, Token);
        using var client = ClusterFixture.Connect(cluster.Access with { Certificate = null, Login = new ClusterLogin.BearerFile(file) });
        await using var scene = await ClusterScene.OpenAsync(cluster, client: client);

        Task? renewing = null;
        var state = await scene.DeployAsync(scene.Release("r-1", Pages.Of("one", cluster.Image)), Token, at =>
        {
            if (at.Phase == DeploymentPhase.Provisioning) renewing ??= RenewAsync(file, good);
            return false;
        });

        state.Phase.ShouldBe(DeploymentPhase.Succeeded, state.Failure?.ToString());
        await renewing.ShouldNotBeNull();
    }

    [Fact]
    public async Task Namespace_DeletedBehindUs_ComesBack()
    {
        await using var scene = await ClusterScene.OpenAsync(cluster);
        (await scene.DeployAsync(scene.Release("r-1", Pages.Of("one", cluster.Image)), Token)).Phase.ShouldBe(DeploymentPhase.Succeeded);

        var before = (await scene.ListAsync("apps/v1", "Deployment", Token)).Single(d => d.Name() == "web").Text("metadata", "uid");
        await DeleteNamespaceAsync(scene.Space);
        var told = new HashSet<string>();
        await scene.RestUntilAsync(
            async state =>
            {
                told.UnionWith(state.Drifted.Values);
                return (await scene.ListAsync("apps/v1", "Deployment", Token)).Any(d => d.Name() == "web" && d.Text("metadata", "uid") != before) && await AnswersAsync(scene, "one");
            },
            Bounded(TimeSpan.FromMinutes(4)));

        told.ShouldNotBeEmpty("what was missing is told");
        (await scene.ListAsync("networking.k8s.io/v1", "NetworkPolicy", Token)).ShouldNotBeEmpty("what stands around the service is back too");
    }

    [Fact]
    public async Task Unit_DeletedAfterTheApiServerCameBack_IsHeardOfAndMended()
    {
        await using var scene = await ClusterScene.OpenAsync(cluster);
        (await scene.DeployAsync(scene.Release("r-1", Pages.Of("one", cluster.Image)), Token)).Phase.ShouldBe(DeploymentPhase.Succeeded);

        // It rests for so long that it only listens; then the server breaks what it listens to.
        var began = DateTime.UtcNow;
        await scene.RestUntilAsync(_ => Task.FromResult(DateTime.UtcNow - began > TimeSpan.FromSeconds(35)), Bounded(TimeSpan.FromMinutes(2)));
        await ClusterFixture.KillAsync("api");
        await ClusterFixture.RestoreAsync();
        var before = (await scene.ListAsync("apps/v1", "Deployment", Token)).Single(d => d.Name() == "web").Text("metadata", "uid");
        var kind = await cluster.Client.KindAsync("apps/v1", "Deployment", Token);
        await cluster.Client.DeleteAsync(kind, scene.Space, "web", new DeleteOptions(), Token);

        await scene.RestUntilAsync(
            async _ => (await scene.ListAsync("apps/v1", "Deployment", Token)).Any(d => d.Name() == "web" && d.Text("metadata", "uid") != before),
            Bounded(TimeSpan.FromMinutes(2)));
    }

    /// <summary>A second release is deployed under load, and in the middle of it a fault comes and goes.</summary>
    private async Task DeployThroughAsync(Func<Task> fault, bool mayFail = false)
    {
        await using var scene = await ClusterScene.OpenAsync(cluster);
        (await scene.DeployAsync(scene.Release("r-1", Pages.Of("one", cluster.Image)), Token)).Phase.ShouldBe(DeploymentPhase.Succeeded);
        using var load = new PageLoad(await scene.AddressAsync("web", 8080, Token));

        Task? faulty = null;
        var state = await scene.DeployAsync(scene.Release("r-2", Pages.Of("two", cluster.Image)), Token, at =>
        {
            if (at.Phase == DeploymentPhase.Rolling) faulty ??= fault();
            return false;
        });
        await faulty.ShouldNotBeNull();

        state.Phase.ShouldBe(DeploymentPhase.Succeeded, state.Failure?.ToString());
        (await AnswersAsync(scene, "two")).ShouldBeTrue();
        var (asked, failed, reasons) = await load.EndAsync();
        output.WriteLine($"{asked} requests, {failed} failed");
        if (!mayFail) failed.ShouldBe(0, string.Join('\n', reasons));
        asked.ShouldBeGreaterThan(100);
    }

    private static async Task RenewAsync(string file, string good)
    {
        await File.WriteAllTextAsync(file, "expired", Token);
        await Task.Delay(TimeSpan.FromSeconds(8), Token);
        await File.WriteAllTextAsync(file, good, Token);
    }

    private static async Task<bool> AnswersAsync(ClusterScene scene, string word)
    {
        try
        {
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
            return (await http.GetStringAsync(await scene.AddressAsync("web", 8080, Token), Token)).Trim() == word;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or InvalidOperationException or KubernetesException)
        {
            return false;
        }
    }

    private async Task DeleteNamespaceAsync(string space) =>
        await cluster.Client.DeleteAsync(await cluster.Client.KindAsync("v1", "Namespace", Token), null, space, new DeleteOptions(), Token);

    /// <summary>A token of an account that may do everything.</summary>
    private async Task<string> TokenAsync()
    {
        var space = await cluster.NewSpaceAsync(Token);
        var accounts = await cluster.Client.KindAsync("v1", "ServiceAccount", Token);
        var binding = new JsonObject
        {
            ["apiVersion"] = "rbac.authorization.k8s.io/v1",
            ["kind"] = "ClusterRoleBinding",
            ["metadata"] = new JsonObject { ["name"] = space },
            ["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "ClusterRole", ["name"] = "cluster-admin" },
            ["subjects"] = new JsonArray(new JsonObject { ["kind"] = "ServiceAccount", ["name"] = "default", ["namespace"] = space }),
        };
        await cluster.Client.ApplyAsync(await cluster.Client.KindAsync("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", Token), null, binding, new ApplyOptions("test"), Token);
        var request = new ApiRequest(HttpMethod.Post, accounts.PathOf(space, "default", "token"), "asking for a token")
        {
            Body = """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":600}}"""u8.ToArray(),
        };
        return (await cluster.Client.JsonAsync(request, Token)).Text("status", "token").ShouldNotBeNull();
    }

    private SocketsHttpHandler Handler()
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(X509Certificate2.CreateFromPem(cluster.Access.Authority));
        return new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { ClientCertificateContext = cluster.Access.Certificate!.Context, CertificateChainPolicy = trust } };
    }

    private static CancellationToken Bounded(TimeSpan bound)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        source.CancelAfter(bound);
        return source.Token;
    }
}
