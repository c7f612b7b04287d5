using Towpath.Simulation.Clusters.Checks;
using Towpath.Simulation.Clusters.Machinery;
using Towpath.Simulation.Clusters.Server;
using Towpath.Simulation.Time;

namespace Towpath.Simulation.Clusters.World;

/// <summary>One simulated cluster: its API server, its controllers and nodes, what goes wrong on the way to it, and what is watched in it.</summary>
internal sealed class ClusterWorld
{
    private readonly Dictionary<string, ClusterImage> _images = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _disturbed = new(StringComparer.Ordinal);

    /// <summary>An empty cluster.</summary>
    public ClusterWorld(VirtualClock clock, Random random, Action<string>? trace)
    {
        (Clock, Random, Trace) = (clock, random, trace);
        var store = new ObjectStore(() => clock.Now);
        Server = new ApiServer(store);
        Checks = new ClusterChecks(clock);
        Nodes = new Kubelets(this);
        Controllers = new ControllerLoop(this);
    }

    /// <summary>Time.</summary>
    public VirtualClock Clock { get; }

    /// <summary>What is random in it.</summary>
    public Random Random { get; }

    /// <summary>Takes lines for people who look at one seed; null where nobody does.</summary>
    public Action<string>? Trace { get; }

    /// <summary>Its API server.</summary>
    public ApiServer Server { get; }

    /// <summary>What it keeps.</summary>
    public ObjectStore Store => Server.Store;

    /// <summary>What runs pods.</summary>
    public Kubelets Nodes { get; }

    /// <summary>What makes pods.</summary>
    public ControllerLoop Controllers { get; }

    /// <summary>Watches over what must always hold.</summary>
    public ClusterChecks Checks { get; }

    /// <summary>How often faults come; none once they have stopped.</summary>
    public ClusterFaultRates Faults { get; set; } = new();

    /// <summary>Virtual time until which the API server is away.</summary>
    public TimeSpan AwayUntil { get; set; }

    /// <summary>Virtual time until which it knows nobody.</summary>
    public TimeSpan NobodyKnownUntil { get; set; }

    /// <summary>Virtual time until which watches tell late.</summary>
    public TimeSpan StaleUntil { get; set; }

    /// <summary>Namespaces in which somebody has changed fields.</summary>
    public HashSet<string> Edited { get; } = new(StringComparer.Ordinal);

    /// <summary>Watches that are open.</summary>
    public List<WatchStream> Watches { get; } = [];

    /// <summary>Calls that reached the server.</summary>
    public long Calls { get; set; }

    /// <summary>Says how pods of an image behave.</summary>
    public void Define(string digest, ClusterImage behaviour) => _images[digest] = behaviour;

    /// <summary>How pods of an image behave.</summary>
    public ClusterImage BehaviourOf(string image) => _images.GetValueOrDefault(image[(image.IndexOf('@', StringComparison.Ordinal) + 1)..], ClusterImage.Good);

    /// <summary>A fault of that kind happens now.</summary>
    public bool Happens(ClusterFault kind) => Faults[kind] is var rate && rate > 0 && Random.NextDouble() < rate;

    /// <summary>A time between two.</summary>
    public TimeSpan Between(double least_s, double most_s) => TimeSpan.FromSeconds(least_s + (Random.NextDouble() * (most_s - least_s)));

    /// <summary>The world itself, or somebody's hand, has done something in a namespace.</summary>
    public void Disturb(string space) => _disturbed[space] = Clock.Elapsed;

    /// <summary>Virtual time since the world last did something in a namespace by itself.</summary>
    public TimeSpan Undisturbed(string space) => _disturbed.TryGetValue(space, out var at) ? Clock.Elapsed - at : TimeSpan.MaxValue;

    /// <summary>Breaks all watches.</summary>
    public void BreakWatches()
    {
        foreach (var watch in Watches.ToList()) watch.Break();
    }
}

/// <summary>How pods of an image behave; the same for all that run it.</summary>
internal sealed record ClusterImage
{
    /// <summary>Starts, becomes ready, stays.</summary>
    public static ClusterImage Good { get; } = new();

    /// <summary>From its start until it is ready; null for never.</summary>
    public TimeSpan? ReadyAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Its process ends by itself so long after each start; null for not at all.</summary>
    public TimeSpan? EndsAfter { get; init; }

    /// <summary>Its migration works.</summary>
    public bool Migrates { get; init; } = true;

    /// <summary>The registry has it.</summary>
    public bool IsThere { get; init; } = true;

    /// <summary>Nothing is wrong with it.</summary>
    public bool IsGood => ReadyAfter is not null && EndsAfter is null && Migrates && IsThere;
}
