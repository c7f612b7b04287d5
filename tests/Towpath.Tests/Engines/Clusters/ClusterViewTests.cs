using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;
using Towpath.Engines.Clusters;
using static Towpath.Tests.Engines.Clusters.WatchedCluster;

namespace Towpath.Tests.Engines.Clusters;

public sealed class ClusterViewTests : IDisposable
{
    private readonly WatchedCluster _cluster = new();
    private readonly WatchedServer _server;
    private readonly ClusterView _view;

    public ClusterViewTests() => (_server, _view) = (_cluster.Server, _cluster.View);

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task Find_AfterItListed_GivesTheNamespaceAloneAndCountsItsChangesAlone()
    {
        _server.Items = [Item("shop", "api", "1"), Item("blog", "web", "2")];
        _ = _view.Find(Deployments, "shop");
        await UntilAsync(() => _view.Find(Deployments, "shop") is not null);

        _view.Find(Deployments, "shop")!.Select(i => i.Name()).ShouldBe(["api"]);
        _view.Find(Deployments, "none")!.ShouldBeEmpty();
        var (shop, blog) = (_view.ChangesOf("shop"), _view.ChangesOf("blog"));
        await _server.TellAsync("MODIFIED", Item("shop", "api", "3"));
        await UntilAsync(() => _view.ChangesOf("shop") == shop + 1);
        _view.ChangesOf("blog").ShouldBe(blog);
        _view.Find(Deployments, "shop")!.Single().Text("metadata", "resourceVersion").ShouldBe("3");
        await _server.TellAsync("DELETED", Item("shop", "api", "4"));
        await UntilAsync(() => _view.Find(Deployments, "shop")!.Count == 0);
        _server.Lists.ShouldBe(1);
    }

    [Fact]
    public async Task Find_ServerAway_KnowsNothingUntilItIsBackAndThenAllOfIt()
    {
        _server.Items = [Item("shop", "api", "1")];
        _ = _view.Find(Deployments, "shop");
        await UntilAsync(() => _view.Find(Deployments, "shop") is not null);

        _server.IsAway = true;
        await _server.BreakAsync();
        await UntilAsync(() => _view.Find(Deployments, "shop") is null);
        _server.IsAway = false;

        // Nothing has changed meanwhile, so nothing is told: that it answers is enough.
        await UntilAsync(() => _view.Find(Deployments, "shop") is { Count: 1 });
        _server.Lists.ShouldBe(1);
    }

    [Fact]
    public async Task Find_AccountThatMayNotLookAtAllNamespaces_NeverKnows()
    {
        _server.IsForbidden = true;
        _ = _view.Find(Deployments, "shop");
        await UntilAsync(() => _server.Lists == 1);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        _view.Find(Deployments, "shop").ShouldBeNull();
        _server.Lists.ShouldBe(1, "what was refused is not asked again and again");
    }

    [Fact]
    public async Task Find_Object_IsKeptWithoutWhatOthersHold()
    {
        var item = Item("shop", "api", "1");
        item["metadata"]!["managedFields"] = new JsonArray("much");
        _server.Items = [item];
        _ = _view.Find(Deployments, "shop");
        await UntilAsync(() => _view.Find(Deployments, "shop") is not null);
        _view.Find(Deployments, "shop")!.Single().At("metadata")!.AsObject().ContainsKey("managedFields").ShouldBeFalse();
    }

    [Fact]
    public async Task FindAsync_ManyBeforeItWasListed_AskOnceTogether()
    {
        var ready = new TaskCompletionSource();
        (_server.Items, _server.Ready) = ([Item("shop", "api", "1")], ready.Task);
        var asked = Enumerable.Range(0, 50).Select(_ => _view.FindAsync(Deployments, "shop", TestContext.Current.CancellationToken)).ToList();
        asked.ShouldAllBe(a => !a.IsCompleted);
        ready.SetResult();
        foreach (var found in await Task.WhenAll(asked)) found.ShouldNotBeNull().Count.ShouldBe(1);
        _server.Lists.ShouldBe(1);
    }

    [Fact]
    public async Task FindAsync_AccountThatMayNotLook_DoesNotWait()
    {
        _server.IsForbidden = true;
        (await _view.FindAsync(Deployments, "shop", TestContext.Current.CancellationToken)).ShouldBeNull();
    }
}
