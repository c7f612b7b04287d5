using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Server.Desks;

namespace Towpath.Tests.Server.Desks;

/// <summary>A deploy request from its first field to its end.</summary>
public sealed class DeliveryDeskRequestTests : IDisposable
{
    private static readonly Dictionary<string, string> Whole = DeployRequestTemplate.Fields.ToDictionary(f => f.Name, f => "because");
    private readonly ServerScene _scene = new();
    private readonly DeliveryDesk _desk;
    private readonly EnvironmentSpec _production;

    public DeliveryDeskRequestTests()
    {
        _production = ServerScene.Rungs.Environment("production")! with { Gates = new GateSpecs { Request = true, Confirmation = new ConfirmationSpec(["ops"], Distinct: true) } };
        _scene.Brings = new Ladder([.. ServerScene.Rungs.Environments.Take(2), _production]);
        _scene.Store.SaveApplication("shop", "/repository", ".", _scene.Brings);
        _desk = new DeliveryDesk(_scene.Store, _scene.Ladder, _scene.Gates, _scene.Time);
        _scene.Ship("r-1");
        _scene.Arrive("staging", "r-1");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Request_WithoutAWordOrWithAnUnknownField_IsRefusedAndNamesEach()
    {
        var refused = Refused(() => Ask(("how", "x"), ("what", "a basket")));
        refused.Code.ShouldBe("TP4012");
        refused.Notes.Select(n => n.Split(',')[0]).ShouldBe(["missing: why", "missing: risk", "missing: rollback", "missing: contact", "there is no field \"how\""]);
        Refused(() => Ask(("what", " "))).Notes.Length.ShouldBe(5);
        Refused(() => Ask()).Code.ShouldBe("TP4012");
        Refused(() => Ask(("what", new string('x', 4001)))).Code.ShouldBe("TP4720");
        _desk.Requests("shop", null).ShouldBeEmpty();
    }

    [Fact]
    public void Request_FieldByField_GoesFromOpenToDone()
    {
        var open = Ask(("what", "a basket"), ("why", "the sale"));
        open.State.ShouldBe(RequestState.Open);
        open.Missing.ShouldBe([.. DeployRequestTemplate.Told(["risk", "rollback", "contact"]), "confirmation: waits for a confirmation by ops, from distinct people"]);
        Gate("request").ShouldBe((false, "its deploy request does not say: risk, rollback, contact"));

        Ask(("risk", "sums"), ("rollback", "easy"), ("contact", "ben")).State.ShouldBe(RequestState.Complete);
        Gate("request").Holds.ShouldBeTrue();
        _scene.Store.DeployRequest("shop", "production", "r-1")!.Fields["what"].ShouldBe("a basket");
        _desk.Confirm("shop", new ConfirmRequest("production", "r-1", "ops", "bob"));
        _desk.Requests("shop", "production").Single().ShouldSatisfyAllConditions(r => r.State.ShouldBe(RequestState.Confirmed), r => r.Missing.ShouldBeEmpty());
        _scene.Arrive("production", "r-1");
        _desk.Requests("shop", null).Single().State.ShouldBe(RequestState.Done);
        Kinds().ShouldBe([FactKind.RequestOpened, FactKind.DeployRequested, FactKind.ReleaseConfirmed]);
    }

    [Fact]
    public void Request_EditedAfterTheYes_VoidsIt()
    {
        _desk.Request("shop", new DeployRequest("production", null, Whole, "ben"));
        _desk.Confirm("shop", new ConfirmRequest("production", "r-1", "ops", "bob"));
        Gate("confirmation").Holds.ShouldBeTrue();

        // The same once more changes nothing.
        _desk.Request("shop", new DeployRequest("production", null, Whole, "ben"));
        Gate("confirmation").Holds.ShouldBeTrue();
        Ask(("risk", "none at all")).State.ShouldBe(RequestState.Complete);
        Gate("confirmation").Evidence.ShouldContain("that of bob (ops) does not count: what it covers has changed since");
    }

    [Fact]
    public void Refuse_ARequest_ClosesTheGateUntilAnotherFollows()
    {
        _desk.Request("shop", new DeployRequest("production", null, Whole, "ben"));
        _desk.Confirm("shop", new ConfirmRequest("production", "r-1", "ops", "bob"));
        Refuse("no rollback").State.ShouldBe(RequestState.Refused);
        Gate("request").ShouldBe((false, "ann refused its deploy request: no rollback"));
        _desk.Promote("shop", new PromoteRequest("production", "r-1", "ann")).Deployment.ShouldBeNull();
        Refused(() => Refuse("again")).Notes.ShouldBe(["ann refused it already: no rollback"]);

        // Another request says nothing of what the refused one said, and needs its own yes, also where it says the same.
        Ask(("what", "a basket")).State.ShouldBe(RequestState.Open);
        var again = _desk.Request("shop", new DeployRequest("production", null, Whole, "ben"));
        again.ShouldSatisfyAllConditions(r => r.State.ShouldBe(RequestState.Complete), r => r.Refusal.ShouldBeNull());
        Kinds().ShouldContain(FactKind.RequestRefused);
    }

    [Fact]
    public void Request_OfTheSameWordsAfterARefusal_NeedsItsOwnYes()
    {
        _desk.Request("shop", new DeployRequest("production", null, Whole, "ben"));
        _desk.Confirm("shop", new ConfirmRequest("production", "r-1", "ops", "bob"));
        Refuse("no rollback");
        _desk.Request("shop", new DeployRequest("production", null, Whole, "ben"));

        Gate("request").Holds.ShouldBeTrue();
        Gate("confirmation").Holds.ShouldBeFalse();
    }

    [Fact]
    public void Refuse_NothingThatCounts_IsRefused()
    {
        Refused(() => Refuse("x")).ShouldSatisfyAllConditions(d => d.Code.ShouldBe("TP4721"), d => d.Notes.ShouldBe(["nobody handed one in"]));
        Ask(("what", "a basket"));
        Refused(() => Refuse("  ")).Code.ShouldBe("TP4722");
        Refused(() => Refuse(new string('x', 4001))).Code.ShouldBe("TP4720");
        _scene.Arrive("production", "r-1");
        Refused(() => Refuse("x")).Notes.ShouldBe(["r-1 came into production already"]);
    }

    [Fact]
    public void Request_ForOneReleaseOrEnvironment_IsNoneForAnother()
    {
        _scene.Ship("r-2");
        _scene.Arrive("staging", "r-2");
        _desk.Request("shop", new DeployRequest("production", "r-1", Whole, "ben"));
        _desk.Request("shop", new DeployRequest("staging", "r-2", Whole, "ben"));

        _scene.Gates.Judge(_scene.Store.Release("shop", "r-2")!, _production).Single(g => g.Name == "request").Holds.ShouldBeFalse();
    }

    private RequestAnswer Ask(params (string Name, string Text)[] fields) =>
        _desk.Request("shop", new DeployRequest("production", "r-1", fields.ToDictionary(f => f.Name, f => f.Text), "ben"));

    private RequestAnswer Refuse(string reason) => _desk.Refuse("shop", new RefuseRequest("production", "r-1", reason, "ann"));

    private (bool Holds, string Evidence) Gate(string name) =>
        _scene.Gates.Judge(_scene.Store.Release("shop", "r-1")!, _production).Single(g => g.Name == name) is var verdict ? (verdict.Holds, verdict.Evidence) : default;

    private IEnumerable<string> Kinds() => _scene.Journal.Select(f => f.Kind).Where(k => k.StartsWith("request", StringComparison.Ordinal) || k == FactKind.ReleaseConfirmed);

    private static Diagnostic Refused(Action action) => Should.Throw<DiagnosticException>(action).Diagnostics.ShouldHaveSingleItem();
}
