using Towpath.Core.Diagnostics;

namespace Towpath.Core.Configuration;

/// <summary>TP4797, TP4798: <c>sources</c> in <c>server.yaml</c>.</summary>
public static class SourceConfigurationDiagnostics
{
    /// <summary>An address that nothing is fetched from.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="problem">Why not. The address itself may hold a secret by mistake.</param>
    public static Diagnostic BadSourceUrl(Location place, string problem) => new(
        "TP4797",
        Severity.Error,
        $"nothing can be fetched from this url: {problem}",
        place,
        Help: "write the whole address, beginning with https://, ssh:// or file://; http:// is for this machine alone");

    /// <summary>Two sources with one name.</summary>
    public static Diagnostic SameSource(Location place, string name) => new(
        "TP4798",
        Severity.Error,
        $"there is a source `{name}` already",
        place,
        Notes: ["what was fetched is remembered by the source's name, and webhooks call it"],
        Help: "give each source its own name");
}
