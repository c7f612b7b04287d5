using Towpath.Server.Reconcilers;
using Towpath.Simulation.Mutations;
using Towpath.Simulation.Runs;

namespace Towpath.SimulationTests;

/// <summary>A check that can't fail proves nothing: each deliberate fault is caught by a seed that is known to catch it.</summary>
public sealed class MutationTests
{
    public static TheoryData<string, int> Caught => new()
    {
    };

    [Theory]
    [MemberData(nameof(Caught))]
    public void Run_WithADeliberateFault_IsCaught(string fault, int seed)
    {
        var mutation = DeliberateFaults.All.AddRange(FoundFaults.All).Single(m => m.Name == fault);

        new SeedRun(SimulationOptions.Draw(seed), mutation.Apply(Machines.Real)).Run().Violation.ShouldNotBeNull();
        new SeedRun(SimulationOptions.Draw(seed), Machines.Real).Run().Violation.ShouldBeNull();
    }

    [Fact]
    public void Run_LoopThatNeverRests_IsStoppedAndTold()
    {
        var restless = Machines.Real with
        {
            Deployment = (state, happened, plan, now) => Machines.Real.Deployment(state, happened, plan, now) is var decision && happened is Towpath.Core.Rollouts.WorldStopped
                ? decision with { State = decision.State with { Halted = null } } : decision,
        };

        Enumerable.Range(1, 100).Select(seed => new SeedRun(SimulationOptions.Draw(seed), restless).Run().Violation).First(v => v is not null)!.ShouldContain("no time went by");
    }
}
