using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;
using Towpath.Engines.Kubernetes;
using Towpath.Engines.Kubernetes.Watching;

namespace Towpath.Cluster;

/// <summary>Tests that end parts of the cluster run while no other does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>Following objects while the API server is killed and comes back.</summary>
[Collection(nameof(Alone))]
public sealed class WatchTests(ClusterFixture cluster)
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watch_ApiServerKilledAndRestarted_LosesNothingAndDoublesNothing()
    {
        cluster.NeedOwn();
        var space = await cluster.NewSpaceAsync(Token);
        var client = cluster.Client;
        var kind = await client.KindAsync("v1", "ConfigMap", Token);
        var told = new List<ObjectChange>();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var following = Task.Run(async () =>
        {
            await foreach (var change in client.WatchAsync(kind, new ObjectFilter(space, Labels: "test=watch"), ending.Token))
            {
                lock (told) told.Add(change);
            }
        }, Token);
        await using var watched = client.Keep(kind, new ObjectFilter(space, Labels: "test=watch"));
        await CreateAsync(client, kind, space, 0, 10);
        await watched.UntilAsync(seen => seen.Items.Count == 10, Token);

        await ClusterFixture.KillAsync("api");
        await watched.UntilAsync(seen => seen.Interruption is not null, Token);
        await ClusterFixture.RestoreAsync();
        await CreateAsync(client, kind, space, 10, 20);
        await client.DeleteAsync(kind, space, "item-03", new DeleteOptions(), Token);
        await client.MergeAsync(kind, space, "item-04", new JsonObject { ["data"] = new JsonObject { ["changed"] = "yes" } }, "test", Token);

        string[] expected = [.. Enumerable.Range(0, 20).Where(i => i != 3).Select(i => $"item-{i:00}")];
        var after = await watched.UntilAsync(
            seen => seen.Items.Count == expected.Length && seen.Items.Values.Any(i => i.Text("data", "changed") == "yes"), Token);
        after.Interruption.ShouldBeNull();
        after.Items.Keys.Select(k => k.Name).Order().ShouldBe(expected);

        // Each object as the server has it, and each change of it told once.
        var real = await client.ListAsync(kind, new ObjectFilter(space, Labels: "test=watch"), Token);
        after.Items.Values.Select(Version).Order().ShouldBe(real.Items.Select(Version).Order());
        await CaughtUpAsync(told, version: real.Items.Select(Version).Order());
        await ending.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(following);
        var sets = told.OfType<ObjectChange.Set>().Select(s => Version(s.Item)).ToList();
        sets.Count.ShouldBe(sets.Distinct().Count());
        var cache = told.Aggregate(ObjectCache.Empty, (seen, change) => seen.After(change));
        cache.Items.Keys.Select(k => k.Name).Order().ShouldBe(expected);
    }

    [Fact]
    public async Task Watch_KindThatMayNotBeRead_Ends()
    {
        cluster.Need();
        var kind = new ApiKind("nonesuch.example", "v1", "Nonesuch", "nonesuches", IsNamespaced: true);
        await using var watched = cluster.Client.Keep(kind, new ObjectFilter("default"));

        var failure = await Should.ThrowAsync<KubernetesException>(() => watched.UntilAsync(_ => true, Token));
        failure.Failure.ShouldBe(ApiFailure.NotFound);
    }

    private static async Task CreateAsync(KubernetesClient client, ApiKind kind, string space, int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            var item = Objects.ConfigMap($"item-{i:00}");
            item["metadata"]!["labels"] = new JsonObject { ["test"] = "watch" };
            await client.CreateAsync(kind, space, item, "test", Token);
        }
    }

    // The other watch has a pace of its own.
    private static async Task CaughtUpAsync(List<ObjectChange> told, IEnumerable<string> version)
    {
        for (var look = 0; look < 300; look++)
        {
            lock (told)
            {
                if (told.Aggregate(ObjectCache.Empty, (seen, change) => seen.After(change)).Items.Values.Select(Version).Order().SequenceEqual(version)) return;
            }

            await Task.Delay(100, Token);
        }
    }

    private static string Version(JsonObject item) => $"{item.Name()}@{item.Text("metadata", "resourceVersion")}";
}
