using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;

namespace Towpath.Engines.Containers.Gateways;

/// <summary>The gateway of one environment. Every call is idempotent, bounded and cancellable.</summary>
public interface IGateway
{
    /// <summary>
    /// The gateway runs, with this structure, and with at least these servers in service that it can reach. What is absent is made; a
    /// change of structure is a reload, a change of the proxy (another image) a handover to a new one, and neither costs a request;
    /// another address or port interrupts the public entry for as long as a start takes; otherwise nothing is touched.
    /// </summary>
    /// <returns>Name of the container whose output is the gateway's.</returns>
    /// <exception cref="DiagnosticException">TP5501, TP5502, TP5505, TP5507.</exception>
    /// <exception cref="EngineException">The engine failed otherwise.</exception>
    Task<string> EnsureAsync(GatewayPlan plan, GatewayDesired desired, IReadOnlyList<GatewayServer> servers, CancellationToken cancellationToken);

    /// <summary>The gateway of that name holds its address and port, and a proxy runs there.</summary>
    Task<bool> RunsAsync(string name, CancellationToken cancellationToken);

    /// <summary>The server takes requests when this returns.</summary>
    /// <exception cref="DiagnosticException">It does not come up (TP5503); the gateway does not answer (TP5504).</exception>
    Task AdmitAsync(GatewayServer server, CancellationToken cancellationToken);

    /// <summary>The server is gone when this returns; requests that it had were waited for as long as <paramref name="drain"/>.</summary>
    /// <exception cref="DiagnosticException">The gateway does not answer (TP5504).</exception>
    Task RetireAsync(string backend, string name, TimeSpan drain, CancellationToken cancellationToken);

    /// <summary>The servers of a backend have these weights when this returns, changed in one go; names that are gone are passed over.</summary>
    /// <exception cref="DiagnosticException">The gateway does not answer (TP5504); it has other weights (TP5509).</exception>
    Task ShareAsync(string backend, IReadOnlyDictionary<string, int> weights, CancellationToken cancellationToken);

    /// <summary>A client of the private route, which reaches the replica that a request names; see <see cref="HaproxyConfiguration.ServerHeader"/>.</summary>
    HttpMessageInvoker PrivateRoute();

    /// <summary>The servers that the gateway has from its files at its next start.</summary>
    Task<IReadOnlyList<GatewayServer>> RememberedAsync(CancellationToken cancellationToken);

    /// <summary>What the running gateway tells of itself.</summary>
    /// <exception cref="DiagnosticException">The gateway does not answer (TP5504).</exception>
    Task<GatewayObserved> ObserveAsync(CancellationToken cancellationToken);

    /// <summary>All servers as the running gateway sees them.</summary>
    /// <exception cref="DiagnosticException">The gateway does not answer (TP5504).</exception>
    Task<IReadOnlyList<GatewayServerState>> ServersAsync(CancellationToken cancellationToken);
}
