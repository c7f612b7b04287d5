using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications;

/// <summary>The ordered environments of an application, lowest first.</summary>
/// <param name="Environments">At least one.</param>
public sealed record Ladder(ImmutableArray<EnvironmentSpec> Environments)
{
    /// <summary>When its readiness sheet is written by itself; null for never.</summary>
    public ReviewSpec? Review { get; init; }

    /// <summary>The environment of that name, or null.</summary>
    public EnvironmentSpec? Environment(string name) => Environments.FirstOrDefault(e => e.Name == name);

    /// <summary>The environment that a release passes before that one, or null for the lowest.</summary>
    public EnvironmentSpec? Below(string name)
    {
        var index = Environments.ToList().FindIndex(e => e.Name == name);
        return index > 0 ? Environments[index - 1] : null;
    }
}

/// <summary>One environment as <c>towpath.yaml</c> describes it.</summary>
public sealed record EnvironmentSpec
{
    /// <summary>DNS label, at most 20 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is declared.</summary>
    public required Location Location { get; init; }

    /// <summary>A release that may enter does so by itself; otherwise on <c>promote</c>. Default: true for the lowest, false for others.</summary>
    public bool Automatic { get; init; }

    /// <summary>What runs it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public EngineKind Engine { get; init; } = EngineKind.Containers;

    /// <summary>What its cluster has; null where nothing is said.</summary>
    public KubernetesSpec? Kubernetes { get; init; }

    /// <summary>Published port of its gateway on the host, or null for one that Towpath assigns and keeps.</summary>
    public int? Port { get; init; }

    /// <summary>Where <see cref="Port"/> is declared.</summary>
    public Location? PortLocation { get; init; }

    /// <summary>Address that the port is published on.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>What must hold before a release enters.</summary>
    public GateSpecs Gates { get; init; } = GateSpecs.None;

    /// <summary>How services are replaced, where <see cref="Services"/> says nothing else.</summary>
    public StrategySpec Strategy { get; init; } = StrategySpec.Default;

    /// <summary>How long the release before stays ready to come back after a success; zero for not at all.</summary>
    public TimeSpan Warm { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>What is done about changes behind Towpath's back.</summary>
    public DriftPolicy Drift { get; init; } = DriftPolicy.Mend;

    /// <summary>What it promises to its users; null for nothing.</summary>
    public SloSpec? Slo { get; init; }

    /// <summary>When a blocked deploy request climbs by itself; null for never.</summary>
    public EscalationSpec? Escalation { get; init; }

    /// <summary>How often <see cref="Verify"/> is asked again while nothing is deployed; null for never.</summary>
    public TimeSpan? VerifyEvery { get; init; }

    /// <summary>Probes through the gateway after each deployment.</summary>
    public ImmutableArray<VerificationProbe> Verify { get; init; } = [];

    /// <summary>What differs here from the Compose file, by service.</summary>
    public ImmutableSortedDictionary<string, ServiceOverride> Services { get; init; } = ImmutableSortedDictionary<string, ServiceOverride>.Empty;

    /// <summary>Its namespace on a cluster: the one that it names, else <c>APPLICATION-ENVIRONMENT</c>.</summary>
    public string NamespaceFor(string application) => Kubernetes?.Namespace ?? $"{application}-{Name}";

    /// <summary>How long a new replica may take to become ready.</summary>
    public TimeSpan ReadyTimeout { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>What an environment changes in a service.</summary>
/// <param name="Replicas">In place of the Compose file's, or null.</param>
/// <param name="Environment">Variables added or replaced.</param>
/// <param name="Strategy">In place of the environment's, or null.</param>
public sealed record ServiceOverride(int? Replicas, ImmutableSortedDictionary<string, string> Environment, StrategySpec? Strategy = null);

/// <summary>A request through the gateway that must be answered as said.</summary>
/// <param name="Name">Its key under <c>verify:</c>.</param>
/// <param name="Path">Absolute path with optional query.</param>
/// <param name="ExpectStatus">HTTP status.</param>
/// <param name="ExpectBody">Text that the body must contain, or null.</param>
/// <param name="Timeout">For the whole probe, retries included.</param>
/// <param name="Location">Where it is declared.</param>
public sealed record VerificationProbe(string Name, string Path, int ExpectStatus, string? ExpectBody, TimeSpan Timeout, Location Location);
