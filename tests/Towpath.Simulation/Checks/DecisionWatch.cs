using Towpath.Core.Rollouts;
using Towpath.Server.Reconcilers;
using Towpath.Simulation.Time;

namespace Towpath.Simulation.Checks;

/// <summary>
/// Stands around the machines: they take only ways that their tables allow, and come to rest where nothing happens. A loop that decides again
/// and again without time going on would keep a run from ever ending.
/// </summary>
internal sealed class DecisionWatch(VirtualClock clock, Action<string> violated)
{
    private const int MostAtOnce = 20_000;
    private TimeSpan _at;
    private int _decisions;

    /// <summary>The same decisions, watched.</summary>
    public Machines Watch(Machines machines) => machines with
    {
        Deployment = (state, happened, plan, now) =>
        {
            Count();
            var decision = machines.Deployment(state, happened, plan, now);
            Check(DeploymentMachine.Table, plan.Id, $"{state.Phase}", happened.GetType().Name, $"{decision.State.Phase}");
            return decision;
        },
        Upkeep = (state, happened, plan, now) =>
        {
            Count();
            var decision = machines.Upkeep(state, happened, plan, now);
            Check(UpkeepMachine.Table, plan.Plan.Target.Environment.Name, $"{state.Phase}", happened.GetType().Name, $"{decision.State.Phase}");
            return decision;
        },
    };

    private void Check(TransitionTable table, string what, string from, string happened, string to)
    {
        if (!table.Allows(from, happened, to)) violated($"{what} went from {from} to {to} by {happened}, which its table does not know");
    }

    private void Count()
    {
        _decisions = _at == clock.Elapsed ? _decisions + 1 : 0;
        _at = clock.Elapsed;
        if (_decisions <= MostAtOnce) return;
        violated($"{MostAtOnce} decisions were made and no time went by");
        throw new InvalidOperationException("a machine does not come to rest");
    }
}
