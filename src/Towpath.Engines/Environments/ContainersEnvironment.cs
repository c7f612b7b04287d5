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
    TimeProvider Time);

/// <summary>One environment on Podman or Docker. Every effect looks first and acts then, so that doing it twice is doing it once.</summary>
public sealed class ContainersEnvironment : IEnvironmentEngine
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(30);

    private readonly EnvironmentParts _parts;
    private readonly EnvironmentNames _names;
    private readonly EnvironmentNetwork _network;
    private readonly ReplicaObserver _observer;
    private readonly MigrationRunner _migrations;
    private readonly ResourceKeeper _resources;

    /// <summary>The environment of that name.</summary>
    public ContainersEnvironment(string application, string environment, EnvironmentParts parts)
    {
        _parts = parts;
        _names = new EnvironmentNames(application, environment);
        _network = new EnvironmentNetwork(parts.Engine, _names, parts.Memory);
        _observer = new ReplicaObserver(parts.Engine, parts.Gateway, parts.Probe, parts.Logs, _names, parts.Time);
        _migrations = new MigrationRunner(parts, _network);
        _resources = new ResourceKeeper(parts, _names);
    }

    /// <inheritdoc/>
    public async Task<ObservedEnvironment> ObserveAsync(DeploymentPlan plan, CancellationToken cancellationToken)
    {
        var gateway = await _parts.Engine.InspectContainerAsync(_names.Gateway, cancellationToken);
        return await _observer.ObserveAsync(plan, gateway is { State: ContainerState.Running }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task ApplyAsync(Effect effect, DeploymentPlan plan, CancellationToken cancellationToken) => effect switch
    {
        PrepareEnvironment => PrepareAsync(plan.Target, cancellationToken),
        ConfigureGateway configure => ConfigureGatewayAsync(plan, configure.Side, cancellationToken),
        EnsureResources => _resources.EnsureAsync(plan.Target, cancellationToken),
        RunMigration migration => _migrations.RunAsync(plan.Target, plan.Target.Service(migration.Service)!, cancellationToken),
        StartReplica start => StartAsync(Desired(plan, start.Side), start, cancellationToken),
        AdmitReplica admit => AdmitAsync(Desired(plan, admit.Side), admit, cancellationToken),
        RetireReplica retire => RetireAsync(retire, cancellationToken),
        Verify verify => VerificationRunner.RunAsync(plan.Target, verify.Probe, PortOf(plan.Target), cancellationToken),
        CleanUp => CleanUpAsync(cancellationToken),
        RemoveEnvironment => RemoveAsync(cancellationToken),
        _ => throw new InvalidOperationException($"effect {effect.Key} is not known to the containers engine"),
    };

    /// <summary>Whether the gateway and as many replicas as wanted run; not whether they are ready.</summary>
    public async Task<bool> RunsAsync(EnvironmentDesired desired, CancellationToken cancellationToken)
    {
        var running = (await _parts.Engine.ListContainersAsync(_names.Selector, cancellationToken)).Where(c => c.State == ContainerState.Running).ToList();
        return running.Exists(c => c.Label(ContainerLabels.Role) == ContainerLabels.RoleGateway)
            && desired.Services.Where(s => s.Strategy != RolloutStrategy.Job)
                .All(s => running.Count(c => c.Label(ContainerLabels.Service) == s.Name && c.Label(ContainerLabels.Role) == ContainerLabels.RoleReplica) >= s.Replicas);
    }

    /// <summary>Removes all of the environment: containers, network, volumes with their data, secrets.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        foreach (var container in await _parts.Engine.ListContainersAsync(_names.Selector, cancellationToken))
        {
            // What a release wrote before it failed is what tells why.
            await _parts.Logs.DrainAsync(container.Name, cancellationToken);
            await _parts.Engine.RemoveContainerAsync(container.Id, cancellationToken);
            _parts.Logs.Forget(container.Name);
        }
        await _parts.Engine.RemoveNetworkAsync(_names.Network, cancellationToken);
        // Before the data itself: a crash between the two must not leave a schema behind that is thought to be there.
        _parts.Memory.Forget(MigrationRunner.Mark);
        foreach (var volume in await _parts.Engine.ListVolumesAsync(_names.Selector, cancellationToken))
            await _parts.Engine.RemoveVolumeAsync(volume, cancellationToken);
        _parts.Folder.Delete();
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
        var environment = plan.Target.Environment;
        var gateway = new GatewayPlan(
            _names.Gateway, _names.Network, _network.GatewayAddress, environment.Address, PortOf(plan.Target),
            System.Collections.Immutable.ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, _names.Labels))
        {
            PortLocation = environment.PortLocation,
        };
        await _parts.Gateway.EnsureAsync(gateway, desired, await ServersAsync(desired, cancellationToken), cancellationToken);
        _parts.Logs.Watch(_names.Environment, "gateway", _names.Gateway);
    }

    /// <summary>What the gateway serves; where it does not run, what it would serve: the replicas that run.</summary>
    private async Task<IReadOnlyList<GatewayServer>> ServersAsync(GatewayDesired desired, CancellationToken cancellationToken)
    {
        var ports = desired.Backends.ToDictionary(b => b.Service, b => b.Port);
        if (await _parts.Engine.InspectContainerAsync(_names.Gateway, cancellationToken) is { State: ContainerState.Running })
            return [.. (await _parts.Gateway.ServersAsync(cancellationToken))
                .Where(s => s.Admin == GatewayServerAdmin.Ready && ports.ContainsKey(s.Backend))
                .Select(s => new GatewayServer(s.Backend, s.Name, s.Address, s.Port, s.Weight))];
        var replicas = await _parts.Engine.ListContainersAsync(
            [.. _names.Selector, $"{ContainerLabels.Role}={ContainerLabels.RoleReplica}"], cancellationToken);
        return [.. replicas
            .Where(r => r.State == ContainerState.Running && ports.ContainsKey(r.Label(ContainerLabels.Service) ?? "") && r.Label(ContainerLabels.Address) is not null)
            .Select(r => new GatewayServer(r.Label(ContainerLabels.Service)!, r.Name, r.Label(ContainerLabels.Address)!, ports[r.Label(ContainerLabels.Service)!]))];
    }

    private async Task StartAsync(EnvironmentDesired desired, StartReplica start, CancellationToken cancellationToken)
    {
        if (await _parts.Engine.InspectContainerAsync(start.Container, cancellationToken) is null)
        {
            var containers = await _parts.Engine.ListContainersAsync(_names.Selector, cancellationToken);
            var plan = ContainerPlanner.Replica(
                desired, desired.Service(start.Service)!, start.Ordinal, _network.NextAddress(containers), _network.GatewayAddress, _parts.Folder);
            await _parts.Engine.CreateContainerAsync(plan, cancellationToken);
        }
        await _parts.Engine.StartContainerAsync(start.Container, cancellationToken);
        _parts.Logs.Watch(_names.Environment, start.Service, start.Container);
    }

    private async Task AdmitAsync(EnvironmentDesired desired, AdmitReplica admit, CancellationToken cancellationToken)
    {
        var container = await _parts.Engine.InspectContainerAsync(admit.Container, cancellationToken);
        var address = container?.Labels.GetValueOrDefault(ContainerLabels.Address)
            ?? throw new DiagnosticException(ExitCode.DeploymentFailed,
                RolloutDiagnostics.EffectImpossible(_names.Environment, $"admitting {admit.Container}", "its container is gone"));
        var port = desired.Service(admit.Service)!.Spec.HttpPort!.Value;
        await _parts.Gateway.AdmitAsync(new GatewayServer(admit.Service, admit.Container, address, port), cancellationToken);
    }

    private async Task RetireAsync(RetireReplica retire, CancellationToken cancellationToken)
    {
        if (await _parts.Engine.InspectContainerAsync(_names.Gateway, cancellationToken) is not null
            && (await _parts.Gateway.ServersAsync(cancellationToken)).Any(s => s.Backend == retire.Service && s.Name == retire.Container))
            await _parts.Gateway.RetireAsync(retire.Service, retire.Container, DrainLimit, cancellationToken);
        if (await _parts.Engine.InspectContainerAsync(retire.Container, cancellationToken) is { } container)
        {
            await RemoveAsync(retire.Service, container, cancellationToken);
        }
        _parts.Logs.Forget(retire.Container);
    }

    private async Task RemoveAsync(string service, ContainerDetails container, CancellationToken cancellationToken)
    {
        // One that ended while no control plane was there has a log that nobody has read yet.
        if (container.State != ContainerState.Created) _parts.Logs.Watch(_names.Environment, service, container.Name);
        // The container carries its own grace period from its creation: the plan that made it may be gone.
        await _parts.Engine.StopContainerAsync(container.Name, TimeSpan.FromSeconds(-1), cancellationToken);
        await _parts.Logs.DrainAsync(container.Name, cancellationToken);
        await _parts.Engine.RemoveContainerAsync(container.Name, cancellationToken);
    }

    /// <summary>What a finished or broken-off deployment leaves: one-off containers, and containers of an unknown role.</summary>
    private async Task CleanUpAsync(CancellationToken cancellationToken)
    {
        foreach (var container in await _parts.Engine.ListContainersAsync(_names.Selector, cancellationToken))
        {
            if (container.Label(ContainerLabels.Role) is ContainerLabels.RoleReplica or ContainerLabels.RoleGateway) continue;
            await _parts.Logs.DrainAsync(container.Name, cancellationToken);
            await _parts.Engine.RemoveContainerAsync(container.Id, cancellationToken);
            _parts.Logs.Forget(container.Name);
        }
    }
}
