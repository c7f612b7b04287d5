using System.Collections.Immutable;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary>One service of a Compose file. Each subject with more than a line has its own reader.</summary>
/// <param name="project">What is read.</param>
/// <param name="internalNetworks">Networks of the file that lead nowhere outside.</param>
internal sealed class ServiceReader(ProjectReading project, ImmutableHashSet<string> internalNetworks)
{
    private const int MaxReplicas = 100;
    private const double UsualCpuPeriod = 100_000;
    private readonly NodeReader _values = project.Values;
    private readonly EnvironmentReader _environment = new(project);
    private readonly BuildReader _build = new(project);
    private readonly PortReader _ports = new(project);
    private readonly MountReader _mounts = new(project);
    private readonly FileMountReader _fileMounts = new(project);
    private readonly HealthcheckReader _healthcheck = new(project);
    private readonly DependencyReader _dependencies = new(project);
    private readonly KernelReader _kernel = new(project);
    private readonly ClusterReader _cluster = new(project, internalNetworks);
    private readonly DeliveryReader _delivery = new(project);

    /// <summary>The service, or null where its value is no mapping. Problems of its parts are told and the parts left out.</summary>
    public Service? Read(YamlEntry entry)
    {
        if (!Names.IsComposeName(entry.Name))
        {
            project.Bag.Add(ValueDiagnostics.BadName(entry.Key.Location, "the name of a service", entry.Name, Names.ComposeRule));
        }

        if (_values.Mapping(entry.Value, CarriedKeys.Service) is not { } service)
        {
            return null;
        }

        var read = new Service { Name = entry.Name, Location = entry.Key.Location };
        read = WithProcess(read, service);
        read = WithConnections(read, service);
        read = WithSandbox(read, service);
        return read with
        {
            Source = SourceReader.Read(service),
            Labels = _values.Texts(service.Get("labels"), "labels", _ => ""),
            Profiles = _values.Texts(service.Get("profiles"), "profiles"),
            Cluster = _cluster.Read(service),
            Delivery = _delivery.Read(service.Get("x-towpath"), entry.Name, service.Get("build") is not null),
        };
    }

    private Service WithProcess(Service read, YamlMapping service) => read with
    {
        Image = _values.NonEmpty(service.Get("image"), "image"),
        Build = _build.Read(service.Entry("build")),
        Command = Command(service, "command"),
        Entrypoint = Command(service, "entrypoint"),
        Environment = _environment.Read(service),
        Healthcheck = _healthcheck.Read(service.Get("healthcheck")),
        Restart = Restart(service.Get("restart")),
        Replicas = Replicas(service),
        User = _values.NonEmpty(service.Get("user"), "user"),
        WorkingDirectory = _values.NonEmpty(service.Get("working_dir"), "working_dir"),
        Hostname = _values.NonEmpty(service.Get("hostname"), "hostname"),
        StopSignal = _values.NonEmpty(service.Get("stop_signal"), "stop_signal"),
        StopGracePeriod = _values.Duration(service.Get("stop_grace_period"), "stop_grace_period") ?? TimeSpan.FromSeconds(10),
        Init = _values.Boolean(service.Get("init"), "init") ?? false,
    };

    private Service WithConnections(Service read, YamlMapping service) => read with
    {
        Ports = _ports.Read(service.Get("ports")),
        Expose = _ports.ReadExposed(service.Get("expose")),
        DependsOn = _dependencies.Read(service.Get("depends_on")),
        ExtraHosts = ExtraHosts(service.Get("extra_hosts")),
    };

    private Service WithSandbox(Service read, YamlMapping service) => read with
    {
        Mounts = _mounts.Read(service),
        Secrets = _fileMounts.Read(service.Get("secrets"), "secrets", "/run/secrets/"),
        Configs = _fileMounts.Read(service.Get("configs"), "configs", "/"),
        Limits = Limits(service),
        ReadOnly = _values.Boolean(service.Get("read_only"), "read_only") ?? false,
        CapAdd = _values.Texts(service.Get("cap_add"), "cap_add"),
        CapDrop = _values.Texts(service.Get("cap_drop"), "cap_drop"),
        ShmSize = _values.Size(service.Get("shm_size"), "shm_size"),
        Kernel = _kernel.Read(service),
    };

    /// <summary>The networks that a service names, as messages show them, with their places.</summary>
    public ImmutableArray<(string Name, YamlNode Place)> NetworkNames(YamlNode? node)
    {
        var networks = _values.Mapping(node, "networks")?.Entries ?? [];
        foreach (var entry in networks.Where(e => !e.Value.IsNull))
        {
            _values.Mapping(entry.Value, CarriedKeys.ServiceNetwork);
        }

        return [.. networks.Select(e => (e.Key.Shown, (YamlNode)e.Key))];
    }

    // Null leaves the image's command, an empty text or list clears it.
    private ImmutableArray<string>? Command(YamlMapping service, string key) => _values.Command(service.Get(key), key);

    private RestartPolicy Restart(YamlNode? node)
    {
        // `no` without quotes is a boolean to YAML 1.1; Compose reads it as the word all the same.
        var text = _values.Text(node, "restart");
        var policy = text?.Split(':')[0];
        return policy switch
        {
            null or "no" or "false" => RestartPolicy.No,
            "always" => RestartPolicy.Always,
            "on-failure" => RestartPolicy.OnFailure,
            "unless-stopped" => RestartPolicy.UnlessStopped,
            _ => Unknown(policy),
        };

        RestartPolicy Unknown(string word)
        {
            project.Bag.Add(ValueDiagnostics.NotOneOf(node!.Location, "restart", word, ["no", "always", "on-failure", "unless-stopped"]));
            return RestartPolicy.No;
        }
    }

    private int Replicas(YamlMapping service)
    {
        var deploy = _values.Mapping(service.Get("deploy"), CarriedKeys.Deploy);
        // What else a cluster has, its own reader knows.
        if (deploy?.Get("mode") is { } mode && project.ForContainers)
        {
            _values.Word(mode, "deploy.mode", "replicated");
        }

        return _values.Integer(deploy?.Get("replicas"), "deploy.replicas", 0, MaxReplicas)
            ?? _values.Integer(service.Get("scale"), "scale", 0, MaxReplicas)
            ?? 1;
    }

    private Limits Limits(YamlMapping service)
    {
        var resources = _values.Mapping((service.Get("deploy") as YamlMapping)?.Get("resources"), CarriedKeys.Resources);
        var limits = _values.Mapping(resources?.Get("limits"), CarriedKeys.LimitKeys);
        return new Limits(
            _values.Number(limits?.Get("cpus") ?? service.Get("cpus"), "cpus", 0.001, 1024) ?? Quota(service),
            _values.Size(limits?.Get("memory") ?? service.Get("mem_limit"), "memory"),
            _values.Integer(limits?.Get("pids") ?? service.Get("pids_limit"), "pids", 1, 4_194_304));
    }

    // CPU time in each period, as the kernel has it; only Kubernetes takes it. A negative one is no limit.
    private double? Quota(YamlMapping service)
    {
        var quota = project.ForContainers ? null : _values.Number(service.Get("cpu_quota"), "cpu_quota", -1, int.MaxValue);
        var period = project.ForContainers ? null : _values.Number(service.Get("cpu_period"), "cpu_period", 0, int.MaxValue);
        return quota > 0 ? quota / (period > 0 ? period : UsualCpuPeriod) : null;
    }

    private ImmutableArray<string> ExtraHosts(YamlNode? node) =>
    [
        .. (_values.Mapping(node, "extra_hosts")?.Entries ?? []).SelectMany(e => _values.OneOrMore(e.Value, $"`{e.Name}` of extra_hosts")
            .Select(item => _values.NonEmpty(item, "an address"))
            .OfType<string>()
            .Select(address => $"{e.Name}:{address}")),
    ];
}
