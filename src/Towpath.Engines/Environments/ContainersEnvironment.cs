using Towpath.Core.Applications;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;
using Towpath.Engines.Containers;
using Towpath.Engines.Containers.Gateways;
using Towpath.Engines.Host;

namespace Towpath.Engines.Environments;

/// <summary>What one environment on a container engine is made of.</summary>
/// <param name="Engine">Runs the containers.</param>
/// <param name="Gateway">Carries the requests.</param>
/// <param name="Probe">Asks replicas whether they are ready.</param>
/// <param name="Logs">Keeps what containers write.</param>
/// <param name="Folder">Files of the environment.</param>
/// <param name="Memory">Small values of the environment.</param>
/// <param name="Port">Host port of the gateway.</param>
/// <param name="Time">Clock.</param>
public sealed record EnvironmentParts(
    IContainerEngine Engine,
    IGateway Gateway,
    ReadinessProbe Probe,
    IContainerLogs Logs,
    EnvironmentFolder Folder,
    IEnvironmentMemory Memory,
    Func<EnvironmentSpec, int> Port,
    TimeProvider Time)
{
    /// <summary>A container is gone, and all that it wrote is kept: what a release wrote before it failed is what tells why.</summary>
    internal async Task RemoveAsync(string container, CancellationToken cancellationToken)
    {
        await Logs.DrainAsync(container, cancellationToken);
        await Engine.RemoveContainerAsync(container, cancellationToken);
        Logs.Forget(container);
    }
}

/// <summary>One environment on Podman or Docker. Every effect looks first and acts then, so that doing it twice is doing it once.</summary>
public sealed class ContainersEnvironment : IEnvironmentEngine, IDeparture
{
    private readonly EnvironmentParts _parts;
    private readonly EnvironmentNames _names;
    private readonly EnvironmentNetwork _network;
    private readonly ReplicaObserver _observer;
    private readonly ReplicaKeeper _replicas;
    private readonly MigrationRunner _migrations;
    private readonly ResourceKeeper _resources;

    /// <summary>The environment of that name.</summary>
    public ContainersEnvironment(string application, string environment, EnvironmentParts parts)
    {
        _parts = parts;
        _names = new EnvironmentNames(application, environment);
        _network = new EnvironmentNetwork(parts.Engine, _names, parts.Memory);
        _observer = new ReplicaObserver(parts.Engine, parts.Gateway, parts.Probe, parts.Logs, _names, parts.Time);
        _replicas = new ReplicaKeeper(parts, _names, _network);
        _migrations = new MigrationRunner(parts, _network);
        _resources = new ResourceKeeper(parts, _names);
    }

    /// <inheritdoc/>
    public async Task<ObservedEnvironment> ObserveAsync(DeploymentPlan plan, CancellationToken cancellationToken) =>
        await _observer.ObserveAsync(plan, await _parts.Gateway.RunsAsync(_names.Gateway, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task ApplyAsync(Effect effect, DeploymentPlan plan, CancellationToken cancellationToken) => effect switch
    {
        PrepareEnvironment => PrepareAsync(plan.Target, cancellationToken),
        ConfigureGateway configure => ConfigureGatewayAsync(plan, configure.Side, cancellationToken),
        EnsureResources => _resources.EnsureAsync(plan.Target, cancellationToken),
        RunMigration migration => _migrations.RunAsync(plan.Target, plan.Target.Service(migration.Service)!, cancellationToken),
        RevertMigration revert => _migrations.RevertAsync(plan.Of(revert), plan.Of(revert).Service(revert.Service)!, cancellationToken),
        StartReplica start => _replicas.StartAsync(Desired(plan, start.Side), start, cancellationToken),
        AdmitReplica admit => _replicas.AdmitAsync(Desired(plan, admit.Side), admit, cancellationToken),
        SetShare share => _parts.Gateway.ShareAsync(share.Service, share.Weights, cancellationToken),
        ParkReplica park => _replicas.ParkAsync(park, cancellationToken),
        RetireReplica retire => _replicas.RetireAsync(retire, cancellationToken),
        Verify verify => VerificationRunner.RunAsync(plan.Target, verify.Probe, PortOf(plan.Target), cancellationToken),
        VerifyPrivately verify => VerifyPrivatelyAsync(plan.Target, verify, cancellationToken),
        CleanUp => CleanUpAsync(cancellationToken),
        RemoveEnvironment => RemoveAsync(cancellationToken),
        _ => throw new InvalidOperationException($"effect {effect.Key} is not known to the containers engine"),
    };

    /// <summary>Removes all of the environment: containers, network, volumes with their data, secrets.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        await RemoveContainersAsync(cancellationToken);
        await _parts.Engine.RemoveNetworkAsync(_names.Network, cancellationToken);
        // Before the data itself: a crash between the two must not leave a schema behind that is thought to be there.
        _parts.Memory.Forget(MigrationRunner.Mark);
        foreach (var volume in await _parts.Engine.ListVolumesAsync(_names.Selector, cancellationToken))
            await _parts.Engine.RemoveVolumeAsync(volume, cancellationToken);
        _parts.Folder.Delete();
    }

    /// <inheritdoc/>
    public async Task LeaveAsync(EnvironmentDesired desired, CancellationToken cancellationToken)
    {
        await RemoveContainersAsync(cancellationToken);
        await _parts.Engine.RemoveNetworkAsync(_names.Network, cancellationToken);
    }

    // Podman keeps a container for as long as another one is in its network.
    private async Task RemoveContainersAsync(CancellationToken cancellationToken)
    {
        foreach (var container in (await _parts.Engine.ListContainersAsync(_names.Selector, cancellationToken))
            .OrderBy(c => c.Label(ContainerLabels.Role) == ContainerLabels.RoleAnchor))
            await _parts.RemoveAsync(container.Name, cancellationToken);
    }

    private static EnvironmentDesired Desired(DeploymentPlan plan, Side side) =>
        side == Side.Previous ? plan.Previous ?? throw new InvalidOperationException("there is no release before") : plan.Target;

    private int PortOf(EnvironmentDesired desired) => _parts.Port(desired.Environment);

    private async Task PrepareAsync(EnvironmentDesired desired, CancellationToken cancellationToken)
    {
        await _network.EnsureAsync(cancellationToken);
        foreach (var volume in desired.Volumes) await PrepareVolumeAsync(volume, cancellationToken);
        foreach (var config in desired.Configs) _parts.Folder.WriteConfig(config);
        foreach (var service in desired.Services)
            if (await _parts.Engine.InspectImageAsync(service.Image.Digest, cancellationToken) is null)
                throw new DiagnosticException(ExitCode.DeploymentFailed, RolloutDiagnostics.ImageGone(desired, service));
    }

    private async Task PrepareVolumeAsync(Volume volume, CancellationToken cancellationToken)
    {
        var name = _names.Volume(volume.Name);
        await _parts.Engine.CreateVolumeAsync(name, _names.Labels, cancellationToken);
        var users = await _parts.Engine.ListVolumeUsersAsync(name, cancellationToken);
        if (users.Count == 0) return;
        var own = (await _parts.Engine.ListContainersAsync(_names.Selector, cancellationToken)).Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        if (users.FirstOrDefault(u => !own.Contains(u)) is { } stranger)
            throw new DiagnosticException(ExitCode.DeploymentFailed, RolloutDiagnostics.VolumeInUse(_names.Environment, volume, stranger));
    }

    private async Task ConfigureGatewayAsync(DeploymentPlan plan, Side side, CancellationToken cancellationToken)
    {
        var desired = GatewayPlanner.Plan(plan, side, GatewayDesired.ConnectionsFor(HostLimits.Read().OpenFiles));
        var servers = await ServersAsync(plan, desired, cancellationToken);
        string proxy;
        try
        {
            proxy = await _parts.Gateway.EnsureAsync(GatewayOf(plan.Target), desired, servers, cancellationToken);
        }
        catch (EngineException e) when (e.Error == EngineError.AddressTaken)
        {
            // Podman's service was killed while it started the anchor, and so the gateway is new: nobody knows it by that address yet.
            _network.LoseGatewayAddress();
            proxy = await _parts.Gateway.EnsureAsync(GatewayOf(plan.Target), desired, servers, cancellationToken);
        }
        _parts.Logs.Watch(_names.Environment, "gateway", proxy);
    }

    private GatewayPlan GatewayOf(EnvironmentDesired target) => new(
        _names.Gateway, _names.Network, _network.GatewayAddress, target.Environment.Address, PortOf(target),
        System.Collections.Immutable.ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, _names.Labels))
    {
        PortLocation = target.Environment.PortLocation,
    };

    /// <summary>
    /// What the gateway serves; where it does not run, what it served: a replica that it was not told of is one that is kept warm,
    /// or not proven yet. Where its files are lost too, the replicas of the release that was there.
    /// </summary>
    private async Task<IReadOnlyList<GatewayServer>> ServersAsync(DeploymentPlan plan, GatewayDesired desired, CancellationToken cancellationToken)
    {
        var ports = desired.Backends.ToDictionary(b => b.Service, b => b.Port);
        if (await _parts.Gateway.RunsAsync(_names.Gateway, cancellationToken))
            return [.. (await _parts.Gateway.ServersAsync(cancellationToken))
                .Where(s => s.Admin == GatewayServerAdmin.Ready && ports.ContainsKey(s.Backend))
                .Select(s => new GatewayServer(s.Backend, s.Name, s.Address, s.Port, s.Weight))];
        var remembered = await _parts.Gateway.RememberedAsync(cancellationToken);
        var release = plan.Previous ?? plan.Target;
        var running = (await _parts.Engine.ListContainersAsync(
            [.. _names.Selector, $"{ContainerLabels.Role}={ContainerLabels.RoleReplica}"], cancellationToken))
            .Where(r => r.State == ContainerState.Running && ports.ContainsKey(r.Label(ContainerLabels.Service) ?? "") && r.Label(ContainerLabels.Address) is not null);
        return remembered.Count > 0
            ? [.. remembered.Where(s => ports.ContainsKey(s.Backend) && running.Any(r => r.Name == s.Name))]
            : [.. running.Where(r => release.Service(r.Label(ContainerLabels.Service)!)?.Revision == r.Label(ContainerLabels.Revision))
                .Select(r => new GatewayServer(r.Label(ContainerLabels.Service)!, r.Name, r.Label(ContainerLabels.Address)!, ports[r.Label(ContainerLabels.Service)!]))];
    }

    private async Task VerifyPrivatelyAsync(EnvironmentDesired desired, VerifyPrivately verify, CancellationToken cancellationToken)
    {
        var revision = desired.Service(verify.Service)!.Revision;
        var replicas = (await _parts.Engine.ListContainersAsync(
            [.. _names.Selector, $"{ContainerLabels.Service}={verify.Service}", $"{ContainerLabels.Revision}={revision}"], cancellationToken))
            .Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        var servers = (await _parts.Gateway.ServersAsync(cancellationToken)).Where(s => s.Backend == verify.Service && replicas.Contains(s.Name)).ToList();
        if (servers.Count == 0)
            throw new DiagnosticException(ExitCode.DeploymentFailed, RolloutDiagnostics.EffectImpossible(
                _names.Environment, $"asking {verify.Service} on the private route", "the gateway knows no new replica of it"));
        using var route = _parts.Gateway.PrivateRoute();
        foreach (var server in servers)
            await VerificationRunner.RunPrivatelyAsync(desired, verify.Probe, route, server.Name, cancellationToken);
    }

    /// <summary>What a finished or broken-off deployment leaves: one-off containers, and containers of an unknown role.</summary>
    private async Task CleanUpAsync(CancellationToken cancellationToken)
    {
        foreach (var container in await _parts.Engine.ListContainersAsync(_names.Selector, cancellationToken))
        {
            if (container.Label(ContainerLabels.Role) is ContainerLabels.RoleReplica or ContainerLabels.RoleGateway or ContainerLabels.RoleAnchor) continue;
            await _parts.RemoveAsync(container.Name, cancellationToken);
        }
    }
}
