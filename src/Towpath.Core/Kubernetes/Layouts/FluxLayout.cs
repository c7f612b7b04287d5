using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Kubernetes.Manifests;

namespace Towpath.Core.Kubernetes.Layouts;

/// <summary>
/// An environment in a repository that Flux follows: its objects in <c>apps/APPLICATION/ENVIRONMENT/STEP</c>, and in <c>flux</c> a Kustomization for each
/// step, which begins when the one before is healthy. Names of fields: fluxcd.io, Kustomization <c>kustomize.toolkit.fluxcd.io/v1</c> and GitRepository
/// <c>source.toolkit.fluxcd.io/v1</c>.
/// </summary>
public static class FluxLayout
{
    private const string FluxNamespace = "flux-system";
    private const string Group = "kustomize.toolkit.fluxcd.io";
    private static readonly Origin Kept = new("what keeps data does not go because a file has gone");

    /// <summary>The file that says where the repository is: one for all environments of an application, or for one of them.</summary>
    /// <param name="name">Name of the GitRepository: the application's, or another one that its environments name.</param>
    /// <param name="repository">Where it is.</param>
    /// <param name="origin">What says so.</param>
    public static LayoutFile Source(string name, EnvironmentsRepository repository, Origin? origin = null)
    {
        var metadata = new ManifestMap { { "name", name }, { "namespace", FluxNamespace } };
        var spec = new ManifestMap { { "interval", "1m" }, { "url", repository.Url }, { "ref", new ManifestMap { { "branch", repository.Branch } } } };
        var source = ManifestObject.Of("source.toolkit.fluxcd.io/v1", "GitRepository", metadata, origin ?? new Origin("`--repo` and `--branch`"), ("spec", spec));
        return LayoutFile.Yaml($"{repository.Root}flux/{name}.yaml", ManifestText.Yaml(source));
    }

    /// <summary>The files of an environment.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="root">Beginning of all paths: empty, or a folder with a slash.</param>
    /// <param name="source">Name of its GitRepository; null for the application's.</param>
    public static ImmutableArray<LayoutFile> Of(RenderedEnvironment environment, string root = "", string? source = null)
    {
        var waves = ApplyWaves.Of(environment);
        var files = new List<LayoutFile>();
        var steps = new List<ManifestObject>();
        // The room and the settings need not wait for each other: Flux applies namespaces first.
        foreach (var step in environment.Objects.GroupBy(o => Math.Max(waves.Of(o), ApplyWaves.Settings) - ApplyWaves.Settings).OrderBy(g => g.Key))
        {
            var folder = string.Create(CultureInfo.InvariantCulture, $"{root}apps/{environment.Application}/{environment.Name}/{step.Key}/");
            files.AddRange(step.Select(o => ObjectFiles.Of(folder, Kept(o))));
            steps.Add(Step(environment, step.Key, [.. step], steps.Count == 0 ? null : steps[^1].Name, (folder, source ?? environment.Application)));
        }

        return [LayoutFile.Yaml($"{root}flux/{environment.Application}-{environment.Name}.yaml", steps), .. files];

        static ManifestObject Kept(ManifestObject subject) => subject.Kind is not ("Namespace" or "PersistentVolumeClaim") ? subject : subject.WithAt(
            ["metadata", "annotations"],
            (subject.Root.At("metadata", "annotations") as ManifestMap ?? []).With($"{Group}/prune", ((ManifestNode)"disabled").Because(FluxLayout.Kept)));
    }

    private static ManifestObject Step(RenderedEnvironment environment, int number, ImmutableArray<ManifestObject> objects, string? before, (string Folder, string Source) from)
    {
        var metadata = new ManifestMap
        {
            { "name", string.Create(CultureInfo.InvariantCulture, $"{environment.Application}-{environment.Name}-{number}") }, { "namespace", FluxNamespace },
        };
        var checks = HealthChecks(objects);
        var spec = new ManifestMap
        {
            { "interval", "10m" },
            { "retryInterval", "1m" },
            { "timeout", ProgressiveDelivery.Duration(Patience(environment, objects)) },
            { "path", "./" + from.Folder.TrimEnd('/') },
            { "prune", true },
            { "sourceRef", new ManifestMap { { "kind", "GitRepository" }, { "name", from.Source } } },
            { "dependsOn", before is null ? null : new ManifestList { new ManifestMap { { "name", before } } } },
        };
        // To wait for everything would be to wait for claims that no pod uses yet, such as those of backups, which may be bound only then.
        spec.AddFlag("wait", checks.Count == 0);
        spec.Add("healthChecks", checks.OrNothing());
        var origin = new Origin($"the environment {environment.Name}", environment.Request.Desired.Environment.Location);
        return ManifestObject.Of($"{Group}/v1", "Kustomization", metadata, origin, ("spec", spec));
    }

    private static ManifestList HealthChecks(ImmutableArray<ManifestObject> objects)
    {
        var checks = new ManifestList();
        foreach (var subject in objects.Where(o => o.Kind is "Deployment" or "StatefulSet" or "DaemonSet" or "Job" or "Rollout" or "Canary"))
        {
            checks.Add(new ManifestMap { { "apiVersion", subject.ApiVersion }, { "kind", subject.Kind }, { "name", subject.Name }, { "namespace", subject.Namespace } });
        }

        return checks;
    }

    // As long as the cluster itself gives a Deployment, and as the longest migration may take.
    private static TimeSpan Patience(RenderedEnvironment environment, ImmutableArray<ManifestObject> objects)
    {
        var ready = environment.Request.Desired.Environment.ReadyTimeout + TimeSpan.FromMinutes(5);
        var longest = objects.Select(o => o.Root.TextAt("spec", "activeDeadlineSeconds") ?? o.Root.TextAt("spec", "progressDeadlineSeconds"))
            .Select(text => TimeSpan.FromSeconds(text is null ? 0 : long.Parse(text, CultureInfo.InvariantCulture))).DefaultIfEmpty().Max();
        return longest > ready ? longest : ready;
    }
}
