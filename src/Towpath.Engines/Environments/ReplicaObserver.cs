using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Containers;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;
using Towpath.Engines.Containers;
using Towpath.Engines.Containers.Gateways;

namespace Towpath.Engines.Environments;

/// <summary>
/// Looks at an environment's replicas: the engine's list, the gateway's servers, and a readiness check of those that were not ready
/// before. Readiness once reached is remembered for as long as the process lives; after that the gateway's own checks watch it.
/// </summary>
internal sealed class ReplicaObserver(
    IContainerEngine engine, IGateway gateway, ReadinessProbe probe, IContainerLogs logs, EnvironmentNames names, TimeProvider time)
{
    private const int LastLines = 12;
    private static readonly TimeSpan LinesAfter = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _readySince = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _lastCheck = new(StringComparer.Ordinal);

    public async Task<ObservedEnvironment> ObserveAsync(DeploymentPlan plan, bool gatewayRuns, CancellationToken cancellationToken)
    {
        var containers = await engine.ListContainersAsync(
            [.. names.Selector, $"{ContainerLabels.Role}={ContainerLabels.RoleReplica}"], cancellationToken);
        var told = gatewayRuns ? await gateway.ObserveAsync(cancellationToken) : null;
        var servers = told?.Servers.ToDictionary(s => s.Name, StringComparer.Ordinal) ?? [];
        var replicas = await Task.WhenAll(containers.Select(c => ReplicaAsync(plan, c, ServerOf(c, servers), cancellationToken)));
        foreach (var gone in _readySince.Keys.Except(containers.Select(c => c.Id), StringComparer.Ordinal))
        {
            _readySince.TryRemove(gone, out _);
            _lastCheck.TryRemove(gone, out _);
        }
        return new ObservedEnvironment([.. replicas.OfType<ObservedReplica>()], gatewayRuns) { Entry = told?.Entry };
    }

    /// <summary>What the gateway knows of a container. One that somebody destroyed leaves its server behind, and finds another address when it is made again.</summary>
    private static GatewayServerState? ServerOf(ObservedContainer container, Dictionary<string, GatewayServerState> servers) =>
        servers.GetValueOrDefault(container.Name) is { } server && container.Label(ContainerLabels.Address) is var address && (address is null || address == server.Address) ? server : null;

    private async Task<ObservedReplica?> ReplicaAsync(
        DeploymentPlan plan, ObservedContainer container, GatewayServerState? server, CancellationToken cancellationToken)
    {
        var service = container.Label(ContainerLabels.Service) ?? "";
        var basis = new ObservedReplica
        {
            Container = container.Name,
            Service = service,
            Revision = container.Label(ContainerLabels.Revision) ?? "",
            Ordinal = int.TryParse(container.Label(ContainerLabels.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) ? ordinal : int.MaxValue,
            Release = container.Label(ContainerLabels.Release) ?? "",
            ImageDigest = container.ImageId,
            Process = ProcessOf(container.State),
            Since = container.CreatedAt,
            Traffic = server is null ? ReplicaTraffic.None : TrafficOf(server),
            Weight = server?.Weight ?? 0,
            Counters = server?.Counters,
        };
        if (container.State == ContainerState.Running) logs.Watch(names.Environment, service, container.Name);
        if (container.State == ContainerState.Running && _readySince.TryGetValue(container.Id, out var since))
            return basis with { Ready = true, Since = since };
        _readySince.TryRemove(container.Id, out _);
        return await LookCloserAsync(basis, container, ReadinessOf(plan, basis), cancellationToken);
    }

    /// <summary>For replicas that are not known to be ready: the details of their process, and the check itself. Null for one that went meanwhile.</summary>
    private async Task<ObservedReplica?> LookCloserAsync(
        ObservedReplica replica, ObservedContainer container, Readiness? readiness, CancellationToken cancellationToken)
    {
        if (await engine.InspectContainerAsync(container.Id, cancellationToken) is not { } details)
            return null;
        replica = replica with
        {
            Process = ProcessOf(details.State),
            Since = details.StartedAt ?? replica.Since,
            ExitCode = details.ExitCode,
            Restarts = details.RestartCount,
        };
        if (details.State == ContainerState.Running && readiness is not null)
        {
            var result = await CheckAsync(readiness, container, replica, cancellationToken);
            if (result is { Ready: true }) _readySince[container.Id] = replica.Since;
            replica = replica with { Ready = result?.Ready ?? false, ReadinessDetail = result?.Detail };
        }
        var explain = !replica.Ready && (replica.Process != ReplicaProcess.Running || time.GetUtcNow() - replica.Since > LinesAfter);
        return explain
            ? replica with { LastLines = [.. await engine.TailLogsAsync(container.Id, LastLines, cancellationToken)] }
            : replica;
    }

    private async Task<ProbeResult?> CheckAsync(
        Readiness readiness, ObservedContainer container, ObservedReplica replica, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (readiness.Kind == ReadinessKind.Running)
            return new ProbeResult(now - replica.Since >= Readiness.SettleTime, "its process runs");
        if (_lastCheck.TryGetValue(container.Id, out var last) && now - last < readiness.Interval) return null;
        _lastCheck[container.Id] = now;
        return await probe.CheckAsync(readiness, container.Id, container.Label(ContainerLabels.Address) ?? "", cancellationToken);
    }

    private static Readiness? ReadinessOf(DeploymentPlan plan, ObservedReplica replica) =>
        new[] { plan.Target, plan.Previous }
            .Select(side => side?.Service(replica.Service)).FirstOrDefault(s => s?.Revision == replica.Revision)?.Readiness;

    private static ReplicaProcess ProcessOf(ContainerState state) => state switch
    {
        ContainerState.Created => ReplicaProcess.Created,
        ContainerState.Running => ReplicaProcess.Running,
        ContainerState.Restarting => ReplicaProcess.Restarting,
        _ => ReplicaProcess.Exited,
    };

    private static ReplicaTraffic TrafficOf(GatewayServerState server) => server switch
    {
        { InService: true, Weight: 0 } => ReplicaTraffic.Standby,
        { InService: true } => ReplicaTraffic.Serving,
        { Admin: GatewayServerAdmin.Ready } => ReplicaTraffic.Joining,
        // Drained, but its check never passed: it was on its way in, not out.
        { Admin: GatewayServerAdmin.Drain, CheckPassed: false } => ReplicaTraffic.Joining,
        _ => ReplicaTraffic.Draining,
    };
}
