using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Rollouts;

namespace Towpath.Core.Kubernetes.Running;

/// <summary>
/// A desired environment as deployments to a cluster see it. There a service is one unit, its Deployment or StatefulSet, which brings its pods
/// up one by one, moves the requests and takes the old ones down itself. So each service is one replica that rolls, and its revision covers all
/// that determines that unit: a changed number of replicas is a new unit with the same pods. A service that takes a release by shares of its requests has a
/// second unit for as long as that lasts (see <see cref="SecondWorkload"/>).
/// </summary>
public static class ClusterUnits
{
    private const int RevisionLength = 12;

    /// <summary>The environment with units in place of replicas. Only what has a second unit while it comes in can be kept warm (see <see cref="WarmRelease"/>).</summary>
    /// <param name="desired">As an engine with replicas would run it.</param>
    /// <param name="files">Files of the release's commit.</param>
    public static EnvironmentDesired Of(EnvironmentDesired desired, ISourceFiles files)
    {
        var compilation = KubernetesCompiler.Compile(new ClusterRequest
        {
            Desired = desired,
            Files = files,
            Images = desired.Services.ToImmutableSortedDictionary(s => s.Name, s => new ImageFacts(s.Image.Digest, null, []), StringComparer.Ordinal),
        });
        var objects = compilation.Objects.ToDictionary(o => o.Id, StringComparer.Ordinal);
        ImmutableArray<ServiceDesired> units = [.. desired.Services.Select(s => Unit(s, compilation.Workloads[s.Name], objects))];
        return desired with
        {
            Environment = units.Any(WarmRelease.IsPossible) ? desired.Environment : desired.Environment with { Warm = TimeSpan.Zero },
            Services = units,
        };
    }

    /// <summary>
    /// The unit of a service is one object for both releases of a plan: the start of one replaces the other. It must never be removed then, or the pods that serve
    /// would go with the ones that do not.
    /// </summary>
    public static bool IsReplaced(DeploymentPlan plan, string service) => plan.Target.Service(service) is { Replicas: > 0 } && plan.Previous?.Service(service) is { Replicas: > 0 };

    private static ServiceDesired Unit(ServiceDesired service, string id, Dictionary<string, ManifestObject> objects)
    {
        var text = ManifestText.Yaml(objects[id]) + (objects.TryGetValue("HorizontalPodAutoscaler/" + objects[id].Name, out var autoscaler) ? ManifestText.Yaml(autoscaler) : "");
        return service with
        {
            Strategy = service.Strategy == RolloutStrategy.Job || id.StartsWith("Job/", StringComparison.Ordinal) ? RolloutStrategy.Job
                : IsWeighed(objects[id]) ? service.Strategy
                : RolloutStrategy.Rolling,
            Replicas = service.Spec.Replicas == 0 ? 0 : 1,
            Revision = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Lasting(text))))[..RevisionLength],
            PodRevision = service.Revision,
        };
    }

    private static bool IsWeighed(ManifestObject unit) => unit.Root.TextAt("spec", "template", "metadata", "labels", Objects.ObjectNames.Track) is not null;

    // The release is told on the unit, and does not make it another one.
    private static string Lasting(string text) =>
        string.Join('\n', text.Split('\n').Where(line => !line.TrimStart().StartsWith(Objects.ObjectNames.Release, StringComparison.Ordinal)));
}
