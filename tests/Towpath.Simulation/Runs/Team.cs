using Towpath.Simulation.Users;

namespace Towpath.Simulation.Runs;

/// <summary>One application with all who work on it.</summary>
internal sealed class Team
{
    private readonly ApplicationOptions _options;
    private readonly SimulationScene _scene;
    private readonly Clerks? _clerks;

    /// <summary>Brings them together.</summary>
    public Team(ApplicationOptions options, PaperOptions? papers, SimulationScene scene, ControlPlanes planes, Random random)
    {
        (_options, _scene) = (options, scene);
        var brought = papers is null ? null : new ReleasePapers(options.Name, papers, scene);
        if (brought is not null) _clerks = new Clerks(options.Name, papers!, scene, brought, planes);
        Shipments = new Shipments(options, scene, new Random(random.Next())) { Papers = brought };
        People = new People(options, scene, Shipments, planes, new Random(random.Next()));
        Convergence = new Convergence(options.Name, scene);
        LastDrift = new LastDrift(options.Name, scene);
    }

    /// <summary>The application's name.</summary>
    public string Name => _options.Name;

    /// <summary>Its releases.</summary>
    public Shipments Shipments { get; }

    /// <summary>Its people.</summary>
    public People People { get; }

    /// <summary>Whether it is as it should be.</summary>
    public Convergence Convergence { get; }

    /// <summary>What is stopped by hand in the end.</summary>
    public LastDrift LastDrift { get; }

    /// <summary>What is missing until its newest release is everywhere, or null.</summary>
    public string? Missing => Convergence.Missing(Shipments.All[^1]);

    /// <summary>Its newest release has just come into an environment, or is about to.</summary>
    public bool IsOnItsWay => Convergence.IsOnItsWay(Shipments.All[^1]);

    /// <summary>Nothing is.</summary>
    public bool IsDone => Missing is null;

    /// <summary>Its people see to it that the newest release comes everywhere; where another has taken its place, they ship one more.</summary>
    public void PressOn()
    {
        People.LetAllGoOn();
        if (Convergence.WasDisplaced(Shipments.All[^1])) Shipments.Ship(mustBeGood: true);
        People.BringEverywhere(Shipments.All[^1]);
        // Some seconds later, so that what was asked for waits for them.
        if (_clerks is not null) _scene.Machine.Clock.After(TimeSpan.FromSeconds(5), () => _clerks.Bring(Shipments.All[^1]));
    }

    /// <summary>Its people begin to act, until a virtual time.</summary>
    public void Begin(TimeSpan until)
    {
        People.Begin(until);
        _clerks?.Begin(until);
    }

    /// <summary>The application becomes known with its first release, and users come.</summary>
    public void FirstRelease()
    {
        _scene.Ledger.Knows(Name, _options.Ladder);
        _scene.Store.SaveApplication(Name, "/repository", ".", _options.Ladder);
        foreach (var environment in _options.Ladder.Environments) _scene.Machine.Environment(Name, environment.Name).Load = _options.Load;
        Shipments.Ship(mustBeGood: true);
    }
}
