using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Tests.Fakes;
using Towpath.Tests.Rollouts.Strategies;

namespace Towpath.Tests.Rollouts;

/// <summary>People and halts make a deployment stand still, let it go on, and take it back.</summary>
public sealed class HoldTests
{
    private static readonly DeploymentPlan Plan = Sample.Plan(Sample.Desired("2"), Sample.Desired("1"));

    [Theory]
    [InlineData(DeploymentPhase.Requested)]
    [InlineData(DeploymentPhase.Gated)]
    [InlineData(DeploymentPhase.Provisioning)]
    [InlineData(DeploymentPhase.Migrating)]
    [InlineData(DeploymentPhase.Rolling)]
    [InlineData(DeploymentPhase.Verifying)]
    [InlineData(DeploymentPhase.RollingBack)]
    public void Pause_InEachPhase_BeginsNothingUntilResumed(DeploymentPhase phase)
    {
        var state = In(phase);

        var paused = Decide(state, new PauseRequested(1, "ann", "lunch"));
        var looked = Decide(paused.State, Look);
        var resumed = Decide(looked.State, new ResumeRequested(2, "ann"));
        var goesOn = Decide(resumed.State, Look);

        paused.Facts.ShouldHaveSingleItem().Kind.ShouldBe(FactKind.DeploymentPaused);
        looked.State.ShouldBeSameAs(paused.State);
        resumed.Facts.ShouldHaveSingleItem().Kind.ShouldBe(FactKind.DeploymentResumed);
        goesOn.State.Pending.ShouldNotBeEmpty();
    }

    [Fact]
    public void Pause_EffectUnderWay_ItsAnswerIsTaken()
    {
        var state = In(DeploymentPhase.Provisioning) with { Pending = [new PendingEffect(new PrepareEnvironment(), Sample.Start)] };

        var answered = Decide(Decide(state, new PauseRequested(1, "ann", null)).State, new EffectSucceeded("prepare")).State;

        answered.Pending.ShouldBeEmpty();
        answered.Done.ShouldContain("prepare");
    }

    [Fact]
    public void Asked_SameNumberTwice_CountsOnce()
    {
        var paused = Decide(In(DeploymentPhase.Rolling), new PauseRequested(7, "ann", null)).State;
        var resumed = Decide(paused, new ResumeRequested(8, "ann")).State;

        var again = Decide(resumed, new PauseRequested(7, "ann", null));

        again.State.ShouldBeSameAs(resumed);
        again.Facts.ShouldBeEmpty();
    }

    [Fact]
    public void Resume_HaltedToo_StandsStillUntilTheWorldGoesOn()
    {
        var state = Decide(Decide(In(DeploymentPhase.Rolling), new WorldStopped("bob", "fire")).State, new PauseRequested(1, "ann", null)).State;

        var resumed = Decide(state, new ResumeRequested(2, "ann")).State;
        var goesOn = Decide(resumed, new WorldResumed()).State;

        resumed.StandsStill.ShouldBeTrue();
        goesOn.StandsStill.ShouldBeFalse();
    }

    [Fact]
    public void Resume_WhileTheGatesWereOpen_HasThemJudgedAgain()
    {
        var gated = In(DeploymentPhase.Gated) with { Done = ["gates"] };

        var resumed = Decide(Decide(gated, new WorldStopped("bob", null)).State, new WorldResumed()).State;

        Decide(resumed, Look).State.Pending.ShouldHaveSingleItem().Effect.ShouldBe(new CheckGates());
    }

    [Fact]
    public void Cancel_Paused_GoesBackAtOnce()
    {
        var paused = Decide(In(DeploymentPhase.Rolling), new PauseRequested(1, "ann", null)).State;

        var cancelled = Decide(paused, new CancelRequested(2, "bob")).State;

        cancelled.Phase.ShouldBe(DeploymentPhase.RollingBack);
        cancelled.StandsStill.ShouldBeFalse();
        cancelled.Failure!.Code.ShouldBe("TP5018");
    }

    [Fact]
    public void Cancel_Halted_GoesBackOnceTheWorldGoesOn()
    {
        var halted = Decide(In(DeploymentPhase.Rolling), new WorldStopped("bob", null)).State;

        var cancelled = Decide(halted, new CancelRequested(2, "bob")).State;

        cancelled.Phase.ShouldBe(DeploymentPhase.RollingBack);
        Decide(cancelled, Look).State.Pending.ShouldBeEmpty();
    }

    [Fact]
    public async Task Resume_InTheMiddleOfAStep_JudgesItByWhatComesAfter()
    {
        var scene = await StrategyScene.StartAsync(requests: 2000);
        var plan = Sample.Plan(StrategyScene.Desired("2", StrategyScene.Canary), scene.First);
        var state = DeploymentMachine.Initial(scene.Flow.Now);
        while (state.Weighted.GetValueOrDefault("api") is not { Since: not null }) state = await scene.Flow.RunAsync(plan, state, 1);
        state = DeploymentMachine.Decide(state, new PauseRequested(1, "ann", null), plan, scene.Flow.Now).State;
        scene.World.Errors.Add("sha256:api-2");
        state = await scene.Flow.RunAsync(plan, state, 400);
        scene.World.Errors.Clear();

        var end = await scene.Flow.RunAsync(plan, DeploymentMachine.Decide(state, new ResumeRequested(2, "ann"), plan, scene.Flow.Now).State);

        state.Phase.ShouldBe(DeploymentPhase.Rolling);
        end.Phase.ShouldBe(DeploymentPhase.Succeeded);
    }

    [Fact]
    public void Proceed_NothingHasBegun_IsTakenUpAndForgotten()
    {
        var decision = Decide(In(DeploymentPhase.Provisioning), new ProceedRequested(1, "ann", null, true));

        decision.State.Weighted.ShouldBeEmpty();
        decision.State.LastAsked.ShouldBe(1);
        decision.Facts.ShouldBeEmpty();
    }

    private static Observed Look => new(new ObservedEnvironment([]));

    private static DeploymentState In(DeploymentPhase phase) => DeploymentMachine.Initial(Sample.Start) with
    {
        Phase = phase,
        Failure = phase == DeploymentPhase.RollingBack ? WayBackDiagnostics.TakenBack(Plan.Target, "ann") : null,
    };

    private static Decision Decide(DeploymentState state, DeploymentEvent happened) => DeploymentMachine.Decide(state, happened, Plan, Sample.Start.AddSeconds(1));
}
