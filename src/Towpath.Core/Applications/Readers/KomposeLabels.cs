using System.Collections.Immutable;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary>
/// Labels by which kompose is told what no key of Compose says (<see href="https://kompose.io/user-guide/#labels"/>). Towpath has keys of its own for it, and says which:
/// a label that does nothing would be found out only in the cluster.
/// </summary>
internal static class KomposeLabels
{
    private const string Prefix = "kompose.";

    /// <summary>What to write in place of a label and of all that begin like it; the first that fits.</summary>
    public static ImmutableArray<(string Label, string Instead)> Instead { get; } =
    [
        ("kompose.service.type", "services are called from inside: write `x-towpath.route` for requests from outside, or `kubernetes.entry: proxy` of the environment for a port of the nodes"),
        ("kompose.service.nodeport.port", "write `kubernetes.entry: proxy` and `port` of the environment"),
        ("kompose.service.expose.tls-secret", "write `kubernetes.tls` of the environment"),
        ("kompose.service.expose.ingress-class-name", "write `kubernetes.class` of the environment"),
        ("kompose.service.expose", "write `x-towpath.route` of the service, and `kubernetes.host` of the environment"),
        ("kompose.service.external-traffic-policy", "remove it: services are called from inside"),
        ("kompose.service.healthcheck", "write `healthcheck`, or `x-towpath.health` with `ready`, `live` and `port`"),
        ("kompose.service.group", "remove it: each service has pods of its own, and others call it by its name"),
        ("kompose.volume.size", "write `kubernetes.storage` of the environment, with `size` or `volumes`"),
        ("kompose.volume.storage-class-name", "write `kubernetes.storage.class` of the environment"),
        ("kompose.volume.subpath", "write `subpath` under `volume` of the mount"),
        ("kompose.volume", "say under `volumes` what is mounted: a volume by its name, a file or folder of the commit, or `tmpfs`"),
        ("kompose.controller.port.expose", "write `x-towpath.route`, or `network_mode: host` for ports of the node"),
        ("kompose.controller.type", "write `deploy.mode: global` for one pod on each node; what else makes pods follows from the service"),
        ("kompose.image-pull-policy", "write `pull_policy`"),
        ("kompose.image-pull-secret", "write `kubernetes.pull-secret` of the environment"),
        ("kompose.hpa", "write `x-towpath.scale`"),
        ("kompose.cronjob", "write `x-towpath.schedule`"),
        ("kompose.init.containers", "write a service of its own that this one waits for with `service_completed_successfully`"),
        ("kompose.security-context.fsgroup", "write the group in `user: UID:GID`: volumes belong to it"),
        ("kompose.serviceaccount-name", "remove it: each service has an account of its own"),
        (Prefix, "remove it, or say it with a key of Compose or of `x-towpath`"),
    ];

    /// <summary>Tells of each that stands at a service.</summary>
    public static void Tell(ProjectReading project, YamlNode? labels)
    {
        foreach (var entry in (labels as YamlMapping)?.Entries.Where(e => e.Name.StartsWith(Prefix, StringComparison.Ordinal) && !IsUsual(e)) ?? [])
        {
            project.Bag.Add(ClusterDiagnostics.KomposeLabel(entry.Key.Location, entry.Name, Instead.First(i => entry.Name.StartsWith(i.Label, StringComparison.Ordinal)).Instead));
        }
    }

    // What holds anyway is not told.
    private static bool IsUsual(YamlEntry entry) => entry is { Name: "kompose.service.type", Value: YamlScalar { Value: var type } } && type.Equals("clusterip", StringComparison.OrdinalIgnoreCase);
}
