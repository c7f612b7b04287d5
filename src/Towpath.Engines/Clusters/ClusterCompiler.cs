using System.Collections.Concurrent;
using System.Collections.Immutable;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Rollouts;

namespace Towpath.Engines.Clusters;

/// <summary>Compiles a release for the cluster that is there: its version and APIs, images by the digests of its registry, the versions of secrets.</summary>
internal sealed class ClusterCompiler(ClusterParts parts)
{
    // What decides which version of an object is rendered.
    private static readonly string[] Asked = ["PodDisruptionBudget", "CronJob", "HorizontalPodAutoscaler"];
    private static readonly string[] Groups = ["policy", "batch", "autoscaling"];
    private readonly ConcurrentDictionary<string, ImageFacts> _facts = new(StringComparer.Ordinal);

    /// <summary>The request of an environment. Images are pushed where the registry has them not.</summary>
    /// <exception cref="DiagnosticException">An image can't be pushed.</exception>
    public Task<ClusterRequest> RequestAsync(EnvironmentDesired desired, CancellationToken cancellationToken) => RequestAsync(desired, FactsAsync, cancellationToken);

    private async Task<ClusterRequest> RequestAsync(
        EnvironmentDesired desired, Func<EnvironmentDesired, ServiceDesired, CancellationToken, Task<ImageFacts>> factsOf, CancellationToken cancellationToken)
    {
        var version = await parts.Client.VersionAsync(cancellationToken);
        var kinds = await parts.Client.KindsAsync(Groups, cancellationToken);
        var images = ImmutableSortedDictionary.CreateBuilder<string, ImageFacts>(StringComparer.Ordinal);
        foreach (var service in desired.Services)
        {
            images[service.Name] = await factsOf(desired, service, cancellationToken);
        }

        return new ClusterRequest
        {
            Desired = desired,
            Files = parts.Files(desired.Release),
            Images = images.ToImmutable(),
            Version = new KubernetesVersion(version.Major, version.Minor),
            Served = [.. Asked.SelectMany(kind => kinds.Versions(kind)).Select(k => $"{k.ApiVersion}/{k.Kind}")],
            SecretVersions = desired.SecretVersions,
        };
    }

    /// <summary>The objects of an environment.</summary>
    /// <exception cref="DiagnosticException">TP6441: it does not compile; or an image can't be pushed.</exception>
    public async Task<Compilation> CompileAsync(EnvironmentDesired desired, CancellationToken cancellationToken) =>
        Compile(await RequestAsync(desired, cancellationToken));

    /// <summary>
    /// A service is the same object in both releases of a plan, so that one takes the place of the other (<see cref="ClusterUnits.IsReplaced"/>). A Job has another name in each, and a
    /// service with its first volume another kind.
    /// </summary>
    public async Task<bool> IsReplacedAsync(DeploymentPlan plan, string service, CancellationToken cancellationToken) => ClusterUnits.IsReplaced(plan, service)
        && (await CompileAsync(plan.Target, cancellationToken)).Workloads[service] == (await CompileAsync(plan.Of(Side.Previous), cancellationToken)).Workloads[service];

    /// <summary>The objects of a request.</summary>
    /// <exception cref="DiagnosticException">TP6441: it does not compile.</exception>
    public static Compilation Compile(ClusterRequest request) => Checked(request.Desired, KubernetesCompiler.Compile(request));

    /// <summary>The objects that a deployment of an environment would apply. Nothing is pushed: an image that the registry is not known to have has its tag in place of its digest.</summary>
    /// <exception cref="DiagnosticException">TP6441: it does not compile.</exception>
    public async Task<Compilation> PreviewAsync(EnvironmentDesired desired, CancellationToken cancellationToken) =>
        Compile(await RequestAsync(desired, KnownAsync, cancellationToken));

    private async Task<ImageFacts> KnownAsync(EnvironmentDesired desired, ServiceDesired service, CancellationToken cancellationToken) =>
        _facts.TryGetValue(KeyOf(desired, service), out var known) ? known
            : new ImageFacts(parts.Images.Preview(desired, service), await UserAsync(service, cancellationToken), []);

    private static Compilation Checked(EnvironmentDesired desired, Compilation compilation)
    {
        return compilation.Diagnostics.FirstOrDefault(d => d.Severity == Severity.Error) is { } error
            ? throw new DiagnosticException(ExitCode.DeploymentFailed, ClusterRunDiagnostics.NotCompiled(desired.Environment.Name, error))
            : compilation;
    }

    private async Task<ImageFacts> FactsAsync(EnvironmentDesired desired, ServiceDesired service, CancellationToken cancellationToken)
    {
        var key = KeyOf(desired, service);
        if (_facts.TryGetValue(key, out var known))
        {
            return known;
        }

        var reference = await parts.Images.EnsureAsync(desired, service, cancellationToken);
        return _facts.GetOrAdd(key, new ImageFacts(reference, await UserAsync(service, cancellationToken), []));
    }

    // An image that names none runs as root, which nothing does here that did not ask for it.
    private async Task<string?> UserAsync(ServiceDesired service, CancellationToken cancellationToken) =>
        await parts.UserOf(service.Image.Digest, cancellationToken) is { Length: > 0 } user ? user : null;

    private static string KeyOf(EnvironmentDesired desired, ServiceDesired service) => $"{desired.Environment.Kubernetes?.Registry} {service.Image.Digest}";
}
