using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;
using Towpath.Engines.Kubernetes;

namespace Towpath.Cluster;

/// <summary>Calls about objects, against the real API server.</summary>
public sealed class ObjectTests(ClusterFixture cluster) : IAsyncLifetime
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private string _space = "";

    private KubernetesClient Client => cluster.Client;

    public async ValueTask InitializeAsync()
    {
        if (cluster.SkipReason.Length == 0) _space = await cluster.NewSpaceAsync(Token);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Version_RealServer_IsRead()
    {
        cluster.Need();
        var version = await Client.VersionAsync(Token);

        version.Major.ShouldBe(1);
        version.Minor.ShouldBeGreaterThanOrEqualTo(20);
    }

    [Fact]
    public async Task Kinds_RealServer_TellScopeVerbsAndSubresources()
    {
        cluster.Need();
        var kinds = await Client.KindsAsync([], Token);

        var deployment = kinds.Find("apps/v1", "Deployment").ShouldNotBeNull();
        deployment.IsNamespaced.ShouldBeTrue();
        deployment.Plural.ShouldBe("deployments");
        deployment.Verbs.ShouldContain("patch");
        deployment.Subresources.ShouldContain("scale");
        kinds.Find("v1", "Namespace").ShouldNotBeNull().IsNamespaced.ShouldBeFalse();
        kinds.Find("apps/v1beta9", "Deployment").ShouldBeNull();
        var failure = await Should.ThrowAsync<KubernetesException>(() => Client.KindAsync("apps/v1beta9", "Deployment", Token));
        failure.Diagnostic.Code.ShouldBe("TP6314");
        failure.Diagnostic.Notes[0].ShouldContain("apps/v1");
    }

    [Fact]
    public async Task Apply_TwoManagersOfOneField_NamesTheOther()
    {
        cluster.Need();
        var kind = await Client.KindAsync("v1", "ConfigMap", Token);
        await Client.ApplyAsync(kind, _space, Objects.ConfigMap("shared", ("color", "red"), ("size", "1")), new ApplyOptions("first"), Token);
        var other = Objects.ConfigMap("shared", ("color", "blue"));

        var failure = await Should.ThrowAsync<KubernetesException>(() => Client.ApplyAsync(kind, _space, other, new ApplyOptions("second"), Token));
        failure.Failure.ShouldBe(ApiFailure.Conflict);
        failure.Diagnostic.Code.ShouldBe("TP6306");
        failure.Diagnostic.Notes.ShouldHaveSingleItem().ShouldStartWith(".data.color: conflict with \"first\"");

        var forced = await Client.ApplyAsync(kind, _space, other, new ApplyOptions("second", Force: true), Token);
        forced.Text("data", "color").ShouldBe("blue");
        forced.Text("data", "size").ShouldBe("1");
    }

    [Fact]
    public async Task Apply_FieldThatIsNoLongerGiven_GoesAway()
    {
        cluster.Need();
        var kind = await Client.KindAsync("v1", "ConfigMap", Token);
        await Client.ApplyAsync(kind, _space, Objects.ConfigMap("less", ("a", "1"), ("b", "2")), new ApplyOptions("towpath"), Token);
        var after = await Client.ApplyAsync(kind, _space, Objects.ConfigMap("less", ("a", "1")), new ApplyOptions("towpath"), Token);

        after.At("data").ShouldNotBeNull().AsObject().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Apply_DryRun_ChangesNothing()
    {
        cluster.Need();
        var kind = await Client.KindAsync("v1", "ConfigMap", Token);
        var tried = await Client.ApplyAsync(kind, _space, Objects.ConfigMap("tried", ("a", "1")), new ApplyOptions("towpath", DryRun: true), Token);

        tried.Name().ShouldBe("tried");
        (await Client.FindAsync(kind, _space, "tried", Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Apply_WrongField_IsNamed()
    {
        cluster.Need();
        var kind = await Client.KindAsync("apps/v1", "Deployment", Token);
        var wrong = Objects.Deployment("wrong", Objects.PodSpec("image", "run"), replicas: -1);

        var failure = await Should.ThrowAsync<KubernetesException>(() => Client.ApplyAsync(kind, _space, wrong, new ApplyOptions("towpath"), Token));
        failure.Failure.ShouldBe(ApiFailure.Invalid);
        failure.Diagnostic.Notes.ShouldContain(n => n.StartsWith("spec.replicas: "));
    }

    [Fact]
    public async Task Apply_SecretThatTheServerCantRead_IsNotQuoted()
    {
        cluster.Need();
        var kind = await Client.KindAsync("v1", "Secret", Token);
        var secret = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Secret", ["metadata"] = new JsonObject { ["name"] = "s" }, ["data"] = new JsonObject { ["k"] = "hunter2-is-no-base64!" } };

        var failure = await Should.ThrowAsync<KubernetesException>(() => Client.CreateAsync(kind, _space, secret, "towpath", Token));
        failure.ToString().ShouldNotContain("hunter2");
        string.Join(' ', failure.Diagnostic.Notes).ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task Create_Twice_SaysThatItExists()
    {
        cluster.Need();
        var kind = await Client.KindAsync("v1", "ConfigMap", Token);
        await Client.CreateAsync(kind, _space, Objects.ConfigMap("once"), "towpath", Token);

        var failure = await Should.ThrowAsync<KubernetesException>(() => Client.CreateAsync(kind, _space, Objects.ConfigMap("once"), "towpath", Token));
        failure.Failure.ShouldBe(ApiFailure.AlreadyExists);
    }

    [Fact]
    public async Task List_InSmallPages_GivesAllOnce()
    {
        cluster.Need();
        var kind = await Client.KindAsync("v1", "ConfigMap", Token);
        for (var i = 0; i < 23; i++)
        {
            var item = Objects.ConfigMap($"page-{i:00}");
            item["metadata"]!["labels"] = new JsonObject { ["pages"] = "yes" };
            await Client.CreateAsync(kind, _space, item, "towpath", Token);
        }

        var list = await Client.ListAsync(kind, new ObjectFilter(_space, Labels: "pages=yes"), Token, pageSize: 5);
        list.Items.Select(i => i.Name()).ShouldBe(Enumerable.Range(0, 23).Select(i => $"page-{i:00}"));
        list.Items[0].Text("kind").ShouldBe("ConfigMap");
        list.ResourceVersion.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Delete_AnotherUid_IsRefusedAndThenDone()
    {
        cluster.Need();
        var kind = await Client.KindAsync("v1", "ConfigMap", Token);
        var made = await Client.CreateAsync(kind, _space, Objects.ConfigMap("gone"), "towpath", Token);

        var failure = await Should.ThrowAsync<KubernetesException>(() => Client.DeleteAsync(kind, _space, "gone", new DeleteOptions(Uid: "00000000-0000-0000-0000-000000000000"), Token));
        failure.Failure.ShouldBe(ApiFailure.Conflict);
        (await Client.DeleteAsync(kind, _space, "gone", new DeleteOptions(Uid: made.Text("metadata", "uid")), Token)).ShouldBeTrue();
        (await Client.DeleteAsync(kind, _space, "gone", new DeleteOptions(), Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task Scale_Deployment_SetsItsReplicas()
    {
        cluster.Need();
        var kind = await Client.KindAsync("apps/v1", "Deployment", Token);
        await Client.ApplyAsync(kind, _space, Objects.Deployment("scaled", Objects.PodSpec(cluster.Image, "sleep", "9999"), replicas: 0), new ApplyOptions("towpath"), Token);
        await Client.ScaleAsync(kind, _space, "scaled", 2, "towpath", Token);

        (await Client.FindAsync(kind, _space, "scaled", Token)).Number("spec", "replicas").ShouldBe(2);
        var merged = await Client.MergeAsync(kind, _space, "scaled", new JsonObject { ["spec"] = new JsonObject { ["replicas"] = 0 } }, "towpath", Token);
        merged.Number("spec", "replicas").ShouldBe(0);
    }
}
