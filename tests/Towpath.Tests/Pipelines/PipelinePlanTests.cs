using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Pipelines;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Pipelines;

public sealed class PipelinePlanTests
{
    private static readonly TestSpec Test = new("test", null, TimeSpan.FromMinutes(1), Models.At());

    [Fact]
    public void For_ImageBuildAndTest_HasAStepEach()
    {
        var plan = For(Models.Application(Models.Built("api", test: Test), Models.Image("db", "postgres:15")), ("api", ["debian"]));

        Told(plan).ShouldBe(["build:api <- ", "image:db <- ", "test:api <- build:api"]);
        plan.Images.ShouldBe(new Dictionary<string, string> { ["api"] = "build:api", ["db"] = "image:db" });
        plan.Steps.OfType<BuildStep>().Single().Bases.ShouldBe(["debian"]);
    }

    [Fact]
    public void For_DockerfileFromOtherServicesImage_WaitsForItsBuild()
    {
        var application = Models.Application(Models.Built("api"), Models.Built("base", image: "shop/base"));

        var plan = For(application, ("api", ["docker.io/shop/base:latest", "debian"]), ("base", ["debian"]));

        Told(plan).ShouldBe(["build:base <- ", "build:api <- build:base"]);
        plan.Steps.OfType<BuildStep>().Last().Bases.ShouldBe(["debian"], "what a step builds is not to be pulled");
    }

    [Fact]
    public void For_SameBuild_IsBuiltOnce()
    {
        var plan = For(Models.Application(Models.Built("api", context: "app"), Models.Built("worker", context: "app")));

        Told(plan).ShouldBe(["build:api <- "]);
        plan.Images["worker"].ShouldBe("build:api");
    }

    [Fact]
    public void For_SameContextOtherTarget_IsBuiltTwiceInTurn() =>
        Told(For(Models.Application(Models.Built("api", context: "app"), Models.Built("worker", context: "app", target: "worker"))))
            .ShouldBe(["build:api <- ", "build:worker <- build:api"]);

    [Fact]
    public void For_SameContextAndOneFromTheOther_MakesNoCircle() =>
        Told(For(
            Models.Application(Models.Built("api", context: "app"), Models.Built("base", context: "app", target: "base", image: "shop/base")),
            ("api", ["shop/base"]))).ShouldBe(["build:base <- ", "build:api <- build:base"]);

    [Fact]
    public void For_ImageOnlyServiceOfABuiltImage_UsesTheBuild()
    {
        var plan = For(Models.Application(Models.Built("api", image: "shop/api"), Models.Image("worker", "shop/api:latest")));

        Told(plan).ShouldBe(["build:api <- "]);
        plan.Images["worker"].ShouldBe("build:api");
    }

    [Fact]
    public void For_SameImageTwice_IsFoundOnce() =>
        Told(For(Models.Application(Models.Image("a", "redis"), Models.Image("b", "docker.io/library/redis:latest")))).ShouldBe(["image:a <- "]);

    [Fact]
    public void For_BuildsFromEachOther_IsADiagnostic()
    {
        var application = Models.Application(Models.Built("a", image: "x/a"), Models.Built("b", image: "x/b"));

        Should.Throw<DiagnosticException>(() => For(application, ("a", ["x/b"]), ("b", ["x/a"]))).Diagnostics[0].Code.ShouldBe("TP3019");
    }

    [Fact]
    public void For_NeitherImageNorBuild_IsADiagnostic() =>
        Should.Throw<DiagnosticException>(() => For(Models.Application(new Service { Name = "a", Location = Models.At() })))
            .Diagnostics[0].Code.ShouldBe("TP3020");

    [Fact]
    public void Ready_AsStepsEnd_GivesWhatCanBegin()
    {
        var plan = For(Models.Application(Models.Built("api", test: Test), Models.Image("db", "postgres:15")));

        Names(plan.Ready(Set(), Set())).ShouldBe(["build:api", "image:db"]);
        Names(plan.Ready(Set("image:db"), Set("build:api", "image:db"))).ShouldBe(["sbom:db"]);
        Names(plan.Ready(Set("build:api"), Set("build:api", "image:db"))).ShouldBe(["test:api", "sbom:api"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("redis", "redis:latest")]
    [InlineData("docker.io/library/redis:7", "redis:7")]
    [InlineData("localhost:5000/x", "localhost:5000/x:latest")]
    [InlineData("localhost/x/y", "x/y:latest")]
    [InlineData("x@sha256:abc", "x@sha256:abc")]
    public void Normalize_Name_IsTheOneForm(string name, string expected) => ImageName.Normalize(name).ShouldBe(expected);

    private static PipelinePlan For(Application application, params (string Service, string[] Bases)[] bases) =>
        PipelinePlan.For(application, bases.ToDictionary(b => b.Service, b => b.Bases.ToImmutableArray()));

    [Fact]
    public void For_EachImage_IsReadOnceAfterItIsMade()
    {
        var plan = For(Models.Application(Models.Built("api", context: "app"), Models.Image("db", "postgres:15"), Models.Built("worker", context: "app")));

        plan.Steps.OfType<BillStep>().Select(s => $"{s.Name} <- {s.Source}").ShouldBe(["sbom:api <- build:api", "sbom:db <- image:db"]);
        plan.Steps.OfType<BillStep>().ShouldAllBe(s => s.DependsOn.Single() == s.Source);
    }

    private static IEnumerable<string> Told(PipelinePlan plan) => plan.Steps.Where(s => s is not BillStep).Select(s => $"{s.Name} <- {string.Join(',', s.DependsOn)}");

    private static IEnumerable<string> Names(IEnumerable<PipelineStep> steps) => steps.Select(s => s.Name);

    private static HashSet<string> Set(params string[] names) => [.. names];

    [Fact]
    public void For_ServiceWithHealthEndpoint_IsTriedAfterItsTestsWithAllThatItNeeds()
    {
        var api = Healthy("api", "db") with { Delivery = Healthy("api").Delivery with { Test = new TestSpec(null, ["test"], TimeSpan.FromMinutes(1), Models.At()) } };

        var trial = Plan(api, Depending(Models.Image("db", "postgres"), "disk"), Models.Image("disk", "disk"), Models.Image("other", "other")).Steps.OfType<TrialStep>().Single();

        trial.Name.ShouldBe("trial:api");
        trial.Needs.Select(s => s.Name).ShouldBe(["db", "disk"]);
        trial.DependsOn.ShouldBe(["build:api", "image:db", "image:disk", "test:api"], ignoreOrder: true);
    }

    [Fact]
    public void For_ServicesThatNeedEachOther_AreTriedTogether() =>
        Plan(Healthy("api", "web"), Healthy("web", "api")).Steps.OfType<TrialStep>().Select(t => (t.Name, t.Needs.Single().Name))
            .ShouldBe([("trial:api", "web"), ("trial:web", "api")], ignoreOrder: true);

    [Fact]
    public void For_ServiceWithoutTrial_IsNotTried() =>
        Plan(
            Models.Built("plain"),
            Healthy("off") with { Delivery = Healthy("off").Delivery with { Trial = new TrialSpec(false, TimeSpan.Zero, Models.At()) } },
            Models.Image("image", "image") with { Delivery = Healthy("image").Delivery }).Steps.OfType<TrialStep>().ShouldBeEmpty();

    private static PipelinePlan Plan(params Service[] services) =>
        PipelinePlan.For(Models.Application(services), new Dictionary<string, ImmutableArray<string>>());

    private static Service Healthy(string name, params string[] needs) =>
        Depending(Models.Built(name), needs) with { Delivery = new Delivery { Health = new HealthEndpoint("/", "/", 80, Models.At()) } };

    private static Service Depending(Service service, params string[] needs) =>
        service with { DependsOn = [.. needs.Select(n => new Dependency(n, DependencyCondition.Started, true, Models.At()))] };
}
