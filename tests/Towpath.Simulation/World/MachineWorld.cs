using Towpath.Simulation.Checks;
using Towpath.Simulation.Time;

namespace Towpath.Simulation.World;

/// <summary>The machine on which everything runs: its clock, its disk, its images, its environments.</summary>
internal sealed class MachineWorld(VirtualClock clock, Random random, Action<string>? trace)
{
    private readonly Dictionary<string, ImageBehaviour> _images = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string Application, string Environment), EnvironmentWorld> _environments = [];

    /// <summary>Time.</summary>
    public VirtualClock Clock { get; } = clock;

    /// <summary>What is random in the world.</summary>
    public Random Random { get; } = random;

    /// <summary>How often faults come; none once they have stopped.</summary>
    public FaultRates Faults { get; set; } = new();

    /// <summary>Nothing can be created.</summary>
    public bool DiskIsFull { get; set; }

    /// <summary>Watches over what must always hold.</summary>
    public WorldChecks Checks { get; } = new(clock);

    /// <summary>All environments.</summary>
    public IReadOnlyCollection<EnvironmentWorld> Environments => _environments.Values;

    /// <summary>An environment; it begins empty.</summary>
    public EnvironmentWorld Environment(string application, string environment)
    {
        if (!_environments.TryGetValue((application, environment), out var found))
            _environments[(application, environment)] = found = new EnvironmentWorld(this, application, environment);
        return found;
    }

    /// <summary>Says how processes of an image behave.</summary>
    public void Define(string digest, ImageBehaviour behaviour) => _images[digest] = behaviour;

    /// <summary>How processes of an image behave.</summary>
    public ImageBehaviour BehaviourOf(string digest) => _images.GetValueOrDefault(digest, ImageBehaviour.Good);

    /// <summary>Takes lines for people who look at one seed; null where nobody does.</summary>
    public Action<string>? Trace { get; } = trace;

    /// <summary>A fault of that kind happens now.</summary>
    public bool Happens(FaultKind kind) => Faults[kind] is var rate && rate > 0 && Random.NextDouble() < rate;

    /// <summary>A time between two.</summary>
    public TimeSpan Between(double least_s, double most_s) => TimeSpan.FromSeconds(least_s + (Random.NextDouble() * (most_s - least_s)));
}
