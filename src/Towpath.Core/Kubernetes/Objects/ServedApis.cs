namespace Towpath.Core.Kubernetes.Objects;

/// <summary>
/// The version of an API that a cluster serves, from <see href="https://kubernetes.io/docs/reference/using-api/deprecation-guide/"/>.
/// </summary>
internal static class ServedApis
{
    /// <summary>Of PodDisruptionBudget.</summary>
    public static string Disruption(ClusterRequest request) => Pick(request, "policy/v1/PodDisruptionBudget", 21, "policy/v1beta1");

    /// <summary>Of CronJob.</summary>
    public static string CronJob(ClusterRequest request) => Pick(request, "batch/v1/CronJob", 21, "batch/v1beta1");

    /// <summary>Of HorizontalPodAutoscaler.</summary>
    public static string Autoscaler(ClusterRequest request) => Pick(request, "autoscaling/v2/HorizontalPodAutoscaler", 23, "autoscaling/v2beta2");

    // What a server says of itself counts more than its version.
    private static string Pick(ClusterRequest request, string api, int since, string before) =>
        request.Served.Contains(api) || (request.Served.IsEmpty && request.Version.IsAtLeast(since)) ? api[..api.LastIndexOf('/')] : before;
}
