using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Status;

namespace Towpath.Core.Kubernetes.Running;

/// <summary>How many pods of a service's unit are ready, of how many that it wants now: an autoscaler's number where one sets it.</summary>
/// <param name="Service">Service in the Compose file.</param>
/// <param name="Revision">Revision of the unit.</param>
/// <param name="Ready">Pods that are ready; of a Job those that ended well.</param>
/// <param name="Wanted">Pods that are wanted; of what runs on a schedule none while it is not its time.</param>
/// <param name="Why">Why it is not as it should be, in a sentence; null where it is.</param>
public sealed record UnitStanding(string Service, string Revision, int Ready, int Wanted, string? Why)
{
    /// <summary>A service with its second unit, which a release that comes in bit by bit has beside the first.</summary>
    public UnitStanding With(UnitStanding second) =>
        this with { Ready = Ready + second.Ready, Wanted = Wanted + second.Wanted, Why = Why ?? (second.Why is { } why ? $"of the release that comes in {why}" : null) };

    /// <summary>The standing of a unit.</summary>
    /// <param name="unit">It, with what explains it.</param>
    /// <param name="service">Its service.</param>
    public static UnitStanding Of(ObservedObject unit, string service)
    {
        var item = unit.Item;
        var (ready, wanted) = item.Text("kind") switch
        {
            "DaemonSet" => (item.Number("status", "numberReady"), item.Number("status", "desiredNumberScheduled")),
            "Job" => (item.Number("status", "succeeded"), item.Number("spec", "completions") ?? 1),
            "CronJob" => (item.Items("status", "active").Count(), item.Items("status", "active").Count()),
            _ => (item.Number("status", "readyReplicas"), item.Number("spec", "replicas") ?? 1),
        };
        var verdict = ObjectStatus.Read(unit);
        return new UnitStanding(
            service, item.Text("metadata", "labels", ObjectNames.Revision) ?? "", (int)(ready ?? 0), (int)(wanted ?? 0), verdict.Readiness == Readiness.Ready ? null : verdict.Why);
    }
}
