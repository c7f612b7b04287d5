using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Consistency;

/// <summary>Phase 13: references, cycles, keys that exclude each other across resources.</summary>
internal static class ConsistencyCheck
{
    /// <summary>Tells of each contradiction.</summary>
    public static void Check(YamlMapping model, DiagnosticBag bag)
    {
    }
}
