using Towpath.Core.Handover;

namespace Towpath.EngineTests.Trials;

/// <summary>Built images are tried on real Podman, and nothing of a trial stays.</summary>
public sealed class TrialTests(PodmanFixture fixture) : IClassFixture<PodmanFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Trial_AnswersAsDescribed_PassesOnceAndIsNotRepeated()
    {
        using var application = Application();

        var (first, failure) = await application.ShipAsync(Cancel);
        failure.ShouldBeNull(failure?.ToString());
        first.Detail!.ShouldMatch("^ready after .* with side; 2 of 2 operations answered as described$");
        (await application.LeftAsync()).ShouldBeEmpty();
        application.Delivered("api", "starts").ShouldSatisfyAllConditions(c => c.Verdict.ShouldBe(CheckVerdict.Passed), c => c.Evidence.ShouldStartWith("ready after "));
        application.Delivered("api", "health").Evidence.ShouldBe("/healthz: it answered 200");
        application.Delivered("api", "logs").ShouldBe(new DeliveryCheck("logs", CheckVerdict.Passed, "it wrote to stdout or stderr while it was tried"));
        application.Delivered("side", "logs").Verdict.ShouldBe(CheckVerdict.NotTried);

        application.Write("readme.md", "changed");
        (await application.ShipAsync(Cancel)).Trial.Detail.ShouldBe("the same images with the same settings and description passed before");
        application.Delivered("api", "logs").Verdict.ShouldBe(CheckVerdict.Passed);

        application.Answer("13");
        (await application.ShipAsync(Cancel)).Trial.Detail!.ShouldStartWith("ready after");
    }

    [Fact]
    public async Task Trial_AnswersOtherwise_FailsAtTheLineOfTheDescription()
    {
        using var application = Application();
        application.Answer("\"cheap\"");

        var (trial, failure) = await application.ShipAsync(Cancel);

        trial.Succeeded.ShouldBeFalse();
        failure!.Code.ShouldBe("TP3027");
        failure.Headline.ShouldEndWith("GET /products/7: 200: price must be a number, is text");
        failure.Location!.ToString().ShouldBe("api/openapi.yaml:7:5");
        (await application.LeftAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Trial_HealthEndpointThatIsNotThere_FailsWithinItsTime()
    {
        using var application = Application();
        application.Compose("trial: { timeout: 2s }", health: "/health");

        var (_, failure) = await application.ShipAsync(Cancel);

        failure!.Code.ShouldBe("TP3024");
        failure.Headline.ShouldContain("GET /health: it answered 404");
        (await application.LeftAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Trial_ProcessThatEnds_FailsWithWhatItWrote()
    {
        using var application = Application();
        application.Write("api/default.conf", "server { listen 80; nonsense; }\n");

        var (_, failure) = await application.ShipAsync(Cancel);

        failure!.Code.ShouldBe("TP3023");
        failure.Notes.ShouldContain(line => line.Contains("nonsense", StringComparison.Ordinal));
        (await application.LeftAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Trial_Cancelled_LeavesNothing()
    {
        using var application = Application();
        application.Compose("trial: { timeout: 60s }", health: "/never");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var shipping = application.ShipAsync(cancel.Token);
        while (!shipping.IsCompleted && !(await application.LeftAsync()).Any(name => name.Contains("-api-", StringComparison.Ordinal)))
            await Task.Delay(100, Cancel);

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => shipping);
        (await application.LeftAsync()).ShouldBeEmpty();
    }

    private TriedApplication Application()
    {
        Assert.SkipWhen(fixture.Engine is null, fixture.SkipReason);
        return new TriedApplication(fixture.Engine!, fixture.Folder);
    }
}
