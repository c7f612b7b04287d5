using System.Collections.Immutable;
using Towpath.Core.Applications;

namespace Towpath.Core.Containers;

/// <summary>All that an engine needs to create one container; what differs by engine is settled in the engine's client.</summary>
public sealed record ContainerPlan
{
    /// <summary>Unique on the engine.</summary>
    public required string Name { get; init; }

    /// <summary>Image digest or reference.</summary>
    public required string Image { get; init; }

    /// <summary>Labels; see <see cref="ContainerLabels"/>.</summary>
    public required ImmutableSortedDictionary<string, string> Labels { get; init; }

    /// <summary>Network to join, or null for none.</summary>
    public string? Network { get; init; }

    /// <summary>Container whose network this one shares: its addresses and ports, none of its own. Goes before <see cref="Network"/>.</summary>
    public string? NetworkOf { get; init; }

    /// <summary>Fixed IPv4 address in <see cref="Network"/>, or null for the engine's choice.</summary>
    public string? Address { get; init; }

    /// <summary>DNS names in the network.</summary>
    public ImmutableArray<string> Aliases { get; init; } = [];

    /// <summary>Entry point; null leaves the image's.</summary>
    public ImmutableArray<string>? Entrypoint { get; init; }

    /// <summary>Arguments; null leaves the image's.</summary>
    public ImmutableArray<string>? Command { get; init; }

    /// <summary>Variables.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Mounts with engine-side sources: volume names and absolute host paths.</summary>
    public ImmutableArray<ContainerMount> Mounts { get; init; } = [];

    /// <summary>Ports published on the host.</summary>
    public ImmutableArray<ContainerPort> Ports { get; init; } = [];

    /// <summary>What the engine does when the process ends.</summary>
    public RestartPolicy Restart { get; init; } = RestartPolicy.No;

    /// <summary>CPU, memory and process limits.</summary>
    public Limits Limits { get; init; } = Limits.None;

    /// <summary>User, or null for the image's.</summary>
    public string? User { get; init; }

    /// <summary>Working directory, or null for the image's.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Host name, or null for the engine's choice.</summary>
    public string? Hostname { get; init; }

    /// <summary>Stop signal, or null for the image's.</summary>
    public string? StopSignal { get; init; }

    /// <summary>How long it may take to end before it is killed.</summary>
    public TimeSpan StopGracePeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Root file system mounted read-only.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>An init process reaps children.</summary>
    public bool Init { get; init; }

    /// <summary>Capabilities added.</summary>
    public ImmutableArray<string> CapAdd { get; init; } = [];

    /// <summary>Capabilities dropped.</summary>
    public ImmutableArray<string> CapDrop { get; init; } = [];

    /// <summary>Lines for <c>/etc/hosts</c>, as <c>name:address</c>.</summary>
    public ImmutableArray<string> ExtraHosts { get; init; } = [];

    /// <summary>Size of <c>/dev/shm</c> in bytes, or null for the engine's.</summary>
    public long? ShmSize { get; init; }

    /// <summary>What the kernel grants its processes.</summary>
    public KernelSettings Kernel { get; init; } = KernelSettings.None;
}

/// <summary>A mount of a container.</summary>
/// <param name="Kind">What is mounted.</param>
/// <param name="Source">Volume name on the engine or absolute host path; null for tmpfs and for an anonymous volume.</param>
/// <param name="Target">Absolute path in the container.</param>
/// <param name="ReadOnly">Not writable.</param>
/// <param name="Size">Bytes, for tmpfs; null for no limit.</param>
public sealed record ContainerMount(MountKind Kind, string? Source, string Target, bool ReadOnly, long? Size = null);

/// <summary>A published port.</summary>
/// <param name="Address">Host address.</param>
/// <param name="Published">Host port.</param>
/// <param name="Target">Container port.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
public sealed record ContainerPort(string Address, int Published, int Target, string Protocol = "tcp");

/// <summary>Labels that every object of Towpath's carries, so that observation needs no memory.</summary>
public static class ContainerLabels
{
    /// <summary>Application name.</summary>
    public const string Application = "towpath.application";

    /// <summary>Environment name.</summary>
    public const string Environment = "towpath.environment";

    /// <summary>Service name.</summary>
    public const string Service = "towpath.service";

    /// <summary>Revision of the service.</summary>
    public const string Revision = "towpath.revision";

    /// <summary>Release that created it.</summary>
    public const string Release = "towpath.release";

    /// <summary>Replica number within the revision, from 0.</summary>
    public const string Ordinal = "towpath.ordinal";

    /// <summary><see cref="RoleReplica"/>, <see cref="RoleGateway"/>, <see cref="RoleMigration"/>, <see cref="RoleTest"/> ...</summary>
    public const string Role = "towpath.role";

    /// <summary>Fixed address of the container in the environment's network.</summary>
    public const string Address = "towpath.address";

    /// <summary>Name of the gateway that a container is a part of.</summary>
    public const string Gateway = "towpath.gateway";

    /// <summary>Number of a gateway's proxy: the highest one serves, lower ones finish what they have.</summary>
    public const string Generation = "towpath.generation";

    /// <summary>A container of a service.</summary>
    public const string RoleReplica = "replica";

    /// <summary>The environment's proxy.</summary>
    public const string RoleGateway = "gateway";

    /// <summary>Holds the gateway's address and port while its proxies come and go.</summary>
    public const string RoleAnchor = "anchor";

    /// <summary>A one-off container that migrates.</summary>
    public const string RoleMigration = "migration";

    /// <summary>A one-off container of a pipeline.</summary>
    public const string RoleTest = "test";
}
