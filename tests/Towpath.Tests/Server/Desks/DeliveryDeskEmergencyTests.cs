using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Server.Desks;

namespace Towpath.Tests.Server.Desks;

/// <summary>An emergency: what it opens, for how long, and what is left of it.</summary>
public sealed class DeliveryDeskEmergencyTests : IDisposable
{
    private readonly ServerScene _scene = new();
    private readonly DeliveryDesk _desk;

    public DeliveryDeskEmergencyTests()
    {
        _desk = new DeliveryDesk(_scene.Store, _scene.Ladder, _scene.Gates, _scene.Time);
        _scene.Ship("r-1");
        _scene.Arrive("development", "r-1");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Promote_InAnEmergency_EntersAtOnceAlsoWhenJudgedAgain()
    {
        _desk.Promote("shop", new PromoteRequest("staging", "r-1", "ann")).Deployment.ShouldBeNull();
        var deployment = Urgent("staging").Deployment.ShouldNotBeNull();

        var plan = _scene.Plans.Build(_scene.Store.Deployment(deployment)!);
        _scene.Gates.ForDeployment(plan).ShouldAllBe(g => g.Holds);
        _scene.Gates.ForDeployment(plan).Single(g => g.Name == "soak").Evidence.ShouldStartWith("passed by an emergency of ann: checkout answers 500");
        _scene.Store.Emergencies("shop", default).ShouldHaveSingleItem().Reason.ShouldBe("checkout answers 500");
        _scene.Journal.Single(f => f.Kind == FactKind.EmergencyDeclared).Text.ShouldBe("ann brings r-1 into staging in an emergency: checkout answers 500");
        // What waited the usual way is fulfilled by it.
        _scene.Ladder.WantedIn("shop", "staging").ShouldBeNull();
    }

    [Fact]
    public void Emergency_OfOneDeployment_IsNoneForTheNextOrForAnother()
    {
        _scene.Fail("staging", Urgent("staging").Deployment!);

        var other = _scene.Request("staging", "r-1");
        _scene.Gates.ForDeployment(_scene.Plans.Build(other)).Single(g => g.Name == "soak").Holds.ShouldBeFalse();
        _scene.Fail("staging", other.Id);
        _desk.Promote("shop", new PromoteRequest("staging", "r-1", "ann")).Deployment.ShouldBeNull();
        _scene.Gates.Judge(_scene.Store.Release("shop", "r-1")!, ServerScene.Rungs.Environment("staging")!).Single(g => g.Name == "soak").Holds.ShouldBeFalse();
    }

    [Fact]
    public void Promote_WaitsForPeopleInAnEmergency_KeepsItUntilTheyCame()
    {
        _scene.Brings = Ladder(new GateSpecs { Lead = TimeSpan.FromDays(1), Confirmation = new ConfirmationSpec(["dev", "ops"], Distinct: true) });
        _scene.Store.SaveApplication("shop", "/repository", ".", _scene.Brings);
        _scene.Ship("r-2");
        _scene.Arrive("staging", "r-2");
        Urgent("production", "r-2").Deployment.ShouldBeNull();
        Urgent("production", "r-2").Deployment.ShouldBeNull();
        _scene.Ladder.Reconcile(_scene.Known);
        _scene.Store.OpenDeployments("shop", "production").ShouldBeEmpty();

        _desk.Confirm("shop", new ConfirmRequest("production", "r-2", "dev", "ben")).Deployment.ShouldBeNull();
        var deployment = _desk.Confirm("shop", new ConfirmRequest("production", "r-2", "ops", "bob")).Deployment.ShouldNotBeNull();

        _scene.Gates.ForDeployment(_scene.Plans.Build(_scene.Store.Deployment(deployment)!)).ShouldAllBe(g => g.Holds);
        // Said twice while it waits it is one.
        _scene.Store.Emergencies("shop", default).Count.ShouldBe(1);
    }

    [Fact]
    public void Reconcile_WishInAnEmergency_EntersWithIt()
    {
        _scene.Ladder.Want("shop", "staging", "r-1", "ann", new EmergencyEvidence("ann", "checkout answers 500", _scene.Time.Now));
        _scene.Ladder.Reconcile(_scene.Known);

        var deployment = _scene.Store.OpenDeployments("shop", "staging").ShouldHaveSingleItem();
        _scene.Gates.ForDeployment(_scene.Plans.Build(deployment)).ShouldAllBe(g => g.Holds);
    }

    [Fact]
    public void Abort_OfAWishInAnEmergency_TakesTheEmergencyBack()
    {
        _scene.Ladder.Want("shop", "staging", "r-1", "ann", new EmergencyEvidence("ann", "checkout answers 500", _scene.Time.Now));
        _desk.Abort("shop", new AbortRequest("staging", "ann"));
        _desk.Promote("shop", new PromoteRequest("staging", "r-1", "ann")).Deployment.ShouldBeNull();

        _scene.Ladder.Reconcile(_scene.Known);
        _scene.Store.OpenDeployments("shop", "staging").ShouldBeEmpty();
    }

    [Fact]
    public void Promote_WhatNeverRanBelowOrWasRejected_IsNoEmergency()
    {
        Code(() => Urgent("production")).ShouldBe("TP4006");
        _desk.Reject("shop", new RejectRequest("r-1", "orders are lost", "ann"));
        Code(() => Urgent("staging")).ShouldBe("TP4010");
        _scene.Store.Emergencies("shop", default).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true, null, "TP4723")]
    [InlineData(true, "  ", "TP4723")]
    [InlineData(false, "checkout answers 500", "TP4724")]
    public void Promote_EmergencyWithoutReasonOrTheOtherWayRound_IsRefused(bool emergency, string? reason, string code) =>
        Code(() => _desk.Promote("shop", new PromoteRequest("staging", "r-1", "ann") { Emergency = emergency, Reason = reason })).ShouldBe(code);

    [Fact]
    public void Promote_ReasonThatNobodyReads_IsRefused() =>
        Code(() => _desk.Promote("shop", new PromoteRequest("staging", "r-1", "ann") { Emergency = true, Reason = new string('x', 4001) })).ShouldBe("TP4720");

    private DeploymentAnswer Urgent(string environment, string release = "r-1") =>
        _desk.Promote("shop", new PromoteRequest(environment, release, "ann") { Emergency = true, Reason = "checkout answers 500" });

    private static Ladder Ladder(GateSpecs production) =>
        new([.. ServerScene.Rungs.Environments.Take(2), ServerScene.Rungs.Environment("production")! with { Gates = production }]);

    private static string Code(Action action) => Should.Throw<DiagnosticException>(action).Diagnostics[0].Code;
}
