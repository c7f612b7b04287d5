using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Releases;

namespace Towpath.Core.Environments;

/// <summary>What one environment runs when a release is in it: the release, with the environment's overrides applied.</summary>
/// <param name="Application">Application name.</param>
/// <param name="Environment">The environment.</param>
/// <param name="Release">Release identifier.</param>
/// <param name="Services">In the order in which they start: dependencies first.</param>
/// <param name="Volumes">Named volumes in use.</param>
/// <param name="Secrets">Secrets in use.</param>
/// <param name="Configs">Configs in use.</param>
public sealed record EnvironmentDesired(
    string Application,
    EnvironmentSpec Environment,
    string Release,
    ImmutableArray<ServiceDesired> Services,
    ImmutableArray<Volume> Volumes,
    ImmutableArray<Secret> Secrets,
    ImmutableArray<Config> Configs)
{
    /// <summary>Version of the value of each secret that it came in with, where one is known: a value that was given since belongs to the next deployment.</summary>
    public ImmutableSortedDictionary<string, string> SecretVersions { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The service of that name, or null.</summary>
    public ServiceDesired? Service(string name) => Services.FirstOrDefault(s => s.Name == name);

    /// <summary>Resources that services declare, with the service that declares each, in a fixed order.</summary>
    public IEnumerable<(ServiceDesired Owner, DeclaredResource Resource)> Resources =>
        Services.SelectMany(s => s.Spec.Delivery.Resources.Select(r => (s, r)));

    /// <summary>The service that answers a public path, query allowed: the one with the longest route that fits; null for none.</summary>
    public ServiceDesired? RoutedTo(string path)
    {
        var asked = path.Split('?')[0];
        return Services.Where(s => s.BehindGateway && s.Spec.Delivery.Route is { } route && Fits(route.Path.TrimEnd('/'), asked))
            .MaxBy(s => s.Spec.Delivery.Route!.Path.TrimEnd('/').Length);

        static bool Fits(string prefix, string asked) => asked == prefix || asked.StartsWith(prefix + "/", StringComparison.Ordinal);
    }

    /// <summary>Services with a migration, in start order.</summary>
    public IEnumerable<ServiceDesired> Migrations => Services.Where(s => s.Spec.Delivery.Migrate is not null);
}

/// <summary>How a service is replaced.</summary>
public enum RolloutStrategy
{
    /// <summary>A new replica is ready and takes traffic before an old one goes.</summary>
    Rolling,

    /// <summary>All new replicas stand by beside the old ones and are asked on a private route; then they take all requests at once.</summary>
    BlueGreen,

    /// <summary>New replicas take growing shares of the requests, each judged by what it did to them.</summary>
    Canary,

    /// <summary>The old replicas have ended before the new ones start: they own a volume, or it is asked for.</summary>
    Recreate,

    /// <summary>Runs once to its end for each revision; others wait for its success.</summary>
    Job,
}

/// <summary>How a replica shows that it can take work.</summary>
/// <param name="Kind">The sort of check.</param>
/// <param name="Port">Container port, for HTTP and TCP.</param>
/// <param name="Path">Path, for HTTP.</param>
/// <param name="Command">Argument list, for a command.</param>
/// <param name="Timeout">Of one check.</param>
/// <param name="Interval">Between two checks while it is not ready.</param>
public sealed record Readiness(ReadinessKind Kind, int Port, string? Path, ImmutableArray<string> Command, TimeSpan Timeout, TimeSpan Interval)
{
    /// <summary>How long a process without any check must have run.</summary>
    public static TimeSpan SettleTime { get; } = TimeSpan.FromSeconds(1);
}

/// <summary>Sorts of readiness.</summary>
public enum ReadinessKind
{
    /// <summary>The process has run for <see cref="Readiness.SettleTime"/>.</summary>
    Running,

    /// <summary>A GET is answered 2xx or 3xx.</summary>
    Http,

    /// <summary>A connection is accepted.</summary>
    Tcp,

    /// <summary>A command in the container ends with 0.</summary>
    Exec,

    /// <summary>The process has ended with 0.</summary>
    Completed,
}

/// <summary>One service of an environment.</summary>
/// <param name="Spec">The service with the environment's overrides.</param>
/// <param name="Revision">First 12 hexadecimal digits of the SHA-256 over all that determines its containers.</param>
/// <param name="Image">Image to run.</param>
/// <param name="Replicas">Containers at once.</param>
/// <param name="Strategy">How it is replaced.</param>
/// <param name="Readiness">How a replica shows that it can take work.</param>
/// <param name="DependsOn">Services of this environment that must have settled before it rolls.</param>
/// <param name="Backing">Others' migrations or declared resources need it: it rolls before them.</param>
public sealed record ServiceDesired(
    Service Spec,
    string Revision,
    ReleaseImage Image,
    int Replicas,
    RolloutStrategy Strategy,
    Readiness Readiness,
    ImmutableArray<string> DependsOn,
    bool Backing)
{
    /// <summary>Service name.</summary>
    public string Name => Spec.Name;

    /// <summary>The numbers of <see cref="Strategy"/>: what the environment says, or its override for this service.</summary>
    public StrategySpec Rollout { get; init; } = StrategySpec.Default;

    /// <summary>Revision of its pods, where an engine makes several of one thing: the number of replicas changes that thing, and no pod. Elsewhere its revision.</summary>
    public string PodRevision { get => field ?? Revision; init; }

    /// <summary>Requests reach it through the gateway.</summary>
    public bool BehindGateway => Spec.HttpPort is not null && Strategy != RolloutStrategy.Job;

    /// <summary>It is to take a new release by shares of its requests.</summary>
    public bool IsByShares => Strategy is RolloutStrategy.Canary or RolloutStrategy.BlueGreen;
}
