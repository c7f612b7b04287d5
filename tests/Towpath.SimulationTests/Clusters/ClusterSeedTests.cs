using System.Diagnostics;
using Towpath.Simulation.Clusters.Runs;

namespace Towpath.SimulationTests.Clusters;

public sealed class ClusterSeedTests
{
    private const int Seeds = 60;
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(15);

    /// <summary>As many as there is time for, each twice: two runs of one seed do the same.</summary>
    [Fact]
    public void Run_ManySeeds_EveryPromiseIsKept()
    {
        var watch = Stopwatch.StartNew();

        var result = ClusterSeries.Run(1, n => n < Seeds && watch.Elapsed < MostTime, mostFailures: 3);

        result.Failures.ShouldBeEmpty();
        result.Seeds.ShouldBeGreaterThan(1);
    }

    [Fact]
    public void Run_OtherSeed_DoesSomethingElse()
    {
        Outcome(3).ShouldNotBe(Outcome(9));
    }

    private static long Outcome(int seed)
    {
        using var run = new ClusterRun(ClusterOptions.Draw(seed));
        return run.Run().Journal;
    }
}
