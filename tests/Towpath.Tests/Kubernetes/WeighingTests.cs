using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Planning;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Kubernetes;

public sealed class WeighingTests
{
    private const string Compose = """
        services:
          web:
            image: example/web:1
            ports: ["8080"]
            deploy: { replicas: 4 }
            x-towpath: { health: /, route: / }
        """;

    [Theory]
    [InlineData(0, 4, false, 1)]
    [InlineData(20, 4, false, 1)]
    [InlineData(50, 4, false, 4)]
    [InlineData(80, 4, false, 4)]
    [InlineData(100, 4, false, 4)]
    [InlineData(33, 2, false, 1)]
    [InlineData(10, 18, false, 2)]
    [InlineData(20, 4, true, 1)]
    [InlineData(25, 4, true, 1)]
    [InlineData(26, 4, true, 2)]
    [InlineData(80, 4, true, 4)]
    [InlineData(1, 1, true, 1)]
    [InlineData(50, 0, false, 1)]
    public void Pods_OfAShare_AreNearestToItAndNeverMoreThanInTheEnd(double percent, int wanted, bool isSplit, int pods) => Weighing.Pods(percent, wanted, isSplit).ShouldBe(pods);

    [Theory]
    [InlineData(20, 4, null)]
    [InlineData(50, 4, null)]
    [InlineData(25, 4, null)]
    [InlineData(10, 4, 20.0)]
    [InlineData(80, 4, 50.0)]
    [InlineData(20, 1, 50.0)]
    [InlineData(100, 4, null)]
    public void Instead_OfAStep_IsTheShareThatComesAboutWhereItIsMuchBeside(int percent, int wanted, double? share) => Weighing.Instead(percent, wanted).ShouldBe(share);

    [Theory]
    [InlineData("{ canary: { steps: [20%, 50%] } }", "", "TP6422 TP6432")]
    [InlineData("{ canary: { steps: [80%] } }", "", "TP6422 TP6431 TP6432")]
    [InlineData("{ canary: { steps: [80%] } }", "entry: gateway", "TP6422 TP6432")]
    [InlineData("{ canary: { steps: [80%] } }", "class: nginx", "TP6422 TP6432")]
    [InlineData("{ canary: { steps: [80%] } }", "class: haproxy", "TP6422 TP6431 TP6432")]
    [InlineData("blue-green", "", "TP6422")]
    [InlineData("rolling", "", "")]
    public void Compile_Strategy_IsToldAsItComesAbout(string strategy, string cluster, string codes)
    {
        var compiled = Compiled.Of(Compose, ladder: Ladder(strategy, cluster));

        string.Join(' ', compiled.Codes.Where(c => c is "TP6422" or "TP6430" or "TP6431" or "TP6432").Order()).ShouldBe(codes);
        compiled.At("Deployment/web", "spec.template.metadata.labels.\"towpath.dev/track\"").ShouldBe(strategy == "rolling" ? null : "stable");
        compiled.At("Deployment/web", "spec.selector.matchLabels.\"towpath.dev/track\"").ShouldBeNull("a selector can't be changed");
        compiled.At("Service/web", "spec.selector.\"towpath.dev/track\"").ShouldBeNull("at rest all pods of the name are chosen");
    }

    [Fact]
    public void Compile_ServiceOnPortsOfItsNode_RollsAndIsTold()
    {
        var compiled = Compiled.Of(Compose.Replace("image:", "network_mode: host\n    image:", StringComparison.Ordinal), ladder: Ladder("canary", ""));

        compiled.Codes.ShouldContain("TP6430");
        compiled.Codes.ShouldNotContain("TP6432");
        compiled.At("Deployment/web", "spec.template.metadata.labels.\"towpath.dev/track\"").ShouldBeNull();
    }

    [Theory]
    [InlineData(EngineKind.Containers, EngineKind.Containers, StrategyKind.Rolling, true)]
    [InlineData(EngineKind.Kubernetes, EngineKind.Kubernetes, StrategyKind.BlueGreen, true)]
    [InlineData(EngineKind.Kubernetes, EngineKind.Kubernetes, StrategyKind.Rolling, false)]
    [InlineData(EngineKind.Kubernetes, EngineKind.Containers, StrategyKind.Canary, false)]
    [InlineData(EngineKind.Containers, EngineKind.Kubernetes, StrategyKind.Canary, false)]
    public void Weighs_Plan_OnlyAgainstWhatCanBeToldApart(EngineKind target, EngineKind before, StrategyKind strategyBefore, bool weighs)
    {
        var next = Desired(target, StrategyKind.Canary);

        Sample.Plan(next, Desired(before, strategyBefore)).Weighs(next.Services[0]).ShouldBe(weighs);
    }

    private static EnvironmentDesired Desired(EngineKind engine, StrategyKind strategy) => EnvironmentPlanner.Plan(
        Sample.Release("1", Sample.Api()),
        Sample.Production with { Engine = engine, Strategy = new StrategySpec { Kind = strategy } },
        ImmutableDictionary<string, string>.Empty);

    private static string Ladder(string strategy, string cluster) => $$"""
        application: shop
        environments:
          production:
            engine: kubernetes
            strategy: {{strategy}}
            kubernetes: { {{cluster}} }
        """;
}
