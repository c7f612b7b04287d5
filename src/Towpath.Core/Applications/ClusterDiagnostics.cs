using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications;

/// <summary>TP2090 to TP2099: what a Compose file asks of a cluster.</summary>
public static class ClusterDiagnostics
{
    /// <summary>A name by which two services would be called.</summary>
    public static Diagnostic NameTaken(Location place, string name, string service, string other) => new(
        "TP2090",
        Severity.Error,
        $"`{name}` can't lead to `{service}`: it leads to `{other}`",
        place,
        "taken",
        Notes: ["a name on a network or a link of one service is a name in the whole namespace of a cluster, and leads to one service"],
        Help: "give it another name");

    /// <summary>A label that tells kompose something, and Towpath nothing.</summary>
    public static Diagnostic KomposeLabel(Location place, string label, string instead) => new(
        "TP2091",
        Severity.Warning,
        $"`{label}` has no effect",
        place,
        "for kompose only",
        Notes: ["a label becomes an annotation of the pods, whatever it says"],
        Help: instead);
}
