using Towpath.Server.Reconcilers;
using Towpath.Simulation.Runs;

namespace Towpath.SimulationTests;

public sealed class SeedTests
{
    private const int Seeds = 1500;
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(115);

    /// <summary>As many as there is time for on a busy machine, and on a quiet one all of them.</summary>
    [Fact]
    public void Run_ThousandsOfSeeds_EveryPromiseIsKept()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var result = Series.Run(1, n => n < Seeds && watch.Elapsed < MostTime, () => Machines.Real, mostFailures: 5);

        result.Failures.ShouldBeEmpty();
        result.Seeds.ShouldBeGreaterThan(150);
    }

    [Fact]
    public void Run_SameSeedTwice_WritesTheSameJournal()
    {
        var (one, two, other) = (Run(7), Run(7), Run(8));

        two.ShouldBe(one);
        other.Journal.ShouldNotBe(one.Journal);
    }

    private static SeedOutcome Run(int seed) => new SeedRun(SimulationOptions.Draw(seed), Machines.Real).Run();
}
