using Towpath.Core.Applications;
using Towpath.Core.Journal;
using Towpath.Simulation.Clusters.World;

namespace Towpath.Simulation.Clusters.Checks;

/// <summary>A release with which nothing is wrong does not fail, unless the world or somebody has done something in its environment meanwhile.</summary>
internal sealed class GoodReleases(ClusterWorld world, ClusterLedger ledger) : ClusterCheck
{
    private readonly Dictionary<string, TimeSpan> _began = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override void Told(Fact fact)
    {
        if (fact.Deployment is not { } deployment || fact.Environment is null) return;
        _began.TryAdd(deployment, world.Clock.Elapsed);
        if (fact.Kind is not (FactKind.DeploymentFailed or FactKind.DeploymentFrozen) || fact.Release is not { } release || !ledger.Good.Contains((fact.Application, release))) return;
        var place = ledger.Places.Find(p => p.Environment == fact.Environment)!;
        // Where changes are only told, nothing comes in over what others hold.
        if (world.Edited.Contains(place.Space) && ledger.Desired(place, release).Environment.Drift == DriftPolicy.Report) return;
        // What came before a deployment may have left pods behind that fail in their own time.
        var lasted = world.Clock.Elapsed - _began[deployment] + TimeSpan.FromMinutes(2);
        if (world.Undisturbed(place.Space) < lasted || (ledger.Meddled.TryGetValue(place, out var at) && world.Clock.Elapsed - at < lasted)) return;
        world.Checks.Violate($"{deployment} of {release}, which is good, ended in {fact.Environment} by itself: {fact.Text}");
    }
}
