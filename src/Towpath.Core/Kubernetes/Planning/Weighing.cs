using Towpath.Core.Applications;

namespace Towpath.Core.Kubernetes.Planning;

/// <summary>Which workloads take a new release by shares of their requests when Towpath deploys them, and how many pods a share needs.</summary>
internal static class Weighing
{
    private const double Much = 5;

    /// <summary>It is asked for, and can be done.</summary>
    public static bool IsWeighed(ClusterPlan plan, Workload workload) => workload.Service.IsByShares && WhyNot(plan, workload) is null;

    /// <summary>Why a workload rolls whatever is asked for, as the end of a sentence about it; null where it can be weighed.</summary>
    public static string? WhyNot(ClusterPlan plan, Workload workload) =>
        workload.Kind != WorkloadKind.Deployment ? $"it is a {workload.Kind}, whose pods have no second set beside them"
        : plan.Request.Spec.Git is not null ? "a controller in the cluster brings its objects from a repository"
        : workload.Cluster.HostNetwork ? "it has the ports of its node, which a second set of pods would find taken"
        : !workload.HasService || workload.HttpPort is null ? "nothing calls it by a Service, so that none of its requests can be shared out"
        : null;

    /// <summary>What brings in its requests from outside can split them by weights; elsewhere a share is a ratio of pods.</summary>
    public static bool IsSplit(ClusterPlan plan, Workload workload) => workload.Spec.Delivery.Route is not null && (plan.Request.Spec.Entry == EntryKind.GatewayApi
        || (plan.Request.Spec.Entry == EntryKind.Ingress && plan.Request.Spec.EntryClass == "nginx"));

    /// <summary>Pods of the new release for a share of the requests, beside all pods of the one before.</summary>
    /// <param name="percent">Share, 0 to 100.</param>
    /// <param name="wanted">Pods of the one before, which are as many as the new one ends with.</param>
    /// <param name="isSplit">Requests are split by weights, so that pods only have to bear their share.</param>
    /// <returns>By ratio <c>c / (wanted + c)</c> is nearest to the share; never more than are wanted in the end, which is half of the requests.</returns>
    public static int Pods(double percent, int wanted, bool isSplit)
    {
        var most = Math.Max(1, wanted);
        if (percent >= 100) return most;
        var pods = isSplit ? Math.Ceiling((wanted * percent / 100) - 1e-9) : Math.Round(wanted * percent / (100 - percent), MidpointRounding.AwayFromZero);
        return (int)Math.Clamp(pods, 1, most);
    }

    /// <summary>Percent of the requests that come about by ratio for a step, where that is much beside it; null where it is near.</summary>
    public static double? Instead(int percent, int wanted)
    {
        var pods = Pods(percent, wanted, isSplit: false);
        var share = 100.0 * pods / (Math.Max(1, wanted) + pods);
        return percent < 100 && Math.Abs(share - percent) > Much ? share : null;
    }
}
