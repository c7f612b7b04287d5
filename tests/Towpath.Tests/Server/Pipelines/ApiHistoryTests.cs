using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Pipelines;

/// <summary>What a run says of a service's API, compared with the releases before.</summary>
public sealed class ApiHistoryTests : IDisposable
{
    private const string Both = "openapi: 3.1.0\ninfo: { title: Shop, version: 1.0.0 }\npaths:\n  /a: { get: { responses: { default: { description: d } } } }\n  /b: { $ref: 'more.yaml' }\n";
    private const string One = "openapi: 3.1.0\ninfo: { title: Shop, version: 1.0.0 }\npaths:\n  /a: { get: { responses: { default: { description: d } } } }\n";
    private readonly PipelineFixture _ = new();

    public ApiHistoryTests()
    {
        _.Uses(Api("api/openapi.yaml"));
        _.Repository.Write("api/more.yaml", "get: { responses: { default: { description: d } } }\n");
    }

    public void Dispose() => _.Dispose();

    [Fact]
    public async Task RunAsync_FirstRelease_HasNothingToCompareWith()
    {
        (await RunAsync(Both)).ShouldBe("2 operations, nothing to compare with");

        Told().ShouldBeEmpty();
    }

    [Fact]
    public async Task RunAsync_OperationRemoved_IsToldAndKeptAsEvidence()
    {
        await RunAsync(Both);

        (await RunAsync(One)).ShouldStartWith("1 breaking, 0 compatible and 0 documentation changes since release r-");

        Told().Single().ShouldSatisfyAllConditions(
            d => d.Code.ShouldBe("TP2450"), d => d.Severity.ShouldBe(Severity.Warning), d => d.Location!.File.ShouldBe("api/more.yaml"));
    }

    [Theory]
    [InlineData("Error", 0, false)]
    [InlineData("Note", 1, true)]
    [InlineData(null, 0, true)]
    public async Task RunAsync_SeverityThatTheTeamHasSet_Holds(string? severity, int told, bool released)
    {
        await RunAsync(Both);
        var setting = new RuleSetting("api-keeps-operations", severity is null ? null : Enum.Parse<Severity>(severity), [], null, Models.At());
        var service = Api("api/openapi.yaml");
        _.Read = _ => (Models.Application(service) with { Contract = new ContractTerms { Rules = [setting] } }, []);
        _.Repository.Write("api/openapi.yaml", One);

        ((await _.Runner.RunAsync(_.Queue(), default)) is not null).ShouldBe(released);

        Told().Count(d => d.Severity.ToString() == severity).ShouldBe(told);
        _.Facts(FactKind.PipelineFailed).Select(f => f.Diagnostic!.Code).ShouldBe(released ? [] : ["TP2450"]);
    }

    [Fact]
    public async Task RunAsync_OlderReleaseInTheHighestEnvironment_IsComparedWithThat()
    {
        await RunAsync(Both);
        Deploy(_.Store.Releases("shop", 1)[0].Id);
        await RunAsync(One);

        (await RunAsync(One + "# no change\n")).ShouldStartWith("1 breaking");
    }

    [Fact]
    public async Task RunAsync_DescriptionGone_IsTold()
    {
        await RunAsync(Both);
        _.Uses(Models.Built("api"));

        (await RunAsync(One)).ShouldStartWith("the description of release r-");

        Told().Single().Code.ShouldBe("TP2456");
    }

    [Fact]
    public async Task RunAsync_MistakenDescription_FailsBeforeAnythingIsBuilt()
    {
        _.Repository.Write("api/openapi.yaml", One.Replace("/a", "a", StringComparison.Ordinal));
        var run = _.Queue();

        (await _.Runner.RunAsync(run, default)).ShouldBeNull();

        _.Failure(run).ShouldSatisfyAllConditions(d => d.Code.ShouldBe("TP2406"), d => d.Location!.ToString().ShouldBe("api/openapi.yaml:4:3"));
        _.Engine.Calls.ShouldNotContain(c => c.StartsWith("build", StringComparison.Ordinal));
    }

    private static Service Api(string? path) => Models.Built("api") with { Delivery = new Delivery { Api = path } };

    private IEnumerable<Diagnostic> Told() => _.Facts(FactKind.DiagnosticReported).Where(f => f.Step == "api:api").Select(f => f.Diagnostic!);

    private async Task<string?> RunAsync(string description)
    {
        _.Repository.Write("api/openapi.yaml", description);
        var run = _.Queue();
        (await _.Runner.RunAsync(run, default)).ShouldNotBeNull();
        return _.Store.Evidence(run.Id).Single(e => e.Step == "api:api").Detail;
    }

    private void Deploy(string release)
    {
        var lease = _.Store.TryTakeLease("shop", "development", "test", Models.Noon, TimeSpan.FromMinutes(1)).ShouldNotBeNull();
        var deployment = _.Store.AddDeployment("shop", "development", release, null, "ann", Models.Noon, _ => ("{}", "Requested"), _ => []);
        _.Store.CompleteDeployment(lease, deployment.Id, "Succeeded", "{}", Models.Noon, []);
    }
}
