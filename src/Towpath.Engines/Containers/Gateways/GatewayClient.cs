using System.Globalization;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;

namespace Towpath.Engines.Containers.Gateways;

/// <summary>
/// Tells a running HAProxy of servers. Each call observes, takes the next step and observes again until the end state is there,
/// so it may be repeated after any interruption and finds its way from any half-done state.
/// </summary>
public sealed class GatewayClient
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(25);
    private const int CommandsPerLine = 60;
    private static readonly TimeSpan DeleteLimit = TimeSpan.FromSeconds(5);

    private readonly HaproxySocket _socket;
    private readonly TimeProvider _time;

    /// <summary>A client of a worker's socket.</summary>
    /// <param name="socketPath">Path of the Unix socket on this machine.</param>
    /// <param name="time">Clock.</param>
    public GatewayClient(string socketPath, TimeProvider time)
    {
        _socket = new HaproxySocket(socketPath);
        _time = time;
    }

    /// <summary>The public entry and all servers.</summary>
    /// <exception cref="DiagnosticException">The gateway does not answer (TP5504).</exception>
    public async Task<GatewayObserved> ObserveAsync(CancellationToken cancellationToken)
    {
        var state = await SendAsync("show servers state", cancellationToken);
        var statistics = await SendAsync("show stat", cancellationToken);
        var slow = await SendAsync($"show table {HaproxyConfiguration.SlowTable}", cancellationToken);
        return HaproxyTables.Read(state, statistics, slow);
    }

    /// <summary>All servers.</summary>
    /// <exception cref="DiagnosticException">The gateway does not answer (TP5504).</exception>
    public async Task<IReadOnlyList<GatewayServerState>> ServersAsync(CancellationToken cancellationToken) =>
        (await ObserveAsync(cancellationToken)).Servers;

    /// <summary>What the current worker has loaded, or null where nobody answers.</summary>
    public async Task<GatewayLoaded?> LoadedAsync(CancellationToken cancellationToken)
    {
        const string Label = "description: ";
        try
        {
            var info = await _socket.SendAsync("show info", cancellationToken);
            var line = info.Split('\n').FirstOrDefault(l => l.StartsWith(Label, StringComparison.Ordinal))?[Label.Length..].Trim() ?? "";
            var words = line.Split(' ');
            return new GatewayLoaded(words[0], words.Length > 1 && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>
    /// Puts a server into service: added if absent, checked while it still gets no requests, and made ready by its first good check.
    /// One that is in service already is left alone, but for its weight.
    /// </summary>
    /// <exception cref="DiagnosticException">It did not come up in time (TP5503), or the gateway does not answer (TP5504).</exception>
    public async Task AddServerAsync(GatewayServer server, TimeSpan timeout, CancellationToken cancellationToken)
    {
        server.Checked();
        var started = _time.GetTimestamp();
        while (true)
        {
            var state = await FindAsync(server.Backend, server.Name, cancellationToken);
            if (state is { InService: true } && IsAt(state, server))
            {
                if (state.Weight != server.Weight) await SetWeightsAsync(server.Backend, new Dictionary<string, int> { [server.Name] = server.Weight }, cancellationToken);
                return;
            }

            var waited = _time.GetElapsedTime(started);
            if (waited > timeout) throw NotUp(server, state, waited);
            await TakeStepAsync(server, state, cancellationToken);
            await Task.Delay(Step, _time, cancellationToken);
        }
    }

    /// <summary>Takes a server out: no new requests, a wait for those that it has, then removal. One that is not there is fine.</summary>
    /// <param name="backend">Service.</param>
    /// <param name="name">Name of the server.</param>
    /// <param name="timeout">After it, requests that are still at the server are cut off.</param>
    /// <param name="alsoIdle">More that must hold before the server may go: says true when it does.</param>
    /// <param name="cancellationToken">Stops the wait; the server stays as it is.</param>
    /// <exception cref="DiagnosticException">The gateway does not answer (TP5504).</exception>
    public async Task DrainServerAsync(
        string backend, string name, TimeSpan timeout, Func<CancellationToken, Task<bool>>? alsoIdle, CancellationToken cancellationToken)
    {
        var id = Id(backend, name);
        var started = _time.GetTimestamp();
        while (await FindAsync(backend, name, cancellationToken) is { } state)
        {
            // A server that was in maintenance gets no requests anyway, and drain would wake its checks.
            if (state.Admin == GatewayServerAdmin.Ready) await SendAsync($"set server {id} state drain", cancellationToken);
            var gone = state.Admin != GatewayServerAdmin.Ready && state.IsIdle && (alsoIdle is null || await alsoIdle(cancellationToken));
            if (gone || _time.GetElapsedTime(started) > timeout) break;
            await Task.Delay(Step, _time, cancellationToken);
        }

        await DeleteAsync(id, cancellationToken);
    }

    /// <summary>
    /// Gives servers of a backend these shares of the requests, by one line of commands: HAProxy carries it out at once, without a
    /// request seeing half of it but for the microseconds between two commands. Who gets more comes first, so that never all have
    /// none. One that is not there is passed over.
    /// </summary>
    /// <exception cref="DiagnosticException">The gateway does not answer (TP5504), or a weight is not the one that was set (TP5509).</exception>
    public async Task SetWeightsAsync(string backend, IReadOnlyDictionary<string, int> weights, CancellationToken cancellationToken)
    {
        if (weights.Count == 0) return;
        var commands = weights.OrderByDescending(w => w.Value).ThenBy(w => w.Key, StringComparer.Ordinal)
            .Select(w => string.Create(CultureInfo.InvariantCulture, $"set server {Id(backend, w.Key)} weight {GatewayTokens.Weight(w.Value)}"));
        // A line longer than HAProxy's buffer of 16 KiB is refused.
        foreach (var line in commands.Chunk(CommandsPerLine)) await SendAsync(string.Join(';', line), cancellationToken);
        var wrong = (await ServersAsync(cancellationToken))
            .FirstOrDefault(s => s.Backend == backend && weights.TryGetValue(s.Name, out var weight) && s.Weight != weight);
        if (wrong is not null)
            throw new DiagnosticException(ExitCode.DeploymentFailed, GatewayDiagnostics.WeightNotTaken(backend, wrong.Name, weights[wrong.Name], wrong.Weight));
    }

    private static string Id(string backend, string name) => $"{GatewayTokens.Name(backend)}/{GatewayTokens.Name(name)}";

    private static bool IsAt(GatewayServerState state, GatewayServer server) =>
        string.Equals(state.Address, server.Address, StringComparison.Ordinal) && state.Port == server.Port;

    private static DiagnosticException NotUp(GatewayServer server, GatewayServerState? state, TimeSpan waited)
    {
        var check = state is null ? "none: there is no such backend" : state.Check.Length == 0 ? "none yet" : state.Check;
        var address = string.Create(CultureInfo.InvariantCulture, $"{server.Address}:{server.Port}");
        return new DiagnosticException(
            ExitCode.DeploymentFailed, GatewayDiagnostics.ServerNotUp(server.Backend, server.Name, address, check, waited));
    }

    /// <summary>
    /// Every state has one next step. Absent: add it, start its checks, let it drain, so that it is checked without getting requests.
    /// At another address: it is a leftover, remove it. In maintenance: a call was cut off half-way and its last check is
    /// stale, so remove it and begin anew; where requests are still at it, check it as it is. Draining: ready once a check is good.
    /// Ready but down: wait, its checks bring it back.
    /// </summary>
    private async Task TakeStepAsync(GatewayServer server, GatewayServerState? state, CancellationToken cancellationToken)
    {
        var id = Id(server.Backend, server.Name);
        if (state is null)
        {
            await SendAsync(
                string.Create(CultureInfo.InvariantCulture, $"add server {id} {server.Address}:{server.Port} {HaproxyConfiguration.ServerParameters(server.Weight)}"),
                cancellationToken);
            await StartChecksAsync(id, cancellationToken);
        }
        else if (!IsAt(state, server) || state.Admin == GatewayServerAdmin.Maintenance)
        {
            await SendAsync($"set server {id} state maint", cancellationToken);
            var deleted = await TryDeleteAsync(id, cancellationToken);
            if (!deleted && IsAt(state, server)) await StartChecksAsync(id, cancellationToken);
        }
        else if (state.Admin == GatewayServerAdmin.Drain && state.CheckPassed)
        {
            await SendAsync($"set server {id} state ready", cancellationToken);
        }
    }

    private async Task StartChecksAsync(string id, CancellationToken cancellationToken)
    {
        await SendAsync($"enable health {id}", cancellationToken);
        await SendAsync($"set server {id} state drain", cancellationToken);
    }

    private async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        await SendAsync($"set server {id} state maint", cancellationToken);
        var started = _time.GetTimestamp();
        while (!await TryDeleteAsync(id, cancellationToken))
        {
            // Only requests that outlived the drain can still be here.
            await SendAsync($"shutdown sessions server {id}", cancellationToken);
            if (_time.GetElapsedTime(started) > DeleteLimit)
                throw new DiagnosticException(ExitCode.DeploymentFailed, GatewayDiagnostics.NotAnswering(_socket.Path, $"server {id} can't be removed"));
            await Task.Delay(Step, _time, cancellationToken);
        }
    }

    /// <returns>True where there is no such server any more.</returns>
    private async Task<bool> TryDeleteAsync(string id, CancellationToken cancellationToken)
    {
        var answer = await SendAsync($"del server {id}", cancellationToken);
        return answer.Contains("deleted", StringComparison.OrdinalIgnoreCase)
            || answer.Contains("No such", StringComparison.OrdinalIgnoreCase)
            || answer.Contains("not found", StringComparison.OrdinalIgnoreCase);
    }

    private async Task<GatewayServerState?> FindAsync(string backend, string name, CancellationToken cancellationToken) =>
        (await ServersAsync(cancellationToken)).FirstOrDefault(s =>
            string.Equals(s.Backend, backend, StringComparison.Ordinal) && string.Equals(s.Name, name, StringComparison.Ordinal));

    private async Task<string> SendAsync(string command, CancellationToken cancellationToken)
    {
        try
        {
            return await _socket.SendAsync(command, cancellationToken);
        }
        catch (IOException e)
        {
            throw new DiagnosticException(ExitCode.EngineUnavailable, GatewayDiagnostics.NotAnswering(_socket.Path, e.Message));
        }
    }
}

/// <summary>What a running worker was loaded with.</summary>
/// <param name="Structure">The mark of its structure; see <see cref="HaproxyConfiguration.StructureOf"/>.</param>
/// <param name="Generation">Number of its container; 0 where it has none.</param>
public sealed record GatewayLoaded(string Structure, int Generation);
