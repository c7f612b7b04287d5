using System.Collections.Immutable;
using System.Net;
using Towpath.Core.Compose;

namespace Towpath.Core.Applications.Readers;

/// <summary><c>towpath.yaml</c>: the application's name and its environments.</summary>
/// <param name="project">What is read.</param>
/// <param name="services">Services of the Compose file.</param>
/// <param name="volumes">Names of its volumes.</param>
/// <param name="secrets">Names of its secrets.</param>
internal sealed class LadderReader(ProjectReading project, ImmutableArray<Service> services, ImmutableArray<string> volumes, ImmutableArray<string> secrets)
{
    private const int LongestEnvironment = 20;
    private const int MostEnvironments = 20;
    private const int LeastNodePort = 30_000;
    private const int MostNodePort = 32_767;

    private static readonly KeyTable RootKeys = new("towpath.yaml", "application environments verify contract ports agreement escalation review");
    private static readonly KeyTable EnvironmentKeys = new KeyTable("an environment", "port address promote ready services gates verify slo strategy warm drift verify-every escalation engine kubernetes")
        .Add(Carriage.NotCarried, "every environment runs on this machine for now", "namespace quotas")
        .OnKubernetes(Carriage.NotCarried, "it stands under `kubernetes` of the environment, as `namespace` and `quota`", "namespace quotas");

    private static readonly KeyTable OverrideKeys = new("a service of an environment", "replicas environment strategy");
    private static readonly KeyTable ProbeKeys = new("a probe", "get expect contains within");
    private readonly NodeReader _values = project.Values;
    private readonly GateReader _gates = new(project);
    private readonly StrategyReader _strategies = new(project);
    private readonly EscalationReader _escalations = new(project);
    private readonly SloReader _objectives = new(project);
    private readonly QuantityReader _quantities = new(project);
    private readonly KubernetesReader _kubernetes = new(project, volumes, secrets);

    /// <summary>What the file says about the contract, once it was read.</summary>
    public ContractTerms Contract { get; private set; } = ContractTerms.None;

    /// <summary>The agreement that the file names, once it was read; null for none.</summary>
    public Agreement? Agreement { get; private set; }

    /// <summary>The name (null where the file has none) and the ladder; the ladder is null where no environment could be read.</summary>
    public (string? Name, Ladder? Ladder) Read(YamlNode root)
    {
        if (_values.Mapping(root, RootKeys) is not { } file)
        {
            return (null, null);
        }

        Contract = new ContractReader(project).Read(file);
        Agreement = new AgreementReader(project).Read(file.Entry("agreement")?.Value);
        var name = _values.NonEmpty(file.Get("application"), "application");
        if (name is not null && !Names.IsLabel(name, Names.LongestApplication))
        {
            project.Bag.Add(ValueDiagnostics.BadName(file.Get("application")!.Location, "the name of an application", name, Names.LabelRule(Names.LongestApplication)));
        }

        var probes = (_values.Mapping(file.Get("verify"), "verify")?.Entries ?? [])
            .Select(ReadProbe)
            .OfType<VerificationProbe>()
            .ToDictionary(p => p.Name, StringComparer.Ordinal);
        var declared = (file.Get("verify") as YamlMapping)?.Entries.Select(e => e.Name).ToList() ?? [];
        var entries = _values.Entries(file.Get("environments"), "environments", MostEnvironments);
        if (entries.IsEmpty)
        {
            project.Bag.Add(LadderDiagnostics.NoEnvironments((file.Entry("environments")?.Key ?? (YamlNode)file).Location));
            return (name, null);
        }

        var environments = new List<EnvironmentSpec>();
        foreach (var entry in entries)
        {
            environments.Add(ReadEnvironment(entry, environments.LastOrDefault(), probes, declared));
        }

        CheckPorts(environments);
        // What an environment says itself counts; the file's own is for the others.
        var escalation = _escalations.Read(file.Get("escalation"));
        environments = [.. environments.Select(e => e with { Escalation = e.Escalation ?? escalation })];
        return (name, new Ladder([.. environments]) { Review = new ReviewReader(project).Read(file.Get("review")) });
    }

    private EnvironmentSpec ReadEnvironment(YamlEntry entry, EnvironmentSpec? below, Dictionary<string, VerificationProbe> probes, List<string> declared)
    {
        var isLowest = below is null;
        if (!Names.IsLabel(entry.Name, LongestEnvironment))
        {
            project.Bag.Add(ValueDiagnostics.BadName(entry.Key.Location, "the name of an environment", entry.Name, Names.LabelRule(LongestEnvironment)));
        }

        var environment = new EnvironmentSpec { Name = entry.Name, Location = entry.Key.Location, Automatic = isLowest };
        if (entry.Value.IsNull || _values.Mapping(entry.Value, EnvironmentKeys) is not { } node)
        {
            return environment;
        }

        var promote = _values.Word(node.Get("promote"), "promote", "automatic", "manual");
        environment = environment with
        {
            Automatic = promote is null ? isLowest : promote == "automatic",
            Port = _values.Integer(node.Get("port"), "port", 1, 65535),
            PortLocation = node.Get("port")?.Location,
            Address = Address(node.Get("address")) ?? environment.Address,
            ReadyTimeout = _values.Duration(node.Get("ready"), "ready") ?? environment.ReadyTimeout,
            Verify = Verify(node.Get("verify"), probes, declared),
            Services = Overrides(node.Get("services")),
            Strategy = _strategies.Read(node.Get("strategy")) ?? environment.Strategy,
            Warm = _values.Duration(node.Get("warm"), "warm") ?? environment.Warm,
            Drift = _values.Word(node.Get("drift"), "drift", "mend", "report") == "report" ? DriftPolicy.Report : DriftPolicy.Mend,
            Slo = _objectives.Read(node.Get("slo")),
            Escalation = _escalations.Read(node.Get("escalation")),
            VerifyEvery = _quantities.Time(node.Get("verify-every"), "verify-every"),
        };
        environment = WithEngine(environment, node);
        if (environment.VerifyEvery is not null && node.Get("verify") is null)
        {
            project.Bag.Add(StrategyDiagnostics.NothingToVerify(node.Get("verify-every")!.Location, environment.Name));
        }

        StrategyCheck.Run(environment, services, project.Bag);
        return environment with { Gates = _gates.Read(node.Get("gates"), environment, below, Agreement) };
    }

    private EnvironmentSpec WithEngine(EnvironmentSpec environment, YamlMapping node)
    {
        var word = _values.Word(node.Get("engine"), "engine", LadderPeek.Containers, LadderPeek.Kubernetes);
        var block = node.Entry("kubernetes");
        var spec = _kubernetes.Read(block);
        if (word == LadderPeek.Kubernetes)
        {
            CheckNodePort(environment, spec ?? KubernetesSpec.Default, node);
            environment = environment with { Engine = EngineKind.Kubernetes, Kubernetes = spec?.Entry == EntryKind.Proxy ? spec with { NodePort = environment.Port } : spec };
            return spec?.Git is null ? environment : WithReportedDrift(environment, node);
        }

        // Read for Kubernetes alone, the block counts whatever the engine.
        if (spec is not null && project.ForContainers)
        {
            project.Bag.Add(KubernetesSpecDiagnostics.KubernetesUnused(block!.Key.Location, environment.Name));
        }

        return environment with { Kubernetes = project.ForContainers ? null : spec };
    }

    // What differs from the repository is mended by the controller that follows it, and told by Towpath.
    private EnvironmentSpec WithReportedDrift(EnvironmentSpec environment, YamlMapping node)
    {
        if (environment.Drift == DriftPolicy.Mend && node.Entry("drift") is { Value.IsNull: false } entry)
        {
            project.Bag.Add(KubernetesSpecDiagnostics.NoEffectWithDelivery(entry.Key.Location, "drift: mend", "git", "what differs is mended by the controller that follows the repository; Towpath tells of it"));
        }

        return environment with { Drift = DriftPolicy.Report };
    }

    // What the two say of a gateway on this machine, they say of the proxy on the nodes, or nothing.
    private void CheckNodePort(EnvironmentSpec environment, KubernetesSpec spec, YamlMapping node)
    {
        if (spec.Entry == EntryKind.Proxy && environment.Port is { } port && port is < LeastNodePort or > MostNodePort)
        {
            project.Bag.Add(KubernetesSpecDiagnostics.BadNodePort(environment.PortLocation!, port, LeastNodePort, MostNodePort));
        }

        foreach (var key in spec.Entry == EntryKind.Proxy ? ["address"] : new[] { "port", "address" })
        {
            if (node.Entry(key) is { Value.IsNull: false } entry)
            {
                project.Bag.Add(KubernetesSpecDiagnostics.NoEffectWithEntry(entry.Key.Location, key, KubernetesReader.Word(spec.Entry), key == "port"
                    ? $"on Kubernetes it is the port of `entry: proxy` on each node, {LeastNodePort} to {MostNodePort}"
                    : "nodes of a cluster answer on all of their addresses"));
            }
        }
    }

    private string? Address(YamlNode? node)
    {
        if (_values.NonEmpty(node, "address") is not { } text)
        {
            return null;
        }

        if (IPAddress.TryParse(text, out _) && text.AsSpan().ContainsAny('.', ':'))
        {
            return text;
        }

        project.Bag.Add(LadderDiagnostics.BadAddress(node!.Location, text));
        return null;
    }

    private ImmutableArray<VerificationProbe> Verify(YamlNode? node, Dictionary<string, VerificationProbe> probes, List<string> declared)
    {
        var found = ImmutableArray.CreateBuilder<VerificationProbe>();
        foreach (var item in _values.OneOrMore(node, "verify"))
        {
            if (_values.NonEmpty(item, "an entry of verify") is not { } name)
            {
                continue;
            }

            if (probes.TryGetValue(name, out var probe))
            {
                found.Add(probe);
            }
            else if (!declared.Contains(name))
            {
                project.Bag.Add(ValueDiagnostics.UndefinedReference(item.Location, "probe under `verify`", name, declared));
            }
        }

        return found.ToImmutable();
    }

    private VerificationProbe? ReadProbe(YamlEntry entry)
    {
        var probe = _values.Mapping(entry.Value, ProbeKeys);
        if (probe is null || !_values.Require(probe.Get("get"), probe, "a probe", "get") || _values.NonEmpty(probe.Get("get"), "get") is not { } path)
        {
            return null;
        }

        if (!path.StartsWith('/') || path.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            project.Bag.Add(LadderDiagnostics.BadProbePath(probe.Get("get")!.Location, path));
            return null;
        }

        var expect = _values.Integer(probe.Get("expect"), "expect", 100, 599) ?? 200;
        var contains = _values.Text(probe.Get("contains"), "contains");
        var within = _values.Duration(probe.Get("within"), "within") ?? TimeSpan.FromSeconds(30);
        return new VerificationProbe(entry.Name, path, expect, contains, within, entry.Key.Location);
    }

    private ImmutableSortedDictionary<string, ServiceOverride> Overrides(YamlNode? node)
    {
        var overrides = ImmutableSortedDictionary.CreateBuilder<string, ServiceOverride>(StringComparer.Ordinal);
        foreach (var entry in _values.Mapping(node, "services")?.Entries ?? [])
        {
            var service = services.FirstOrDefault(s => s.Name == entry.Name);
            if (service is null)
            {
                project.Bag.Add(ValueDiagnostics.UndefinedReference(entry.Key.Location, "service", entry.Name, services.Select(s => s.Name)));
            }

            if (entry.Value.IsNull || _values.Mapping(entry.Value, OverrideKeys) is not { } values)
            {
                continue;
            }

            var replicas = _values.Integer(values.Get("replicas"), "replicas", 0, 100);
            if (replicas > 1 && project.ForContainers && service is { IsStateful: true })
            {
                project.Bag.Add(DeliveryDiagnostics.StatefulReplicas(values.Get("replicas")!.Location, entry.Name, replicas.Value));
            }

            overrides[entry.Name] = new ServiceOverride(
                replicas, _values.Texts(values.Get("environment"), "environment", _ => ""), _strategies.Read(values.Get("strategy")));
        }

        return overrides.ToImmutable();
    }

    private void CheckPorts(IEnumerable<EnvironmentSpec> environments)
    {
        // Ports of this machine, and of the nodes of each cluster.
        var taken = new Dictionary<(EngineKind, string?, int), string>();
        foreach (var environment in environments.Where(e => e.Port is not null))
        {
            var port = (environment.Engine, environment.Kubernetes?.Context, environment.Port!.Value);
            if (!taken.TryAdd(port, environment.Name))
            {
                project.Bag.Add(LadderDiagnostics.SamePort(environment.PortLocation!, environment.Port.Value, taken[port]));
            }
        }
    }
}
