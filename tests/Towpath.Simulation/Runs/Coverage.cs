using Towpath.Core.Rollouts;
using Towpath.Server.Reconcilers;

namespace Towpath.Simulation.Runs;

/// <summary>Which pairs of state and event the machines met, against those of their own tables.</summary>
internal sealed class Coverage
{
    private readonly Dictionary<(string State, string Event), long> _deployment = [];
    private readonly Lock _turn = new();

    /// <summary>The same machines, counted.</summary>
    public Machines Count(Machines machines) => machines with
    {
        Deployment = (state, happened, plan, now) =>
        {
            Add(_deployment, (state.Phase.ToString(), happened.GetType().Name));
            return machines.Deployment(state, happened, plan, now);
        },
    };

    /// <summary>Adds what another one saw.</summary>
    public void Add(Coverage other)
    {
        lock (_turn)
        {
            foreach (var (pair, count) in other._deployment) _deployment[pair] = _deployment.GetValueOrDefault(pair) + count;
        }
    }

    /// <summary>Pairs that were met, of those that the tables do not ignore.</summary>
    public (int Seen, int All) Total => (Pairs.Count(p => _deployment.ContainsKey(p)), Pairs.Count());

    /// <summary>A line for each pair that was never met.</summary>
    public IEnumerable<string> Missing => Pairs.Where(p => !_deployment.ContainsKey(p)).Select(p => $"{p.State} × {p.Event}").Order(StringComparer.Ordinal);

    private static IEnumerable<(string State, string Event)> Pairs => DeploymentMachine.Table.Pairs;

    private static void Add(Dictionary<(string State, string Event), long> counts, (string State, string Event) pair) =>
        counts[pair] = counts.GetValueOrDefault(pair) + 1;
}
