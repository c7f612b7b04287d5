using Towpath.Core.Journal;
using Towpath.Simulation.Clusters.World;

namespace Towpath.Simulation.Clusters.Checks;

/// <summary>A deployment does not do one thing again and again: what has no end is told long before a person would wonder.</summary>
internal sealed class Repetitions(ClusterWorld world) : ClusterCheck
{
    private const int Most = 40;
    private readonly Dictionary<(string Deployment, string Text), int> _done = [];

    /// <inheritdoc/>
    public override void Told(Fact fact)
    {
        if (fact.Kind != FactKind.EffectDone || fact.Deployment is not { } deployment) return;
        var times = _done[(deployment, fact.Text)] = _done.GetValueOrDefault((deployment, fact.Text)) + 1;
        if (times > Most) world.Checks.Violate($"{deployment} has done one thing {times} times in {fact.Environment}: {fact.Text}");
    }
}
