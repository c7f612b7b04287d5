using Towpath.Server.Reconcilers;
using Towpath.Simulation.Time;

namespace Towpath.Simulation.Runs;

/// <summary>A loop that decides again and again without time going on would keep a run from ever ending: it is stopped, and told.</summary>
internal sealed class Restlessness(VirtualClock clock)
{
    private const int MostAtOnce = 20_000;
    private TimeSpan _at;
    private int _decisions;

    /// <summary>The same decisions, counted.</summary>
    public Machines Watch(Machines machines) => machines with
    {
        Deployment = (state, happened, plan, now) =>
        {
            Count();
            return machines.Deployment(state, happened, plan, now);
        },
        Upkeep = (state, happened, plan, now) =>
        {
            Count();
            return machines.Upkeep(state, happened, plan, now);
        },
    };

    private void Count()
    {
        _decisions = _at == clock.Elapsed ? _decisions + 1 : 0;
        _at = clock.Elapsed;
        if (_decisions > MostAtOnce) throw new InvalidOperationException($"{MostAtOnce} decisions were made and no time went by");
    }
}
