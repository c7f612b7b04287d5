using System.Globalization;
using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;
using Towpath.Simulation.Clusters.Server;
using Towpath.Simulation.Clusters.World;

namespace Towpath.Simulation.Clusters.Machinery;

/// <summary>StatefulSets whose pods come and go without order: of those that are not of the last revision the highest goes first, once all above it are ready.</summary>
internal sealed class StatefulSetController(ClusterWorld world, ControllerLoop loop)
{
    private const string Revision = "controller-revision-hash";

    private ObjectStore Store => world.Store;

    /// <summary>Brings a set on by a step.</summary>
    public void Act(StoredObject item)
    {
        if (item.IsLeaving || item.IsGone) return;
        var (want, hash) = ((int)(item.Body.Number("spec", "replicas") ?? 1), HashOf(item.Body.At("spec", "template")!));
        for (var i = 0; i < want; i++)
        {
            Claim(item, i);
            if (Store.Find(ServedKind.Pod, item.Space, $"{item.Name}-{i}") is null) Make(item, i, hash);
        }

        var pods = Store.All(ServedKind.Pod, item.Space).Where(p => p.IsOf(item)).ToList();
        foreach (var extra in pods.Where(p => Ordinal(p) >= want)) world.Nodes.End(extra, $"the scaling of {item}");
        foreach (var pod in pods.Where(p => Ordinal(p) < want).OrderByDescending(Ordinal))
        {
            if (pod.Label(Revision) != hash)
            {
                if (!pod.IsLeaving) world.Nodes.End(pod, $"the rollout of {item}");
                break;
            }

            if (!ObjectStore.IsReady(pod)) break;
        }

        var (ready, updated) = (pods.Count(ObjectStore.IsReady), pods.Count(p => p.Label(Revision) == hash && !p.IsLeaving));
        var before = item.Body.Text("status", "currentRevision") ?? hash;
        loop.Report(item, new JsonObject
        {
            ["observedGeneration"] = item.Body.Number("metadata", "generation"),
            ["replicas"] = pods.Count,
            ["readyReplicas"] = ready,
            ["updatedReplicas"] = updated,
            ["updateRevision"] = hash,
            ["currentRevision"] = updated == want && ready == want ? hash : before,
        });
    }

    /// <summary>Names a template.</summary>
    public static string HashOf(JsonNode template)
    {
        var hash = 17UL;
        foreach (var one in template.ToJsonString()) hash = (hash * 1_000_003) ^ one;
        return (hash % 10_000_000_000).ToString("x", CultureInfo.InvariantCulture);
    }

    private static int Ordinal(StoredObject pod) => int.Parse(pod.Name[(pod.Name.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture);

    private void Make(StoredObject item, int ordinal, string hash) => loop.MakePod(item, (JsonObject)item.Body.At("spec", "template")!, $"{item.Name}-{ordinal}", body => body["metadata"]!["labels"]![Revision] = hash);

    private void Claim(StoredObject item, int ordinal)
    {
        foreach (var template in item.Body.Items("spec", "volumeClaimTemplates"))
        {
            var name = $"{template.Name()}-{item.Name}-{ordinal}";
            if (Store.Find(ServedKind.Claim, item.Space, name) is not null || Store.Find(ServedKind.Namespace, "", item.Space) is not { IsLeaving: false }) continue;
            var body = (JsonObject)template.DeepClone();
            (body["metadata"]!["name"], body["metadata"]!["namespace"]) = (name, item.Space);
            Store.Add(ServedKind.Claim, body);
        }
    }
}
