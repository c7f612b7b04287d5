using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Planning;
using Towpath.Core.Kubernetes.Running;
using Towpath.Engines.Clusters;
using Towpath.Engines.Containers;
using Towpath.Engines.Environments;
using Towpath.Engines.Registries;

namespace Towpath.Server.Reconcilers;

/// <summary>Brings the images of releases into the registry that an environment names, each service into a repository of its own.</summary>
internal sealed class RegistryImages(IContainerEngine engine, IEnvironmentMemory memory, TimeProvider time) : IClusterImages
{
    private readonly Remembered _known = new(memory);
    private readonly ReleaseImagePush _push = new(engine, new Remembered(memory), RegistryCredentials.OfProcess(), [], time);

    /// <inheritdoc/>
    public async Task<string> EnsureAsync(EnvironmentDesired desired, ServiceDesired service, CancellationToken cancellationToken) =>
        (await _push.EnsureAsync(service.Image, RepositoryOf(desired, service), _ => { }, cancellationToken)).Reference;

    /// <inheritdoc/>
    public string Preview(EnvironmentDesired desired, ServiceDesired service)
    {
        var repository = RepositoryOf(desired, service);
        return _known.Find(repository, service.Image.Digest) is { } manifest ? $"{repository}@{manifest}" : $"{repository}:{ReleaseImagePush.TagOf(service.Image)}";
    }

    private static string RepositoryOf(EnvironmentDesired desired, ServiceDesired service)
    {
        var registry = desired.Environment.Kubernetes?.Registry
            ?? throw new DiagnosticException(ExitCode.DeploymentFailed, ClusterRunDiagnostics.RegistryNeeded(desired.Environment.Name, desired.Environment.Kubernetes?.Location));
        return $"{registry}/{desired.Application}-{ServiceNames.Of(service.Name)}";
    }

    private sealed class Remembered(IEnvironmentMemory memory) : IPushedImages
    {
        public string? Find(string repository, string configDigest) => memory.Read(Key(repository, configDigest));

        public void Remember(string repository, string configDigest, string manifestDigest) => memory.Write(Key(repository, configDigest), manifestDigest);

        private static string Key(string repository, string configDigest) => $"pushed:{repository}:{configDigest}";
    }
}
