namespace Towpath.Simulation.Clusters.World;

/// <summary>What can go wrong with a cluster. The first ones have a probability for each call, the later ones a number for each virtual minute.</summary>
internal enum ClusterFault
{
    /// <summary>A call breaks off before it has reached the server.</summary>
    CallLost,

    /// <summary>A call did what it should; its answer is lost.</summary>
    ReplyLost,

    /// <summary>A call takes long to get there, longer than one waits at times; what it asks for is done then all the same.</summary>
    SlowCall,

    /// <summary>The server takes no more calls for now (429).</summary>
    Refused,

    /// <summary>The server fails (500, 503).</summary>
    Failed,

    /// <summary>Somebody else changed the object just now (409).</summary>
    Conflict,

    /// <summary>The control plane is killed between two pieces of work.</summary>
    Kill,

    /// <summary>The control plane is killed before or after a write to its store; a probability too.</summary>
    KillAtWrite,

    /// <summary>The API server is away for a while, and knows only some of its groups when it comes back.</summary>
    ServerAway,

    /// <summary>The server knows nobody for a while (401).</summary>
    TokenRefused,

    /// <summary>All watches break.</summary>
    WatchBreaks,

    /// <summary>Watches tell late for a while.</summary>
    WatchStale,

    /// <summary>The server forgets what happened (410).</summary>
    Forgotten,

    /// <summary>A node is away for a while.</summary>
    NodeAway,

    /// <summary>Somebody deletes an object.</summary>
    DeletedByHand,

    /// <summary>Somebody changes a field.</summary>
    EditedByHand,

    /// <summary>Somebody deletes a namespace.</summary>
    NamespaceDeleted,

    /// <summary>A pod is put off its node.</summary>
    PodLost,
}

/// <summary>How often each fault of a cluster comes.</summary>
internal sealed class ClusterFaultRates
{
    private static readonly ClusterFault[] Kinds = Enum.GetValues<ClusterFault>();
    private readonly double[] _rates = new double[Kinds.Length];

    /// <summary>Kinds that have a number for each minute.</summary>
    public static IEnumerable<ClusterFault> ByMinute => Kinds.Where(k => k > ClusterFault.KillAtWrite);

    /// <summary>Probability for each call, or number for each minute.</summary>
    public double this[ClusterFault kind] => _rates[(int)kind];

    /// <summary>The same with other rates of some kinds.</summary>
    public ClusterFaultRates With(params (ClusterFault Kind, double Rate)[] others)
    {
        var rates = new ClusterFaultRates();
        _rates.CopyTo(rates._rates, 0);
        foreach (var (kind, rate) in others) rates._rates[(int)kind] = rate;
        return rates;
    }

    /// <summary>Draws a set: some kinds are off, others rare, others frequent.</summary>
    public static ClusterFaultRates Draw(Random random)
    {
        var rates = new ClusterFaultRates();
        foreach (var kind in Kinds)
        {
            var (isOn, strength) = (random.Next(3) == 0, random.NextDouble());
            if (isOn) rates._rates[(int)kind] = strength * strength * Most(kind);
        }

        return rates;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Kinds.Where(k => this[k] > 0).Select(k => $"{k}={this[k]:0.###}"));

    private static double Most(ClusterFault kind) => kind switch
    {
        ClusterFault.SlowCall => 0.1,
        // The real server tries again by itself before it says so.
        ClusterFault.Conflict => 0.02,
        ClusterFault.KillAtWrite => 0.05,
        < ClusterFault.Kill => 0.2,
        ClusterFault.NamespaceDeleted => 0.4,
        ClusterFault.Kill => 1.5,
        ClusterFault.ServerAway or ClusterFault.TokenRefused or ClusterFault.NodeAway => 1,
        _ => 3,
    };
}
