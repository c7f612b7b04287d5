using System.Collections.Immutable;
using System.Net;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary>What a service asks of a cluster. Names by which others call it are read over all services, by <see cref="ClusterNames"/>.</summary>
/// <param name="project">What is read.</param>
/// <param name="internalNetworks">Networks of the file that lead nowhere outside.</param>
internal sealed class ClusterReader(ProjectReading project, ImmutableHashSet<string> internalNetworks)
{
    private const string DefaultNetwork = "default";
    private const int MostNameServers = 3;
    private const int MostSearchDomains = 32;
    private readonly NodeReader _values = project.Values;
    private readonly PlacementReader _placement = new(project);
    private readonly DeviceReader _devices = new(project);
    private readonly IsolationReader _isolation = new(project);

    /// <summary>The settings; null where nothing runs on Kubernetes.</summary>
    public ClusterSettings? Read(YamlMapping service)
    {
        if (!project.ForKubernetes)
        {
            return null;
        }

        var deploy = service.Get("deploy") as YamlMapping;
        var settings = new ClusterSettings
        {
            Mode = Mode(deploy?.Get("mode")),
            Annotations = Annotations(service.Get("annotations"), deploy?.Get("labels")),
            Networks = Networks(service),
            AfterStart = Hooks(service.Get("post_start"), "post_start"),
            BeforeStop = Hooks(service.Get("pre_stop"), "pre_stop"),
            PullPolicy = PullPolicy(service.Get("pull_policy")),
            OpenInput = _values.Boolean(service.Get("stdin_open"), "stdin_open") ?? false,
            Terminal = _values.Boolean(service.Get("tty"), "tty") ?? false,
            Runtime = _values.NonEmpty(service.Get("runtime"), "runtime"),
            WritableRoot = _values.Boolean(service.Get("read_only"), "read_only") == false,
            NamesRestart = NamesRestart(service.Get("restart")),
            StartInterval = _values.Duration((service.Get("healthcheck") as YamlMapping)?.Get("start_interval"), "start_interval"),
        };
        CheckPorts(service.Get("ports"));
        KomposeLabels.Tell(project, service.Get("labels"));
        settings = WithNames(settings, service);
        settings = _placement.Read(settings, service, deploy);
        settings = _devices.Read(settings, service, deploy);
        return _isolation.Read(settings, service);
    }

    private ClusterMode Mode(YamlNode? node)
    {
        switch (_values.Word(node, "deploy.mode", "replicated", "global", "replicated-job", "global-job"))
        {
            case "global":
                return ClusterMode.Global;
            case "replicated-job":
                return ClusterMode.ReplicatedJob;
            case "global-job":
                project.NotInCluster(node!, "global-job", "deploy.mode", "no kind of object runs once on each node and ends");
                return ClusterMode.Global;
            default:
                return ClusterMode.Replicated;
        }
    }

    private ClusterSettings WithNames(ClusterSettings settings, YamlMapping service) => settings with
    {
        NameServers = NameServers(service.Get("dns")),
        SearchDomains = AtMost(service.Get("dns_search"), "dns_search", "domains that a pod can look names up in", MostSearchDomains),
        ResolverOptions = _values.Texts(service.Get("dns_opt"), "dns_opt"),
        Domain = _values.NonEmpty(service.Get("domainname"), "domainname"),
    };

    private ImmutableArray<string> NameServers(YamlNode? node)
    {
        foreach (var item in _values.OneOrMore(node, "dns").OfType<YamlScalar>().Where(i => !IPAddress.TryParse(i.Value, out _)))
        {
            project.Bag.Add(ValueDiagnostics.WrongType(item.Location, "an entry of dns", "an IP address", "a name"));
        }

        return AtMost(node, "dns", "name servers that a pod can have", MostNameServers);
    }

    private ImmutableArray<string> AtMost(YamlNode? node, string key, string what, int limit)
    {
        var items = _values.OneOrMore(node, key);
        if (items.Length > limit)
        {
            project.Bag.Add(ValueDiagnostics.TooMany(items[limit].Location, what, limit));
        }

        return [.. items.Take(limit).Select(item => _values.NonEmpty(item, "an entry of " + key)).OfType<string>()];
    }

    private ImmutableArray<NetworkMembership> Networks(YamlMapping service)
    {
        if (service.Get("network_mode") is YamlScalar { Value: "host" })
        {
            return [];
        }

        var names = (service.Get("networks") as YamlMapping)?.Entries.Select(e => e.Name).ToList() ?? [];
        return [.. (names.Count == 0 ? [DefaultNetwork] : names).Select(name => new NetworkMembership(name, internalNetworks.Contains(name)))];
    }

    private ImmutableSortedDictionary<string, string> Annotations(YamlNode? own, YamlNode? ofDeploy)
    {
        var found = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var entry in new[] { ofDeploy, own }.SelectMany(node => _values.Mapping(node, "annotations")?.Entries ?? []))
        {
            if (!ClusterText.IsKey(entry.Name))
            {
                project.NoEffectInCluster(entry.Key, entry.Name, "annotations", "a key in a cluster is at most 63 letters, digits, `.`, `_` and `-`, behind a domain and `/` if it has one");
            }
            else if (entry.Value.IsNull || _values.Text(entry.Value, $"`{entry.Name}` of annotations") is not null)
            {
                found[entry.Name] = entry.Value.IsNull ? "" : ((YamlScalar)entry.Value).Value;
            }
        }

        return found.ToImmutable();
    }

    private ImmutableArray<ImmutableArray<string>> Hooks(YamlNode? node, string what)
    {
        var hooks = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        foreach (var item in _values.Items(node, what))
        {
            if (project.MappingInCluster(item, ClusterKeys.Hook) is { } hook && _values.Command(hook.Get("command"), what) is { IsEmpty: false } command)
            {
                hooks.Add(command);
            }
        }

        return hooks.ToImmutable();
    }

    private string? PullPolicy(YamlNode? node)
    {
        var word = _values.Text(node, "pull_policy");
        switch (word)
        {
            case "always":
                return "Always";
            case "never":
                return "Never";
            case "missing" or "if_not_present":
                return "IfNotPresent";
            case null or "build":
                return null;
            default:
                project.NoEffectInCluster(node!, word, "pull_policy", "a node pulls always, never, or when it does not have the image");
                return null;
        }
    }

    private bool NamesRestart(YamlNode? node)
    {
        if (node is YamlScalar { Value: var text } && text.StartsWith("on-failure:", StringComparison.Ordinal))
        {
            project.NoEffectInCluster(node, text[text.IndexOf(':')..], "restart", "Kubernetes waits longer and longer between attempts and does not give up");
        }

        return node is not null;
    }

    private void CheckPorts(YamlNode? node)
    {
        foreach (var port in (node as YamlSequence)?.Items.OfType<YamlMapping>() ?? [])
        {
            // A port of the short syntax says `ingress` too, the usual one.
            if (port.Get("mode") is YamlScalar { Value: "host" } mode)
            {
                project.NoEffectInCluster(mode, "host", "a port", "ports of nodes are not opened: a Service leads to all replicas");
            }
        }
    }
}
