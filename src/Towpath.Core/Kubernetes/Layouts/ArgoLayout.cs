using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Kubernetes.Manifests;

namespace Towpath.Core.Kubernetes.Layouts;

/// <summary>
/// An environment in a repository that Argo CD follows: its objects in <c>apps/APPLICATION/ENVIRONMENT</c>, each with its wave, and an Application in
/// <c>argocd</c> that keeps the cluster at them. Names of fields and annotations: argo-cd.readthedocs.io (application specification, automated sync,
/// sync phases and waves, sync options), as of 3.0.
/// </summary>
public static class ArgoLayout
{
    private const string ArgoNamespace = "argocd";
    private const string Wave = "argocd.argoproj.io/sync-wave";
    private const string Options = "argocd.argoproj.io/sync-options";
    private static readonly Origin Waves = new("Argo CD waits until one wave is healthy before it begins the next");
    private static readonly Origin Kept = new("what keeps data does not go because a file has gone");

    /// <summary>The files of an environment.</summary>
    public static ImmutableArray<LayoutFile> Of(RenderedEnvironment environment, EnvironmentsRepository repository)
    {
        var folder = $"{repository.Root}apps/{environment.Application}/{environment.Name}/";
        var waves = ApplyWaves.Of(environment);
        var application = Application(environment, repository, folder.TrimEnd('/'));
        return
        [
            LayoutFile.Yaml($"{repository.Root}argocd/{application.Name}.yaml", ManifestText.Yaml(application)),
            .. environment.Objects.Select(o => ObjectFiles.Of(folder, Annotated(o, waves.Of(o)))),
        ];
    }

    private static ManifestObject Annotated(ManifestObject subject, int wave)
    {
        var annotations = (subject.Root.At("metadata", "annotations") as ManifestMap ?? [])
            .With(Wave, ((ManifestNode)wave.ToString(CultureInfo.InvariantCulture)).Because(Waves))
            .With(Options, subject.Kind is "Namespace" or "PersistentVolumeClaim" ? ((ManifestNode)"Prune=false").Because(Kept) : null);
        return subject.WithAt(["metadata", "annotations"], annotations);
    }

    private static ManifestObject Application(RenderedEnvironment environment, EnvironmentsRepository repository, string path)
    {
        var place = environment.Request.Desired.Environment.Location;
        var metadata = new ManifestMap { { "name", $"{environment.Application}-{environment.Name}" }, { "namespace", ArgoNamespace } };
        var automated = new ManifestMap { { "prune", true }, { "selfHeal", true } };
        var retry = new ManifestMap { { "limit", 5 }, { "backoff", new ManifestMap { { "duration", "10s" }, { "factor", 2 }, { "maxDuration", "5m" } } } };
        var spec = new ManifestMap
        {
            { "project", "default" },
            { "source", new ManifestMap { { "repoURL", repository.Url }, { "targetRevision", repository.Branch }, { "path", path } } },
            { "destination", new ManifestMap { { "server", "https://kubernetes.default.svc" }, { "namespace", environment.Request.Namespace } } },
            { "syncPolicy", new ManifestMap { { "automated", automated }, { "syncOptions", ManifestList.Of(["ServerSideApply=true", "PruneLast=true"]) }, { "retry", retry } } },
        };
        return ManifestObject.Of("argoproj.io/v1alpha1", "Application", metadata, new Origin($"the environment {environment.Name}", place), ("spec", spec));
    }
}
