using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Kubernetes.Manifests;

namespace Towpath.Core.Kubernetes.Layouts;

/// <summary>An environment and its objects, as layouts take it.</summary>
/// <param name="Request">What was compiled.</param>
/// <param name="Objects">What came of it, in the order in which it is applied.</param>
public sealed record RenderedEnvironment(ClusterRequest Request, ImmutableArray<ManifestObject> Objects)
{
    /// <summary>Name of the environment.</summary>
    public string Name => Request.Desired.Environment.Name;

    /// <summary>Name of the application.</summary>
    public string Application => Request.Desired.Application;

    /// <summary>The environments of a ladder that layouts of several environments are made of: those on Kubernetes, or all where none is.</summary>
    public static ImmutableArray<EnvironmentSpec> Of(Ladder ladder) =>
        ladder.Environments.Any(e => e.Engine == EngineKind.Kubernetes) ? [.. ladder.Environments.Where(e => e.Engine == EngineKind.Kubernetes)] : ladder.Environments;
}
