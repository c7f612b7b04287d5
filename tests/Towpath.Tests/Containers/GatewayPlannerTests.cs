using Towpath.Core.Applications;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Core.Rollouts;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Containers;

public sealed class GatewayPlannerTests
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
        // What is to come is asked on the private route, by its own routes.
        plan.PrivateRoutes!.Value.Select(r => (r.Path, r.Service)).ShouldBe([("/", "shop")]);
    }

    [Fact]
    public void Plan_ServiceWithALongGracePeriod_GivesReplacedProxiesThatTime()
    {
        var patient = Sample.Api() with { StopGracePeriod = TimeSpan.FromMinutes(5) };

        GatewayPlanner.Plan(Sample.Plan(Sample.Desired("1", Sample.Api(), Sample.Db)), Side.Target, 100).DrainTime.ShouldBe(TimeSpan.FromMinutes(1));
        GatewayPlanner.Plan(Sample.Plan(Sample.Desired("1", patient, Sample.Db)), Side.Target, 100).DrainTime.ShouldBe(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void Plan_Both_ServesTheServicesOfEitherSide()
    {
        var plan = Sample.Plan(Sample.Desired("2", Http("new", "/new"), Http("api", "/api")), Sample.Desired("1", Http("old", "/old"), Http("api", "/api")));

        Words(plan, Side.Both).ShouldBe("api new old | /api=api /new=new /old=old");
        Words(plan, Side.Target).ShouldBe("api new | /api=api /new=new");
        Words(plan, Side.Previous).ShouldBe("api old | /api=api /old=old");
    }

    [Fact]
    public void Plan_RoutesContradict_TheRunningSideIsRightUntilTheEnd()
    {
        var plan = Sample.Plan(Sample.Desired("2", Http("web", "/shop"), Http("api", "/")), Sample.Desired("1", Http("web", "/"), Http("api", "/api")));

        Words(plan, Side.Both).ShouldBe("api web | /=web /api=api /shop=web");
        Words(plan, Side.Target).ShouldBe("api web | /=api /shop=web");
    }

    [Fact]
    public void Plan_SameServiceOnAnotherPortOrPath_IsCheckedAsTheNewSideSays()
    {
        var plan = Sample.Plan(
            Sample.Desired("2", Http("api", "/") with { Delivery = Checked("/ready", 9000) }), Sample.Desired("1", Http("api", "/") with { Delivery = Checked("/healthz", 8000) }));

        GatewayPlanner.Plan(plan, Side.Both, 10).Backends.ShouldBe([new GatewayBackend("api", 9000, "/ready")]);
        GatewayPlanner.Plan(plan, Side.Previous, 10).Backends.ShouldBe([new GatewayBackend("api", 8000, "/healthz")]);
    }

    [Theory]
    [InlineData(Side.Both)]
    [InlineData(Side.Previous)]
    [InlineData(Side.Target)]
    public void Plan_NoReleaseBefore_IsTheTarget(Side side) =>
        Words(Sample.Plan(Sample.Desired("1", Http("api", "/"), Sample.Db, Sample.Worker)), side).ShouldBe("api | /=api");

    [Fact]
    public void Plan_ServiceWithoutARoute_HasAnAddressInsideOnly()
    {
        var inner = Http("inner", "/") with { Delivery = Checked("/healthz", 8000) with { Route = null } };

        Words(Sample.Plan(Sample.Desired("1", inner)), Side.Target).ShouldBe("inner | ");
    }

    [Fact]
    public void Plan_ServiceStopsSpeakingHttp_KeepsItsBackendUntilItsReplicasAreGone()
    {
        var plan = Sample.Plan(Sample.Desired("2", Sample.Worker), Sample.Desired("1", Http("worker", "/")));

        Words(plan, Side.Both).ShouldBe("worker | /=worker");
        Words(plan, Side.Target).ShouldBe(" | ");
    }

    private static Delivery Checked(string path, int port) =>
        new() { Health = new HealthEndpoint(path, path, port, Models.At()), Route = new Route("/", false, Models.At()) };

    private static Service Http(string name, string route) => new()
    {
        Name = name,
        Location = Models.At(),
        Image = name,
        Expose = [8000],
        Delivery = new Delivery { Route = new Route(route, false, Models.At()) },
    };

    private static string Words(DeploymentPlan plan, Side side)
    {
        var desired = GatewayPlanner.Plan(plan, side, 10);
        return $"{string.Join(' ', desired.Backends.Select(b => b.Service))} | {string.Join(' ', desired.Routes.Select(r => $"{r.Path}={r.Service}"))}";
    }
}
