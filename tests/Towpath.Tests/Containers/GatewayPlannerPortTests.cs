using Towpath.Core.Applications;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Core.Rollouts;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Containers;

public sealed class GatewayPlannerPortTests
{
    [Theory]
    [InlineData(GatewayPorts.Public)]
    [InlineData(GatewayPorts.Metrics)]
    public void Plan_ServiceOnAPortOfTheGateway_IsRefusedAtItsPlace(int port)
    {
        var api = Sample.Api() with { Ports = [new PublishedPort(port, null, "tcp", Sample.Here(4))] };

        var refused = Should.Throw<DiagnosticException>(() => GatewayPlanner.Plan(Sample.Plan(Sample.Desired("1", api, Sample.Db)), Side.Target, 100));

        refused.Diagnostics[0].Code.ShouldBe("TP5506");
        refused.Diagnostics[0].Location.ShouldBe(api.Location);
    }

    [Fact]
    public void Plan_BothSides_KeepsTheRoutesOfTheOneThatRuns()
    {
        var before = Sample.Desired("1", Sample.Api(), Sample.Db);
        var moved = Sample.Api() with { Name = "shop" };
        var after = Sample.Desired("2", moved, Sample.Db);

        var plan = GatewayPlanner.Plan(Sample.Plan(after, before), Side.Both, 100);

        plan.Backends.Select(b => b.Service).ShouldBe(["api", "shop"]);
        plan.Routes.Select(r => (r.Path, r.Service)).ShouldBe([("/", "api")]);
    }
}
