using System.Collections.Immutable;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications;

/// <summary>What a Compose service asks of a cluster and one machine can't give: where it is placed, how names are looked up, devices, rights.</summary>
public sealed record ClusterSettings
{
    /// <summary>Nothing is asked.</summary>
    public static ClusterSettings None { get; } = new();

    /// <summary>How many pods there are, and whether they end (<c>deploy.mode</c>).</summary>
    public ClusterMode Mode { get; init; } = ClusterMode.Replicated;

    /// <summary>CPU cores that are kept for it (<c>deploy.resources.reservations.cpus</c>), or null.</summary>
    public double? ReservedCpus { get; init; }

    /// <summary>Bytes of memory that are kept for it (<c>deploy.resources.reservations.memory</c>), or null.</summary>
    public long? ReservedMemory { get; init; }

    /// <summary>Graphics processors (<c>gpus</c>, <c>reservations.devices</c>), by the resource's name in a cluster, such as <c>nvidia.com/gpu</c>.</summary>
    public ImmutableSortedDictionary<string, int> Devices { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>Where pods may run, in source order (<c>deploy.placement.constraints</c>, <c>platform</c>).</summary>
    public ImmutableArray<PlacementConstraint> Constraints { get; init; } = [];

    /// <summary>Labels of nodes that pods are spread over (<c>deploy.placement.preferences</c>).</summary>
    public ImmutableArray<string> SpreadOver { get; init; } = [];

    /// <summary>Pods on one node at most, or null for any number (<c>deploy.placement.max_replicas_per_node</c>).</summary>
    public int? MostPerNode { get; init; }

    /// <summary>Pods replaced at once, or null (<c>deploy.update_config.parallelism</c>); 0 for all.</summary>
    public int? UpdateParallelism { get; init; }

    /// <summary>An old pod ends before a new one starts (<c>deploy.update_config.order: stop-first</c>); null where nothing is said.</summary>
    public bool? UpdateStopsFirst { get; init; }

    /// <summary>Name servers asked in place of the cluster's (<c>dns</c>).</summary>
    public ImmutableArray<string> NameServers { get; init; } = [];

    /// <summary>Domains that short names are looked for in (<c>dns_search</c>).</summary>
    public ImmutableArray<string> SearchDomains { get; init; } = [];

    /// <summary>Options of the resolver, <c>name</c> or <c>name:value</c> (<c>dns_opt</c>).</summary>
    public ImmutableArray<string> ResolverOptions { get; init; } = [];

    /// <summary>The domain of its host name (<c>domainname</c>), or null.</summary>
    public string? Domain { get; init; }

    /// <summary>All rights of the node (<c>privileged</c>).</summary>
    public bool IsPrivileged { get; init; }

    /// <summary>The node's network (<c>network_mode: host</c>).</summary>
    public bool HostNetwork { get; init; }

    /// <summary>The node's processes (<c>pid: host</c>).</summary>
    public bool HostProcesses { get; init; }

    /// <summary>The node's shared memory (<c>ipc: host</c>).</summary>
    public bool HostMemory { get; init; }

    /// <summary>Name of a runtime class (<c>runtime</c>), or null.</summary>
    public string? Runtime { get; init; }

    /// <summary>Commands that run right after its container started (<c>post_start</c>).</summary>
    public ImmutableArray<ImmutableArray<string>> AfterStart { get; init; } = [];

    /// <summary>Commands that run before its container is asked to end (<c>pre_stop</c>).</summary>
    public ImmutableArray<ImmutableArray<string>> BeforeStop { get; init; } = [];

    /// <summary>When its image is pulled (<c>pull_policy</c>): <c>Always</c>, <c>IfNotPresent</c>, <c>Never</c>; null for the usual way.</summary>
    public string? PullPolicy { get; init; }

    /// <summary>Its input stays open (<c>stdin_open</c>).</summary>
    public bool OpenInput { get; init; }

    /// <summary>It has a terminal (<c>tty</c>).</summary>
    public bool Terminal { get; init; }

    /// <summary>Notes for tools in the cluster (<c>annotations</c>, <c>deploy.labels</c>).</summary>
    public ImmutableSortedDictionary<string, string> Annotations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Networks that it is in, in their order; <c>default</c> where it names none.</summary>
    public ImmutableArray<NetworkMembership> Networks { get; init; } = [];

    /// <summary>Names beside its own that others call it by (<c>container_name</c>, aliases in networks).</summary>
    public ImmutableArray<string> Aliases { get; init; } = [];

    /// <summary>The root file system may be written, because the file says so (<c>read_only: false</c>).</summary>
    public bool WritableRoot { get; init; }

    /// <summary>A restart policy stands in the file; Compose's own word for none is <c>no</c>.</summary>
    public bool NamesRestart { get; init; }

    /// <summary>Profile of AppArmor (<c>security_opt: [apparmor=…]</c>), or null.</summary>
    public string? AppArmor { get; init; }

    /// <summary>Profile of seccomp (<c>security_opt: [seccomp=…]</c>), or null for the runtime's own.</summary>
    public string? Seccomp { get; init; }

    /// <summary>Context of SELinux (<c>security_opt: [label=…]</c>): of <c>user</c>, <c>role</c>, <c>type</c> and <c>level</c> those that are said.</summary>
    public ImmutableSortedDictionary<string, string> SeLinux { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Time between two checks while it starts (<c>healthcheck.start_interval</c>), or null.</summary>
    public TimeSpan? StartInterval { get; init; }
}

/// <summary>How many pods there are, and whether they end.</summary>
public enum ClusterMode
{
    /// <summary>A number of pods that run on.</summary>
    Replicated,

    /// <summary>One on each node.</summary>
    Global,

    /// <summary>A number of pods that end.</summary>
    ReplicatedJob,
}

/// <summary>A condition on nodes.</summary>
/// <param name="Label">Label of nodes, such as <c>kubernetes.io/hostname</c>.</param>
/// <param name="IsEqual">The label has the value; false where it must not have it.</param>
/// <param name="Value">The value.</param>
/// <param name="Location">Where it is declared.</param>
public sealed record PlacementConstraint(string Label, bool IsEqual, string Value, Location Location)
{
    /// <summary>The label that nodes of the control plane have, with any value or none (<c>node.role</c>): whether it is there counts, not <see cref="Value"/>.</summary>
    public const string ControlPlane = "node-role.kubernetes.io/control-plane";
}

/// <summary>A network of a service.</summary>
/// <param name="Name">Its key in the Compose file.</param>
/// <param name="IsInternal">Nothing outside can be reached through it.</param>
public sealed record NetworkMembership(string Name, bool IsInternal);

/// <summary>How a volume is made in a cluster.</summary>
/// <param name="Claim">Name of a claim that is there already (<c>external: true</c>); null to make one.</param>
/// <param name="Size">Bytes that are asked for (<c>driver_opts: { size: … }</c>), or null.</param>
/// <param name="Nfs">Server and path of an NFS share (<c>driver_opts: { type: nfs, … }</c>), or null.</param>
public sealed record ClusterVolume(string? Claim, long? Size, NfsShare? Nfs)
{
    /// <summary>A new volume of the usual size.</summary>
    public static ClusterVolume Usual { get; } = new(null, null, null);
}

/// <summary>A share of an NFS server.</summary>
/// <param name="Server">Host name or address.</param>
/// <param name="Path">Absolute path on it.</param>
/// <param name="Options">Options of the mount, in source order.</param>
public sealed record NfsShare(string Server, string Path, ImmutableArray<string> Options);

/// <summary><c>x-towpath.scale</c>: how many replicas there may be, and what decides.</summary>
/// <param name="Min">At least, from 1.</param>
/// <param name="Max">At most, not below <paramref name="Min"/>.</param>
/// <param name="Cpu">Percent of the CPU reservation that one replica may use on average, 1 to 100; null where nothing is said of it.</param>
/// <param name="Memory">Percent of the memory reservation, 1 to 100; null where nothing is said of it.</param>
/// <param name="RequestsPerSecond">Requests per second that one replica answers; null where nothing is said of them.</param>
/// <param name="Location">Where it is declared.</param>
public sealed record ScaleSpec(int Min, int Max, int? Cpu, int? Memory, double? RequestsPerSecond, Location Location);

/// <summary><c>x-towpath.schedule</c>: a service that runs to its end at set times.</summary>
/// <param name="Cron">Five fields in the syntax of cron.</param>
/// <param name="Zone">IANA time zone, or null for UTC.</param>
/// <param name="Location">Where it is declared.</param>
public sealed record ScheduleSpec(string Cron, string? Zone, Location Location);
