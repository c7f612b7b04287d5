using System.Text.Json.Nodes;
using Towpath.Core.Kubernetes.Status;
using Towpath.Simulation.Clusters.Server;
using Towpath.Simulation.Clusters.World;

namespace Towpath.Simulation.Clusters.Machinery;

/// <summary>Jobs: a pod at a time, another one after each that failed, up to a number.</summary>
internal sealed class JobController(ClusterWorld world, ControllerLoop loop)
{
    /// <summary>Brings a job on by a step.</summary>
    public void Act(StoredObject item)
    {
        if (item.IsLeaving || item.IsGone || item.Body.Condition("Complete") is not null || item.Body.Condition("Failed") is not null) return;
        var pods = world.Store.All(ServedKind.Pod, item.Space).Where(p => p.IsOf(item)).ToList();
        int In(string phase) => pods.Count(p => p.Body.Text("status", "phase") == phase);
        // One that was deleted before it had ended counts as failed.
        var (done, failed) = (In("Succeeded"), In("Failed") + pods.Count(p => p.IsLeaving && p.Body.Text("status", "phase") is "Pending" or "Running"));
        var status = new JsonObject { ["active"] = pods.Count - done - failed, ["succeeded"] = done, ["failed"] = failed, ["startTime"] = item.Body.Text("status", "startTime") ?? world.Store.Now };
        var age = world.Clock.Now - (item.Body.Time("metadata", "creationTimestamp") ?? world.Clock.Now);
        var limit = item.Body.Number("spec", "activeDeadlineSeconds") is { } seconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
        if (done > 0)
        {
            End(item, status, "Complete", null);
        }
        else if (failed > (item.Body.Number("spec", "backoffLimit") ?? 6))
        {
            End(item, status, "Failed", "BackoffLimitExceeded");
        }
        else if (age > limit)
        {
            foreach (var pod in pods) world.Nodes.End(pod, $"the deadline of {item}");
            End(item, status, "Failed", "DeadlineExceeded");
        }
        else
        {
            if (pods.Count - done - failed == 0 && !pods.Exists(p => p.IsLeaving)) loop.MakePod(item, Template(item), $"{item.Name}-{loop.Ending()}");
            if (limit < TimeSpan.MaxValue) loop.LookAt(limit - age + TimeSpan.FromSeconds(1));
            loop.Report(item, status);
        }
    }

    private static JsonObject Template(StoredObject item)
    {
        var template = (JsonObject)item.Body.At("spec", "template")!.DeepClone();
        var meta = template["metadata"] as JsonObject ?? [];
        var labels = meta["labels"] as JsonObject ?? [];
        labels["job-name"] = item.Name;
        meta["labels"] ??= labels;
        template["metadata"] ??= meta;
        return template;
    }

    private void End(StoredObject item, JsonObject status, string how, string? why)
    {
        status["active"] = 0;
        status["conditions"] = new JsonArray(new JsonObject { ["type"] = how, ["status"] = "True", ["reason"] = why, ["message"] = why ?? "" });
        loop.Report(item, status);
        world.Checks.JobEnded(item, how == "Complete");
    }
}
