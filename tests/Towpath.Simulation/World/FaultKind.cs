namespace Towpath.Simulation.World;

/// <summary>What can go wrong. The first ones have a probability for each call, the later ones a number for each virtual minute.</summary>
internal enum FaultKind
{
    /// <summary>A call to the engine fails before anything was done.</summary>
    CallLost,

    /// <summary>A call to the engine did what it should; its answer is lost.</summary>
    ReplyLost,

    /// <summary>A call to the engine breaks off half-way.</summary>
    PartialApply,

    /// <summary>A call to the engine is refused for a reason that does not pass by itself.</summary>
    CallRefused,

    /// <summary>A call to the engine takes many times as long as it should.</summary>
    SlowCall,

    /// <summary>What was asked of the engine is done once more, later.</summary>
    DoneTwice,

    /// <summary>The environment can't be observed.</summary>
    BlindLook,

    /// <summary>What is observed is old when it arrives.</summary>
    StaleLook,

    /// <summary>The control plane is killed before or after a write to the store.</summary>
    KillAtWrite,

    /// <summary>The control plane is killed between two pieces of work.</summary>
    Kill,

    /// <summary>The control plane's process is held up, as on a machine that sleeps.</summary>
    Stall,

    /// <summary>The process of a replica ends.</summary>
    ReplicaCrash,

    /// <summary>Somebody stops a container by hand.</summary>
    StoppedByHand,

    /// <summary>Somebody removes a container by hand.</summary>
    RemovedByHand,

    /// <summary>Somebody alters a weight at the gateway.</summary>
    WeightAltered,

    /// <summary>The gateway's process ends.</summary>
    GatewayCrash,

    /// <summary>The machine starts anew: nothing runs.</summary>
    Reboot,

    /// <summary>The disk is full for a while: nothing can be created.</summary>
    DiskFull,

    /// <summary>The wall clock jumps.</summary>
    ClockJump,
}

/// <summary>How often each fault comes.</summary>
internal sealed class FaultRates
{
    /// <summary>The first kind that has a number for each minute.</summary>
    public const FaultKind FirstByMinute = FaultKind.Kill;

    private static readonly FaultKind[] Kinds = Enum.GetValues<FaultKind>();
    private readonly double[] _rates = new double[Kinds.Length];

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<FaultKind> All => Kinds;

    /// <summary>Probability for each call, or number for each minute.</summary>
    public double this[FaultKind kind]
    {
        get => _rates[(int)kind];
        set => _rates[(int)kind] = value;
    }

    /// <summary>Draws a set: some kinds are off, others rare, others frequent.</summary>
    public static FaultRates Draw(Random random)
    {
        var rates = new FaultRates();
        foreach (var kind in Kinds)
        {
            var isOn = random.Next(3) == 0;
            var strength = random.NextDouble();
            if (isOn) rates[kind] = strength * strength * Most(kind);
        }
        return rates;
    }

    /// <summary>Another rate of one kind.</summary>
    public FaultRates With(FaultKind kind, double rate)
    {
        var rates = new FaultRates();
        foreach (var other in Kinds) rates[other] = other == kind ? rate : this[other];
        return rates;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Kinds.Where(k => this[k] > 0).Select(k => $"{k}={this[k]:0.###}"));

    private static double Most(FaultKind kind) => kind switch
    {
        FaultKind.KillAtWrite => 0.05,
        FaultKind.StaleLook or FaultKind.SlowCall => 0.5,
        FaultKind.Reboot or FaultKind.DiskFull or FaultKind.ClockJump => 0.7,
        < FirstByMinute => 0.25,
        _ => 4,
    };
}
