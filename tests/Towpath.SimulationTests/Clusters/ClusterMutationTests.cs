using Towpath.Simulation.Clusters.Runs;

namespace Towpath.SimulationTests.Clusters;

/// <summary>Each deliberate fault in what deals with clusters is caught by a seed that is known to catch it.</summary>
public sealed class ClusterMutationTests
{
    public static TheoryData<string, int> Caught => new()
    {
        { "old-job-kept", 7 },
    };

    [Theory]
    [MemberData(nameof(Caught))]
    public void Run_WithADeliberateFault_IsCaught(string fault, int seed)
    {
        Violation(seed, ClusterFaults.Find(fault)).ShouldNotBeNull();
        Violation(seed, null).ShouldBeNull();
    }

    [Fact]
    public void All_EachFault_IsTried() => Caught.Select(c => c.Data.Item1).ShouldBe(ClusterFaults.All.Select(f => f.Name), ignoreOrder: true);

    private static string? Violation(int seed, ClusterMutation? fault)
    {
        using var run = new ClusterRun(ClusterOptions.Draw(seed), fault);
        return run.Run().Violation;
    }
}
