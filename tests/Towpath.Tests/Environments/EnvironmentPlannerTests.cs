using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Environments;

public sealed class EnvironmentPlannerTests
{
    [Fact]
    public void Plan_Order_DependenciesFirstThenNames()
    {
        var plan = Sample.Desired("1", On("a", "z"), On("m"), On("z", "m"), On("b"));

        plan.Services.Select(s => s.Name).ShouldBe(["b", "m", "z", "a"]);
        plan.Service("a")!.DependsOn.ShouldBe(["z"]);
    }

    [Fact]
    public void Plan_DependencyThatIsNotPartOfTheRelease_IsLeftOut()
    {
        var plan = Sample.Desired("1", On("a", "gone"), On("b", "a"));

        plan.Services.Select(s => s.Name).ShouldBe(["a", "b"]);
        plan.Service("a")!.DependsOn.ShouldBeEmpty();
    }

    [Fact]
    public void Plan_Cycle_StillGivesEachServiceOnce() =>
        Sample.Desired("1", On("a", "b"), On("b", "a")).Services.Select(s => s.Name).ShouldBe(["a", "b"], ignoreOrder: true);

    [Fact]
    public void Plan_Strategies_FollowFromVolumesAndWhoWaits()
    {
        var waiting = On("api") with { DependsOn = [new Dependency("seed", DependencyCondition.Completed, true, Models.At())] };
        var plan = Sample.Desired("1", waiting, On("seed") with { Replicas = 4 }, Sample.Db, Sample.Db with { Name = "reader", Mounts = [Sample.Db.Mounts[0] with { ReadOnly = true }] });

        plan.Service("api")!.Strategy.ShouldBe(RolloutStrategy.Rolling);
        plan.Service("db")!.Strategy.ShouldBe(RolloutStrategy.Recreate);
        plan.Service("reader")!.Strategy.ShouldBe(RolloutStrategy.Rolling);
        plan.Service("seed")!.ShouldSatisfyAllConditions(
            s => s.Strategy.ShouldBe(RolloutStrategy.Job), s => s.Replicas.ShouldBe(1), s => s.Readiness.Kind.ShouldBe(ReadinessKind.Completed));
    }

    [Theory]
    [InlineData(StrategyKind.Canary, RolloutStrategy.Canary, RolloutStrategy.Rolling)]
    [InlineData(StrategyKind.BlueGreen, RolloutStrategy.BlueGreen, RolloutStrategy.Rolling)]
    [InlineData(StrategyKind.Recreate, RolloutStrategy.Recreate, RolloutStrategy.Recreate)]
    [InlineData(StrategyKind.Rolling, RolloutStrategy.Rolling, RolloutStrategy.Rolling)]
    public void Plan_StrategyThatIsAskedFor_IsGivenWhereItFits(StrategyKind asked, RolloutStrategy http, RolloutStrategy worker)
    {
        var spec = new StrategySpec { Kind = asked, Steps = [10] };
        var plan = EnvironmentPlanner.Plan(Sample.Release("1", Sample.Api(), Sample.Worker, Sample.Db), Sample.Production with { Strategy = spec }, ImmutableDictionary<string, string>.Empty);

        plan.Service("api")!.Strategy.ShouldBe(http);
        plan.Service("api")!.Rollout.ShouldBe(spec);
        plan.Service("worker")!.Strategy.ShouldBe(worker);
        plan.Service("db")!.Strategy.ShouldBe(RolloutStrategy.Recreate);
    }

    [Fact]
    public void Plan_StrategyOfAService_IsStrongerThanTheEnvironments()
    {
        var own = new StrategySpec { Kind = StrategyKind.BlueGreen };
        var environment = Sample.Production with
        {
            Strategy = new StrategySpec { Kind = StrategyKind.Canary },
            Services = ImmutableSortedDictionary<string, ServiceOverride>.Empty.Add("api", new ServiceOverride(null, ImmutableSortedDictionary<string, string>.Empty, own)),
        };

        var plan = EnvironmentPlanner.Plan(Sample.Release("1", Sample.Api(), Sample.Worker, Sample.Db), environment, ImmutableDictionary<string, string>.Empty);

        plan.Service("api")!.Strategy.ShouldBe(RolloutStrategy.BlueGreen);
        plan.Service("api")!.Rollout.ShouldBe(own);
    }

    [Fact]
    public void Plan_Backing_IsWhatMigrationsAndResourcesStandOn()
    {
        var api = Sample.Api() with { DependsOn = [new Dependency("db", DependencyCondition.Healthy, true, Models.At())] };
        var db = Sample.Db with { DependsOn = [new Dependency("disk", DependencyCondition.Started, true, Models.At())] };

        var plan = Sample.Desired("1", api, db, On("disk"), Sample.Worker);

        plan.Services.Where(s => s.Backing).Select(s => s.Name).ShouldBe(["db", "disk"], ignoreOrder: true);
    }

    [Fact]
    public void Plan_MigratingServiceThatAnotherOneDependsOn_IsNotBacking()
    {
        var first = Sample.Api() with { Name = "first" };
        var second = Sample.Api() with { Name = "second", DependsOn = [new Dependency("first", DependencyCondition.Healthy, true, Models.At())] };

        Sample.Desired("1", first, second, Sample.Db).Services.Where(s => s.Backing).Select(s => s.Name).ShouldBe(["db"]);
    }

    [Fact]
    public void Plan_Overrides_ApplyInThatEnvironmentAndChangeTheRevisionOnlyForVariables()
    {
        var release = Sample.Release("1", On("a") with { Replicas = 2 }, On("b"));
        var environment = Sample.Production with
        {
            Services = ImmutableSortedDictionary<string, ServiceOverride>.Empty
                .Add("a", new ServiceOverride(5, ImmutableSortedDictionary<string, string>.Empty))
                .Add("b", new ServiceOverride(null, ImmutableSortedDictionary<string, string>.Empty.Add("MODE", "x"))),
        };
        var plain = EnvironmentPlanner.Plan(release, Sample.Production, ImmutableDictionary<string, string>.Empty);

        var plan = EnvironmentPlanner.Plan(release, environment, ImmutableDictionary<string, string>.Empty);

        plan.Service("a")!.Replicas.ShouldBe(5);
        plan.Service("a")!.Revision.ShouldBe(plain.Service("a")!.Revision);
        plan.Service("b")!.Spec.Environment["MODE"].ShouldBe("x");
        plan.Service("b")!.Revision.ShouldNotBe(plain.Service("b")!.Revision);
    }

    [Fact]
    public void Plan_Readiness_IsTheMostTellingCheckThatIsDeclared()
    {
        var check = new Healthcheck(["ok"], TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(4), 3, TimeSpan.Zero, Models.At());
        var plan = Sample.Desired(
            "1",
            Sample.Api() with { Name = "http", Healthcheck = check, Delivery = new Delivery { Health = new HealthEndpoint("/ready", "/live", 8001, Models.At()) } },
            On("exec") with { Healthcheck = check, Expose = [5] },
            On("udp") with { Ports = [new PublishedPort(53, null, "udp", Models.At())] },
            On("tcp") with { Ports = [new PublishedPort(53, null, "udp", Models.At()), new PublishedPort(5432, null, "tcp", Models.At())] },
            On("routed") with { Expose = [9000], Delivery = new Delivery { Route = new Route("/", false, Models.At()) } },
            On("none"));

        Words("http").ShouldBe("Http 8001 /ready");
        Words("exec").ShouldBe("Exec 0 ");
        plan.Service("exec")!.Readiness.Timeout.ShouldBe(TimeSpan.FromSeconds(4));
        Words("udp").ShouldBe("Running 0 ");
        Words("tcp").ShouldBe("Tcp 5432 ");
        Words("routed").ShouldBe("Tcp 9000 ");
        Words("none").ShouldBe("Running 0 ");

        string Words(string service) => plan.Service(service)!.Readiness is var r ? $"{r.Kind} {r.Port} {r.Path}" : "";
    }

    private static Service On(string name, params string[] dependencies) => new()
    {
        Name = name,
        Location = Models.At(),
        Image = name,
        DependsOn = [.. dependencies.Select(d => new Dependency(d, DependencyCondition.Started, false, Models.At()))],
    };
}
