using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Server.Api;
using Towpath.Server.Desks;
using Towpath.Server.Storage;

namespace Towpath.Tests.Server.Desks;

/// <summary>What is asked of deployments and of the world. No loop runs: what is stored is what counts.</summary>
public sealed class DeliveryDeskTests : IDisposable
{
    private readonly ServerScene _scene = new();
    private readonly DeliveryDesk _desk;

    public DeliveryDeskTests()
    {
        _desk = new DeliveryDesk(_scene.Store, _scene.Ladder, _scene.Gates, _scene.Time);
        _scene.Ship("r-1");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Pause_UnderWay_IsAskedOfTheOneThatHasBegun()
    {
        Begun("r-1");
        _scene.Ship("r-2");
        _scene.Request("staging", "r-2");

        _desk.Pause("shop", new PauseRequest("staging", "it looks slow", "ann")).Deployment.ShouldBe("d-1");

        var asked = _scene.Store.Commands("d-1", 0).ShouldHaveSingleItem();
        (asked.Kind, asked.Actor, asked.Reason).ShouldBe((CommandKind.Pause, "ann", "it looks slow"));
        _scene.Store.Commands("d-2", 0).ShouldBeEmpty();
    }

    [Fact]
    public void Asked_NothingUnderWay_IsRefused()
    {
        Code(() => _desk.Pause("shop", new PauseRequest("staging", null, "ann"))).ShouldBe("TP4040");
        Code(() => _desk.Abort("shop", new AbortRequest("staging", "ann"))).ShouldBe("TP4040");
        Code(() => _desk.Proceed("shop", new ProceedRequest("staging", null, false, "ann"))).ShouldBe("TP4040");
        Code(() => _desk.Resume("shop", new ResumeRequest("staging", "ann"))).ShouldBe("TP4041");
        Code(() => _desk.Pause("shop", new PauseRequest("nowhere", null, "ann"))).ShouldBe("TP4002");
    }

    [Fact]
    public void Resume_PauseNotTakenUpYet_IsAskedToo()
    {
        Begun("r-1");
        _desk.Pause("shop", new PauseRequest("staging", null, "ann"));

        _desk.Resume("shop", new ResumeRequest("staging", "bob"));

        _scene.Store.Commands("d-1", 0).Select(c => c.Kind).ShouldBe([CommandKind.Pause, CommandKind.Resume]);
        Code(() => _desk.Resume("shop", new ResumeRequest("staging", "bob"))).ShouldBe("TP4041", "it goes on already");
    }

    [Fact]
    public void Abort_OnlyAWish_ForgetsIt()
    {
        _scene.Ladder.Want("shop", "staging", "r-1", "ann");

        _desk.Abort("shop", new AbortRequest("staging", "ann")).Deployment.ShouldBeNull();

        _scene.Ladder.WantedIn("shop", "staging").ShouldBeNull();
    }

    [Fact]
    public void Proceed_UnknownService_IsRefusedWithThoseThatThereAre()
    {
        Begun("r-1");

        Code(() => _desk.Proceed("shop", new ProceedRequest("staging", "aip", false, "ann"))).ShouldBe("TP4042");
        _desk.Proceed("shop", new ProceedRequest("staging", "api", true, "ann"));

        var asked = _scene.Store.Commands("d-1", 0).ShouldHaveSingleItem();
        (asked.Kind, asked.Service, asked.Whole).ShouldBe((CommandKind.Proceed, "api", true));
    }

    [Theory]
    [InlineData("shop", "staging", true, false)]
    [InlineData("shop", null, true, true)]
    [InlineData(null, null, true, true)]
    public void Halt_OfAnExtent_CoversWhatIsInIt(string? application, string? environment, bool staging, bool production)
    {
        _desk.Halt(new HaltRequest(application, environment, "television", "ann"));
        _desk.Halt(new HaltRequest(application, environment, "again", "bob"));

        var halt = _scene.Store.Halts().ShouldHaveSingleItem();
        (halt.Covers("shop", "staging"), halt.Covers("shop", "production")).ShouldBe((staging, production));
        var told = _scene.Store.Facts(null, 0, 100).Where(f => f.Kind == FactKind.WorldStopped).ShouldHaveSingleItem();
        (told.Application, told.Environment, told.Actor).ShouldBe((application ?? "", environment, "ann"));

        _desk.Unhalt(new HaltRequest(application, environment, null, "ann"));
        _scene.Store.Halts().ShouldBeEmpty();
        Code(() => _desk.Unhalt(new HaltRequest(application, environment, null, "ann"))).ShouldBe("TP4041");
    }

    [Fact]
    public void Resume_OnlyTheWiderExtentIsHalted_SaysWhich()
    {
        _desk.Halt(new HaltRequest(null, null, "television", "ann"));

        var failure = Should.Throw<DiagnosticException>(() => _desk.Resume("shop", new ResumeRequest("staging", "ann"))).Diagnostics[0];

        (failure.Code, failure.Notes.Single()).ShouldBe(("TP4041", "A halt of everything keeps it from going on."));
    }

    [Fact]
    public void Reject_OnItsWay_IsTakenBackToo()
    {
        Begun("r-1");

        _desk.Reject("shop", new RejectRequest("r-1", "it loses orders", "ann"));

        _scene.Store.Rejection("shop", "r-1")!.Reason.ShouldBe("it loses orders");
        _scene.Store.Commands("d-1", 0).ShouldHaveSingleItem().Kind.ShouldBe(CommandKind.Cancel);
        _scene.Journal.ShouldContain(f => f.Kind == FactKind.ReleaseRejected && f.Release == "r-1");
    }

    private void Begun(string release)
    {
        var deployment = _scene.Request("staging", release);
        var lease = _scene.Store.TryTakeLease("shop", "staging", "scene", _scene.Time.Now, TimeSpan.FromSeconds(1))!;
        var state = DeploymentMachine.Initial(_scene.Time.Now) with { Phase = DeploymentPhase.Rolling };
        _scene.Store.UpdateDeployment(lease, deployment.Id, nameof(DeploymentPhase.Rolling), false, RolloutsJson.Write(state), _scene.Time.Now, []);
    }

    private static string Code(Action ask) => Should.Throw<DiagnosticException>(ask).Diagnostics[0].Code;
}
