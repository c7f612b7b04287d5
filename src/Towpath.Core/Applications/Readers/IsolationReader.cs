using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary>How far pods are kept from their node and from others, and as whom they run.</summary>
internal sealed class IsolationReader(ProjectReading project)
{
    private const string SecurityOptions = "security_opt";
    private const string Pods = "a pod shares it with its node or with nobody";

    // What the kubelet takes from anybody: https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/
    private static readonly string[] SafeSysctls =
    [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
    ];

    private readonly NodeReader _values = project.Values;

    /// <summary>The settings with what is said of isolation.</summary>
    public ClusterSettings Read(ClusterSettings settings, YamlMapping service)
    {
        var (user, group) = User(service.Get("user"));
        settings = settings with
        {
            IsPrivileged = _values.Boolean(service.Get("privileged"), "privileged") ?? false,
            HostNetwork = OfNode(service.Get("network_mode"), "network_mode", "bridge", "default"),
            HostProcesses = OfNode(service.Get("pid"), "pid"),
            HostMemory = OfNode(service.Get("ipc"), "ipc", "private"),
            UserId = user,
            GroupId = group,
            Groups = Groups(service.Get("group_add")),
        };
        // Without a user namespace of its own is how pods run anyway.
        OfNode(service.Get("userns_mode"), "userns_mode");
        if (service.Get("cgroup") is YamlScalar { Value: "host" } cgroup)
        {
            project.NotInCluster(cgroup, "host", "cgroup", "a container sees its own control group only");
        }

        CheckSysctls(service.Get("sysctls") as YamlMapping);
        return _values.Items(service.Get(SecurityOptions), SecurityOptions).Aggregate(settings, Option);
    }

    private bool OfNode(YamlNode? node, string key, params string[] usual)
    {
        if (_values.NonEmpty(node, key) is not { } text || usual.Contains(text))
        {
            return false;
        }

        if (text != "host")
        {
            project.NotInCluster(node!, text, key, Pods);
        }

        return text == "host";
    }

    private (long? User, long? Group) User(YamlNode? node)
    {
        if (_values.NonEmpty(node, "user") is not { } text)
        {
            return default;
        }

        var parts = text.Split(':');
        var numbers = parts.Select(Number).ToArray();
        if (parts.Length <= 2 && numbers.All(n => n is not null))
        {
            return (numbers[0], numbers.ElementAtOrDefault(1));
        }

        project.NotInCluster(node!, text, "user", "a cluster knows users and groups by number only: write `user: \"1000\"`, or leave it to the image's USER");
        return default;
    }

    private ImmutableArray<long> Groups(YamlNode? node)
    {
        var groups = ImmutableArray.CreateBuilder<long>();
        foreach (var item in _values.Items(node, "group_add"))
        {
            if (_values.NonEmpty(item, "an entry of group_add") is not { } text)
            {
                continue;
            }

            if (Number(text) is { } group)
            {
                groups.Add(group);
            }
            else
            {
                project.NotInCluster(item, text, "group_add", "a cluster knows groups by number only");
            }
        }

        return groups.ToImmutable();
    }

    private static long? Number(string text) =>
        text == "root" ? 0 : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= int.MaxValue ? number : null;

    private void CheckSysctls(YamlMapping? sysctls)
    {
        foreach (var entry in sysctls?.Entries ?? [])
        {
            if (!SafeSysctls.Contains(entry.Name))
            {
                project.Bag.Add(ClusterDiagnostics.UnsafeSysctl(entry.Key.Location, entry.Name));
            }
        }
    }

    private ClusterSettings Option(ClusterSettings settings, YamlNode item)
    {
        // The specification writes `=`, older files `:`.
        if (_values.NonEmpty(item, "an entry of security_opt") is not { } text || text.Split(['=', ':'], 2) is not [var name, var value])
        {
            return settings;
        }

        switch (name, value)
        {
            case ("no-new-privileges", _):
                return settings;
            case ("apparmor", { Length: > 0 }):
                return settings with { AppArmor = value };
            case ("seccomp", "builtin"):
                return settings;
            case ("seccomp", { Length: > 0 }) when ProjectPath.Combine(".", value) is { } profile && !value.StartsWith('/'):
                return settings with { Seccomp = profile };
            case ("label", "disable"):
                // What the engines do for it: https://docs.podman.io/en/latest/markdown/podman-run.1.html#security-opt-option
                return settings with { SeLinux = settings.SeLinux.SetItem("type", "spc_t") };
            case ("label", _) when value.Split(['=', ':'], 2) is ["user" or "role" or "type" or "level", { Length: > 0 }] label:
                return settings with { SeLinux = settings.SeLinux.SetItem(label[0], label[1]) };
            default:
                project.NotInCluster(item, text, SecurityOptions, "a pod takes `no-new-privileges`, and profiles of AppArmor, seccomp and SELinux; a file of seccomp lies below the kubelet's own folder");
                return settings;
        }
    }
}
