using System.Collections.Concurrent;
using Towpath.Simulation.Clusters.Runs;

namespace Towpath.SimulationTests.Clusters;

/// <summary>Each deliberate fault in what deals with clusters is caught by a seed that is known to catch it.</summary>
public sealed class ClusterMutationTests
{
    private static readonly ConcurrentDictionary<int, string> Without = new();

    public static TheoryData<string, int> Caught => new()
    {
        { "absent-kind-believed", 1 },
        { "drift-not-mended", 2 },
        { "forgets-the-release-before", 5 },
        { "migration-not-awaited", 3 },
        { "old-job-kept", 2 },
        { "pruned-before-ready", 5 },
        { "replaced-by-deletion", 1 },
        { "uid-not-asked", 2 },
    };

    [Theory]
    [MemberData(nameof(Caught))]
    public void Run_WithADeliberateFault_IsCaught(string fault, int seed)
    {
        Violation(seed, ClusterFaults.Find(fault)).ShouldNotBeNull();
        Without.GetOrAdd(seed, number => Violation(number, null) ?? "").ShouldBeEmpty();
    }

    [Fact]
    public void All_EachFault_IsTried() => Caught.Select(c => c.Data.Item1).ShouldBe(ClusterFaults.All.Select(f => f.Name), ignoreOrder: true);

    private static string? Violation(int seed, ClusterMutation? fault)
    {
        using var run = new ClusterRun(ClusterOptions.Draw(seed), fault);
        return run.Run().Violation;
    }
}
