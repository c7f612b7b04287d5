using Towpath.Core.Applications;
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
                : await EnsureAsync(resource, service, address, cancellationToken);
            if (reason is not null)
                throw new DiagnosticException(ExitCode.DeploymentFailed, RolloutDiagnostics.ResourceFailed(desired.Environment.Name, resource, reason));
        }
    }

    private Task<string?> EnsureAsync(DeclaredResource resource, ServiceDesired service, string address, CancellationToken cancellationToken)
    {
        var server = BackingService.ForResource(resource, service, address, parts.Folder.Secrets.Value);
        return resource.Kind == ResourceKind.PostgresDatabase
            ? PostgresResources.EnsureAsync(server, resource, resource.PasswordSecret is { } secret ? parts.Folder.Secrets.Value(secret) : null, cancellationToken)
            : RabbitResources.EnsureAsync(server, resource, cancellationToken);
    }

    private async Task<string?> AddressAsync(string service, CancellationToken cancellationToken)
    {
        var replicas = await parts.Engine.ListContainersAsync(
            [.. names.Selector, $"{ContainerLabels.Service}={service}", $"{ContainerLabels.Role}={ContainerLabels.RoleReplica}"], cancellationToken);
        return replicas.FirstOrDefault(r => r.State == ContainerState.Running)?.Label(ContainerLabels.Address);
    }
}
