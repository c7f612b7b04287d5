using System.Text.Json.Serialization;

namespace Towpath.Engines.Containers.Wire;

// What the Docker-compatible API says and hears about containers. Names are the API's own, so no attribute is needed.
// Everything that an answer may leave out, or say as null, is nullable.

internal sealed record CreateContainerBody
{
    public required string Image { get; init; }

    public string[]? Cmd { get; init; }

    public string[]? Entrypoint { get; init; }

    public required string[] Env { get; init; }

    public required SortedDictionary<string, string> Labels { get; init; }

    public string? User { get; init; }

    public string? WorkingDir { get; init; }

    public string? Hostname { get; init; }

    public string? StopSignal { get; init; }

    public int StopTimeout { get; init; }

    public required HealthcheckBody Healthcheck { get; init; }

    public required SortedDictionary<string, EmptyBody> ExposedPorts { get; init; }

    public required HostConfigBody HostConfig { get; init; }

    public NetworkingConfigBody? NetworkingConfig { get; init; }
}

internal sealed record EmptyBody;

internal sealed record HealthcheckBody(string[] Test);

internal sealed record HostConfigBody
{
    public required string NetworkMode { get; init; }

    public required RestartPolicyBody RestartPolicy { get; init; }

    public required LogConfigBody LogConfig { get; init; }

    public required SortedDictionary<string, PortBindingBody[]> PortBindings { get; init; }

    public required MountBody[] Mounts { get; init; }

    public long? Memory { get; init; }

    public long? NanoCpus { get; init; }

    public long? PidsLimit { get; init; }

    public bool ReadonlyRootfs { get; init; }

    public bool Init { get; init; }

    public required string[] CapAdd { get; init; }

    public required string[] CapDrop { get; init; }

    public required string[] ExtraHosts { get; init; }

    public long? ShmSize { get; init; }

    public UlimitBody[]? Ulimits { get; init; }

    public SortedDictionary<string, string>? Sysctls { get; init; }

    public string[]? GroupAdd { get; init; }

    public string[]? SecurityOpt { get; init; }

    public int? OomScoreAdj { get; init; }

    public int? CpuShares { get; init; }

    public long? MemoryReservation { get; init; }
}

internal sealed record UlimitBody(string Name, long Soft, long Hard);

internal sealed record RestartPolicyBody(string Name, int MaximumRetryCount);

internal sealed record LogConfigBody(string Type);

internal sealed record PortBindingBody(string HostIp, string HostPort);

internal sealed record MountBody(string Type, string? Source, string Target, bool ReadOnly, TmpfsOptionsBody? TmpfsOptions);

internal sealed record TmpfsOptionsBody(long SizeBytes);

internal sealed record NetworkingConfigBody(Dictionary<string, EndpointBody> EndpointsConfig);

internal sealed record EndpointBody(IpamAddressBody? IPAMConfig, string[] Aliases, string? MacAddress);

internal sealed record IpamAddressBody(string IPv4Address);

internal sealed record CreatedAnswer(string? Id);

internal sealed record WaitAnswer(int StatusCode);

internal sealed record ContainerListItem(
    string Id,
    string[]? Names,
    string? ImageID,
    long Created,
    Dictionary<string, string>? Labels,
    string? State);

/// <summary>Of Podman's own list, whose times are text.</summary>
internal sealed record RemovingItem(string Id);

internal sealed record ContainerAnswer(
    string Id,
    string? Name,
    string? Image,
    int RestartCount,
    string? LogPath,
    ContainerStateAnswer State,
    ContainerConfigAnswer? Config,
    NetworkSettingsAnswer? NetworkSettings);

internal sealed record ContainerStateAnswer(string? Status, int Pid, int ExitCode, DateTimeOffset? StartedAt);

internal sealed record ContainerConfigAnswer(Dictionary<string, string>? Labels, int? StopTimeout, string? User = null);

internal sealed record NetworkSettingsAnswer(Dictionary<string, EndpointAnswer>? Networks);

internal sealed record EndpointAnswer([property: JsonPropertyName("IPAddress")] string? IPAddress);

internal sealed record ExecBody(string[] Cmd, bool AttachStdout, bool AttachStderr);

internal sealed record ExecStartBody(bool Detach, bool Tty);

internal sealed record ExecAnswer(bool Running, int? ExitCode, int Pid);
