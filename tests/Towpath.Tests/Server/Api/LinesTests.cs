using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Api;

public sealed class LinesTests
{
    [Fact]
    public async Task Journal_WithoutFollow_GivesFactsAfterASequenceAndEnds()
    {
        await using var api = await RunningApi.StartAsync();
        api.Plane.Add(Facts.GoodPipeline);
        var facts = new List<Fact>();
        await foreach (var fact in api.Client.JournalAsync("shop", 4, follow: false, default))
        {
            facts.Add(fact);
        }

        facts.Select(fact => fact.Sequence).ShouldBe([5, 6]);
        facts[0].ShouldBe(Facts.GoodPipeline[4] with { Sequence = 5 });
    }

    [Fact]
    public async Task Journal_WithFollow_SendsEachFactAsItHappens()
    {
        await using var api = await RunningApi.StartAsync();
        api.Plane.Add(Facts.Of(FactKind.PipelineQueued, 0));
        await using var reader = api.Client.JournalAsync("shop", 0, follow: true, default).GetAsyncEnumerator();
        (await reader.MoveNextAsync()).ShouldBeTrue();

        // The second fact exists only after the first one was read: it can't have been sent together with it.
        api.Plane.Add(Facts.Of(FactKind.PipelineStarted, 1));
        (await reader.MoveNextAsync()).ShouldBeTrue();
        reader.Current.Kind.ShouldBe(FactKind.PipelineStarted);
    }

    [Fact]
    public async Task Journal_WhenTheServerStops_Ends()
    {
        await using var api = await RunningApi.StartAsync();
        api.Plane.Add(Facts.Of(FactKind.PipelineQueued, 0));
        await using var reader = api.Client.JournalAsync("shop", 0, follow: true, default).GetAsyncEnumerator();
        await reader.MoveNextAsync();
        var stopped = api.Host.StopAsync();
        (await reader.MoveNextAsync()).ShouldBeFalse();
        await stopped;
    }

    [Fact]
    public async Task Journal_ThatBreaksInTheMiddle_EndsInItsDiagnostics()
    {
        var diagnostic = new Diagnostic("TP6001", Severity.Error, "the engine went away");
        var plane = new FakeControlPlane { JournalBreaks = new DiagnosticException(ExitCode.EngineUnavailable, diagnostic) };
        plane.Add(Facts.Of(FactKind.PipelineQueued, 0));
        await using var api = await RunningApi.StartAsync(plane);
        await using var reader = api.Client.JournalAsync("shop", 0, follow: true, default).GetAsyncEnumerator();
        (await reader.MoveNextAsync()).ShouldBeTrue();
        var broken = await Should.ThrowAsync<DiagnosticException>(async () => await reader.MoveNextAsync());
        broken.ExitCode.ShouldBe(ExitCode.EngineUnavailable);
        broken.Diagnostics.Single().Code.ShouldBe("TP6001");
    }

    [Fact]
    public async Task Journal_ThatBreaksBeforeItsFirstFact_IsAnOrdinaryProblem()
    {
        var plane = new FakeControlPlane { JournalBreaks = new DiagnosticException(ExitCode.NotFound, new Diagnostic("TP4001", Severity.Error, "no such application")) };
        await using var api = await RunningApi.StartAsync(plane);
        using var response = await api.Http.SendAsync(api.Request(HttpMethod.Get, "/api/v1/journal"));
        ((int)response.StatusCode).ShouldBe(404);
    }

    [Fact]
    public async Task Logs_WithNamesThatNeedEscaping_ReachTheControlPlaneAsTheyAre()
    {
        await using var api = await RunningApi.StartAsync();
        api.Plane.OnLogs = () => [new LogAnswer(Facts.Start, "production", "api", "shop-production-api-1", "stderr", "tab\t\"quote\" ü")];
        var lines = new List<LogAnswer>();
        await foreach (var line in api.Client.LogsAsync("a b", "c d", "e&f=g", 7, follow: false, default))
        {
            lines.Add(line);
        }

        lines.ShouldHaveSingleItem().Text.ShouldBe("tab\t\"quote\" ü");
        api.Plane.Asked.ShouldContain("logs a b c d e&f=g 7 False");
    }
}
