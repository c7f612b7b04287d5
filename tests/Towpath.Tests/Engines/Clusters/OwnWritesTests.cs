using System.Text.Json.Nodes;
using Towpath.Engines.Clusters;
using Towpath.Tests.Fakes;
using static Towpath.Tests.Engines.Clusters.WatchedCluster;

namespace Towpath.Tests.Engines.Clusters;

public sealed class OwnWritesTests : IDisposable
{
    private readonly WatchedCluster _cluster = new();
    private readonly WatchedServer _server;
    private readonly ClusterView _view;

    public OwnWritesTests()
    {
        (_server, _view) = (_cluster.Server, _cluster.View);
        _server.Items = [Item("api", "3")];
    }

    public void Dispose() => _cluster.Dispose();

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

    private static JsonObject Item(string name, string version) => WatchedCluster.Item("shop", name, version);
}
