using Towpath.Core.Rollouts;
using Towpath.Server.Reconcilers;

namespace Towpath.Simulation.Runs;

/// <summary>Which pairs of state and event the machines met, against those of their own tables.</summary>
internal sealed class Coverage
{
    private readonly Dictionary<(string State, string Event), long> _deployment = [];
    private readonly Dictionary<(string State, string Event), long> _upkeep = [];
    private readonly Lock _turn = new();

    /// <summary>The same machines, counted.</summary>
    public Machines Count(Machines machines) => machines with
    {
        Deployment = (state, happened, plan, now) =>
        {
            Count(_deployment, (state.Phase.ToString(), happened.GetType().Name), 1);
            return machines.Deployment(state, happened, plan, now);
        },
        Upkeep = (state, happened, plan, now) =>
        {
            Count(_upkeep, (state.Phase.ToString(), happened.GetType().Name), 1);
            return machines.Upkeep(state, happened, plan, now);
        },
    };

    /// <summary>Adds what another one saw.</summary>
    public void Add(Coverage other)
    {
        lock (_turn)
        {
            foreach (var (pair, count) in other._deployment) Count(_deployment, pair, count);
            foreach (var (pair, count) in other._upkeep) Count(_upkeep, pair, count);
        }
    }

    /// <summary>How much was met of each machine, and each pair that never was.</summary>
    public IEnumerable<string> Lines => [Line("deployments", DeploymentMachine.Table, _deployment), Line("environments at rest", UpkeepMachine.Table, _upkeep)];

    /// <summary>Every pair that the tables do not ignore was met.</summary>
    public bool IsFull => DeploymentMachine.Table.Pairs.All(_deployment.ContainsKey) && UpkeepMachine.Table.Pairs.All(_upkeep.ContainsKey);

    private static string Line(string machine, TransitionTable table, Dictionary<(string State, string Event), long> seen)
    {
        var pairs = table.Pairs.ToList();
        var missing = pairs.Where(p => !seen.ContainsKey(p)).Select(p => $"{p.State} × {p.Event}").Order(StringComparer.Ordinal).ToList();
        return $"{machine}: {pairs.Count - missing.Count} of {pairs.Count} pairs of state and event, {seen.Values.Sum():N0} decisions"
            + (missing.Count == 0 ? "" : "; never: " + string.Join(", ", missing));
    }

    private static void Count(Dictionary<(string State, string Event), long> counts, (string State, string Event) pair, long count) =>
        counts[pair] = counts.GetValueOrDefault(pair) + count;
}
