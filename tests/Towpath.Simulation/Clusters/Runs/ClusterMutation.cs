using Towpath.Engines;
using Towpath.Server.Reconcilers;
using Towpath.Simulation.Clusters.Server;
using Towpath.Simulation.Clusters.World;

namespace Towpath.Simulation.Clusters.Runs;

/// <summary>A deliberate fault in what deals with clusters.</summary>
/// <param name="Name">By which it is asked for.</param>
/// <param name="What">What is wrong then, in a sentence.</param>
internal sealed record ClusterMutation(string Name, string What)
{
    /// <summary>No fault.</summary>
    public static ClusterMutation None { get; } = new("", "");

    /// <summary>In decisions.</summary>
    public Func<Machines, Machines> Decides { get; init; } = machines => machines;

    /// <summary>In how effects are done.</summary>
    public Func<IEnvironmentEngine, IEnvironmentEngine> Does { get; init; } = engine => engine;

    /// <summary>In what is asked of the API server.</summary>
    public Func<ApiQuestion, ApiQuestion>? Asks { get; init; }

    /// <summary>In what is made of its answers: another answer in the place of its own; null for its own.</summary>
    public Func<ClusterWorld, ApiQuestion, ApiAnswer?>? Hears { get; init; }
}
