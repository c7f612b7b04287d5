using Towpath.Simulation.Users;

namespace Towpath.Simulation.Runs;

/// <summary>One application with all who work on it.</summary>
internal sealed class Team
{
    private readonly ApplicationOptions _options;
    private readonly SimulationScene _scene;

    /// <summary>Brings them together.</summary>
    public Team(ApplicationOptions options, SimulationScene scene, ControlPlanes planes, Random random)
    {
        (_options, _scene) = (options, scene);
        Shipments = new Shipments(options, scene, new Random(random.Next()));
        People = new People(options, scene, Shipments, planes, new Random(random.Next()));
        Convergence = new Convergence(options.Name, scene);
    }

    /// <summary>The application's name.</summary>
    public string Name => _options.Name;

    /// <summary>Its releases.</summary>
    public Shipments Shipments { get; }

    /// <summary>Its people.</summary>
    public People People { get; }

    /// <summary>Whether it is as it should be.</summary>
    public Convergence Convergence { get; }

    /// <summary>The application becomes known with its first release, and users come.</summary>
    public void FirstRelease()
    {
        _scene.Store.SaveApplication(Name, "/repository", ".", _options.Ladder);
        foreach (var environment in _options.Ladder.Environments) _scene.Machine.Environment(Name, environment.Name).Load = _options.Load;
        Shipments.Ship(mustBeGood: true);
    }
}
