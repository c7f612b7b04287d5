using Towpath.Server.Reconcilers;
using Towpath.Simulation.Mutations;
using Towpath.Simulation.Runs;

namespace Towpath.SimulationTests;

/// <summary>A check that can't fail proves nothing: each deliberate fault is caught by a seed that is known to catch it.</summary>
public sealed class MutationTests
{
    public static TheoryData<string, int> Caught => new()
    {
        { "back-without-looking", 3 },
        { "budget-ignored", 212 },
        { "canary-blind-to-errors", 9 },
        { "canary-in-a-hurry", 1 },
        { "canary-skips-steps", 1 },
        { "canary-without-data", 224 },
        { "clock-set-back", 136 },
        { "confirmation-ignored", 2 },
        { "counts-on-the-leaving", 36 },
        { "data-forgotten", 24 },
        { "drift-not-mended", 1 },
        { "effects-overlap", 16 },
        { "forgets-the-release-before", 1 },
        { "gates-all-hold", 1 },
        { "gates-not-asked", 1 },
        { "halt-not-heard", 13 },
        { "image-ignored", 53 },
        { "late-admission", 143 },
        { "lead-ignored", 5 },
        { "leftovers-lose-requests", 21 },
        { "migration-not-run", 1 },
        { "more-unavailable", 6 },
        { "nothing-parked", 1 },
        { "nothing-superseded", 8 },
        { "phase-mistold", 1 },
        { "phase-not-told", 1 },
        { "private-route-not-asked", 10 },
        { "promotes-unasked", 2 },
        { "ready-by-looks", 1 },
        { "request-ignored", 6 },
        { "soak-ignored", 1 },
        { "upkeep-deaf-to-halts", 1 },
        { "verification-ignored", 402 },
        { "verification-not-asked", 106 },
        { "volumes-shared", 3 },
        { "warmth-ends-at-once", 3 },
        { "window-ignored", 7 },
    };

    [Theory]
    [MemberData(nameof(Caught))]
    public void Run_WithADeliberateFault_IsCaught(string fault, int seed)
    {
        var mutation = Mutation.All.Single(m => m.Name == fault);

        mutation.On(SimulationOptions.Draw(seed)).Run().Violation.ShouldNotBeNull();
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
