using Towpath.Server.Reconcilers;
using Towpath.Simulation.Mutations;
using Towpath.Simulation.Runs;

namespace Towpath.SimulationTests;

/// <summary>A check that can't fail proves nothing: each deliberate fault is caught by a seed that is known to catch it.</summary>
public sealed class MutationTests
{
    public static TheoryData<string, int> Caught => new()
    {
        { "advisories-of-any-age", 178 },
        { "advisories-remembered", 19 },
        { "agreement-ignored", 6 },
        { "agreement-of-another-text", 76 },
        { "agreement-of-one-side", 6 },
        { "back-without-looking", 9 },
        { "budget-ignored", 212 },
        { "canary-blind-to-errors", 9 },
        { "canary-in-a-hurry", 1 },
        { "canary-skips-steps", 1 },
        { "canary-without-data", 224 },
        { "ci-ignored", 5 },
        { "clock-set-back", 136 },
        { "confirmation-ignored", 2 },
        { "counts-on-the-leaving", 36 },
        { "data-forgotten", 24 },
        { "delivery-for-another-environment", 169 },
        { "delivery-ignored", 20 },
        { "delivery-not-final", 20 },
        { "delivery-not-kept", 3 },
        { "drift-not-mended", 1 },
        { "effects-overlap", 10 },
        { "evidence-from-anywhere", 50 },
        { "evidence-of-a-key-taken-away", 3 },
        { "evidence-of-an-older-run", 88 },
        { "evidence-of-another-application", 6 },
        { "evidence-of-another-commit", 5 },
        { "exception-for-ever", 144 },
        { "forgets-the-release-before", 1 },
        { "gates-all-hold", 1 },
        { "gates-not-asked", 1 },
        { "halt-not-heard", 13 },
        { "image-ignored", 116 },
        { "images-not-read", 113 },
        { "imports-at-one-time", 144 },
        { "late-admission", 21 },
        { "lead-from-test", 3 },
        { "lead-ignored", 3 },
        { "leftovers-lose-requests", 21 },
        { "migration-not-run", 1 },
        { "more-unavailable", 13 },
        { "nothing-parked", 1 },
        { "nothing-superseded", 8 },
        { "phase-mistold", 1 },
        { "phase-not-told", 1 },
        { "private-route-not-asked", 10 },
        { "promotes-unasked", 2 },
        { "ready-by-looks", 1 },
        { "request-ignored", 6 },
        { "signature-ignored", 27 },
        { "signature-of-a-former-key", 76 },
        { "signature-of-some", 27 },
        { "soak-ignored", 1 },
        { "upkeep-deaf-to-halts", 1 },
        { "verification-ignored", 402 },
        { "verification-not-asked", 106 },
        { "volumes-shared", 6 },
        { "vulnerabilities-ignored", 41 },
        { "waiting-for-ever", 3 },
        { "warmth-ends-at-once", 1 },
        { "window-ignored", 29 },
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
