using System.Collections.Immutable;

namespace Towpath.Core.Applications;

/// <summary>What of a commit is read, and for which engine.</summary>
public sealed record SourceRequest
{
    /// <summary>Active profiles; a service with profiles is left out unless one of them is active.</summary>
    public ImmutableArray<string> Profiles { get; init; } = [];

    /// <summary>The engine that keys are judged for; null for those that the environments name.</summary>
    public EngineKind? Engine { get; init; }

    /// <summary>Compose files by their paths in the commit, a later one over an earlier one; empty for the usual names.</summary>
    public ImmutableArray<string> ComposeFiles { get; init; } = [];

    /// <summary>Variables beside those of the commit's <c>.env</c>, over which they go.</summary>
    public ImmutableDictionary<string, string> Variables { get; init; } = ImmutableDictionary<string, string>.Empty;
}
