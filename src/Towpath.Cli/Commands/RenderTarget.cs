using System.Collections.Immutable;
using Towpath.Core.Kubernetes.Layouts;
using Towpath.Core.Kubernetes.Layouts.Helm;

namespace Towpath.Cli.Commands;

/// <summary>What <c>towpath render</c> writes, and where.</summary>
/// <param name="Folder">Absolute path, or null for standard output.</param>
/// <param name="Format">Which files.</param>
/// <param name="Repository">Where a controller reads them from, for <c>argocd</c> and <c>flux</c>.</param>
/// <param name="Controller">Who replaces services by shares of requests; null for the cluster itself.</param>
/// <param name="Force">Write over files that are not ours.</param>
internal sealed record RenderTarget(string? Folder, string Format, EnvironmentsRepository? Repository, ProgressiveController? Controller, bool Force)
{
    /// <summary>All environments of the ladder are in it, not one.</summary>
    public bool IsOfAll => Format != "objects";

    /// <summary>The files.</summary>
    /// <param name="environments">The one, or all, the lowest first.</param>
    public ImmutableArray<LayoutFile> Files(ImmutableArray<RenderedEnvironment> environments) => Format switch
    {
        "kustomize" => KustomizeLayout.Of(environments),
        "helm" => HelmLayout.Of(environments),
        "argocd" => [.. environments.SelectMany(e => ArgoLayout.Of(e, Repository!))],
        "flux" => [FluxLayout.Source(environments[0].Application, Repository!), .. environments.SelectMany(e => FluxLayout.Of(e))],
        _ => ObjectFiles.Of(environments[0]),
    };
}
