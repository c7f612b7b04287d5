using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Towpath.Core.Applications;
using Towpath.Core.Configuration;
using Towpath.Core.Journal;
using Towpath.Server;
using Towpath.Server.Api;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server;

/// <summary>PostgreSQL is killed and started again under a control plane that works.</summary>
public sealed class DatabaseOutageTests : IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // Not the one that all tests share: this one is killed.
    private readonly PostgresServer _postgres = new();
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<string> _log = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _postgres.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task ControlPlane_DatabaseKilledAndStartedAgain_AnswersAllTheWhileAndItsLoopsGoOn()
    {
        var database = _postgres.NewDatabase();
        await using var plane = Start(database);
        await using var host = await ServeAsync(plane);
        using var http = Client(host);
        using var store = PostgresServer.Open(database);
        store.SaveApplication("shop", _folder.Path, ".", Models.Ladder("one"));
        store.Append(Models.Fact());
        (await http.GetAsync("/api/v1/applications", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);

        _postgres.Kill();
        for (var n = 0; n < 3; n++)
        {
            var answer = await http.GetAsync("/api/v1/applications", Cancel);
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            Code(await answer.Content.ReadAsStringAsync(Cancel)).ShouldBe("TP4701");
            (await http.GetAsync("/api/v1/about", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
            await Task.Delay(TimeSpan.FromSeconds(1), Cancel);
        }

        _postgres.Start();

        (await http.GetAsync("/api/v1/applications", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
        Retry(() => store.LastSequence()).ShouldBe(1);
        // The loop of pipelines: the commit is nowhere, so the run fails. The loop of ladders: a release that is there goes on its way.
        var (run, _) = store.QueueRun("other", new string('a', 40), "s", "ann", DateTimeOffset.UtcNow, Models.Fact());
        await UntilAsync(() => store.Run(run.Id)!.State == RunState.Failed, "the run has failed");
        Release(store);
        await UntilAsync(() => store.RecentDeployments("shop", "one", 1).Count == 1, "a deployment was asked for");
    }

    [Fact]
    public async Task Append_DatabaseKilledInTheMiddle_KeepsWhatWasAcknowledged()
    {
        var database = _postgres.NewDatabase();
        using var store = PostgresServer.Open(database);
        var acknowledged = new ConcurrentBag<string>();
        var refused = 0;
        using var over = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(w => Task.Run(() =>
        {
            for (var n = 0; !over.IsCancellationRequested; n++)
            {
                var text = $"{w}/{n}";
                try
                {
                    store.Append(Models.Fact(text: text));
                    acknowledged.Add(text);
                }
                catch (StoreUnavailableException)
                {
                    Interlocked.Increment(ref refused);
                    Thread.Yield();
                }
            }
        }, Cancel)).ToList();

        await UntilAsync(() => acknowledged.Count > 50, "something was written");
        _postgres.Kill();
        await UntilAsync(() => refused > 0, "a write was refused");
        _postgres.Start();
        var until = acknowledged.Count + 50;
        await UntilAsync(() => acknowledged.Count > until, "more was written");
        await over.CancelAsync();
        await Task.WhenAll(writers);

        var stored = Enumerable.Range(0, 1000).Select(page => store.Facts(null, page * 1000L, 1000)).TakeWhile(page => page.Count > 0).SelectMany(page => page).ToList();
        acknowledged.Except(stored.Select(f => f.Text)).ShouldBeEmpty();
        stored.Select(f => f.Sequence).ShouldBe(Enumerable.Range(1, stored.Count).Select(n => (long)n));
        store.Sealed(0, int.MaxValue).Aggregate(SealAudit.Start, (audit, fact) => audit.After(fact, null)).End(store.LastSequence(), null).Broken.ShouldBeNull();
    }

    private static string? Code(string problem) => JsonDocument.Parse(problem).RootElement.GetProperty("diagnostics")[0].GetProperty("code").GetString();

    private static void Release(PostgresStore store)
    {
        var sha = new string('b', 40);
        var release = Models.Release(sha);
        store.SaveApplication("shop", "/repository", ".", new Ladder([new EnvironmentSpec { Name = "one", Location = Models.At(), Automatic = true }]));
        var (run, _) = store.QueueRun("shop", sha, "s", "ann", DateTimeOffset.UtcNow, Models.Fact());
        store.SaveRelease(release, run.Id);
        store.UpdateRun(run.Id, RunState.Succeeded, release.Id, DateTimeOffset.UtcNow);
    }

    private static T Retry<T>(Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (StoreUnavailableException)
        {
            // Its own connection of before.
            return ask();
        }
    }

    private ControlPlane Start(string database)
    {
        var options = new ControlPlaneOptions(_folder.Path, "fake", "test", _log.Enqueue) { Configuration = ServerConfiguration.None with { Postgres = new Towpath.Core.Configuration.Secret(database) } };
        var plane = ControlPlaneFactory.Create(options, new FakeContainerEngine(), TimeProvider.System);
        plane.Start();
        return plane;
    }

    private static async Task<WebApplication> ServeAsync(ControlPlane plane)
    {
        var host = ControlPlaneHost.Build(plane, new HostOptions(0, ApiToken.Hash(Token)));
        await host.StartAsync(Cancel);
        return host;
    }

    private static HttpClient Client(WebApplication host)
    {
        var http = new HttpClient { BaseAddress = new Uri(host.Urls.First()) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return http;
    }

    private const string Token = "of-the-owner-and-long-enough-to-be-one";

    private static async Task UntilAsync(Func<bool> holds, string what)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            while (!holds()) await Task.Delay(50, limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"never: {what}");
        }
    }
}
