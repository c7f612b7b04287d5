using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Environments;

public sealed class PromotionTests
{
    private static readonly GateVerdict Open = new("pipeline", true, "green");
    private static readonly PromotionCandidate First = new("r-1", "p-1");
    private static readonly PromotionCandidate Again = new("r-1", "p-2");

    private static EnvironmentSpec Staging(bool automatic) => new() { Name = "staging", Location = Sample.Here(), Automatic = automatic };

    [Fact]
    public void Next_AutomaticAndOpen_DeploysOnce()
    {
        var step = Promotion.Next(Staging(true), PromotionState.Initial, First, null, busy: false, _ => [Open]);
        step.Deploy.ShouldBe("r-1");

        Promotion.Next(Staging(true), step.State, First, null, busy: false, _ => [Open]).Deploy.ShouldBeNull();
    }

    [Fact]
    public void Next_SameReleaseShippedAgain_EntersAgain()
    {
        var after = Promotion.Next(Staging(true), PromotionState.Initial, First, null, busy: false, _ => [Open]).State;

        Promotion.Next(Staging(true), after, Again, "r-2", busy: false, _ => [Open]).Deploy.ShouldBe("r-1");
    }

    [Fact]
    public void Next_ShippedReleaseRunsAlready_TellsSoInsteadOfWaitingForEver()
    {
        var after = Promotion.Next(Staging(true), PromotionState.Initial, First, null, busy: false, _ => [Open]).State;

        var step = Promotion.Next(Staging(true), after, Again, "r-1", busy: false, _ => [Open]);

        step.Deploy.ShouldBeNull();
        step.Waiting.ShouldBe("r-1");
    }

    [Fact]
    public void Next_OnlyTimeMissing_WaitsInSilence()
    {
        var soak = new GateVerdict("soak", false, "1 s of 3 s", Sample.Start.AddSeconds(2));

        var step = Promotion.Next(Staging(true), PromotionState.Initial, First, null, busy: false, _ => [Open, soak]);

        step.Deploy.ShouldBeNull();
        step.Waiting.ShouldBeNull();
        step.State.Wanted.ShouldBe("r-1");
    }

    [Fact]
    public void Next_ManualEnvironment_TellsOnceThatItWaits()
    {
        var step = Promotion.Next(Staging(false), PromotionState.Initial, First, null, busy: false, _ => [Open]);
        step.Waiting.ShouldBe("r-1");

        Promotion.Next(Staging(false), step.State, First, null, busy: false, _ => [Open]).Waiting.ShouldBeNull();
    }

    [Fact]
    public void Next_DeploymentUnderWay_TellsNothing() =>
        Promotion.Next(Staging(false), PromotionState.Initial, First, null, busy: true, _ => [Open]).Waiting.ShouldBeNull();

    [Fact]
    public void Next_ConfirmationMissing_TellsWhatItWaitsFor()
    {
        var wanted = PromotionState.Initial with { Wanted = "r-1", WantedBy = "dev" };

        var step = Promotion.Next(Staging(false), wanted, First, null, busy: false, _ => [new GateVerdict("confirmation", false, "waits for ops")]);

        step.Reason.ShouldBe("waits for ops");
        step.Deploy.ShouldBeNull();
    }
}
