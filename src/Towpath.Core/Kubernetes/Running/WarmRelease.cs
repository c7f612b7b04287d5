using System.Text.Json.Nodes;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Status;
using Towpath.Core.Rollouts;

namespace Towpath.Core.Kubernetes.Running;

/// <summary>
/// The release before, kept ready to come back after a deployment by shares: the second workload of each of its services stays for that long, behind a Service
/// that does not choose it. A way back is then a rollout whose new pods are there already.
/// </summary>
public static class WarmRelease
{
    /// <summary>A service of a plan keeps its second workload when the deployment has ended well: it was weighed, and its pods are others now.</summary>
    /// <param name="plan">The deployment.</param>
    /// <param name="side">Which way it ended.</param>
    /// <param name="service">The service, of the target.</param>
    public static bool IsKept(DeploymentPlan plan, Side side, ServiceDesired service) =>
        side == Side.Target && plan.Target.Environment.Warm > TimeSpan.Zero && IsPossible(service)
        && plan.Weighs(service) && plan.Previous?.Service(service.Name) is { } before && IsPossible(before) && before.PodRevision != service.PodRevision;

    /// <summary>
    /// A service can be kept. An autoscaler finds pods by labels that both workloads have: those that idle would be spare room to it, and it would make the first
    /// one too small.
    /// </summary>
    public static bool IsPossible(ServiceDesired service) => service.IsByShares && service.Spec.Delivery.Scale is null;

    /// <summary>
    /// What the pods of a release read, and the migrations that they ask for, as <c>Kind/name</c>: names go with contents, so that those of two releases stand
    /// beside each other.
    /// </summary>
    public static IEnumerable<string> Inputs(Compilation compilation) => compilation.Objects
        .Where(o => o.Kind is "ConfigMap" or "Secret" || (o.Kind == "Job" && !compilation.Workloads.ContainsValue(o.Id))).Select(o => o.Id);

    /// <summary>
    /// Makes a second workload one that is kept. Its pods wait for nothing: all that they depend on has been there, and the release that runs may ask about its
    /// own migrations only.
    /// </summary>
    public static void Keep(JsonObject second)
    {
        second["metadata"]!["annotations"]![ObjectNames.Warm] = "true";
        second["spec"]!["template"]!["spec"]!.AsObject().Remove("initContainers");
    }

    /// <summary>A second workload is kept, and has no requests again.</summary>
    /// <param name="second">It.</param>
    /// <param name="weights">The shares of its service.</param>
    public static bool Is(JsonObject second, SlotWeights? weights) => second.Text("metadata", "annotations", ObjectNames.Warm) is not null && weights is { Canary: 0 };
}
