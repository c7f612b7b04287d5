using System.Collections.Frozen;
using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Manifests;
using Towpath.Core.Kubernetes.Planning;

namespace Towpath.Core.Kubernetes.Objects;

/// <summary>The levels of the Pod Security Standards, from <see href="https://kubernetes.io/docs/concepts/security/pod-security-standards/"/>.</summary>
internal enum SecurityLevel
{
    /// <summary>Hardened: what every pod gets that does not ask for the opposite.</summary>
    Restricted,

    /// <summary>No known way to gain rights on the node.</summary>
    Baseline,

    /// <summary>Anything.</summary>
    Privileged,
}

/// <summary>The security context of a pod and of its container: Pod Security "restricted", except where the Compose file asks for the opposite.</summary>
internal static class PodSecurity
{
    private static readonly Origin Hardened = new("pods are hardened");

    // Capabilities that "baseline" lets a container add; "restricted" lets it add NET_BIND_SERVICE alone.
    private static readonly FrozenSet<string> BaselineCapabilities = new[]
    {
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> SafeSysctls = new[]
    {
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
        "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The level that the pods of a workload fit into, with each thing that a higher one forbids told about.</summary>
    public static SecurityLevel LevelOf(Workload workload, DiagnosticBag bag)
    {
        var level = workload.User.IsRoot ? SecurityLevel.Baseline : SecurityLevel.Restricted;
        foreach (var (what, key, asks) in Asked(workload))
        {
            bag.Add(KubernetesDiagnostics.Weakened(workload.From(key).Place!, workload.Service.Name, what, asks.ToString().ToLowerInvariant()));
            level = asks > level ? asks : level;
        }

        return workload.Spec.Mounts.Any(m => m is { Kind: MountKind.Bind, IsFromCommit: false }) ? SecurityLevel.Privileged : level;
    }

    /// <summary>The security context of the pod.</summary>
    public static ManifestMap OfPod(Workload workload)
    {
        var context = new ManifestMap();
        context.Because(Hardened);
        AddUser(context, workload.User);
        context.Add("fsGroup", workload.User.Group, workload.User.Origin);
        context.Add("fsGroupChangePolicy", "OnRootMismatch");
        context.Add("seccompProfile", Seccomp(workload));
        context.Add("seLinuxOptions", ManifestMap.Of(workload.Cluster.SeLinux).OrNothing(), workload.From("security_opt"));
        var groups = workload.Spec.Kernel.Groups.Select(GroupNumber).OfType<long>().ToList();
        context.Add("supplementalGroups", new ManifestList(groups.Select(g => (ManifestNode)g)).OrNothing(), workload.From("group_add"));
        context.Add("sysctls", Sysctls(workload));
        return context;
    }

    /// <summary>The security context of the container.</summary>
    public static ManifestMap OfContainer(Workload workload, DiagnosticBag bag)
    {
        var context = new ManifestMap();
        context.Because(Hardened);
        if (workload.Cluster.IsPrivileged)
        {
            context.Add("privileged", true, workload.From("privileged"));
        }
        else
        {
            context.Add("allowPrivilegeEscalation", false);
            context.Add("capabilities", Capabilities(workload));
        }

        if (workload.Cluster.WritableRoot)
        {
            bag.Add(KubernetesDiagnostics.WritableRoot(workload.From("read_only").Place!, workload.Service.Name));
        }

        context.Add("readOnlyRootFilesystem", !workload.Cluster.WritableRoot, workload.Cluster.WritableRoot || workload.Spec.ReadOnly ? workload.From("read_only") : null);
        AddUser(context, workload.User);
        return context;
    }

    /// <summary>The security context of a container that only waits.</summary>
    public static ManifestMap OfWaiting() => (ManifestMap)new ManifestMap
    {
        { "allowPrivilegeEscalation", false },
        { "capabilities", new ManifestMap { { "drop", ManifestList.Of(["ALL"]) } } },
        { "readOnlyRootFilesystem", true },
        { "runAsNonRoot", true },
        { "runAsUser", UserPlanner.Nobody },
        { "runAsGroup", UserPlanner.Nobody },
    }.Because(Hardened);

    private static void AddUser(ManifestMap context, PodUser user)
    {
        context.Add("runAsNonRoot", !user.IsRoot, user.IsRoot ? user.Origin : Hardened);
        context.Add("runAsUser", user.Id, user.Origin);
        context.Add("runAsGroup", user.Group, user.Origin);
    }

    private static ManifestMap Seccomp(Workload workload)
    {
        var origin = workload.Cluster.Seccomp is null ? Hardened : workload.From("security_opt");
        return (ManifestMap)(workload.Cluster.Seccomp switch
        {
            null => new ManifestMap { { "type", "RuntimeDefault" } },
            "unconfined" => new ManifestMap { { "type", "Unconfined" } },
            var profile => new ManifestMap { { "type", "Localhost" }, { "localhostProfile", profile } },
        }).Because(origin);
    }

    private static ManifestMap Capabilities(Workload workload)
    {
        // Docker gives a root process fourteen capabilities; a file that says `user: root` counts on some of them.
        var added = workload.Spec.CapAdd.Select(Capability).ToList();
        var capabilities = new ManifestMap { { "drop", ManifestList.Of(["ALL"]) } };
        if (workload.User.IsRoot)
        {
            added.AddRange(["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"]);
        }

        var all = added.Distinct(StringComparer.Ordinal).Except(workload.Spec.CapDrop.Select(Capability)).Order(StringComparer.Ordinal);
        capabilities.Add("add", ManifestList.Of(all).OrNothing(), workload.Spec.CapAdd.IsEmpty ? workload.User.Origin : workload.From("cap_add"));
        return capabilities;
    }

    private static ManifestList? Sysctls(Workload workload)
    {
        var sysctls = new ManifestList();
        foreach (var (name, value) in workload.Spec.Kernel.Sysctls)
        {
            sysctls.Add(new ManifestMap { { "name", name }, { "value", value } }.Because(workload.From("sysctls")));
        }

        // Who is not root may listen below 1024 only where the kernel lets everybody.
        if (!workload.User.IsRoot && workload.Ports.FirstOrDefault(p => p.Number < 1024) is { } low && !workload.Spec.Kernel.Sysctls.ContainsKey("net.ipv4.ip_unprivileged_port_start"))
        {
            sysctls.Add(new ManifestMap { { "name", "net.ipv4.ip_unprivileged_port_start" }, { "value", low.Number.ToString(CultureInfo.InvariantCulture) } }
                .Because(new Origin($"{workload.Service.Name} listens on port {low.Number.ToString(CultureInfo.InvariantCulture)} and is not root", low.Origin.Place)));
        }

        return sysctls.OrNothing();
    }

    private static IEnumerable<(string What, string Key, SecurityLevel Level)> Asked(Workload workload)
    {
        var cluster = workload.Cluster;
        if (cluster.IsPrivileged)
        {
            yield return ("all rights of its node (`privileged`)", "privileged", SecurityLevel.Privileged);
        }

        if (cluster.HostNetwork)
        {
            yield return ("the network of its node (`network_mode: host`)", "network_mode", SecurityLevel.Privileged);
        }

        if (cluster.HostProcesses)
        {
            yield return ("the processes of its node (`pid: host`)", "pid", SecurityLevel.Privileged);
        }

        if (cluster.HostMemory)
        {
            yield return ("the shared memory of its node (`ipc: host`)", "ipc", SecurityLevel.Privileged);
        }

        if (cluster.SeLinux.Keys.Any(k => k is "user" or "role") || (cluster.SeLinux.TryGetValue("type", out var type) && type is not ("container_t" or "container_init_t" or "container_kvm_t")))
        {
            yield return ("a context of SELinux of its own", "security_opt", SecurityLevel.Privileged);
        }

        if (cluster.Seccomp == "unconfined")
        {
            yield return ("all system calls (`seccomp=unconfined`)", "security_opt", SecurityLevel.Privileged);
        }

        foreach (var capability in workload.Spec.CapAdd.Select(Capability).Where(c => c != "NET_BIND_SERVICE"))
        {
            yield return ($"the capability {capability}", "cap_add", BaselineCapabilities.Contains(capability) ? SecurityLevel.Baseline : SecurityLevel.Privileged);
        }

        foreach (var name in workload.Spec.Kernel.Sysctls.Keys.Where(name => !SafeSysctls.Contains(name)))
        {
            yield return ($"the kernel parameter {name}, which nodes have to allow by name", "sysctls", SecurityLevel.Privileged);
        }
    }

    private static string Capability(string name) => name.ToUpperInvariant() is var upper && upper.StartsWith("CAP_", StringComparison.Ordinal) ? upper[4..] : name.ToUpperInvariant();

    private static long? GroupNumber(string group) =>
        long.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : KnownImage.NumberOf(group);
}
