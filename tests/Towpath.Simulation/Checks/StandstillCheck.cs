using Towpath.Core.Rollouts;
using Towpath.Simulation.Time;
using Towpath.Simulation.World;

namespace Towpath.Simulation.Checks;

/// <summary>Where somebody said halt, nothing new begins: what is under way may end, and be tried again until it has.</summary>
internal sealed class StandstillCheck(Ledger ledger, VirtualClock clock) : WorldCheck
{
    private static readonly TimeSpan Reaction = TimeSpan.FromSeconds(12);
    private readonly Dictionary<(EnvironmentWorld World, string Deployment, string Key), TimeSpan> _first = [];

    /// <inheritdoc/>
    public override void Asked(EnvironmentWorld world, DeploymentPlan plan, Effect effect, SimulatedProcess process)
    {
        var key = (world, plan.Id, effect.Key);
        if (!_first.TryAdd(key, clock.Elapsed)) return;
        // After a restart what was decided before the halt may begin for the first time.
        if (ledger.HaltedSince(world) is { } since && process.StartedAt < since && clock.Elapsed - since > Reaction && process.SinceHeldUp > Reaction)
            Violated($"{effect.Key} of {plan.Id} began in {world.Name}, which has stood still for {(clock.Elapsed - since).TotalSeconds:0} s");
    }
}
