using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Canonical;

/// <summary>Phase 10: keys of one resource that must or must not stand together.</summary>
internal static class ModelRules
{
    /// <summary>Tells of each resource that breaks one.</summary>
    public static void Check(YamlMapping model, DiagnosticBag bag)
    {
    }
}
