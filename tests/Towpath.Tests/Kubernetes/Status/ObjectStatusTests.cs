using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;

namespace Towpath.Tests.Kubernetes.Status;

/// <summary>Verdicts on objects as a real cluster showed them. <c>TOWPATH_ACCEPT=1</c> writes <c>verdicts.txt</c>.</summary>
public sealed class ObjectStatusTests
{
    private static readonly string Folder = RepositoryRoot.Combine("tests", "Towpath.Tests", "Kubernetes", "Status", "Cases");

    [Fact]
    public void Read_RealObjects_GivesTheVerdicts()
    {
        var verdicts = Directory.EnumerateFiles(Folder, "*.json").Order(StringComparer.Ordinal)
            .Select(file => (Name: Path.GetFileNameWithoutExtension(file), Verdict: ObjectStatus.Read(Case(file))))
            .Select(c => $"{c.Name}\n  {c.Verdict.Readiness}, {c.Verdict.Cause}\n  {c.Verdict.Why}\n");
        var actual = string.Join('\n', verdicts);
        var expected = Path.Combine(Folder, "verdicts.txt");
        if (Environment.GetEnvironmentVariable("TOWPATH_ACCEPT") == "1") File.WriteAllText(expected, actual);

        actual.ShouldBe(File.ReadAllText(expected));
    }

    [Fact]
    public void Read_GenerationThatTheControllerHasNotSeen_IsInProgress()
    {
        var ready = Case("deployment-ready");
        ObjectStatus.Read(ready).Readiness.ShouldBe(Readiness.Ready);
        ready.Item["metadata"]!["generation"] = 2;

        ObjectStatus.Read(ready).ShouldBe(new ObjectVerdict(Readiness.InProgress, "its controller has not seen the last change yet"));
    }

    [Theory]
    [InlineData("spec", "replicas", 2, "1 of 2 replicas are of the new revision")]
    [InlineData("status", "replicas", 3, "2 replicas of an old revision are still there")]
    [InlineData("status", "availableReplicas", 0, "0 of 1 replicas are available")]
    public void Read_DeploymentOnItsWay_SaysWhatIsMissing(string part, string field, int value, string why)
    {
        var observed = Case("deployment-ready");
        observed.Item[part]![field] = value;

        ObjectStatus.Read(observed with { Pods = [] }).ShouldBe(new ObjectVerdict(Readiness.InProgress, why));
    }

    [Fact]
    public void Read_DeploymentWithATroubledOldPod_LooksAtTheNewOnesOnly()
    {
        var observed = Case("deployment-crash-loop");
        var old = observed.Pods[0].DeepClone().AsObject();
        old["metadata"]!["ownerReferences"]![0]!["uid"] = "another";

        ObjectStatus.Read(observed with { Pods = [old] }).Why.ShouldNotContain("exit code");
    }

    [Theory]
    [InlineData("""{"status":{"conditions":[{"type":"Ready","status":"True"}]}}""", Readiness.Ready, "it is ready")]
    [InlineData("""{"status":{"conditions":[{"type":"Ready","status":"False","message":"no certificate yet"}]}}""", Readiness.InProgress, "it is not ready: no certificate yet")]
    [InlineData("""{"status":{"conditions":[{"type":"Ready","status":"Unknown"}]}}""", Readiness.Unknown, "whether it is ready is not known")]
    [InlineData("""{"status":{"conditions":[{"type":"Ready","status":"True"},{"type":"Stalled","status":"True","reason":"BadInput"}]}}""", Readiness.Failed, "it is stuck (BadInput)")]
    [InlineData("""{"status":{"conditions":[{"type":"Reconciling","status":"True","message":"new generation"}]}}""", Readiness.InProgress, "its controller is at it: new generation")]
    [InlineData("""{"status":{"conditions":[{"type":"Established","status":"True"},{"type":"NamesAccepted","status":"True"}]}}""", Readiness.Ready, "it is established")]
    [InlineData("""{"metadata":{"generation":3},"status":{"observedGeneration":2}}""", Readiness.InProgress, "its controller has not seen the last change yet")]
    [InlineData("""{"metadata":{"deletionTimestamp":"2026-01-01T00:00:00Z"}}""", Readiness.InProgress, "it is being deleted")]
    [InlineData("""{"data":{}}""", Readiness.Ready, "it is there")]
    [InlineData("""{"status":"odd","metadata":[]}""", Readiness.Ready, "it is there")]
    public void Read_AnyOtherKind_GoesByItsConditions(string item, Readiness readiness, string why) =>
        ObjectStatus.Read(new ObservedObject(JsonNode.Parse(item)!.AsObject())).ShouldBe(new ObjectVerdict(readiness, why));

    [Theory]
    [InlineData("""{"kind":"StatefulSet","apiVersion":"apps/v1","metadata":{"generation":2},"spec":{"replicas":3},"status":{"observedGeneration":2,"readyReplicas":3,"updatedReplicas":1,"currentRevision":"a","updateRevision":"b"}}""", Readiness.InProgress, "1 of 3 replicas are of the new revision")]
    [InlineData("""{"kind":"StatefulSet","apiVersion":"apps/v1","spec":{"replicas":3,"updateStrategy":{"rollingUpdate":{"partition":2}}},"status":{"observedGeneration":2,"readyReplicas":3,"updatedReplicas":1,"currentRevision":"a","updateRevision":"b"}}""", Readiness.Ready, "all 3 replicas are ready")]
    [InlineData("""{"kind":"DaemonSet","apiVersion":"apps/v1","status":{"observedGeneration":1,"desiredNumberScheduled":3,"updatedNumberScheduled":3,"numberAvailable":2}}""", Readiness.InProgress, "2 of 3 nodes have a pod that is available")]
    [InlineData("""{"kind":"Job","apiVersion":"batch/v1","status":{"active":1,"failed":2}}""", Readiness.InProgress, "it runs, after 2 tries that failed")]
    [InlineData("""{"kind":"Namespace","apiVersion":"v1","status":{"phase":"Terminating","conditions":[{"type":"NamespaceContentRemaining","status":"True","message":"Some resources are remaining: pods. has 1 resource instances"}]}}""", Readiness.InProgress, "it is being deleted: Some resources are remaining: pods. has 1 resource instances")]
    [InlineData("""{"kind":"Service","apiVersion":"v1","spec":{"type":"LoadBalancer","clusterIP":"10.0.0.1"},"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}}""", Readiness.Ready, "it has its address")]
    public void Read_SetsAndOthersOnTheirWay_CountWhatIsMissing(string item, Readiness readiness, string why) =>
        ObjectStatus.Read(new ObservedObject(JsonNode.Parse(item)!.AsObject())).ShouldBe(new ObjectVerdict(readiness, why));

    [Fact]
    public void Read_ClaimThatWaitsForItsFirstPod_HoldsNobodyUp()
    {
        var observed = Case("claim-no-class");
        var note = JsonNode.Parse("""{"reason":"WaitForFirstConsumer","message":"waiting for first consumer to be created before binding","involvedObject":{"kind":"PersistentVolumeClaim","name":"data"}}""")!.AsObject();

        ObjectStatus.Read(observed with { Events = [note] }).Readiness.ShouldBe(Readiness.Ready);
    }

    [Theory]
    [InlineData("0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had taint {gpu: only}, that the pod didn't tolerate.", "cpu, taint")]
    [InlineData("0/3 nodes are available: 3 node(s) didn't match pod affinity/anti-affinity rules.", "pod affinity")]
    [InlineData("0/3 nodes are available: 3 Insufficient nvidia.com/gpu.", "nvidia.com/gpu")]
    [InlineData("0/3 nodes are available: 3 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }. preemption: 0/3 nodes are available", "taint")]
    [InlineData("0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.", "host port")]
    [InlineData("no nodes available to schedule pods", "")]
    public void Missing_WordsOfTheScheduler_AreUnderstood(string words, string missing) => string.Join(", ", SchedulingWords.Missing(words)).ShouldBe(missing);

    private static ObservedObject Case(string name)
    {
        var text = JsonNode.Parse(File.ReadAllText(name.EndsWith(".json", StringComparison.Ordinal) ? name : Path.Combine(Folder, name + ".json")))!;
        ImmutableArray<JsonObject> Of(string key) => [.. text.Items(key).Select(i => i.DeepClone().AsObject())];
        return new ObservedObject(text["object"]!.DeepClone().AsObject())
        {
            Pods = Of("pods"),
            ReplicaSets = Of("replicaSets"),
            Events = Of("events"),
            Nodes = Of("nodes"),
            LastLines = (text["lastLines"] as JsonObject ?? []).ToImmutableDictionary(l => l.Key, l => l.Value!.AsArray().Select(v => v!.ToString()).ToImmutableArray()),
        };
    }
}
