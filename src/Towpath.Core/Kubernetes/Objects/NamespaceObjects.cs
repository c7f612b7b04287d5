using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Objects;

/// <summary>The room that an environment lives in: its namespace with the level that pods are held to, what all may use, what one gets that says nothing.</summary>
internal static class NamespaceObjects
{
    // Enough over the usual 0 to be the last to go, and far below what clusters keep for themselves.
    private const int BackingPriority = 1000;

    /// <summary>A workload that keeps data, or that others' migrations stand on.</summary>
    public static bool IsBacking(Workload workload) => workload.Kind == WorkloadKind.StatefulSet || workload.Service.Backing;

    /// <summary>The priority of what keeps data.</summary>
    public static string PriorityOf(ClusterPlan plan) => $"{plan.Namespace}-data";

    /// <summary>Everything that is there before any workload.</summary>
    public static IEnumerable<ManifestObject> Of(ClusterPlan plan, DiagnosticBag bag)
    {
        var environment = plan.Request.Desired.Environment;
        var origin = new Origin($"the environment {environment.Name}", environment.Location);
        yield return Namespace(plan, origin, bag);
        if (plan.Request.Spec.QuotaPercent is { } percent)
        {
            yield return ManifestObject.Of("v1", "ResourceQuota", ObjectNames.Meta(plan, "quota"), new Origin("an environment can't take what others need", plan.Request.Spec.Location), ("spec", Quota(plan, percent)));
        }

        yield return ManifestObject.Of("v1", "LimitRange", ObjectNames.Meta(plan, "limits"), new Origin("what says nothing of its size gets a small one"), ("spec", Limits()));
        if (plan.Workloads.Any(IsBacking))
        {
            yield return ManifestObject.Of(
                "scheduling.k8s.io/v1", "PriorityClass", ObjectNames.ClusterMeta(plan, PriorityOf(plan)), new Origin("what keeps data is the last to be evicted"),
                ("value", BackingPriority), ("preemptionPolicy", "Never"), ("description", $"Services of {plan.Namespace} that keep data."));
        }
    }

    private static ManifestObject Namespace(ClusterPlan plan, Origin origin, DiagnosticBag bag)
    {
        var level = plan.Workloads.Select(w => PodSecurity.LevelOf(w, bag)).DefaultIfEmpty(SecurityLevel.Restricted).Max();
        var meta = ObjectNames.ClusterMeta(plan, plan.Namespace);
        var labels = (ManifestMap)meta["labels"]!;
        var why = new Origin("Pod Security admission holds pods to what these objects need, and no more");
        labels.Add("pod-security.kubernetes.io/enforce", level.ToString().ToLowerInvariant(), why);
        labels.Add("pod-security.kubernetes.io/audit", "restricted", why);
        labels.Add("pod-security.kubernetes.io/warn", "restricted", why);
        return ManifestObject.Of("v1", "Namespace", meta, origin);
    }

    private static ManifestMap Quota(ClusterPlan plan, int percent)
    {
        var silent = new DiagnosticBag();
        double requestCpus = 0, limitCpus = 0;
        long requestBytes = 0, limitBytes = 0;
        var pods = 0;
        foreach (var workload in plan.Workloads)
        {
            var one = PodResources.Of(workload, silent);
            // What takes a release by shares has a second set of pods meanwhile, and while the release before is kept warm.
            var count = (Math.Max(workload.Replicas, workload.Spec.Delivery.Scale?.Max ?? 0) * (Weighing.IsWeighed(plan, workload) ? 2 : 1)) + (workload.Spec.Delivery.Migrate is null ? 0 : 1);
            (requestCpus, limitCpus) = (requestCpus + (count * one.RequestCpus), limitCpus + (count * one.LimitCpus));
            (requestBytes, limitBytes) = (requestBytes + (count * one.RequestBytes), limitBytes + (count * one.LimitBytes));
            pods += count;
        }

        var factor = percent / 100.0;
        // Room for what waits, and for one pod more of each service, while a release replaces another.
        return new ManifestMap
        {
            {
                "hard", new ManifestMap
                {
                    { "requests.cpu", Quantity.Cpus(Math.Ceiling(requestCpus * factor * 10) / 10 + 0.5) },
                    { "requests.memory", Quantity.Bytes(Mebibytes(requestBytes * factor) + (512L << 20)) },
                    { "limits.cpu", Quantity.Cpus(Math.Ceiling(limitCpus * factor) + 1) },
                    { "limits.memory", Quantity.Bytes(Mebibytes(limitBytes * factor) + (1L << 30)) },
                    { "pods", Quantity.Count((long)Math.Ceiling(pods * factor) + 10) },
                }
            },
        };
    }

    private static long Mebibytes(double bytes) => (long)Math.Ceiling(bytes / (1 << 20)) * (1 << 20);

    private static ManifestMap Limits() => new()
    {
        {
            "limits", new ManifestList
            {
                new ManifestMap
                {
                    { "type", "Container" },
                    { "default", new ManifestMap { { "cpu", "500m" }, { "memory", "256Mi" } } },
                    { "defaultRequest", new ManifestMap { { "cpu", "50m" }, { "memory", "64Mi" } } },
                },
            }
        },
    };
}
