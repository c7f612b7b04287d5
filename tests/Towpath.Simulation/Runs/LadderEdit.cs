using System.Collections.Immutable;
using Towpath.Core.Applications;

namespace Towpath.Simulation.Runs;

/// <summary>What a commit may do to an application's <c>towpath.yaml</c>: environments are the same, and another is what is asked of them.</summary>
internal static class LadderEdit
{
    /// <summary>Another ladder of the same environments.</summary>
    public static Ladder Draw(Random random, Ladder ladder)
    {
        var rungs = ladder.Environments;
        var at = random.Next(rungs.Length);
        var drawn = LadderDraw.Rung(random, at);
        return new Ladder(random.Next(4) switch
        {
            0 => rungs.SetItem(at, rungs[at] with { Strategy = drawn.Strategy, Warm = drawn.Warm, Drift = drawn.Drift }),
            1 => rungs.SetItem(at, rungs[at] with { Gates = drawn.Gates, Slo = drawn.Slo, Automatic = drawn.Automatic }),
            2 => rungs.SetItem(at, drawn with { Name = rungs[at].Name }),
            _ => Turned(rungs, at),
        });
    }

    /// <summary>One comes after the next.</summary>
    private static ImmutableArray<EnvironmentSpec> Turned(ImmutableArray<EnvironmentSpec> rungs, int at) =>
        at + 1 == rungs.Length ? rungs : rungs.SetItem(at, rungs[at + 1]).SetItem(at + 1, rungs[at]);
}
