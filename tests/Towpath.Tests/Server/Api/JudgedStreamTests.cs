using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Api;

/// <summary>What is seen of streams, and when they end.</summary>
public sealed class JudgedStreamTests
{
    private static readonly Principal Viewer = new("ben", AccountKind.Person, [], [new Grant(Role.Viewer, new Extent("shop", "staging"))]);

    [Fact]
    public async Task Journal_OfAll_ShowsOnlyWhatOneMaySee()
    {
        var judged = Judged(out var plane, () => Viewer);
        plane.Add(
            Facts.Of(FactKind.ReleaseCreated, 0), Facts.Of(FactKind.ReleaseCreated, 1) with { Application = "other" },
            Facts.Of(FactKind.WorldStopped, 2) with { Application = "" }, Facts.Of(FactKind.TokenCreated, 3) with { Application = "" });

        (await ReadAsync(judged, null)).ShouldBe([1, 3]);
        (await Should.ThrowAsync<DiagnosticException>(() => ReadAsync(judged, "other"))).ExitCode.ShouldBe(ExitCode.NotFound);

        var everything = Judged(out plane, () => Viewer with { Grants = [new Grant(Role.Administrator, Extent.All)] });
        plane.Add(Facts.Of(FactKind.TokenCreated, 3) with { Application = "" });
        (await ReadAsync(everything, null)).ShouldBe([1]);
        var application = Judged(out plane, () => Viewer with { Grants = [new Grant(Role.Administrator, new Extent("shop", null))] });
        plane.Add(Facts.Of(FactKind.TokenCreated, 3) with { Application = "" });
        (await ReadAsync(application, null)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Journal_RoleTakenBackWhileFollowed_ShowsNothingMore()
    {
        var rights = Viewer;
        var judged = Judged(out var plane, () => rights);
        plane.Add(Facts.Of(FactKind.ReleaseCreated, 0));
        await using var reader = judged.JournalAsync("shop", 0, follow: true, default).GetAsyncEnumerator();
        (await reader.MoveNextAsync()).ShouldBeTrue();

        rights = Viewer with { Grants = [new Grant(Role.Viewer, new Extent("other", null))] };
        ((SteppedTime)plane.Time).Step(TimeSpan.FromSeconds(2));
        var next = reader.MoveNextAsync().AsTask();
        plane.Add(Facts.Of(FactKind.ReleaseCreated, 1));
        plane.Add(Facts.Of(FactKind.ReleaseCreated, 1) with { Application = "other" });
        (await next).ShouldBeTrue();
        reader.Current.Application.ShouldBe("other");
    }

    [Fact]
    public async Task Journal_TokenRevokedWhileFollowed_Ends()
    {
        var revoked = false;
        var judged = Judged(out var plane, () => revoked ? throw new DiagnosticException(ExitCode.NotSignedIn, IdentityDiagnostics.TokenRevoked("1", Facts.Start)) : Viewer);
        plane.Add(Facts.Of(FactKind.ReleaseCreated, 0));
        await using var reader = judged.JournalAsync("shop", 0, follow: true, default).GetAsyncEnumerator();
        (await reader.MoveNextAsync()).ShouldBeTrue();

        revoked = true;
        ((SteppedTime)plane.Time).Step(TimeSpan.FromSeconds(2));
        plane.Add(Facts.Of(FactKind.ReleaseCreated, 1));
        (await Should.ThrowAsync<DiagnosticException>(async () => await reader.MoveNextAsync())).Diagnostics.Single().Code.ShouldBe("TP4404");
    }

    [Fact]
    public async Task Logs_TokenExpiresWhileRead_Ends()
    {
        var judged = Judged(out var plane, () => Viewer with { Grants = [new Grant(Role.Developer, Extent.All)], ExpiresAt = Facts.Start.AddHours(1) });
        var time = (SteppedTime)plane.Time;
        plane.OnLogs = () => Lines(() => time.Now = Facts.Start.AddHours(1));
        var seen = new List<string>();
        var ended = await Should.ThrowAsync<DiagnosticException>(async () =>
        {
            await foreach (var line in judged.LogsAsync("shop", "staging", null, 10, true, default)) seen.Add(line.Text);
        });
        ended.Diagnostics.Single().Code.ShouldBe("TP4401");
        seen.ShouldBe(["before"]);
    }

    [Fact]
    public async Task Request_ThatCamePastTheDoorkeeper_DoesNothing()
    {
        var plane = new FakeControlPlane();
        var judged = new JudgedControlPlane(plane, new Caller(plane));
        await Should.ThrowAsync<InvalidOperationException>(() => judged.PromoteAsync("shop", new PromoteRequest("production", null, "ben"), default));
        await Should.ThrowAsync<InvalidOperationException>(() => judged.WhoAmIAsync(default));
        plane.Asked.ShouldBeEmpty();
    }

    private static IEnumerable<LogAnswer> Lines(Action between)
    {
        yield return new LogAnswer(Facts.Start, "staging", "api", "c", "stdout", "before");
        between();
        yield return new LogAnswer(Facts.Start, "staging", "api", "c", "stdout", "after");
    }

    private static JudgedControlPlane Judged(out FakeControlPlane plane, Func<Principal> rights)
    {
        plane = new FakeControlPlane { Applications = ["other", "shop"], Time = new SteppedTime(), OnAuthenticate = _ => rights() };
        var caller = new Caller(plane);
        caller.Enter(rights(), "token");
        return new JudgedControlPlane(plane, caller);
    }

    private static async Task<List<long>> ReadAsync(JudgedControlPlane judged, string? application)
    {
        var seen = new List<long>();
        await foreach (var fact in judged.JournalAsync(application, 0, false, default)) seen.Add(fact.Sequence);
        return seen;
    }

    /// <summary>Both clocks of it go on only as the test says.</summary>
    private sealed class SteppedTime : TimeProvider
    {
        private long _ticks;

        public DateTimeOffset Now { get; set; } = Facts.Start;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Step(TimeSpan time) => _ticks += time.Ticks;

        public override long GetTimestamp() => _ticks;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
