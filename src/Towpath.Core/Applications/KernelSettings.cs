using System.Collections.Immutable;

namespace Towpath.Core.Applications;

/// <summary>A limit of the kernel on each process.</summary>
/// <param name="Soft">Where it begins; -1 for none.</param>
/// <param name="Hard">How far the process may raise it; -1 for none.</param>
public sealed record Ulimit(long Soft, long Hard);

/// <summary>What the kernel grants the processes of a service, beyond CPU and memory.</summary>
public sealed record KernelSettings
{
    /// <summary>All as the engine has it.</summary>
    public static KernelSettings None { get; } = new();

    /// <summary>Limits by their names in <c>setrlimit</c>, in lower case and without <c>RLIMIT_</c>: <c>nofile</c>.</summary>
    public ImmutableSortedDictionary<string, Ulimit> Ulimits { get; init; } = ImmutableSortedDictionary<string, Ulimit>.Empty;

    /// <summary>Kernel parameters of the container's own namespaces: <c>net.core.somaxconn</c>.</summary>
    public ImmutableSortedDictionary<string, string> Sysctls { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Groups of the user beside its own, by name or number.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>No process gains rights that its parent has not (<c>security_opt: [no-new-privileges:true]</c>).</summary>
    public bool NoNewPrivileges { get; init; }

    /// <summary>How readily it is killed when memory runs out, -1000 to 1000; null for the engine's.</summary>
    public int? OomScore { get; init; }

    /// <summary>Weight among containers that want CPU at once, 2 to 262144; null for the engine's.</summary>
    public int? CpuShares { get; init; }

    /// <summary>Memory in bytes that it keeps when the machine runs short; null for none.</summary>
    public long? MemoryReservation { get; init; }
}
