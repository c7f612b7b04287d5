using System.Runtime.InteropServices;
using Towpath.Engines.Containers;

namespace Towpath.Engines.Host;

/// <summary>How a check of the machine ended.</summary>
public enum CheckResult
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>Works, with something to know.</summary>
    Limited,

    /// <summary>Not there; Towpath can't work without it.</summary>
    Missing,
}

/// <summary>One line of <c>towpath doctor</c>.</summary>
/// <param name="Name">What was checked, in a word or two.</param>
/// <param name="Result">How it is.</param>
/// <param name="Detail">Where it was found, or why it matters.</param>
/// <param name="Package">Debian package that brings it, or null.</param>
/// <param name="Command">Command that mends it, or null where there is none or nothing to mend.</param>
public sealed record HostFinding(string Name, CheckResult Result, string Detail, string? Package = null, string? Command = null);

/// <summary>Looks at the machine and says what Towpath misses. Changes nothing.</summary>
public static class HostCheck
{
    private const long NeededDisk = 5L << 30;
    private const long NeededFiles = 4096;

    /// <summary>Where distributions put the name server of Podman's networks.</summary>
    internal static readonly string[] NameServerPaths = ["/usr/lib/podman/aardvark-dns", "/usr/libexec/podman/aardvark-dns"];

    // What a package brings as a program. podman's network programs live outside of PATH.
    private static readonly (string Name, string Package, string[] Paths, string Why)[] Programs =
    [
        ("podman", "podman", [], "runs the containers"),
        ("runc", "runc", [], "starts a container's process"),
        ("netavark", "netavark", ["/usr/lib/podman/netavark", "/usr/libexec/podman/netavark"], "makes Podman's networks"),
        ("aardvark-dns", "aardvark-dns", NameServerPaths, "answers for service names in Podman's networks"),
        ("catatonit", "catatonit", ["/usr/libexec/podman/catatonit"], "is the init process of services that ask for one"),
        ("iptables", "iptables", [], "separates networks and publishes ports"),
        ("git", "git", [], "reads commits"),
    ];

    /// <summary>All checks, in the order that they matter.</summary>
    /// <param name="engine">The engine in use, or null where none was found. With Docker, Podman's programs are not asked for.</param>
    /// <param name="storage">Folder of the engine's storage, whose disk is looked at.</param>
    /// <param name="registryReachable">A registry answers; without one, base images are made from Debian's packages.</param>
    public static IReadOnlyList<HostFinding> Run(string? engine, string storage, bool registryReachable)
    {
        var findings = new List<HostFinding>();
        foreach (var (name, package, paths, why) in Programs)
        {
            var isPodmans = package is "podman" or "runc" or "netavark" or "aardvark-dns" or "catatonit";
            if (!(isPodmans && engine == DockerApiEngine.Docker))
            {
                findings.Add(Program(name, package, paths, why));
            }
        }

        if (!registryReachable)
        {
            findings.Add(Program("mmdebstrap", "mmdebstrap", [], "makes base images from Debian's packages, as no registry answers"));
        }

        findings.Add(Library("libsqlite3.so.0", "libsqlite3-0", "keeps Towpath's state"));
        findings.Add(Disk(storage));
        findings.AddRange(Limits(HostLimits.Read()));
        return findings;
    }

    /// <summary>The command that installs packages.</summary>
    public static string InstallCommand(IEnumerable<string> packages) =>
        $"apt-get install -y --no-install-recommends {string.Join(' ', packages)}";

    private static HostFinding Program(string name, string package, string[] paths, string why)
    {
        var path = paths.FirstOrDefault(File.Exists) ?? Host.Programs.Find(name);
        return path is null ? Missing(name, package, why) : new HostFinding(name, CheckResult.Good, path);
    }

    private static HostFinding Library(string file, string package, string why)
    {
        if (NativeLibrary.TryLoad(file, out var handle))
        {
            NativeLibrary.Free(handle);
            return new HostFinding(file, CheckResult.Good, why);
        }

        return Missing(file, package, why);
    }

    private static HostFinding Missing(string name, string package, string why) =>
        new(name, CheckResult.Missing, why, package, InstallCommand([package]));

    private static HostFinding Disk(string storage)
    {
        var folder = storage;
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
        {
            folder = parent;
        }

        var free = new DriveInfo(folder).AvailableFreeSpace;
        var detail = $"{free >> 30} GiB free for {storage}";
        return free >= NeededDisk
            ? new HostFinding("disk", CheckResult.Good, detail)
            : new HostFinding("disk", CheckResult.Limited, $"{detail}; builds want {NeededDisk >> 30} GiB", Command: "podman image prune");
    }

    private static IEnumerable<HostFinding> Limits(HostLimits host)
    {
        yield return host.HasUnifiedCgroups
            ? new HostFinding("cgroups", CheckResult.Good, "version 2")
            : new HostFinding("cgroups", CheckResult.Limited, "version 1: Towpath starts Podman with runc and plain cgroup files");
        yield return host.CanRaiseLimits
            ? new HostFinding("limits", CheckResult.Good, "may be raised")
            : new HostFinding("limits", CheckResult.Limited, "can't be raised here: Towpath starts Podman with the present ones");
        yield return host.OpenFiles >= NeededFiles
            ? new HostFinding("open files", CheckResult.Good, host.OpenFiles == long.MaxValue ? "unlimited" : $"up to {host.OpenFiles}")
            : new HostFinding("open files", CheckResult.Limited, $"up to {host.OpenFiles}; a busy gateway wants {NeededFiles}", Command: $"ulimit -n {NeededFiles}");
    }
}
