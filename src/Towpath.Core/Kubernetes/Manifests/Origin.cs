using Towpath.Core.Diagnostics;

namespace Towpath.Core.Kubernetes.Manifests;

/// <summary>Why a part of an object is there.</summary>
/// <param name="Rule">What asked for it, in a few words: <c>`deploy.replicas`</c>, or a rule of Towpath's own.</param>
/// <param name="Place">Where it stands, or null for a built-in rule.</param>
public sealed record Origin(string Rule, Location? Place = null)
{
    /// <summary>For people: the place, where there is one, and the rule.</summary>
    public override string ToString() => Place is null ? $"built-in rule: {Rule}" : $"{Place}: {Rule}";
}
