using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Kubernetes.Status;

namespace Towpath.Tests.Kubernetes.Running;

public sealed class UnitStandingTests
{
    [Theory]
    [InlineData("apps/v1", "Deployment", """{ "replicas": 3 }""", """{ "observedGeneration": 1, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 3, "availableReplicas": 3 }""", 3, 3, null)]
    [InlineData("apps/v1", "Deployment", """{ "replicas": 3 }""", """{ "observedGeneration": 1, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 1, "availableReplicas": 1 }""", 1, 3, "1 of 3 replicas are available")]
    [InlineData("apps/v1", "Deployment", """{ "replicas": 2 }""", "{}", 0, 2, "its controller has not seen it yet")]
    [InlineData("apps/v1", "StatefulSet", "{}", """{ "observedGeneration": 1, "readyReplicas": 1, "currentRevision": "a", "updateRevision": "a" }""", 1, 1, null)]
    [InlineData("apps/v1", "DaemonSet", "{}", """{ "observedGeneration": 1, "desiredNumberScheduled": 4, "updatedNumberScheduled": 4, "numberReady": 3, "numberAvailable": 3 }""", 3, 4, "3 of 4 nodes have a pod that is available")]
    [InlineData("batch/v1", "CronJob", "{}", "{}", 0, 0, null)]
    public void Of_Unit_CountsReadyPodsAndSaysWhyNot(string apiVersion, string kind, string spec, string status, int ready, int wanted, string? why)
    {
        var unit = (JsonObject)JsonNode.Parse($$"""
            { "apiVersion": "{{apiVersion}}", "kind": "{{kind}}", "metadata": { "generation": 1, "labels": { "towpath.dev/revision": "a1" } }, "spec": {{spec}}, "status": {{status}} }
            """)!;

        UnitStanding.Of(new ObservedObject(unit), "api").ShouldBe(new UnitStanding("api", "a1", ready, wanted, why));
    }

    [Fact]
    public void Of_JobThatEndedWell_IsReady()
    {
        var job = (JsonObject)JsonNode.Parse("""{ "apiVersion": "batch/v1", "kind": "Job", "metadata": {}, "spec": {}, "status": { "succeeded": 1, "conditions": [ { "type": "Complete", "status": "True" } ] } }""")!;

        UnitStanding.Of(new ObservedObject(job), "seed").ShouldBe(new UnitStanding("seed", "", 1, 1, null));
    }
}
