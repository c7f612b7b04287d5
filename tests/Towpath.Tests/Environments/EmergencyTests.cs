using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Environments;

/// <summary>Which gates give way to an emergency, and which do not.</summary>
public sealed class EmergencyTests
{
    private static readonly EmergencyEvidence Emergency = new("ann", "checkout answers 500", Sample.Start);

    private static readonly EnvironmentSpec Below = new() { Name = "staging", Location = Sample.Here(), Slo = new SloSpec(0.99, null, 0, SloSpec.UsualWindow, Sample.Here()) };

    // Every gate, and none of them holds.
    private static readonly EnvironmentSpec Production = new()
    {
        Name = "production",
        Location = Sample.Here(),
        Gates = new GateSpecs
        {
            Soak = TimeSpan.FromHours(2),
            Confirmation = new ConfirmationSpec(["ops"], Distinct: true),
            Verification = true,
            Contract = true,
            Agreement = new AgreementGateSpec(["dev", "ops"]),
            Request = true,
            Window = new WindowSpec([DayOfWeek.Sunday], new TimeOnly(1, 0), new TimeOnly(2, 0), "UTC", [], Sample.Here()),
            Lead = TimeSpan.FromDays(2),
            Budget = 0.2,
            Image = new ImageGateSpec(1, NonRoot: true, HasSignature: true),
        },
    };

    private static readonly GateEvidence Nothing = new()
    {
        PipelineSucceeded = false,
        DeliveredAt = Sample.Start,
        Rejection = new RejectionEvidence("sam", "orders are lost"),
        Below = new StayEvidence(Sample.Start.AddHours(-1), null, VerificationFailure: "smoke answers 500"),
        BudgetLeft = 0,
        Images = [new ImageEvidence("api", null, null, null, false)],
    };

    [Fact]
    public void Judge_InAnEmergency_PassesTimeAndBudgetAndNothingElse()
    {
        Judge(Nothing).ShouldAllBe(v => !v.Holds);

        var verdicts = Judge(Nothing with { Emergency = Emergency });

        verdicts.Length.ShouldBe(12);
        verdicts.Where(v => v.Holds).Select(v => v.Name).ShouldBe(["soak", "window", "lead", "budget"]);
        verdicts.Where(v => v.Holds).ShouldAllBe(v => v.Text.StartsWith("passed by an emergency of ann: checkout answers 500; else closed: ") && v.HoldsAt == null);
        verdicts.Single(v => v.Name == "lead").Text.ShouldEndWith("2 days must pass");
        verdicts.Single(v => v.Name == "budget").Text.ShouldEndWith(": 0 %");
    }

    [Fact]
    public void Judge_ReleaseThatNeverRanBelow_StaysOut() =>
        Judge(Nothing with { Below = null, Emergency = Emergency }).Single(v => v.Name == "soak").Holds.ShouldBeFalse();

    [Fact]
    public void Judge_LeftTooSoonOrMissedItsObjectives_IsPassed()
    {
        var left = Nothing with { Below = new StayEvidence(Sample.Start.AddHours(-3), Sample.Start.AddHours(-2)), Emergency = Emergency };
        var missed = Nothing with { Below = new StayEvidence(Sample.Start.AddHours(-3), null, new RequestCounters(100, 50, 0)), Emergency = Emergency };
        foreach (var evidence in new[] { left, missed })
        {
            Judge(evidence with { Emergency = null }).Single(v => v.Name == "soak").Holds.ShouldBeFalse();
            Judge(evidence).Single(v => v.Name == "soak").Holds.ShouldBeTrue();
        }
    }

    [Fact]
    public void Judge_WhatHoldsAnyway_SaysNothingOfAnEmergency() =>
        Judge(Nothing with { BudgetLeft = 1, Emergency = Emergency }).Single(v => v.Name == "budget").Text.ShouldNotContain("emergency");

    [Fact]
    public void Judge_RequestThatWasRefused_IsClosedUntilAnotherFollows()
    {
        var verdict = Judge(Nothing with { Request = new RequestEvidence("ben", Sample.Start, []) { Refusal = new RefusalEvidence("bob", "no rollback", Sample.Start) } }).Single(v => v.Name == "request");

        (verdict.Holds, verdict.Evidence, verdict.MayHold).ShouldBe((false, "bob refused its deploy request: no rollback", true));
    }

    [Fact]
    public void Next_EmergencyThatEntered_IsForgottenWithItsWish()
    {
        var state = PromotionState.Initial with { Wanted = "r-1", WantedBy = "ann", Emergency = Emergency };

        var step = Promotion.Next(Production, state, null, null, busy: false, _ => []);

        step.Deploy.ShouldBe("r-1");
        step.State.Emergency.ShouldBeNull();
        var automatic = Production with { Automatic = true };
        Promotion.Next(automatic, state, new PromotionCandidate("r-2", "d-2"), null, busy: true, _ => []).State.Emergency.ShouldBeNull();
        Promotion.Next(automatic, state with { WantedBy = null }, null, "r-1", busy: false, _ => []).State.ShouldBe(PromotionState.Initial);
    }

    private static ImmutableArray<GateVerdict> Judge(GateEvidence evidence) => Gates.Judge(new Ladder([Below, Production]), Production, evidence, Sample.Start);
}
