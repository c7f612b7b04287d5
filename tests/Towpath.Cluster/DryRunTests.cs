using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Engines.Kubernetes;
using Towpath.Tests;
using Towpath.Tests.Kubernetes;
using Towpath.Tests.Kubernetes.Conformance;

namespace Towpath.Cluster;

/// <summary>
/// Every object of the corpora is one that a real API server takes: compiled for what it serves, and applied without being stored. The server holds it to its schemas,
/// to its own rules for values, and to the rules between fields, which no schema tells.
/// </summary>
public sealed class DryRunTests(ClusterFixture cluster, ITestOutputHelper output)
{
    private const int MostCalls = 8;
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    // What the server refuses for a reason that is none of ours: the object, and how its refusal begins. Each must be refused.
    private static readonly ImmutableSortedDictionary<string, string> Explained = ImmutableSortedDictionary<string, string>.Empty;

    [Theory]
    [InlineData("compose-valid", 150)]
    [InlineData("kompose", 50)]
    public async Task Apply_ObjectsOfTheCorpora_AreTaken(string set, int least)
    {
        cluster.Need();
        Corpora.Require();
        var (version, served) = await AskAsync();
        var compiled = CorpusCase.All(set).Select(c => (c.Name, Request: c.Requested(version))).Where(c => c.Request is not null)
            .Select(c => (c.Name, Result: KubernetesCompiler.Compile(c.Request! with { Served = served }))).Where(c => !c.Result.HasErrors).ToList();

        compiled.Count.ShouldBeGreaterThan(least);
        await HoldAsync([.. compiled.SelectMany(c => c.Result.Objects.Select(o => (c.Name, o)))]);
    }

    [Fact]
    public async Task Apply_ObjectsOfEveryKey_AreTaken()
    {
        cluster.Need();
        var (version, served) = await AskAsync();

        await HoldAsync([.. EveryKey.Compile(version, served).SelectMany((c, i) => c.Objects.Select(o => ($"every {i}", o)))]);
    }

    [Fact]
    public async Task Apply_WhatNoSchemaForbids_IsRefused()
    {
        cluster.Need();
        var kind = await cluster.Client.KindAsync("apps/v1", "Deployment", Token);
        var wrong = Objects.Deployment("wrong", Objects.PodSpec("image", "run"));
        wrong["spec"]!["selector"]!["matchLabels"]!["app"] = "another";

        (await RefusalAsync(kind, await cluster.NewSpaceAsync(Token), wrong)).ShouldNotBeNull().ShouldContain("selector");
    }

    private async Task<(KubernetesVersion Version, ImmutableHashSet<string> Served)> AskAsync()
    {
        var version = await cluster.Client.VersionAsync(Token);
        return (new KubernetesVersion(version.Major, version.Minor), [.. (await cluster.Client.KindsAsync([], Token)).Kinds.Select(k => $"{k.ApiVersion}/{k.Kind}")]);
    }

    private async Task HoldAsync(IReadOnlyCollection<(string Case, ManifestObject Object)> objects)
    {
        var kinds = await cluster.Client.KindsAsync([], Token);
        var space = await cluster.NewSpaceAsync(Token);
        var refused = new ConcurrentBag<(string Name, string Words)>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = MostCalls, CancellationToken = Token };

        // Many cases have the same object but for its namespace, which is one here: it is asked of once.
        var subjects = objects.Select(o => (Name: $"{o.Case} {o.Object.Id}", Kind: kinds.Find(o.Object.ApiVersion, o.Object.Kind), Text: Text(o.Object, space)))
            .GroupBy(o => o.Text, StringComparer.Ordinal).Select(g => (g.First().Kind, g.Key, Names: g.Select(o => o.Name).ToList())).ToList();
        await Parallel.ForEachAsync(subjects.Where(s => s.Kind is not null), options, async (subject, _) =>
        {
            if (await RefusalAsync(subject.Kind!, space, JsonNode.Parse(subject.Key)!.AsObject()) is not { } words) return;
            foreach (var name in subject.Names) refused.Add((name, words));
        });

        var unknown = objects.Where(o => kinds.Find(o.Object.ApiVersion, o.Object.Kind) is null).Select(o => $"{o.Object.ApiVersion} {o.Object.Kind}").ToList();
        output.WriteLine($"{objects.Count} objects of {objects.Select(o => o.Case).Distinct().Count()} cases, {subjects.Count} of them different: {objects.Count - unknown.Count - refused.Count} taken, {refused.Count} refused, not served here: {(unknown.Count == 0 ? "none" : string.Join(", ", unknown.CountBy(k => k).Select(k => $"{k.Value} {k.Key}")))}");
        refused.Where(r => !(Explained.TryGetValue(r.Name, out var words) && r.Words.StartsWith(words, StringComparison.Ordinal))).Select(r => $"{r.Name}: {r.Words}").Order(StringComparer.Ordinal).ShouldBeEmpty();
        Explained.Keys.Where(k => objects.Any(o => $"{o.Case} {o.Object.Id}" == k)).Except(refused.Select(r => r.Name)).ShouldBeEmpty("is taken by now: take it off the table");
    }

    private async Task<string?> RefusalAsync(ApiKind kind, string space, JsonObject body)
    {
        try
        {
            // By force: another test may have an object of that name in the cluster.
            await cluster.Client.ApplyAsync(kind, kind.IsNamespaced ? space : null, body, new ApplyOptions("towpath-dry-run", Force: true, DryRun: true), Token);
            return null;
        }
        catch (KubernetesException e) when (e.Failure is not (ApiFailure.Unreachable or ApiFailure.TimedOut or ApiFailure.Busy))
        {
            return $"{e.Failure}: {e.Message}";
        }
    }

    private static string Text(ManifestObject subject, string space)
    {
        var body = JsonNode.Parse(ManifestText.Json(subject))!.AsObject();
        if (body["metadata"]!["namespace"] is not null) body["metadata"]!["namespace"] = space;
        return body.ToJsonString();
    }
}
