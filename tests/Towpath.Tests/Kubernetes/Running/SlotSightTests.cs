using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Rollouts;
using Towpath.Tests.Fakes;
using Readiness = Towpath.Core.Kubernetes.Status.Readiness;

namespace Towpath.Tests.Kubernetes.Running;

public sealed class SlotSightTests
{
    private static readonly DateTimeOffset Now = Sample.Start.AddMinutes(10);

    [Theory]
    [InlineData(null, true, 4, ReplicaTraffic.Serving, 100)]
    [InlineData(null, false, 3, ReplicaTraffic.Joining, 0)]
    [InlineData("stable=100,canary=25", true, 4, ReplicaTraffic.Serving, 100)]
    [InlineData("stable=100,canary=25", false, 3, ReplicaTraffic.Serving, 100)]
    [InlineData("stable=100,canary=25", false, 0, ReplicaTraffic.Joining, 100)]
    [InlineData("stable=0,canary=100", true, 4, ReplicaTraffic.Standby, 0)]
    [InlineData("canary=100", true, 4, ReplicaTraffic.None, 0)]
    public void First_ByItsShare_IsWhatTheMachineKnowsOfReplicas(string? weights, bool isReady, int available, ReplicaTraffic traffic, int weight)
    {
        var unit = (JsonObject)JsonNode.Parse($$"""{ "kind": "Deployment", "status": { "availableReplicas": {{available}} } }""")!;

        var seen = SlotSight.First(Seen(isReady), SlotWeights.Parse(weights), unit);

        (seen.Traffic, seen.Weight).ShouldBe((traffic, weight));
    }

    [Theory]
    [InlineData("stable=100,canary=0", "T", ReplicaTraffic.Standby, 0)]
    [InlineData("stable=100,canary=25", "T", ReplicaTraffic.Serving, 25)]
    [InlineData("stable=0,canary=100", "T", ReplicaTraffic.Serving, 100)]
    [InlineData("stable=100,canary=0", "other", ReplicaTraffic.None, 0)]
    [InlineData("stable=100,canary=25", "other", ReplicaTraffic.Serving, 25)]
    [InlineData(null, "T", ReplicaTraffic.Serving, 100)]
    public void Second_ByItsShare_IsWhatTheMachineKnowsOfReplicas(string? weights, string wanted, ReplicaTraffic traffic, int weight)
    {
        var seen = SlotSight.Second(Seen(true), SlotWeights.Parse(weights), Unit(2), [], View(Readiness.Ready) with { Wanted = wanted });

        (seen.Traffic, seen.Weight).ShouldBe((traffic, weight));
    }

    [Fact]
    public void Second_WithPodsThatComeUp_IsUpForAsLongAsTheyMayTake()
    {
        var weights = new SlotWeights(100, 25, IsSplit: false);
        var fresh = SlotSight.Second(Seen(false), weights, Unit(1), [Pod(Now.AddSeconds(-20))], View(Readiness.InProgress));
        (fresh.Traffic, fresh.Since).ShouldBe((ReplicaTraffic.Serving, Now.AddSeconds(-20)), "a pod that was put elsewhere has its own time");

        var late = SlotSight.Second(Seen(false), weights, Unit(1), [Pod(Now.AddSeconds(-61))], View(Readiness.InProgress));
        late.Traffic.ShouldBe(ReplicaTraffic.Joining);
        SlotSight.Second(Seen(false), weights, Unit(0), [Pod(Now)], View(Readiness.InProgress)).Traffic.ShouldBe(ReplicaTraffic.Joining);
    }

    [Fact]
    public void Second_ThatEndsAgainAndAgain_HasEndedWhereItHasAShare()
    {
        var pod = Pod(Now, restarts: 2);

        var serving = SlotSight.Second(Seen(false), new SlotWeights(100, 25, IsSplit: false), Unit(1), [pod], View(Readiness.Failed));
        (serving.Process, serving.ExitCode, serving.Traffic).ShouldBe((ReplicaProcess.Exited, 3, ReplicaTraffic.Joining));
        var standing = SlotSight.Second(Seen(false), new SlotWeights(100, 0, IsSplit: false), Unit(1), [pod], View(Readiness.Failed));
        (standing.Process, standing.Since, standing.Traffic).ShouldBe((ReplicaProcess.Running, Sample.Start, ReplicaTraffic.Joining));
    }

    private static SlotView View(Readiness readiness) => new("T", readiness, TimeSpan.FromSeconds(60), Now);

    private static JsonObject Unit(int ready) => (JsonObject)JsonNode.Parse($$"""{ "kind": "Deployment", "status": { "readyReplicas": {{ready}} } }""")!;

    private static JsonObject Pod(DateTimeOffset since, int restarts = 0) => (JsonObject)JsonNode.Parse($$"""
        {
          "metadata": { "name": "web-canary-1" },
          "status": {
            "conditions": [ { "type": "Ready", "status": "False", "lastTransitionTime": "{{since:O}}" } ],
            "containerStatuses": [ { "ready": false, "restartCount": {{restarts}}, "lastState": { "terminated": { "exitCode": 3 } } } ]
          }
        }
        """)!;

    private static ObservedReplica Seen(bool isReady) => new()
    {
        Container = "c",
        Service = "web",
        Revision = "T",
        Ordinal = 0,
        Release = "r-2",
        ImageDigest = "sha256:1",
        Process = ReplicaProcess.Running,
        Since = Sample.Start,
        Ready = isReady,
        Traffic = isReady ? ReplicaTraffic.Serving : ReplicaTraffic.Joining,
        Weight = isReady ? 100 : 0,
    };
}
