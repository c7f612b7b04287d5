using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Running;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Kubernetes;

public sealed class ClusterUnitsTests
{
    [Fact]
    public void Of_Service_IsOneUnitWhosePodsKeepTheirRevision()
    {
        var two = Units(Sample.Api(replicas: 2));
        var three = Units(Sample.Api(replicas: 3));

        two.Services[0].Replicas.ShouldBe(1);
        two.Services[0].Strategy.ShouldBe(RolloutStrategy.Rolling);
        two.Environment.Warm.ShouldBe(TimeSpan.Zero);
        three.Services[0].Revision.ShouldNotBe(two.Services[0].Revision, "the object differs");
        three.Services[0].PodRevision.ShouldBe(two.Services[0].PodRevision, "its pods do not");
    }

    [Fact]
    public void Of_SameServiceInAnotherRelease_IsTheSameUnit()
    {
        var again = Units(Sample.Api()) with { Release = "r-2" };

        Units(Sample.Api()).Services[0].Revision.ShouldBe(again.Services[0].Revision);
        ClusterUnits.Of(Desired("2", Sample.Api()) with { Services = Desired("1", Sample.Api()).Services }, Files).Services[0].Revision.ShouldBe(again.Services[0].Revision);
    }

    [Fact]
    public void IsReplaced_ServiceOfBothReleases_IsNeverRemoved()
    {
        var both = Units(Sample.Api(), Sample.Worker);
        var one = Units(Sample.Api());

        ClusterUnits.IsReplaced(Sample.Plan(one, both), "api").ShouldBeTrue();
        ClusterUnits.IsReplaced(Sample.Plan(one, both), "worker").ShouldBeFalse("the release that comes does without it");
        ClusterUnits.IsReplaced(Sample.Plan(one), "api").ShouldBeFalse("there is nothing that could be replaced");
        ClusterUnits.IsReplaced(Sample.Plan(Units(Sample.Api(replicas: 0)), both), "api").ShouldBeFalse("no pod of it is wanted");
    }

    [Theory]
    [InlineData(StrategyKind.Canary, RolloutStrategy.Canary)]
    [InlineData(StrategyKind.BlueGreen, RolloutStrategy.BlueGreen)]
    [InlineData(StrategyKind.Rolling, RolloutStrategy.Rolling)]
    public void Of_ServiceThatIsWeighed_KeepsItsStrategy(StrategyKind asked, RolloutStrategy strategy) =>
        ClusterUnits.Of(Weighed(asked, KubernetesSpec.Default), Files).Services[0].Strategy.ShouldBe(strategy);

    [Fact]
    public void Of_ServiceThatIsDeliveredByCommits_Rolls() =>
        ClusterUnits.Of(Weighed(StrategyKind.Canary, KubernetesSpec.Default with { Git = new GitDeliverySpec("https://git.example.org/environments.git") }), Files).Services[0].Strategy.ShouldBe(RolloutStrategy.Rolling);

    private static EnvironmentDesired Weighed(StrategyKind strategy, KubernetesSpec cluster) => EnvironmentPlanner.Plan(
        Sample.Release("1", Sample.Api()),
        Sample.Production with { Engine = EngineKind.Kubernetes, Kubernetes = cluster, Strategy = new StrategySpec { Kind = strategy } },
        ImmutableDictionary<string, string>.Empty);

    private static FakeSourceFiles Files { get; } = new();

    private static EnvironmentDesired Units(params Service[] services) => ClusterUnits.Of(Desired("1", services), Files);

    private static EnvironmentDesired Desired(string version, params Service[] services) => Sample.Desired(version, services);
}
