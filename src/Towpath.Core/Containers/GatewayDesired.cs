using System.Collections.Immutable;

namespace Towpath.Core.Containers;

/// <summary>What the gateway of one environment must do. Replicas come and go without a change of it: see <see cref="GatewayServer"/>.</summary>
/// <param name="Backends">Services that speak HTTP; names are unique.</param>
/// <param name="Routes">Public paths; each names a service of <paramref name="Backends"/>.</param>
/// <param name="MaxConnections">Client connections at once; see <see cref="ConnectionsFor"/>.</param>
public sealed record GatewayDesired(ImmutableArray<GatewayBackend> Backends, ImmutableArray<GatewayRoute> Routes, int MaxConnections)
{
    private const int MostConnections = 20_000;
    private const int SpareDescriptors = 100;

    /// <summary>Paths of the private route, which leads to replicas before they take requests: those of the release that is to come; null where the public ones are.</summary>
    public ImmutableArray<GatewayRoute>? PrivateRoutes { get; init; }

    /// <summary>How long a proxy or a configuration that was replaced may finish the requests and connections that it has.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>An answer whose first byte takes longer is counted as slow; null for no such count.</summary>
    public TimeSpan? SlowAfter { get; init; }

    /// <summary>
    /// Connections that a limit on file descriptors allows: each needs one to the client and one to the replica, and some are
    /// kept for listeners, checks and logs.
    /// </summary>
    /// <param name="fileDescriptors">Hard limit of the gateway's process.</param>
    public static int ConnectionsFor(long fileDescriptors) =>
        (int)Math.Clamp((fileDescriptors - SpareDescriptors) / 2, 1, MostConnections);
}

/// <summary>One service behind the gateway.</summary>
/// <param name="Service">Its name, which is also its host name inside the environment.</param>
/// <param name="Port">Port that other services reach it at, 1 to 65535.</param>
/// <param name="HealthPath">Path that answers 2xx when a replica can take requests; null for a check of the TCP port only.</param>
public sealed record GatewayBackend(string Service, int Port, string? HealthPath);

/// <summary>A public path.</summary>
/// <param name="Path">Prefix that starts with <c>/</c>; it matches whole segments, and the longest match wins.</param>
/// <param name="Service">Service that answers.</param>
/// <param name="Strip">The prefix is taken off before the service sees the request.</param>
public sealed record GatewayRoute(string Path, string Service, bool Strip);

/// <summary>One replica as the gateway reaches it.</summary>
/// <param name="Backend">Service.</param>
/// <param name="Name">Unique within the service: the name of the replica's container.</param>
/// <param name="Address">IPv4 address.</param>
/// <param name="Port">Port, 1 to 65535.</param>
/// <param name="Weight">Share of the requests against other replicas, 0 to 256.</param>
public sealed record GatewayServer(string Backend, string Name, string Address, int Port, int Weight = GatewayServer.DefaultWeight)
{
    /// <summary>Weight of an ordinary replica: leaves room below for a canary's small share.</summary>
    public const int DefaultWeight = 100;

    /// <summary>Largest weight that HAProxy takes.</summary>
    public const int MaxWeight = 256;

    /// <summary>The replica, checked: nothing else may become a part of a configuration or a command.</summary>
    /// <exception cref="ArgumentException">A part is not a plain token of its kind.</exception>
    public GatewayServer Checked()
    {
        GatewayTokens.Name(Backend);
        GatewayTokens.Name(Name);
        GatewayTokens.Address(Address);
        GatewayTokens.Port(Port);
        GatewayTokens.Weight(Weight);
        return this;
    }
}

/// <summary>
/// Ports that the gateway itself listens on in its container. They are far from the ports that services like to use, because
/// the gateway also listens on each service's own port.
/// </summary>
public static class GatewayPorts
{
    /// <summary>Public entry.</summary>
    public const int Public = 61080;

    /// <summary>Metrics in Prometheus' text form, at <c>/metrics</c>.</summary>
    public const int Metrics = 61404;

    /// <summary>A service can't have this port.</summary>
    public static bool IsReserved(int port) => port is Public or Metrics;
}
