using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;

namespace Towpath.Engines.Environments;

/// <summary>The life of a replica: started, let in, parked, retired. Each step looks first, so that twice is once.</summary>
internal sealed class ReplicaKeeper(EnvironmentParts parts, EnvironmentNames names, EnvironmentNetwork network)
{
    /// <summary>Least time that requests are waited for; a service that asks for a longer grace period has that.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan UsualGrace = TimeSpan.FromSeconds(10);

    public async Task StartAsync(EnvironmentDesired desired, StartReplica start, CancellationToken cancellationToken)
    {
        await new AddressedStart(parts, network).RunAsync(
            start.Container,
            mayRunTwice: true,
            async () =>
            {
                var containers = await parts.Engine.ListContainersAsync(names.Selector, cancellationToken);
                return ContainerPlanner.Replica(
                    desired, desired.Service(start.Service)!, start.Ordinal, network.NextAddress(containers), network.GatewayAddress, parts.Folder);
            },
            cancellationToken);
        parts.Logs.Watch(names.Environment, start.Service, start.Container);
    }

    public async Task AdmitAsync(EnvironmentDesired desired, AdmitReplica admit, CancellationToken cancellationToken)
    {
        var container = await parts.Engine.InspectContainerAsync(admit.Container, cancellationToken);
        var address = container?.Labels.GetValueOrDefault(ContainerLabels.Address)
            ?? throw new DiagnosticException(ExitCode.DeploymentFailed,
                RolloutDiagnostics.EffectImpossible(names.Environment, $"admitting {admit.Container}", "its container is gone"));
        var port = desired.Service(admit.Service)!.Spec.HttpPort!.Value;
        await parts.Gateway.AdmitAsync(new GatewayServer(admit.Service, admit.Container, address, port, admit.Weight), cancellationToken);
    }

    /// <summary>Out of the gateway, once its requests have ended; then its process ends too, where it would work on without requests.</summary>
    public async Task ParkAsync(ParkReplica park, CancellationToken cancellationToken)
    {
        var container = await parts.Engine.InspectContainerAsync(park.Container, cancellationToken);
        await LeaveGatewayAsync(park.Service, park.Container, GraceOf(container), cancellationToken);
        if (park.Stop) await parts.Engine.StopContainerAsync(park.Container, GraceOf(container), cancellationToken);
    }

    public async Task RetireAsync(RetireReplica retire, CancellationToken cancellationToken)
    {
        var container = await parts.Engine.InspectContainerAsync(retire.Container, cancellationToken);
        await LeaveGatewayAsync(retire.Service, retire.Container, GraceOf(container), cancellationToken);
        if (container is not null)
        {
            // One that ended while no control plane was there has a log that nobody has read yet.
            if (container.State != ContainerState.Created) parts.Logs.Watch(names.Environment, retire.Service, container.Name);
            await parts.Engine.StopContainerAsync(container.Name, GraceOf(container), cancellationToken);
            await parts.RemoveAsync(container.Name, cancellationToken);
        }
        parts.Logs.Forget(retire.Container);
    }

    private async Task LeaveGatewayAsync(string service, string container, TimeSpan grace, CancellationToken cancellationToken)
    {
        if (await parts.Gateway.RunsAsync(names.Gateway, cancellationToken)
            && (await parts.Gateway.ServersAsync(cancellationToken)).Any(s => s.Backend == service && s.Name == container))
            await parts.Gateway.RetireAsync(service, container, grace > DrainLimit ? grace : DrainLimit, cancellationToken);
    }

    /// <summary>A container carries its own grace period from its creation: the plan that made it may be gone.</summary>
    private static TimeSpan GraceOf(ContainerDetails? container) => container?.StopGracePeriod ?? UsualGrace;
}
