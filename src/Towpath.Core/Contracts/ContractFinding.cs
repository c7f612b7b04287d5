using Towpath.Core.Diagnostics;

namespace Towpath.Core.Contracts;

/// <summary>Makes the diagnostics of rules.</summary>
internal static class ContractFinding
{
    /// <summary>A finding without what its rule adds: the severity that the team has set, the reason, and the fix where none is given here.</summary>
    public static Diagnostic Of(string code, Location? place, string headline, string? label = null, string? help = null, params ReadOnlySpan<string> notes) =>
        new(code, Severity.Warning, headline, place, label, [.. notes], help);
}
