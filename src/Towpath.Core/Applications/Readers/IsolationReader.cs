using System.Globalization;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary>How far pods are kept from their node and from others, and as whom they run.</summary>
internal sealed class IsolationReader(ProjectReading project)
{
    private const string SecurityOptions = "security_opt";
    private const string Pods = "a pod shares it with its node or with nobody";

    private readonly NodeReader _values = project.Values;

    /// <summary>The settings with what is said of isolation.</summary>
    public ClusterSettings Read(ClusterSettings settings, YamlMapping service)
    {
        settings = settings with
        {
            IsPrivileged = _values.Boolean(service.Get("privileged"), "privileged") ?? false,
            HostNetwork = OfNode(service.Get("network_mode"), "network_mode", "bridge", "default"),
            HostProcesses = OfNode(service.Get("pid"), "pid"),
            HostMemory = OfNode(service.Get("ipc"), "ipc", "private"),
        };
        // Without a user namespace of its own is how pods run anyway.
        OfNode(service.Get("userns_mode"), "userns_mode");
        if (service.Get("cgroup") is YamlScalar { Value: "host" } cgroup)
        {
            project.NotInCluster(cgroup, "host", "cgroup", "a container sees its own control group only");
        }

        CheckGroups(service.Get("group_add"));
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

    // Of a group nobody outside of the image knows more than its number. Who the user is, the compile finds out by the image.
    private void CheckGroups(YamlNode? node)
    {
        foreach (var item in _values.Items(node, "group_add"))
        {
            if (_values.NonEmpty(item, "an entry of group_add") is { } text && text != "root" && !uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                project.NotInCluster(item, text, "group_add", "a cluster knows groups by number only");
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
