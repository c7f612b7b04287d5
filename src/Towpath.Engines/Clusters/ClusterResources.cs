using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Planning;
using Towpath.Core.Rollouts;
using Towpath.Engines.Resources;

namespace Towpath.Engines.Clusters;

/// <summary>Brings about what services declare to need inside databases and brokers of a cluster, over those servers' own protocols, through the API server.</summary>
internal sealed class ClusterResources(ClusterParts parts, ClusterPods pods)
{
    private const int PostgresPort = 5432;
    private const int RabbitPort = 5672;
    private const string Here = "127.0.0.1";

    /// <summary>All declared resources exist.</summary>
    public async Task EnsureAsync(EnvironmentDesired desired, string space, CancellationToken cancellationToken)
    {
        foreach (var (_, resource) in desired.Resources)
        {
            var service = desired.Service(resource.Service);
            var pod = service is null ? null : await pods.FindReadyAsync(space, ServiceNames.Of(service.Name), cancellationToken);
            var reason = service is null || pod is null ? "no pod of it is ready" : await EnsureAsync(resource, service, space, pod, cancellationToken);
            if (reason is not null)
            {
                throw new DiagnosticException(ExitCode.DeploymentFailed, RolloutDiagnostics.ResourceFailed(desired.Environment.Name, resource, reason));
            }
        }
    }

    private async Task<string?> EnsureAsync(DeclaredResource resource, ServiceDesired service, string space, string pod, CancellationToken cancellationToken)
    {
        await using var way = parts.Client.Forward(space, pod, resource.Kind == ResourceKind.PostgresDatabase ? PostgresPort : RabbitPort);
        return await DeclaredResources.EnsureAsync(resource, service, Here, way.LocalPort, parts.Folder.Secrets.Value, cancellationToken);
    }
}
