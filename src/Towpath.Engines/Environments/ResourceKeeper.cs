using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;
using Towpath.Engines.Resources;

namespace Towpath.Engines.Environments;

/// <summary>Brings about what services declare to need inside databases and brokers, over those servers' own protocols.</summary>
internal sealed class ResourceKeeper(EnvironmentParts parts, EnvironmentNames names)
{
    public async Task EnsureAsync(EnvironmentDesired desired, CancellationToken cancellationToken)
    {
        foreach (var (_, resource) in desired.Resources)
        {
            var service = desired.Service(resource.Service);
            var address = await AddressAsync(resource.Service, cancellationToken);
            var reason = service is null || address is null
                ? "no replica of it runs"
                : await DeclaredResources.EnsureAsync(resource, service, address, port: null, parts.Folder.Secrets.Value, cancellationToken);
            if (reason is not null)
                throw new DiagnosticException(ExitCode.DeploymentFailed, RolloutDiagnostics.ResourceFailed(desired.Environment.Name, resource, reason));
        }
    }

    private async Task<string?> AddressAsync(string service, CancellationToken cancellationToken)
    {
        var replicas = await parts.Engine.ListContainersAsync(
            [.. names.Selector, $"{ContainerLabels.Service}={service}", $"{ContainerLabels.Role}={ContainerLabels.RoleReplica}"], cancellationToken);
        return replicas.FirstOrDefault(r => r.State == ContainerState.Running)?.Label(ContainerLabels.Address);
    }
}
