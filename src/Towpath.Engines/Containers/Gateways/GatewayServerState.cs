using Towpath.Core.Environments;

namespace Towpath.Engines.Containers.Gateways;

/// <summary>What the gateway was told to do with a server.</summary>
public enum GatewayServerAdmin
{
    /// <summary>Send it requests while it is up.</summary>
    Ready,

    /// <summary>Let its requests end, send no new ones; it is checked all the while.</summary>
    Drain,

    /// <summary>Leave it alone; it is not checked.</summary>
    Maintenance,
}

/// <summary>One server of the gateway, as HAProxy reports it.</summary>
/// <param name="Backend">Service.</param>
/// <param name="Name">Unique within the service.</param>
/// <param name="Address">IPv4 address.</param>
/// <param name="Port">Port.</param>
/// <param name="Admin">What the gateway was told to do with it.</param>
/// <param name="IsUp">It would take requests, were it ready.</param>
/// <param name="Weight">Share of the requests, 0 to 256.</param>
/// <param name="Check">Result of the last check, such as <c>L7OK</c> or <c>L4CON</c>; empty before the first.</param>
/// <param name="Sessions">Requests that it is busy with.</param>
/// <param name="Queued">Requests that wait for it.</param>
public sealed record GatewayServerState(
    string Backend,
    string Name,
    string Address,
    int Port,
    GatewayServerAdmin Admin,
    bool IsUp,
    int Weight,
    string Check,
    int Sessions,
    int Queued)
{
    /// <summary>What it answered since the running worker knows it.</summary>
    public RequestCounters Counters { get; init; }

    /// <summary>It would take requests, if its weight gives it any.</summary>
    public bool InService => Admin == GatewayServerAdmin.Ready && IsUp;

    /// <summary>The last check went well.</summary>
    public bool CheckPassed => Check is "L7OK" or "L4OK" or "L7OKC" or "L6OK";

    /// <summary>No request is at it or waits for it.</summary>
    public bool IsIdle => Sessions == 0 && Queued == 0;
}

/// <summary>What a running gateway tells of itself.</summary>
/// <param name="Servers">All servers.</param>
/// <param name="Entry">What went through the public entry since the worker began.</param>
public sealed record GatewayObserved(IReadOnlyList<GatewayServerState> Servers, RequestCounters Entry);
