using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Server.Api;
using Towpath.Server.Desks;

namespace Towpath.Tests.Server.Desks;

/// <summary>What somebody looks at before he says yes, and that he says it to exactly that.</summary>
public sealed class DeliveryDeskApprovalTests : IDisposable
{
    private static readonly Dictionary<string, string> Whole = DeployRequestTemplate.Fields.ToDictionary(f => f.Name, f => "because");
    private readonly ServerScene _scene = new();
    private readonly DeliveryDesk _desk;

    public DeliveryDeskApprovalTests()
    {
        var production = ServerScene.Rungs.Environment("production")! with { Gates = new GateSpecs { Request = true, Confirmation = new ConfirmationSpec(["dev", "ops"], Distinct: true) } };
        _scene.Brings = new Ladder([.. ServerScene.Rungs.Environments.Take(2), production]);
        _scene.Store.SaveApplication("shop", "/repository", ".", _scene.Brings);
        _desk = new DeliveryDesk(_scene.Store, _scene.Ladder, _scene.Gates, _scene.Time);
        _scene.Ship("r-1");
        _scene.Arrive("staging", "r-1");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Approval_WithoutARequest_SaysWhatIsAskedAndWhatAYesCovers()
    {
        var seen = Look();
        (seen.Release, seen.Subject, seen.NeedsRequest, seen.Request).ShouldBe(("r-1", "A change", true, null));
        seen.Images.Keys.ShouldBe(["api"]);
        seen.Template.Select(f => (f.Name, f.Meaning, f.Missing)).ShouldBe(DeployRequestTemplate.Fields.Select(f => (f.Name, f.Meaning, true)));
        seen.Confirmation!.ShouldSatisfyAllConditions(
            c => c.Roles.ShouldBe(["dev", "ops"]), c => c.Missing.ShouldBe(["dev", "ops"]), c => c.Distinct.ShouldBeTrue(), c => c.Confirmations.ShouldBeEmpty(), c => c.Covers.Length.ShouldBe(64));
        seen.Gates.ShouldBe(_desk.Gates("shop", "production", "r-1").Single().Gates);
    }

    [Fact]
    public void Approval_ConfirmedByOne_SaysWhoAndWhoseIsMissing_AndWhyAYesCountsNoMore()
    {
        _desk.Request("shop", new DeployRequest("production", "r-1", new Dictionary<string, string> { ["what"] = "a basket" }, "ben"));
        Look().Template.Where(f => f.Missing).Select(f => f.Name).ShouldBe(["why", "risk", "rollback", "contact"]);
        _desk.Confirm("shop", new ConfirmRequest("production", "r-1", "dev", "ben") { Covers = Look().Confirmation!.Covers });
        Look().Confirmation!.ShouldSatisfyAllConditions(c => c.Missing.ShouldBe(["ops"]), c => c.Confirmations.Single().ShouldBe(new YesAnswer("dev", "ben", _scene.Time.Now, null)));

        _desk.Request("shop", new DeployRequest("production", "r-1", Whole, "ben"));
        Look().ShouldSatisfyAllConditions(
            a => a.Template.ShouldNotContain(f => f.Missing),
            a => a.Confirmation!.Missing.ShouldBe(["dev", "ops"]),
            a => a.Confirmation!.Confirmations.Single().WhyNot.ShouldBe("what it covers has changed since"));
    }

    [Fact]
    public void Confirm_OfWhatIsAnotherByNow_IsRefused()
    {
        _desk.Request("shop", new DeployRequest("production", "r-1", Whole, "ben"));
        var looked = Look().Confirmation!.Covers;
        _desk.Request("shop", new DeployRequest("production", "r-1", new Dictionary<string, string> { ["risk"] = "all of it" }, "ben"));
        var refused = Should.Throw<DiagnosticException>(() => _desk.Confirm("shop", new ConfirmRequest("production", "r-1", "ops", "ann") { Covers = looked }));
        (refused.Diagnostics.Single().Code, refused.ExitCode).ShouldBe(("TP4735", ExitCode.GateClosed));
        Look().Confirmation!.Confirmations.ShouldBeEmpty();
        _desk.Confirm("shop", new ConfirmRequest("production", "r-1", "ops", "ann") { Covers = Look().Confirmation!.Covers });
        Look().Confirmation!.Missing.ShouldBe(["dev"]);
    }

    [Fact]
    public void Approval_OfAnEnvironmentThatAsksNobody_HasNone()
    {
        _desk.Approval("shop", "staging", "r-1").ShouldSatisfyAllConditions(a => a.Confirmation.ShouldBeNull(), a => a.NeedsRequest.ShouldBeFalse());
        _desk.Approval("shop", "production", null).Release.ShouldBe("r-1");
        Should.Throw<DiagnosticException>(() => _desk.Approval("shop", "production", "r-9")).ExitCode.ShouldBe(ExitCode.NotFound);
    }

    private ApprovalAnswer Look() => _desk.Approval("shop", "production", "r-1");
}
