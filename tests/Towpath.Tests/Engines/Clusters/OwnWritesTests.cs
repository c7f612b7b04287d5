using System.Text.Json.Nodes;
using Towpath.Engines.Clusters;
using Towpath.Engines.Kubernetes;
using Towpath.Engines.Kubernetes.Calls;
using Towpath.Engines.Kubernetes.Kubeconfig;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Engines.Clusters;

public sealed class OwnWritesTests : IDisposable
{
    private static readonly ApiKind Deployments = new("apps", "v1", "Deployment", "deployments", IsNamespaced: true);
    private readonly WatchedServer _server = new() { Items = [Item("api", "3")] };
    private readonly KubernetesClient _client;
    private readonly ClusterView _view;

    public OwnWritesTests()
    {
        var access = new ClusterAccess("test", new Uri("https://cluster.example"), "default");
        _client = new KubernetesClient(new ApiTransport(access, TimeProvider.System, () => 0, _ => _server), "default", TimeProvider.System, () => 0);
        _view = new ClusterView(_client);
    }

    public void Dispose()
    {
        _view.Dispose();
        _client.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task AreKnownTo_AViewThatLagsBehindAnApply_AreNotUntilItHears()
    {
        var writes = new OwnWrites(TimeProvider.System);
        await ListedAsync();
        writes.AreKnownTo(_view, "shop").ShouldBeTrue("nothing was written");

        writes.Note(Deployments, Item("api", "10"));
        writes.AreKnownTo(_view, "shop").ShouldBeFalse("3 comes before 10");
        writes.AreKnownTo(_view, "blog").ShouldBeTrue("nothing was written there");
        await _server.TellAsync("MODIFIED", Item("api", "11"));
        await UntilAsync(() => writes.AreKnownTo(_view, "shop"));
    }

    [Fact]
    public async Task AreKnownTo_AViewThatStillHasWhatWasDeleted_AreNotUntilItGoes()
    {
        var writes = new OwnWrites(TimeProvider.System);
        await ListedAsync();
        writes.NoteDeleted(Deployments, Item("api", "3"));
        writes.AreKnownTo(_view, "shop").ShouldBeFalse();

        var leaving = Item("api", "4");
        leaving["metadata"]!["deletionTimestamp"] = "2026-11-02T12:00:00Z";
        await _server.TellAsync("MODIFIED", leaving);
        await UntilAsync(() => writes.AreKnownTo(_view, "shop"));
    }

    [Fact]
    public async Task AreKnownTo_WhatSomebodyHasUndoneMeanwhile_IsNotWaitedForForEver()
    {
        var time = new HurriedTime();
        var writes = new OwnWrites(time);
        await ListedAsync();
        writes.Note(Deployments, Item("web", "10"));
        writes.AreKnownTo(_view, "shop").ShouldBeFalse();
        await Task.Delay(TimeSpan.FromSeconds(31), time, TestContext.Current.CancellationToken);
        writes.AreKnownTo(_view, "shop").ShouldBeTrue();
    }

    private async Task ListedAsync() => (await _view.FindAsync(Deployments, "shop", TestContext.Current.CancellationToken)).ShouldNotBeNull();

    private static JsonObject Item(string name, string version) => new()
    {
        ["apiVersion"] = "apps/v1",
        ["kind"] = "Deployment",
        ["metadata"] = new JsonObject { ["namespace"] = "shop", ["name"] = name, ["uid"] = name, ["resourceVersion"] = version },
    };

    private static async Task UntilAsync(Func<bool> isSo)
    {
        for (var i = 0; !isSo(); i++)
        {
            i.ShouldBeLessThan(1000, "it does not come about");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
