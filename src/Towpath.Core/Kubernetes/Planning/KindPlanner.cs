using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Manifests;

namespace Towpath.Core.Kubernetes.Planning;

/// <summary>What makes the pods of a service.</summary>
internal static class KindPlanner
{
    /// <summary>The kind and why.</summary>
    /// <param name="service">The service.</param>
    /// <param name="sharedVolumes">Volumes that several services mount.</param>
    public static (WorkloadKind Kind, Origin Origin) Of(ServiceDesired service, IReadOnlySet<string> sharedVolumes)
    {
        var spec = service.Spec;
        var cluster = spec.Cluster ?? ClusterSettings.None;
        if (spec.Delivery.Schedule is { } schedule)
        {
            return (WorkloadKind.CronJob, new Origin($"`x-towpath.schedule` of {spec.Name}", schedule.Location));
        }

        if (service.Strategy == RolloutStrategy.Job)
        {
            return (WorkloadKind.Job, new Origin($"others wait until {spec.Name} has completed", spec.Location));
        }

        if (cluster.Mode == ClusterMode.ReplicatedJob || EndsByItself(spec, cluster))
        {
            return (WorkloadKind.Job, From(spec, cluster.Mode == ClusterMode.ReplicatedJob ? "deploy" : "restart"));
        }

        if (cluster.Mode == ClusterMode.Global)
        {
            return (WorkloadKind.DaemonSet, From(spec, "deploy"));
        }

        return spec.Mounts.FirstOrDefault(m => m is { Kind: MountKind.Volume, Source: not null, ReadOnly: false } && !sharedVolumes.Contains(m.Source!)) is { } own
            ? (WorkloadKind.StatefulSet, new Origin($"{spec.Name} alone writes to the volume {own.Source}", own.Location))
            : (WorkloadKind.Deployment, new Origin($"the service {spec.Name}", spec.Location));
    }

    /// <summary>Volumes that more than one service mounts.</summary>
    public static IReadOnlySet<string> Shared(ImmutableArray<ServiceDesired> services) =>
        services.SelectMany(s => s.Spec.Mounts.Where(m => m is { Kind: MountKind.Volume, Source: not null }).Select(m => m.Source!).Distinct())
            .GroupBy(name => name, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key).ToHashSet(StringComparer.Ordinal);

    // `restart: no` is said of a task. Of something that listens it is said in order not to be woken up while developing.
    private static bool EndsByItself(Service spec, ClusterSettings cluster) =>
        cluster.NamesRestart && spec.Restart is (RestartPolicy.No or RestartPolicy.OnFailure)
        && spec.Ports.IsEmpty && spec.Expose.IsEmpty && spec.HttpPort is null && spec.Healthcheck is null;

    private static Origin From(Service spec, string key) => new($"`{key}` of {spec.Name}", spec.Source.Keys.GetValueOrDefault(key) ?? spec.Location);
}
