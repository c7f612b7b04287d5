using Towpath.Core.Applications;
using Towpath.Core.OpenApi;
using Towpath.Core.OpenApi.Changes;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.OpenApi;

public sealed class ServiceApisTests
{
    private const string Text = Described.Head + "servers: [{ url: SERVER }]\npaths: { /healthz: { get: { responses: { default: { description: d } } } } }\n";

    [Theory]
    [InlineData("/api", "/healthz", true, true)]
    [InlineData("/api", "/api/healthz", true, false)]
    [InlineData("/api", "/api/healthz", false, true)]
    [InlineData("/api/v1", "/v1/healthz", true, true)]
    [InlineData("/apis", "/healthz", true, false)]
    [InlineData("https://shop.example", "/healthz", true, true)]
    public void Read_HealthEndpoint_IsLookedForInsideOfTheService(string server, string health, bool strip, bool described)
    {
        var apis = Read(Text.Replace("SERVER", server, StringComparison.Ordinal), health, strip);

        apis.Diagnostics.Select(d => d.Code).ShouldBe(described ? [] : ["TP2422"]);
        apis.ByService.Keys.ShouldBe(["api"]);
    }

    [Fact]
    public void Read_MistakenDescription_IsLeftOut() =>
        Read("openapi: 2\n", "/healthz", strip: true).ShouldSatisfyAllConditions(a => a.ByService.ShouldBeEmpty(), a => a.Diagnostics.Single().Code.ShouldBe("TP2401"));

    [Theory]
    [InlineData("1.9.0", "2.0.0", "Note")]
    [InlineData("1.0.0", "1.1.0", "Warning")]
    [InlineData("v1", "v2", "Note")]
    [InlineData("one", "two", "Warning")]
    public void Between_BreakingChange_IsAWarningUnlessANewMajorVersionAnnouncesIt(string old, string now, string severity)
    {
        var before = Described.Good(Text.Replace("version: 1.0.0", $"version: {old}", StringComparison.Ordinal));
        var after = Described.Good(Text.Replace("version: 1.0.0", $"version: {now}", StringComparison.Ordinal).Replace("/healthz", "/health", StringComparison.Ordinal));

        var changes = ServiceApiChanges.Between(Models.Built("api"), before, after, "release r-1");

        changes.Diagnostics.Single().ShouldSatisfyAllConditions(d => d.Code.ShouldBe("TP2450"), d => d.Severity.ToString().ShouldBe(severity), d => d.Label.ShouldBe("in release r-1"));
        changes.Summary.ShouldStartWith("1 breaking, 1 compatible and 0 documentation changes since release r-1");
    }

    private static ServiceApis Read(string text, string health, bool strip)
    {
        var service = Models.Built("api") with
        {
            Delivery = new Delivery { Api = "openapi.yaml", Health = new HealthEndpoint(health, health, 80, Models.At()), Route = new Route("/api", strip, Models.At()) },
        };
        return ServiceApis.Read([service], new FakeSourceFiles(("openapi.yaml", text)));
    }
}
