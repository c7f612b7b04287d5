using System.Globalization;
using System.Net;
using Towpath.Core.Applications;
using Towpath.Core.Containers;
using Towpath.Engines.Containers.Wire;

namespace Towpath.Engines.Containers;

/// <summary>A plan in the words of the API.</summary>
internal static class ContainerBody
{
    private const string Processes = "nproc";

    /// <summary>The body of the call that creates the container.</summary>
    /// <param name="plan">What to create.</param>
    /// <param name="logDriver">The driver whose file <see cref="EngineLogFile"/> reads: named, since a host may have another default.</param>
    /// <param name="processes">Limit of processes to name beside other ulimits, or null for none.</param>
    public static CreateContainerBody From(ContainerPlan plan, string logDriver, long? processes = null) => new()
    {
        Image = plan.Image,
        Cmd = plan.Command is { } command ? [.. command] : null,

        // An empty entry point clears the image's; an empty array would leave it, one empty word clears it.
        Entrypoint = plan.Entrypoint is { } entrypoint ? entrypoint.Length == 0 ? [""] : [.. entrypoint] : null,
        Env = [.. plan.Environment.Select(pair => $"{pair.Key}={pair.Value}")],
        Labels = new SortedDictionary<string, string>(plan.Labels, StringComparer.Ordinal),
        User = plan.User,
        WorkingDir = plan.WorkingDirectory,
        Hostname = plan.Hostname,
        StopSignal = plan.StopSignal,
        StopTimeout = Seconds(plan.StopGracePeriod),

        // Towpath probes; a check of the image would run beside it, on Docker only.
        Healthcheck = new HealthcheckBody(["NONE"]),
        ExposedPorts = ExposedPorts(plan),
        HostConfig = HostConfig(plan, logDriver, processes),
        NetworkingConfig = Networking(plan),
    };

    /// <summary>Whole seconds, rounded up: the engines know no smaller grace.</summary>
    public static int Seconds(TimeSpan time) => (int)Math.Clamp(Math.Ceiling(time.TotalSeconds), 0, int.MaxValue);

    private static HostConfigBody HostConfig(ContainerPlan plan, string logDriver, long? processes) => new()
    {
        NetworkMode = plan.NetworkOf is { } other ? $"container:{other}" : plan.Network ?? "none",
        RestartPolicy = new RestartPolicyBody(Name(plan.Restart), MaximumRetryCount: 0),
        LogConfig = new LogConfigBody(logDriver),
        PortBindings = PortBindings(plan),
        Mounts = [.. plan.Mounts.Select(Mount)],
        Memory = plan.Limits.MemoryBytes,
        NanoCpus = plan.Limits.Cpus is { } cpus ? (long)(cpus * 1e9) : null,
        PidsLimit = plan.Limits.Pids,
        ReadonlyRootfs = plan.ReadOnly,
        Init = plan.Init,
        CapAdd = [.. plan.CapAdd],
        CapDrop = [.. plan.CapDrop],
        ExtraHosts = [.. plan.ExtraHosts],
        ShmSize = plan.ShmSize,
        Ulimits = Ulimits(plan.Kernel, processes),
        Sysctls = plan.Kernel.Sysctls.IsEmpty ? null : new SortedDictionary<string, string>(plan.Kernel.Sysctls, StringComparer.Ordinal),
        GroupAdd = plan.Kernel.Groups.IsEmpty ? null : [.. plan.Kernel.Groups],
        SecurityOpt = plan.Kernel.NoNewPrivileges ? ["no-new-privileges"] : null,
        OomScoreAdj = plan.Kernel.OomScore,
        CpuShares = plan.Kernel.CpuShares,
        MemoryReservation = plan.Kernel.MemoryReservation,
    };

    private static UlimitBody[]? Ulimits(KernelSettings kernel, long? processes)
    {
        if (kernel.Ulimits.IsEmpty)
        {
            return null;
        }

        var limits = processes is { } most && !kernel.Ulimits.ContainsKey(Processes) ? kernel.Ulimits.Add(Processes, new Ulimit(most, most)) : kernel.Ulimits;
        return [.. limits.Select(pair => new UlimitBody(pair.Key, pair.Value.Soft, pair.Value.Hard))];
    }

    private static NetworkingConfigBody? Networking(ContainerPlan plan)
    {
        if (plan.Network is null || plan.NetworkOf is not null)
        {
            return null;
        }

        // Without a fixed address, a container of Podman gets another one at each restart.
        var address = plan.Address is null ? null : new IpamAddressBody(plan.Address);
        return new NetworkingConfigBody(new(StringComparer.Ordinal) { [plan.Network] = new EndpointBody(address, [.. plan.Aliases], HardwareAddress(plan.Address)) });
    }

    /// <summary>
    /// A hardware address that belongs to the fixed address, as Docker's have it: Podman gives another one at each start, and whoever
    /// spoke with the container just before sends into the void for half a minute.
    /// </summary>
    private static string? HardwareAddress(string? address) => address is null
        ? null
        : $"02:42:{string.Join(':', IPAddress.Parse(address).GetAddressBytes().Select(b => b.ToString("x2", CultureInfo.InvariantCulture)))}";

    private static MountBody Mount(ContainerMount mount) => new(
        mount.Kind switch { MountKind.Volume => "volume", MountKind.Bind => "bind", _ => "tmpfs" },
        mount.Source,
        mount.Target,
        mount.ReadOnly,
        mount.Kind == MountKind.Tmpfs && mount.Size is { } size ? new TmpfsOptionsBody(size) : null);

    private static SortedDictionary<string, EmptyBody> ExposedPorts(ContainerPlan plan)
    {
        var ports = new SortedDictionary<string, EmptyBody>(StringComparer.Ordinal);
        foreach (var port in plan.Ports)
        {
            ports[Key(port)] = new EmptyBody();
        }

        return ports;
    }

    private static SortedDictionary<string, PortBindingBody[]> PortBindings(ContainerPlan plan)
    {
        var bindings = new SortedDictionary<string, PortBindingBody[]>(StringComparer.Ordinal);
        foreach (var group in plan.Ports.GroupBy(Key, StringComparer.Ordinal))
        {
            bindings[group.Key] = [.. group.Select(port => new PortBindingBody(port.Address, $"{port.Published}"))];
        }

        return bindings;
    }

    private static string Key(ContainerPort port) => $"{port.Target}/{port.Protocol}";

    private static string Name(RestartPolicy policy) => policy switch
    {
        RestartPolicy.OnFailure => "on-failure",
        RestartPolicy.Always => "always",
        RestartPolicy.UnlessStopped => "unless-stopped",
        _ => "no",
    };
}
