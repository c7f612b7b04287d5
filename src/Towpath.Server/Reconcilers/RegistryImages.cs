using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Running;
using Towpath.Engines.Clusters;

namespace Towpath.Server.Reconcilers;

/// <summary>Pushes the images of releases to the registry that an environment names.</summary>
internal sealed class RegistryImages : IClusterImages
{
    /// <inheritdoc/>
    public Task<string> EnsureAsync(EnvironmentDesired desired, ServiceDesired service, CancellationToken cancellationToken) =>
        throw new DiagnosticException(ExitCode.DeploymentFailed, ClusterRunDiagnostics.RegistryNeeded(desired.Environment.Name, desired.Environment.Kubernetes?.Location));
}
