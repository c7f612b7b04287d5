using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using Towpath.Load;

namespace Towpath.Tests.Load;

public sealed class LoadGeneratorTests
{
    private static LoadPlan Plan(Uri target, params ImmutableArray<LoadRequest> requests) => new()
    {
        Target = target,
        ArrivalsPerSecond = 500,
        Requests = requests,
        Duration = TimeSpan.FromMilliseconds(200),
    };

    private static Task<LoadReport> RunAsync(LoadPlan plan) => LoadGenerator.RunAsync(plan, TimeProvider.System, CancellationToken.None);

    [Theory]
    [InlineData("http://8.8.8.8:80")]
    [InlineData("http://172.32.0.1:80")]
    [InlineData("http://192.169.0.1:80")]
    [InlineData("http://example.test:80")]
    [InlineData("http://[::1]:80")]
    [InlineData("https://127.0.0.1:80")]
    public void Start_TargetElsewhere_IsRefused(string target) =>
        Should.Throw<ArgumentException>(() => LoadGenerator.Start(Plan(new Uri(target), new LoadRequest { Name = "a", Path = "/" }), TimeProvider.System));

    [Theory]
    [InlineData("/a b")]
    [InlineData("a")]
    [InlineData("/a\r\nX: y")]
    public void Start_PathThatBreaksTheProtocol_IsRefused(string path) =>
        Should.Throw<ArgumentException>(() => LoadGenerator.Start(Plan(new Uri("http://127.0.0.1:1"), new LoadRequest { Name = "a", Path = path }), TimeProvider.System));

    [Fact]
    public async Task Run_Kinds_AreSentByTheirWeightAndCounted()
    {
        await using var server = new ScriptedServer();
        var report = await RunAsync(Plan(
            server.Address,
            new LoadRequest { Name = "read", Path = "/", Weight = 3 },
            new LoadRequest { Name = "write", Method = "POST", Path = "/orders", Body = _ => "{}"u8.ToArray() },
            new LoadRequest { Name = "chunked", Path = "/chunked", Connection = LoadConnectionKind.Fresh }));
        report.Total.Sent.ShouldBe(100);
        report.Total.Succeeded.ShouldBe(100, string.Join('\n', report.Samples));
        report.Kinds.Sum(k => k.Sent).ShouldBe(100);
        report.Kind("read").Sent.ShouldBeGreaterThan(report.Kind("write").Sent);
        report.Total.P50.ShouldBeLessThanOrEqualTo(report.Total.P99);
        report.Total.P99.ShouldBeLessThanOrEqualTo(report.Total.Max);
    }

    [Fact]
    public async Task Run_KeptConnections_AreUsedAgain()
    {
        await using var server = new ScriptedServer();
        var plan = Plan(server.Address, new LoadRequest { Name = "read", Path = "/" }) with { MaxInFlight = 10, Duration = TimeSpan.FromMinutes(1) };
        await using var generator = LoadGenerator.Start(plan, TimeProvider.System);
        while (generator.Report().Total.Succeeded < 50) await Task.Delay(5);
        await generator.StopAsync();

        // Never more than were under way at once, even where a busy machine made many start together.
        server.Connections.ShouldBeLessThanOrEqualTo(10);
    }

    [Fact]
    public async Task Run_FreshConnections_AreNotUsedAgain()
    {
        await using var server = new ScriptedServer();
        var report = await RunAsync(Plan(server.Address, new LoadRequest { Name = "read", Path = "/", Connection = LoadConnectionKind.Fresh }));
        server.Connections.ShouldBe((int)report.Total.Sent);
    }

    [Theory]
    [InlineData("/teapot", LoadFailure.Status)]
    [InlineData("/reset", LoadFailure.Reset)]
    [InlineData("/short", LoadFailure.Reset)]
    [InlineData("/garbage", LoadFailure.Other)]
    [InlineData("/stall", LoadFailure.TimedOut)]
    public async Task Run_Failure_IsCountedByItsKind(string path, LoadFailure failure)
    {
        await using var server = new ScriptedServer();
        var report = await RunAsync(Plan(server.Address, new LoadRequest { Name = "bad", Path = path, Timeout = TimeSpan.FromMilliseconds(300) }));
        report.Total.Succeeded.ShouldBe(0);
        report.Total.Failures.ShouldBe(new Dictionary<LoadFailure, long> { [failure] = 100 });
        report.Samples.Length.ShouldBeInRange(1, 20);
    }

    [Fact]
    public async Task Run_NobodyListens_IsRefused()
    {
        // Port 1: nobody listens there, and the system never takes it for an outgoing connection.
        var report = await RunAsync(Plan(new Uri("http://127.0.0.1:1"), new LoadRequest { Name = "read", Path = "/" }));
        report.Total.Failures.ShouldBe(new Dictionary<LoadFailure, long> { [LoadFailure.Refused] = 100 });
    }

    [Fact]
    public async Task Run_AnswerUntilClose_IsGood()
    {
        await using var server = new ScriptedServer();
        (await RunAsync(Plan(server.Address, new LoadRequest { Name = "old", Path = "/untilclose" }))).Total.Failed.ShouldBe(0);
    }

    [Fact]
    public async Task Run_Stall_GoesOnSendingAndCountsTheWholeWait()
    {
        await using var server = new ScriptedServer();
        var generator = LoadGenerator.Start(Plan(server.Address, new LoadRequest { Name = "slow", Path = "/stall" }) with { MaxInFlight = 60 }, TimeProvider.System);
        while (generator.Report().Total.Sent < 40) await Task.Delay(5);

        // 60 wait in the server, 40 found no room, and all that although none was answered: the loop is open.
        server.Stall.SetResult();
        var report = await generator.StopAsync();
        await generator.DisposeAsync();
        report.Total.Failures.ShouldBe(new Dictionary<LoadFailure, long> { [LoadFailure.NotSent] = 40 });
        report.Total.Succeeded.ShouldBe(60);

        // The last one, which was turned away, came by plan 198 ms after the first, which still waited.
        report.Total.Max.ShouldBeGreaterThan(TimeSpan.FromMilliseconds(190));
    }

    [Fact]
    public async Task Observe_Writes_TellsEachSequenceOnceWithItsAnswer()
    {
        await using var server = new ScriptedServer();
        var outcomes = new ConcurrentBag<LoadOutcome>();
        var report = await RunAsync(Plan(
            server.Address,
            new LoadRequest { Name = "write", Method = "POST", Path = "/orders", Body = n => Encoding.ASCII.GetBytes($"{{\"id\":{n}}}") }) with
        { Observe = outcomes.Add });
        outcomes.Select(o => o.Sequence).Order().ShouldBe(Enumerable.Range(0, (int)report.Total.Sent).Select(n => (long)n));
        outcomes.All(o => o.IsAccepted && o.Status == 200 && Encoding.ASCII.GetString(o.Body.Span) == "whole").ShouldBeTrue();
    }

    [Fact]
    public async Task OpenWindow_Second_CountsOnlyWhatStartedInIt()
    {
        await using var server = new ScriptedServer();
        await using var generator = LoadGenerator.Start(
            Plan(server.Address, new LoadRequest { Name = "read", Path = "/" }) with { Duration = TimeSpan.FromMinutes(1) }, TimeProvider.System);
        var steady = generator.OpenWindow("steady");
        while (steady.Report().Total.Sent < 20) await Task.Delay(5);
        var replacement = generator.OpenWindow("replacement");
        while (replacement.Report().Total.Sent < 20) await Task.Delay(5);
        var all = await generator.StopAsync();
        (steady.Report().Total.Sent + replacement.Report().Total.Sent).ShouldBeInRange(40, all.Total.Sent);
        steady.Report().Name.ShouldBe("steady");
    }

    [Fact]
    public async Task Reopen_Window_AddsToWhatItHeld()
    {
        await using var server = new ScriptedServer();
        await using var generator = LoadGenerator.Start(
            Plan(server.Address, new LoadRequest { Name = "a", Path = "/" }) with { Duration = TimeSpan.FromSeconds(30) }, TimeProvider.System);
        var first = generator.OpenWindow("first");
        await UntilAsync(() => first.Report().Total.Sent > 5);
        var between = generator.OpenWindow("between");
        await UntilAsync(() => between.Report().Total.Sent > 5);
        var before = first.Report().Total.Sent;

        generator.Reopen(first);

        await UntilAsync(() => first.Report().Total.Sent > before + 5);
    }

    [Fact]
    public async Task Run_Headers_AreSentByEachRequest()
    {
        await using var server = new ScriptedServer();
        await RunAsync(Plan(server.Address, new LoadRequest { Name = "a", Path = "/", Headers = sequence => [("Idempotency-Key", $"key-{sequence}")] }));
        server.Heads.Select(h => h.Split("\r\n").Single(l => l.StartsWith("Idempotency-Key: key-", StringComparison.Ordinal))).Distinct().Count().ShouldBe(100);
    }

    [Fact]
    public async Task Run_HeaderThatBreaksTheProtocol_IsNotSent()
    {
        await using var server = new ScriptedServer();
        var report = await RunAsync(Plan(server.Address, new LoadRequest { Name = "a", Path = "/", Headers = _ => [("A", "b\r\nC: d")] }));
        report.Total.Succeeded.ShouldBe(0);
        report.Total.Failures[LoadFailure.Other].ShouldBe(100);
        server.Heads.ShouldBeEmpty();
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!holds()) await Task.Delay(10, patience.Token);
    }
}
