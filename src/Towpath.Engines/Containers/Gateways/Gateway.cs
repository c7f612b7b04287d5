using System.Net.Sockets;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;

namespace Towpath.Engines.Containers.Gateways;

/// <summary>
/// The gateway of one environment: HAProxy in a container. The running HAProxy is the truth about servers, the desired state about
/// structure; the file in the folder follows both, so that a restart by the engine finds what served before.
/// </summary>
public sealed class Gateway : IGateway, IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AdmitLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan CheckLimit = TimeSpan.FromSeconds(10);
    private const int LogLines = 10;

    private readonly IContainerEngine _engine;
    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly HaproxyOptions _options;
    private readonly GatewayFiles _files;
    private readonly GatewayClient _client;
    private readonly HaproxyMaster _master;
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
        _folder = folder;
        _time = time;
        _options = options ?? HaproxyOptions.Container;
        _files = new GatewayFiles(folder);
        _client = new GatewayClient(_files.SocketPath, time);
        _master = new HaproxyMaster(_files.MasterSocketPath);
    }

    /// <inheritdoc/>
    public async Task EnsureAsync(
        GatewayPlan plan, GatewayDesired desired, IReadOnlyList<GatewayServer> servers, CancellationToken cancellationToken)
    {
        await EnsureStructureAsync(plan, desired, servers, cancellationToken);
        var known = (await _client.ServersAsync(cancellationToken)).Where(s => s.Admin == GatewayServerAdmin.Ready)
            .Select(s => (s.Backend, s.Name, s.Address, s.Port)).ToHashSet();
        foreach (var server in servers.Where(s => !known.Contains((s.Backend, s.Name, s.Address, s.Port))))
            await AdmitAsync(server, cancellationToken);
    }

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

    private async Task EnsureStructureAsync(
        GatewayPlan plan, GatewayDesired desired, IReadOnlyList<GatewayServer> servers, CancellationToken cancellationToken)
    {
        await _fileTurn.WaitAsync(cancellationToken);
        try
        {
            if (!await IsCurrentAsync(plan, cancellationToken))
            {
                await _files.WriteAsync(HaproxyConfiguration.Write(desired, servers, _options), cancellationToken);
                await RecreateAsync(plan, cancellationToken);
            }

            // What serves now must serve after the reload as well, whether the caller named it or not.
            var kept = (await InServiceAsync(cancellationToken))
                .Where(k => !servers.Any(s => string.Equals(s.Backend, k.Backend, StringComparison.Ordinal) && string.Equals(s.Name, k.Name, StringComparison.Ordinal)));
            var configuration = HaproxyConfiguration.Write(desired, [.. servers, .. kept], _options);
            if (await _client.LoadedStructureAsync(cancellationToken) != HaproxyConfiguration.StructureOf(configuration))
                await ReloadAsync(plan.Name, configuration, cancellationToken);
        }
        finally
        {
            _fileTurn.Release();
        }
    }

    /// <summary>The container is of this plan, runs, and HAProxy in it answers. One that was only stopped is started.</summary>
    private async Task<bool> IsCurrentAsync(GatewayPlan plan, CancellationToken cancellationToken)
    {
        var container = await _engine.InspectContainerAsync(plan.Name, cancellationToken);
        if (container is null || container.Labels.GetValueOrDefault(ContainerLabels.Revision) != plan.Revision(_folder)) return false;
        // A missed answer is no reason to take away a proxy that carries requests: a reload or a busy machine makes it late.
        if (container.State == ContainerState.Running) return await AnswersAsync(plan, cancellationToken);
        if (container.State is not (ContainerState.Created or ContainerState.Exited)) return false;
        await StartAsync(plan, cancellationToken);
        return await AnswersAsync(plan, cancellationToken);
    }

    private async Task RecreateAsync(GatewayPlan plan, CancellationToken cancellationToken)
    {
        var container = plan.Container(_folder, _options);
        await _engine.StopContainerAsync(plan.Name, container.StopGracePeriod, cancellationToken);
        await _engine.RemoveContainerAsync(plan.Name, cancellationToken);
        await _engine.CreateContainerAsync(container, cancellationToken);
        await StartAsync(plan, cancellationToken);
        if (await AnswersAsync(plan, cancellationToken)) return;

        var details = await _engine.InspectContainerAsync(plan.Name, cancellationToken);
        var lines = string.Join('\n', await _engine.TailLogsAsync(plan.Name, LogLines, cancellationToken));
        // Left as it is, the engine would start it over and over.
        await _engine.RemoveContainerAsync(plan.Name, cancellationToken);
        throw new DiagnosticException(ExitCode.DeploymentFailed, GatewayDiagnostics.EndedAtOnce(plan.Name, details?.ExitCode ?? -1, lines));
    }

    private async Task StartAsync(GatewayPlan plan, CancellationToken cancellationToken)
    {
        try
        {
            await _engine.StartContainerAsync(plan.Name, cancellationToken);
        }
        catch (EngineException e) when (e.Error == EngineError.PortTaken)
        {
            await _engine.RemoveContainerAsync(plan.Name, cancellationToken);
            throw new DiagnosticException(
                ExitCode.EngineUnavailable, GatewayDiagnostics.PortTaken(plan.Name, plan.PublishedAddress, plan.PublishedPort, plan.PortLocation));
        }
    }

    private async Task<bool> AnswersAsync(GatewayPlan plan, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        while (await _client.LoadedStructureAsync(cancellationToken) is null)
        {
            var container = await _engine.InspectContainerAsync(plan.Name, cancellationToken);
            if (container is null or { State: ContainerState.Exited } || _time.GetElapsedTime(started) > StartLimit) return false;
            await Task.Delay(Step, _time, cancellationToken);
        }

        return true;
    }

    private async Task ReloadAsync(string container, string configuration, CancellationToken cancellationToken)
    {
        await _files.WriteCandidateAsync(configuration, cancellationToken);
        var check = await _engine.ExecAsync(
            container, ["haproxy", "-c", "-q", "-f", $"{_options.Folder}/{GatewayFiles.CandidateName}"], CheckLimit, cancellationToken);
        if (check.ExitCode != 0)
            throw new DiagnosticException(ExitCode.DeploymentFailed, GatewayDiagnostics.ConfigurationRefused(container, check.Output));

        _files.AcceptCandidate();
        await _engine.SignalContainerAsync(container, "SIGUSR2", cancellationToken);
        var started = _time.GetTimestamp();
        while (await _client.LoadedStructureAsync(cancellationToken) != HaproxyConfiguration.StructureOf(configuration))
        {
            if (_time.GetElapsedTime(started) > StartLimit)
                throw new DiagnosticException(ExitCode.DeploymentFailed, GatewayDiagnostics.ReloadFailed(container, StartLimit));
            await Task.Delay(Step, _time, cancellationToken);
        }
    }

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
