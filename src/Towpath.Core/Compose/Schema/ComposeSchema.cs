using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Schema;

/// <summary>Phase 7: which keys the specification knows, and what shape each value has.</summary>
internal static class ComposeSchema
{
    /// <summary>Tells of each unknown key and each value of a wrong shape.</summary>
    public static void Check(YamlMapping model, DiagnosticBag bag)
    {
    }
}
