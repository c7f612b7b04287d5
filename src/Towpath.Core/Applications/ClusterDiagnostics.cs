using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications;

/// <summary>TP2090 to TP2099: what a Compose file asks of a cluster.</summary>
public static class ClusterDiagnostics
{
    /// <summary>A parameter of the kernel that a kubelet refuses unless it was told otherwise.</summary>
    public static Diagnostic UnsafeSysctl(Location place, string name) => new(
        "TP2090",
        Severity.Warning,
        $"most clusters refuse the kernel parameter `{name}`",
        place,
        "not among the safe ones",
        Notes: ["a kubelet takes a few parameters from anybody; a pod with another one is not started on a node whose kubelet does not allow it"],
        Help: $"remove it, or have the nodes' kubelets run with --allowed-unsafe-sysctls={name}");

    /// <summary>A name by which two services would be called.</summary>
    public static Diagnostic NameTaken(Location place, string name, string service, string other) => new(
        "TP2091",
        Severity.Error,
        $"`{name}` can't lead to `{service}`: it leads to `{other}`",
        place,
        "taken",
        Notes: ["a name on a network or a link of one service is a name in the whole namespace of a cluster, and leads to one service"],
        Help: "give it another name");

    /// <summary>A folder of the machine, where there are several.</summary>
    public static Diagnostic NodeFolder(Location place, string path) => new(
        "TP2092",
        Severity.Warning,
        $"`{path}` is looked for on whichever node a pod runs on",
        place,
        "a path of the host",
        Notes: ["in a cluster there is no one machine: each node has its own folder, and many clusters refuse pods that ask for one"],
        Help: "use a named volume, or a file of the commit");
}
