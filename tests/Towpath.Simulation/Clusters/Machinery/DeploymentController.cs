using System.Globalization;
using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;
using Towpath.Simulation.Clusters.Server;
using Towpath.Simulation.Clusters.World;

namespace Towpath.Simulation.Clusters.Machinery;

/// <summary>Deployments and their ReplicaSets: new pods come up and old ones go by `maxSurge` and `maxUnavailable`, those that are not available first.</summary>
internal sealed class DeploymentController(ClusterWorld world, ControllerLoop loop)
{
    private const string Hash = "pod-template-hash";
    private const string Revision = "deployment.kubernetes.io/revision";
    private readonly Dictionary<string, (string Seen, TimeSpan At)> _progress = new(StringComparer.Ordinal);

    private ObjectStore Store => world.Store;

    /// <summary>Brings a deployment on by a step.</summary>
    public void Act(StoredObject item)
    {
        if (item.IsLeaving || item.IsGone) return;
        var sets = Store.All(ServedKind.ReplicaSet, item.Space).Where(r => r.IsOf(item) && !r.IsLeaving).ToList();
        var newest = sets.Find(r => r.Label(Hash) == HashOf(item)) ?? Make(item, sets);
        var old = sets.Where(r => r != newest).ToList();
        var want = Wanted(item);
        if (item.Body.Text("spec", "strategy", "type") == "Recreate") Recreate(item, newest, old, want);
        else Roll(item, newest, old, want);
        Report(item, newest, old, want);
    }

    /// <summary>Makes a ReplicaSet's pods, and counts them.</summary>
    public void ActOnReplicas(StoredObject set)
    {
        if (set.IsLeaving || set.IsGone) return;
        var pods = Pods(set).Where(p => !p.IsLeaving && p.Body.Text("status", "phase") != "Failed").ToList();
        var want = Wanted(set);
        for (var i = pods.Count; i < want; i++) loop.MakePod(set, (JsonObject)set.Body.At("spec", "template")!, $"{set.Name}-{loop.Ending()}");
        foreach (var extra in pods.OrderBy(ObjectStore.IsReady).ThenByDescending(p => p.Name, StringComparer.Ordinal).Take(pods.Count - want)) world.Nodes.End(extra, $"the scaling of {set} to {want}");
        pods = [.. Pods(set).Where(p => !p.IsLeaving)];
        loop.Report(set, new JsonObject
        {
            ["observedGeneration"] = set.Body.Number("metadata", "generation"),
            ["replicas"] = pods.Count,
            ["readyReplicas"] = pods.Count(ObjectStore.IsReady),
            ["availableReplicas"] = pods.Count(p => IsAvailable(set, p)),
        });
    }

    private void Roll(StoredObject item, StoredObject newest, List<StoredObject> old, int want)
    {
        var surge = Portion(item.Body.At("spec", "strategy", "rollingUpdate", "maxSurge"), want, isUp: true);
        var missing = Portion(item.Body.At("spec", "strategy", "rollingUpdate", "maxUnavailable"), want, isUp: false);
        if (surge == 0 && missing == 0) missing = 1;
        var total = old.Sum(Wanted) + Wanted(newest);
        if (Wanted(newest) > want) Scale(newest, want);
        else if (Wanted(newest) < want && total < want + surge) Scale(newest, Math.Min(want, Wanted(newest) + want + surge - total));
        var spare = old.Sum(Wanted) + Wanted(newest) - (want - missing) - (Wanted(newest) - Available(newest));
        foreach (var set in old.Where(s => Wanted(s) > 0))
        {
            if (spare <= 0) break;
            var useless = Math.Min(spare, Math.Max(0, Wanted(set) - Available(set)));
            if (useless > 0) Scale(set, Wanted(set) - useless);
            spare -= useless;
        }

        var serving = Available(newest) + old.Sum(s => Math.Min(Available(s), Wanted(s)));
        foreach (var set in old.Where(s => Wanted(s) > 0))
        {
            var take = Math.Min(Wanted(set), serving - (want - missing));
            if (take <= 0) break;
            Scale(set, Wanted(set) - take);
            serving -= take;
        }
    }

    private void Recreate(StoredObject item, StoredObject newest, List<StoredObject> old, int want)
    {
        foreach (var set in old) Scale(set, 0);
        if (!Store.All(ServedKind.Pod, item.Space).Exists(p => old.Exists(p.IsOf))) Scale(newest, want);
    }

    private void Report(StoredObject item, StoredObject newest, List<StoredObject> old, int want)
    {
        int Of(string what, IEnumerable<StoredObject> sets) => sets.Sum(s => (int)(s.Body.Number("status", what) ?? 0));
        var all = old.Append(newest).ToList();
        var isDone = Of("availableReplicas", [newest]) >= want && Of("replicas", old) == 0;
        var counted = $"{item.Body.Number("metadata", "generation")} {Of("replicas", all)} {Of("replicas", [newest])} {Of("availableReplicas", all)}";
        if (!_progress.TryGetValue(item.Uid, out var progress) || progress.Seen != counted) _progress[item.Uid] = progress = (counted, world.Clock.Elapsed);
        var limit = TimeSpan.FromSeconds(item.Body.Number("spec", "progressDeadlineSeconds") ?? 600);
        var isLate = !isDone && world.Clock.Elapsed - progress.At > limit;
        if (!isDone && !isLate) loop.LookAt(limit - (world.Clock.Elapsed - progress.At) + TimeSpan.FromSeconds(1));
        loop.Report(item, new JsonObject
        {
            ["observedGeneration"] = item.Body.Number("metadata", "generation"),
            ["replicas"] = Of("replicas", all),
            ["updatedReplicas"] = Of("replicas", [newest]),
            ["readyReplicas"] = Of("readyReplicas", all),
            ["availableReplicas"] = Of("availableReplicas", all),
            ["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "Progressing",
                ["status"] = isLate ? "False" : "True",
                ["reason"] = isLate ? "ProgressDeadlineExceeded" : isDone ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
            }),
        });
    }

    private StoredObject Make(StoredObject item, List<StoredObject> sets)
    {
        var number = sets.Select(s => int.Parse(s.Body.Text("metadata", "annotations", Revision)!, CultureInfo.InvariantCulture)).DefaultIfEmpty().Max() + 1;
        var hash = HashOf(item);
        var template = (JsonObject)item.Body.At("spec", "template")!.DeepClone();
        template["metadata"]!["labels"]![Hash] = hash;
        var labels = (JsonObject)template["metadata"]!["labels"]!.DeepClone();
        Annotate(item, number);
        return Store.Add(ServedKind.ReplicaSet, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{item.Name}-{hash}",
                ["namespace"] = item.Space,
                ["labels"] = labels,
                ["annotations"] = new JsonObject { [Revision] = number.ToString(CultureInfo.InvariantCulture) },
                ["ownerReferences"] = new JsonArray(ControllerLoop.Reference(item)),
            },
            ["spec"] = new JsonObject { ["replicas"] = 0, ["minReadySeconds"] = item.Body.Number("spec", "minReadySeconds") ?? 0, ["template"] = template },
        });
    }

    private void Annotate(StoredObject item, int number)
    {
        var meta = (JsonObject)item.Body["metadata"]!;
        var annotations = meta["annotations"] as JsonObject ?? [];
        annotations[Revision] = number.ToString(CultureInfo.InvariantCulture);
        meta["annotations"] ??= annotations;
        Store.Touch(item);
    }

    private void Scale(StoredObject set, int to)
    {
        if (Wanted(set) == to) return;
        set.Body["spec"]!["replicas"] = to;
        set.Body["metadata"]!["generation"] = (set.Body.Number("metadata", "generation") ?? 0) + 1;
        Store.Touch(set);
    }

    private IEnumerable<StoredObject> Pods(StoredObject set) => Store.All(ServedKind.Pod, set.Space).Where(p => p.IsOf(set));

    private static int Wanted(StoredObject item) => (int)(item.Body.Number("spec", "replicas") ?? 1);

    private int Available(StoredObject set) => Pods(set).Count(p => IsAvailable(set, p));

    private bool IsAvailable(StoredObject set, StoredObject pod)
    {
        if (!ObjectStore.IsReady(pod)) return false;
        var left = TimeSpan.FromSeconds(set.Body.Number("spec", "minReadySeconds") ?? 0) - world.Nodes.ReadyFor(pod);
        if (left > TimeSpan.Zero) loop.LookAt(left + TimeSpan.FromMilliseconds(10));
        return left <= TimeSpan.Zero;
    }

    private static int Portion(JsonNode? given, int of, bool isUp)
    {
        if (given is null) return isUp ? (of + 3) / 4 : of / 4;
        var text = given.ToString();
        if (!text.EndsWith('%')) return int.Parse(text, CultureInfo.InvariantCulture);
        var share = of * int.Parse(text[..^1], CultureInfo.InvariantCulture) / 100d;
        return (int)(isUp ? Math.Ceiling(share) : Math.Floor(share));
    }

    private static string HashOf(StoredObject item) => StatefulSetController.HashOf(item.Body.At("spec", "template")!);
}
