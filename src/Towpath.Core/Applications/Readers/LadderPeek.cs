using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary>What must be known of <c>towpath.yaml</c> before services are read.</summary>
internal static class LadderPeek
{
    /// <summary>The word of an environment on Kubernetes.</summary>
    public const string Kubernetes = "kubernetes";

    /// <summary>The word of an environment of containers.</summary>
    public const string Containers = "containers";

    /// <summary>The engines that environments name; containers where they name none. What is wrong there is told when it is read.</summary>
    /// <param name="root">The tree of <c>towpath.yaml</c>, or null.</param>
    public static EngineKinds EnginesOf(YamlNode? root)
    {
        var environments = ((root as YamlMapping)?.Get("environments") as YamlMapping)?.Entries ?? [];
        var engines = environments
            .Select(e => (e.Value as YamlMapping)?.Get("engine") is YamlScalar { Value: Kubernetes } ? EngineKinds.Kubernetes : EngineKinds.Containers)
            .Aggregate(EngineKinds.None, (all, one) => all | one);
        return engines == EngineKinds.None ? EngineKinds.Containers : engines;
    }
}
