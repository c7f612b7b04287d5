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

    /// <summary>How much was met, and each pair that never was.</summary>
    public IEnumerable<string> Lines
    {
        get
        {
            var pairs = DeploymentMachine.Table.Pairs.ToList();
            var missing = pairs.Where(p => !_deployment.ContainsKey(p)).Select(p => $"{p.State} × {p.Event}").Order(StringComparer.Ordinal).ToList();
            yield return $"deployment machine: {pairs.Count - missing.Count} of {pairs.Count} pairs of state and event, {_deployment.Values.Sum():N0} decisions{(missing.Count == 0 ? "" : "; never: " + string.Join(", ", missing))}";
        }
    }

    private static void Add(Dictionary<(string State, string Event), long> counts, (string State, string Event) pair) =>
        counts[pair] = counts.GetValueOrDefault(pair) + 1;
}
