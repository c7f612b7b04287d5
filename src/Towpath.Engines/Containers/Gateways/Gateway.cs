using System.Net.Sockets;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;

namespace Towpath.Engines.Containers.Gateways;

/// <summary>
/// The gateway of one environment: HAProxy in containers. The running HAProxy is the truth about servers, the desired state about
/// structure; the file in the folder follows both, so that a restart by the engine finds what served before.
/// </summary>
public sealed class Gateway : IGateway, IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AdmitLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan CheckLimit = TimeSpan.FromSeconds(10);

    // 128 and the number of SIGKILL.
    private const int Killed = 137;

    private readonly IContainerEngine _engine;
    private readonly TimeProvider _time;
    private readonly HaproxyOptions _options;
    private readonly GatewayFiles _files;
    private readonly GatewayClient _client;
    private readonly HaproxyMaster _master;
    private readonly GatewayContainers _containers;
    private readonly SemaphoreSlim _fileTurn = new(1);

    /// <summary>The gateway whose files are in a folder.</summary>
    /// <param name="engine">Runs its container.</param>
    /// <param name="folder">Absolute path on this machine, one for each environment.</param>
    /// <param name="time">Clock.</param>
    /// <param name="options">Where HAProxy listens; null for the container's usual places.</param>
    /// <exception cref="DiagnosticException">The path is too long for a socket (TP5508).</exception>
    public Gateway(IContainerEngine engine, string folder, TimeProvider time, HaproxyOptions? options = null)
    {
        _engine = engine;
        _time = time;
        _options = options ?? HaproxyOptions.Container;
        _files = new GatewayFiles(folder);
        _client = new GatewayClient(_files.SocketPath, time);
        _master = new HaproxyMaster(folder);
        _containers = new GatewayContainers(engine, _client, folder, _options, time);
    }

    /// <inheritdoc/>
    public async Task<string> EnsureAsync(
        GatewayPlan plan, GatewayDesired desired, IReadOnlyList<GatewayServer> servers, CancellationToken cancellationToken)
    {
        var proxy = await EnsureStructureAsync(plan, desired, servers, cancellationToken);
        var known = (await _client.ServersAsync(cancellationToken)).Where(s => s.Admin == GatewayServerAdmin.Ready)
            .Select(s => (s.Backend, s.Name, s.Address, s.Port)).ToHashSet();
        foreach (var server in servers.Where(s => !known.Contains((s.Backend, s.Name, s.Address, s.Port))))
            await AdmitAsync(server, cancellationToken);
        return proxy;
    }

    /// <inheritdoc/>
    public Task<bool> RunsAsync(string name, CancellationToken cancellationToken) => _containers.RunsAsync(name, cancellationToken);

    /// <inheritdoc/>
    public async Task AdmitAsync(GatewayServer server, CancellationToken cancellationToken)
    {
        await _client.AddServerAsync(server, AdmitLimit, cancellationToken);
        await RewriteAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task RetireAsync(string backend, string name, TimeSpan drain, CancellationToken cancellationToken)
    {
        // A worker that a reload left behind still sends the requests of its last connections to the servers that it knew.
        await _client.DrainServerAsync(
            backend, name, drain, async token => !await _master.HasOldWorkersAsync(token), cancellationToken);
        await RewriteAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task ShareAsync(string backend, IReadOnlyDictionary<string, int> weights, CancellationToken cancellationToken)
    {
        await _client.SetWeightsAsync(backend, weights, cancellationToken);
        await RewriteAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public HttpMessageInvoker PrivateRoute() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.Zero,
        ConnectCallback = async (_, token) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(_files.PrivateSocketPath), token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException)
            {
                socket.Dispose();
                throw;
            }
        },
    });

    /// <inheritdoc/>
    public async Task<IReadOnlyList<GatewayServer>> RememberedAsync(CancellationToken cancellationToken) =>
        await _files.ReadAsync(cancellationToken) is { } configuration ? HaproxyConfiguration.ServersOf(configuration) : [];

    /// <inheritdoc/>
    public Task<GatewayObserved> ObserveAsync(CancellationToken cancellationToken) => _client.ObserveAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<GatewayServerState>> ServersAsync(CancellationToken cancellationToken) => _client.ServersAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _fileTurn.Dispose();

    private async Task<string> EnsureStructureAsync(
        GatewayPlan plan, GatewayDesired desired, IReadOnlyList<GatewayServer> servers, CancellationToken cancellationToken)
    {
        await _fileTurn.WaitAsync(cancellationToken);
        try
        {
            await _containers.EnsureAnchorAsync(plan, cancellationToken);
            if (await _containers.CurrentAsync(plan, cancellationToken) is not { } current)
            {
                await _files.WriteAsync(await ConfigurationAsync(desired, servers, cancellationToken), cancellationToken);
                current = await _containers.HandOverAsync(plan, cancellationToken);
            }

            await _containers.SweepAsync(plan, current, cancellationToken);
            await _master.SweepAsync(cancellationToken);
            var configuration = await ConfigurationAsync(desired, servers, cancellationToken);
            if ((await _client.LoadedAsync(cancellationToken))?.Structure != HaproxyConfiguration.StructureOf(configuration))
                await ReloadAsync(current, configuration, cancellationToken);
            return current;
        }
        finally
        {
            _fileTurn.Release();
        }
    }

    /// <summary>What serves now must serve after a reload or handover as well, whether the caller named it or not.</summary>
    private async Task<string> ConfigurationAsync(GatewayDesired desired, IReadOnlyList<GatewayServer> servers, CancellationToken cancellationToken)
    {
        var serving = await _client.LoadedAsync(cancellationToken) is null ? [] : await InServiceAsync(cancellationToken);
        var kept = serving
            .Where(k => !servers.Any(s => string.Equals(s.Backend, k.Backend, StringComparison.Ordinal) && string.Equals(s.Name, k.Name, StringComparison.Ordinal)));
        return HaproxyConfiguration.Write(desired, [.. servers, .. kept], _options);
    }

    private async Task ReloadAsync(string container, string configuration, CancellationToken cancellationToken)
    {
        await _files.WriteCandidateAsync(configuration, cancellationToken);
        var check = await CheckAsync(container, cancellationToken);
        if (check.ExitCode != 0)
            throw new DiagnosticException(ExitCode.DeploymentFailed, GatewayDiagnostics.ConfigurationRefused(container, check.Output));

        _files.AcceptCandidate();
        await _engine.SignalContainerAsync(container, "SIGUSR2", cancellationToken);
        var started = _time.GetTimestamp();
        while ((await _client.LoadedAsync(cancellationToken))?.Structure != HaproxyConfiguration.StructureOf(configuration))
        {
            if (_time.GetElapsedTime(started) > StartLimit)
                throw new DiagnosticException(ExitCode.DeploymentFailed, GatewayDiagnostics.ReloadFailed(container, StartLimit));
            await Task.Delay(Step, _time, cancellationToken);
        }
    }

    /// <summary>HAProxy's own verdict on the candidate.</summary>
    /// <exception cref="DiagnosticException">The proxy ended meanwhile (TP5504): it comes back by itself, and that is no fault of the configuration.</exception>
    private async Task<ExecResult> CheckAsync(string container, CancellationToken cancellationToken)
    {
        try
        {
            var check = await _engine.ExecAsync(
                container, ["haproxy", "-c", "-q", "-f", $"{_options.Folder}/{GatewayFiles.CandidateName}"], CheckLimit, cancellationToken);
            return check.ExitCode == Killed ? throw NotAnswering("the proxy was killed") : check;
        }
        catch (EngineException e) when (e.Error is EngineError.Conflict or EngineError.NotFound)
        {
            throw NotAnswering(e.Message);
        }
    }

    private DiagnosticException NotAnswering(string reason) => new(ExitCode.DeploymentFailed, GatewayDiagnostics.NotAnswering(_files.SocketPath, reason.TrimEnd('.')));

    private async Task RewriteAsync(CancellationToken cancellationToken)
    {
        await _fileTurn.WaitAsync(cancellationToken);
        try
        {
            if (await _files.ReadAsync(cancellationToken) is not { } current) return;
            var next = HaproxyConfiguration.WithServers(current, await InServiceAsync(cancellationToken));
            if (next != current) await _files.WriteAsync(next, cancellationToken);
        }
        finally
        {
            _fileTurn.Release();
        }
    }

    private async Task<List<GatewayServer>> InServiceAsync(CancellationToken cancellationToken) =>
        [.. (await _client.ServersAsync(cancellationToken)).Where(s => s.Admin == GatewayServerAdmin.Ready)
            .Select(s => new GatewayServer(s.Backend, s.Name, s.Address, s.Port, s.Weight))];
}
