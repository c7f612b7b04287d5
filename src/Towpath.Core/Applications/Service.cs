using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications;

/// <summary>One service of an application: how its containers are made and what Dev promises about them.</summary>
public sealed record Service
{
    /// <summary>Its key in the Compose file.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is declared.</summary>
    public required Location Location { get; init; }

    /// <summary>The image to run, or null where only <see cref="Build"/> is given. With both, the name that the built image gets.</summary>
    public string? Image { get; init; }

    /// <summary>How to build the image; null for an image that is used as it is.</summary>
    public BuildSpec? Build { get; init; }

    /// <summary>Arguments in place of the image's; null leaves the image's.</summary>
    public ImmutableArray<string>? Command { get; init; }

    /// <summary>Entry point in place of the image's; null leaves the image's, empty clears it.</summary>
    public ImmutableArray<string>? Entrypoint { get; init; }

    /// <summary>Variables, <c>env_file</c> and <c>environment</c> merged, interpolated.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Ports of <c>ports:</c> in source order.</summary>
    public ImmutableArray<PublishedPort> Ports { get; init; } = [];

    /// <summary>Container ports of <c>expose:</c>.</summary>
    public ImmutableArray<int> Expose { get; init; } = [];

    /// <summary>Volumes, bind mounts and tmpfs.</summary>
    public ImmutableArray<Mount> Mounts { get; init; } = [];

    /// <summary>Secrets as files.</summary>
    public ImmutableArray<FileMount> Secrets { get; init; } = [];

    /// <summary>Configs as files.</summary>
    public ImmutableArray<FileMount> Configs { get; init; } = [];

    /// <summary>What must be there before it starts.</summary>
    public ImmutableArray<Dependency> DependsOn { get; init; } = [];

    /// <summary>The Compose health check; null where none is declared or it is disabled.</summary>
    public Healthcheck? Healthcheck { get; init; }

    /// <summary>What the engine does when the process ends.</summary>
    public RestartPolicy Restart { get; init; } = RestartPolicy.No;

    /// <summary>Containers that run at once, 0 to 100.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>CPU, memory and process limits.</summary>
    public Limits Limits { get; init; } = Limits.None;

    /// <summary><c>user:</c>, or null for the image's.</summary>
    public string? User { get; init; }

    /// <summary><c>working_dir:</c>, or null for the image's.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Host name inside the container, or null for the engine's choice.</summary>
    public string? Hostname { get; init; }

    /// <summary>Signal that asks the process to end, or null for the image's.</summary>
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

    /// <summary>What the kernel grants its processes, beyond <see cref="Limits"/>.</summary>
    public KernelSettings Kernel { get; init; } = KernelSettings.None;

    /// <summary>The user's own labels.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Profiles; a service with any is part of a release only where a profile of it is active.</summary>
    public ImmutableArray<string> Profiles { get; init; } = [];

    /// <summary>Where its parts stand in the Compose file. Not part of a release: it says nothing about what runs.</summary>
    [JsonIgnore]
    public ServiceSource Source { get; init; } = ServiceSource.None;

    /// <summary>What it asks of a cluster. Without any, nothing of it is in a release.</summary>
    public ClusterSettings? Cluster { get; init; }

    /// <summary>What stands under <c>x-towpath</c>.</summary>
    public Delivery Delivery { get; init; } = Delivery.None;

    /// <summary>It writes to a named volume: it is recreated, never run twice at once.</summary>
    public bool IsStateful => Mounts.Any(m => m.Kind == MountKind.Volume && !m.ReadOnly);

    /// <summary>
    /// The container port that HTTP requests go to, or null for a service that does not speak HTTP: the port of
    /// <c>x-towpath.health</c>, else of <c>x-towpath.port</c>, else the first of <c>ports</c>, else of <c>expose</c>; and only
    /// where a health path or a route says that it speaks HTTP.
    /// </summary>
    public int? HttpPort => Delivery.Health is null && Delivery.Route is null
        ? null
        : Delivery.Health?.Port ?? Delivery.Port ?? Ports.Select(p => (int?)p.Target).FirstOrDefault() ?? Expose.Select(p => (int?)p).FirstOrDefault();
}

/// <summary><c>build:</c> of a service.</summary>
/// <param name="Context">Folder in the commit, relative to the Compose file's folder; <c>.</c> for that folder itself.</param>
/// <param name="Dockerfile">Path relative to the context.</param>
/// <param name="Target">Stage to stop at, or null for the last.</param>
/// <param name="Args">Build arguments.</param>
/// <param name="Labels">Labels of the image.</param>
/// <param name="Location">Where it is declared.</param>
public sealed record BuildSpec(
    string Context,
    string Dockerfile,
    string? Target,
    ImmutableSortedDictionary<string, string> Args,
    ImmutableSortedDictionary<string, string> Labels,
    Location Location);

/// <summary>One entry of <c>ports:</c>.</summary>
/// <param name="Target">Container port.</param>
/// <param name="Published">Host port, or null for any.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="Location">Where it is declared.</param>
public sealed record PublishedPort(int Target, int? Published, string Protocol, Location Location)
{
    /// <summary><c>name:</c> of a long port, or null.</summary>
    [JsonIgnore]
    public string? Name { get; init; }

    /// <summary><c>app_protocol:</c> of a long port, such as <c>http</c>, or null.</summary>
    [JsonIgnore]
    public string? ApplicationProtocol { get; init; }
}

/// <summary>Where the parts of a service stand.</summary>
/// <param name="Keys">Place of each key that the service has.</param>
/// <param name="Variables">Each variable that stands under <c>environment</c>.</param>
public sealed record ServiceSource(ImmutableSortedDictionary<string, Location> Keys, ImmutableSortedDictionary<string, VariableSource> Variables)
{
    /// <summary>Nothing is known.</summary>
    public static ServiceSource None { get; } = new(ImmutableSortedDictionary<string, Location>.Empty, ImmutableSortedDictionary<string, VariableSource>.Empty);
}

/// <summary>A variable under <c>environment</c>.</summary>
/// <param name="Location">Where it stands.</param>
/// <param name="IsLiteral">Its value is written there: no part of it comes from a variable.</param>
public sealed record VariableSource(Location Location, bool IsLiteral);

/// <summary>What is mounted.</summary>
public enum MountKind
{
    /// <summary>A named volume, kept across releases.</summary>
    Volume,

    /// <summary>A file or folder of the commit or, with an absolute path, of the host.</summary>
    Bind,

    /// <summary>Memory.</summary>
    Tmpfs,
}

/// <summary>One entry of <c>volumes:</c> or <c>tmpfs:</c> of a service.</summary>
/// <param name="Kind">What is mounted.</param>
/// <param name="Source">Volume name or path; null for tmpfs and for an anonymous volume.</param>
/// <param name="Target">Absolute path in the container.</param>
/// <param name="ReadOnly">Not writable.</param>
/// <param name="Size">Bytes, for tmpfs; null for no limit.</param>
/// <param name="Location">Where it is declared.</param>
public sealed record Mount(MountKind Kind, string? Source, string Target, bool ReadOnly, long? Size, Location Location)
{
    /// <summary>The file or folder of a volume that is mounted in place of the whole (<c>volume: { subpath: … }</c>), or null. Only Kubernetes has it.</summary>
    public string? SubPath { get; init; }

    /// <summary>SHA-256 of what a bind mount of the commit holds, set when the release is made: changed content is a changed service.</summary>
    public string? Content { get; init; }

    /// <summary>A file or folder of the commit.</summary>
    public bool IsFromCommit => Kind == MountKind.Bind && Source is { } source && !source.StartsWith('/');
}

/// <summary>A secret or config as a file in a container.</summary>
/// <param name="Source">Name of the secret or config.</param>
/// <param name="Target">Absolute path in the container.</param>
/// <param name="Mode">Permission bits, or null for 0444.</param>
/// <param name="Location">Where it is declared.</param>
public sealed record FileMount(string Source, string Target, int? Mode, Location Location);

/// <summary>When a dependency counts as met.</summary>
public enum DependencyCondition
{
    /// <summary>Its containers run.</summary>
    Started,

    /// <summary>It is ready.</summary>
    Healthy,

    /// <summary>It ran once and ended with 0.</summary>
    Completed,
}

/// <summary>One entry of <c>depends_on:</c>.</summary>
/// <param name="Service">The other service.</param>
/// <param name="Condition">When it counts as met.</param>
/// <param name="Required">False: its absence (by profile) is no error.</param>
/// <param name="Location">Where it is declared.</param>
public sealed record Dependency(string Service, DependencyCondition Condition, bool Required, Location Location);

/// <summary><c>healthcheck:</c> of a service.</summary>
/// <param name="Command">Argument list; a <c>CMD-SHELL</c> test is <c>/bin/sh -c TEXT</c>.</param>
/// <param name="Interval">Between two checks.</param>
/// <param name="Timeout">Of one check.</param>
/// <param name="Retries">Failures in a row that count as unhealthy.</param>
/// <param name="StartPeriod">Failures in it do not count.</param>
/// <param name="Location">Where it is declared.</param>
public sealed record Healthcheck(
    ImmutableArray<string> Command,
    TimeSpan Interval,
    TimeSpan Timeout,
    int Retries,
    TimeSpan StartPeriod,
    Location Location);

/// <summary><c>restart:</c> of a service.</summary>
public enum RestartPolicy
{
    /// <summary>Never.</summary>
    No,

    /// <summary>After a failure.</summary>
    OnFailure,

    /// <summary>Always.</summary>
    Always,

    /// <summary>Unless it was stopped.</summary>
    UnlessStopped,
}

/// <summary>What a container may use at most; null for no limit.</summary>
/// <param name="Cpus">CPU cores.</param>
/// <param name="MemoryBytes">Memory.</param>
/// <param name="Pids">Processes and threads.</param>
public sealed record Limits(double? Cpus, long? MemoryBytes, int? Pids)
{
    /// <summary>No limit.</summary>
    public static Limits None { get; } = new(null, null, null);
}
