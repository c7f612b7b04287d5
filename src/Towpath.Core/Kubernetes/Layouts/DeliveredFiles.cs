using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Kubernetes.Manifests;

namespace Towpath.Core.Kubernetes.Layouts;

/// <summary>What of an environments repository belongs to one environment, and what stands there when a release is in it.</summary>
public static class DeliveredFiles
{
    /// <summary>All files of an environment, in the layout of who follows the repository.</summary>
    public static ImmutableArray<LayoutFile> Of(RenderedEnvironment environment, GitDeliverySpec git)
    {
        var repository = new EnvironmentsRepository(git.Url, git.Branch) { Path = git.Path };
        var origin = new Origin($"`git` of the environment {environment.Name}", git.Location);
        var source = SourceOf(environment.Application, environment.Name);
        return git.Layout switch
        {
            GitLayout.ArgoCd => ArgoLayout.Of(environment, repository),
            GitLayout.Flux => [FluxLayout.Source(source, repository, origin), .. FluxLayout.Of(environment, repository.Root, source)],
            _ => [.. environment.Objects.Select(o => ObjectFiles.Of($"{repository.Root}apps/{environment.Application}/{environment.Name}/", o))],
        };
    }

    /// <summary>The folder of the environment's objects.</summary>
    public static string FolderOf(string application, string environment, GitDeliverySpec git) => $"{RootOf(git)}apps/{application}/{environment}";

    /// <summary>Every path that may belong to the environment, whoever follows the repository: a commit says all of them, so that nothing of another layout stays.</summary>
    public static ImmutableArray<string> PathsOf(string application, string environment, GitDeliverySpec git) =>
    [
        FolderOf(application, environment, git),
        $"{RootOf(git)}argocd/{application}-{environment}.yaml",
        $"{RootOf(git)}flux/{application}-{environment}.yaml",
        $"{RootOf(git)}flux/{SourceOf(application, environment)}.yaml",
    ];

    // An environment may be on a branch of its own: they don't share what says where they are.
    private static string SourceOf(string application, string environment) => $"{application}-{environment}-source";

    private static string RootOf(GitDeliverySpec git) => git.Path.Length == 0 ? "" : git.Path + "/";
}
