using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Microsoft.Data.Sqlite;
using Towpath.Server.Api;
using Towpath.Server.Backups;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server;

/// <summary>Many at once, and a disk that is slow or full, on a real control plane behind its API: it goes on answering, and keeps what it acknowledged.</summary>
public sealed class LoadTests : IDisposable
{
    /// <summary>Most that a bystander's request may take longer at the median while others do their worst.</summary>
    private const double MostSlower = 100;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Ship_FiftyCommitsAtOnce_AreQueuedOnceOrRefused()
    {
        using var repository = new TemporaryRepository();
        repository.Write("towpath.yaml", "application: shop\nenvironments:\n  one: {}\n");
        var commits = Enumerable.Range(0, 50).Select(n =>
        {
            repository.Write("compose.yaml", $"services:\n  web:\n    image: example.test/web:{n}\n    ports: [\"80\"]\n    x-towpath: {{ health: / }}\n");
            return repository.Commit($"change {n}");
        }).ToList();
        await using var plane = await RunningControlPlane.StartAsync(_folder.Path);
        using var viewer = await plane.ViewerAsync();

        var ships = commits.Select(commit => plane.PostAsync("ship", new ShipRequest(repository.Path, ".", commit, "ada"))).ToList();
        (await SpansAsync(viewer, 20)).Count.ShouldBe(20);
        var answers = new List<ShipAnswer>();
        foreach (var ship in ships)
        {
            using var response = await ship;
            var body = await response.Content.ReadAsStringAsync(Cancel);
            response.StatusCode.ShouldBeOneOf([HttpStatusCode.OK, HttpStatusCode.TooManyRequests], body);
            if (response.IsSuccessStatusCode) answers.Add(System.Text.Json.JsonSerializer.Deserialize<ShipAnswer>(body, ApiJson.Options)!);
            else body.ShouldContain("TP3016");
        }

        // So many wait as may, and one or more began.
        answers.Count.ShouldBeGreaterThan(8);
        using var store = new SqliteStore(_folder[StateArchive.StoreFile]);
        var runs = answers.Select(a => store.Run(a.Run).ShouldNotBeNull(a.Run)).ToList();
        runs.Select(r => r.Commit).Distinct().Count().ShouldBe(answers.Count);
        runs.Select(r => r.Id).Distinct().Count().ShouldBe(answers.Count);
    }

    [Fact]
    public async Task BadLogins_TenThousand_LeaveOthersTheirAnswers()
    {
        await using var plane = await RunningControlPlane.StartAsync(_folder.Path);
        using var viewer = await plane.ViewerAsync();
        await SpansAsync(viewer, 50);
        var idle = await SpansAsync(viewer, 100);

        using var anybody = plane.Client(null);
        var left = 10_000;
        var statuses = new System.Collections.Concurrent.ConcurrentDictionary<HttpStatusCode, int>();
        var guessers = Enumerable.Range(0, 16).Select(g => Task.Run(async () =>
        {
            for (int n; (n = Interlocked.Decrement(ref left)) >= 0;)
            {
                using var response = await anybody.PostAsJsonAsync("/api/v1/sessions", new SessionRequest(n % 2 == 0 ? "vic" : $"somebody{n}", "wrong"), ApiJson.Options, Cancel);
                statuses.AddOrUpdate(response.StatusCode, 1, (_, count) => count + 1);
            }
        }, Cancel)).ToList();
        var busy = await SpansAsync(viewer, 50);
        await Task.WhenAll(guessers);

        statuses.Keys.ShouldBeSubsetOf([HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests]);
        statuses.Values.Sum().ShouldBe(10_000);
        (busy[busy.Count / 2] / idle[idle.Count / 2]).ShouldBeLessThan(MostSlower);
        (await viewer.GetAsync("/api/v1/whoami", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Write_DiskTakesForever_IsRefusedInTimeWhileReadsAreAnswered()
    {
        await using var plane = await RunningControlPlane.StartAsync(_folder.Path);
        using var viewer = await plane.ViewerAsync();
        await SpansAsync(viewer, 1);
        using var slow = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _folder[StateArchive.StoreFile], Pooling = false }.ToString());
        slow.Open();

        // A write that does not end, as seen by all others.
        using (slow.BeginTransaction(deferred: false))
        {
            var write = plane.PostAsync("halt", new HaltRequest(null, null, "storm", "ada"));
            var reads = await SpansAsync(viewer, 50);
            reads.Count.ShouldBe(50);
            using var refused = await write;
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await refused.Content.ReadAsStringAsync(Cancel)).ShouldContain("TP4701");
        }

        (await plane.PostAsync("halt", new HaltRequest(null, null, "storm", "ada"))).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Write_DiskIsFull_IsRefusedAndReadsAreAnswered()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", _folder.Path), "a disk of one's own can't be mounted here");
        try
        {
            await using var plane = await RunningControlPlane.StartAsync(_folder.Path);
            using var viewer = await plane.ViewerAsync();
            var acknowledged = new List<string>();
            HttpResponseMessage answer;
            while ((answer = await plane.PostAsync("accounts", new AccountRequest($"n{acknowledged.Count}", Towpath.Core.Identity.AccountKind.Person, [.. Enumerable.Range(0, 5).Select(t => "a-team-with-a-rather-long-name-" + t)], "ada"))).IsSuccessStatusCode)
            {
                acknowledged.Add($"n{acknowledged.Count}");
                acknowledged.Count.ShouldBeLessThan(1000);
            }

            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await answer.Content.ReadAsStringAsync(Cancel)).ShouldContain("the disk is full");
            (await viewer.GetAsync("/api/v1/applications", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
            Run("mount", "-o", "remount,size=40m", _folder.Path).ShouldBeTrue();
            (await plane.PostAsync("accounts", new AccountRequest("later", Towpath.Core.Identity.AccountKind.Person, null, "ada"))).EnsureSuccessStatusCode();
            using var store = new SqliteStore(_folder[StateArchive.StoreFile]);
            store.Accounts().Select(a => a.Name).ShouldBe([.. acknowledged, "later", "vic"], ignoreOrder: true);
        }
        finally
        {
            Run("umount", "--lazy", _folder.Path);
        }
    }

    /// <summary>How long requests of a bystander take, in ms, sorted; each must be answered.</summary>
    private static async Task<List<double>> SpansAsync(HttpClient http, int count)
    {
        var spans = new List<double>();
        for (var i = 0; i < count; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            using var response = await http.GetAsync("/api/v1/applications", Cancel);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            spans.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }

        spans.Sort();
        return spans;
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
