using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Server.Desks;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Desks;

public sealed class PortDeskTests : IDisposable
{
    private readonly ServerScene _scene = new();
    private readonly PortDesk _desk;

    public PortDeskTests() => _desk = new PortDesk(_scene.Store, PortPolicy.Default, _scene.Time);

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Assign_Port_IsWhereTheGatewayListensAndInTheJournal()
    {
        _desk.Assign(ServerScene.Application, new PortRequest("production", 8084, "ann")).Port.ShouldBe(8084);

        _scene.Environments.Port(ServerScene.Application, Spec("production", 9000)).ShouldBe(8084);
        var fact = _scene.Journal.Single(f => f.Kind == FactKind.PortAssigned);
        (fact.Actor, fact.Environment, fact.Text).ShouldBe(("ann", "production", "ann assigned port 8084 to production"));
    }

    [Fact]
    public void Port_WithoutAny_IsChosenOnceAndKept()
    {
        var port = _scene.Environments.Port(ServerScene.Application, Spec("staging", null));

        port.ShouldBeInRange(18080, 18998);
        _scene.Environments.Port(ServerScene.Application, Spec("staging", null)).ShouldBe(port);
        _scene.Environments.Port(ServerScene.Application, Spec("production", null)).ShouldNotBe(port);
    }

    [Fact]
    public void Declare_TwoApplicationsWithOnePort_TheSecondIsRefused()
    {
        _desk.Declare(Application("shop", 8084), "ben");

        var failure = Should.Throw<DiagnosticException>(() => _desk.Declare(Application("blog", 8084), "ben"));
        failure.Diagnostics[0].Code.ShouldBe("TP4841");
        _desk.Declare(Application("shop", 8085), "ben");
        _desk.Declare(Application("blog", 8084), "ben");
        _desk.All().Held.Select(h => (h.Port, h.Application)).ShouldBe([(8084, "blog"), (8085, "shop")]);
    }

    [Fact]
    public void Declare_PortThatAReleaseOfBeforeHas_StaysItsOwn()
    {
        _scene.Brings = new Ladder([Spec("production", 8084)]);
        _scene.Ship("r-1");
        _desk.Declare(Application("shop", 8084), "ben");

        _desk.Declare(Application("shop", 8085), "ben");

        Should.Throw<DiagnosticException>(() => _desk.Declare(Application("blog", 8084), "ben"), "going back to r-1 needs it");
    }

    [Fact]
    public void TakeOver_LaddersFromBefore_HaveTheirPortsAndNobodyIsDisturbed()
    {
        _scene.Store.SaveApplication("shop", "/a", ".", new Ladder([Spec("production", 8084)]));
        _scene.Store.SaveApplication("wiki", "/b", ".", new Ladder([Spec("staging", 8083), Spec("production", 8084)]));

        _desk.TakeOver();
        _desk.TakeOver();

        _desk.All().Held.Select(h => (h.Port, h.Application)).ShouldBe([(8083, "wiki"), (8084, "shop")]);
    }

    [Fact]
    public void Release_AssignedPort_IsToldOnce()
    {
        _desk.Assign(ServerScene.Application, new PortRequest("production", null, "ann"));

        _desk.Release(ServerScene.Application, "production", "ann");
        _desk.Release(ServerScene.Application, "production", "ann");

        _desk.All().Held.ShouldBeEmpty();
        _scene.Journal.Count(f => f.Kind == FactKind.PortFreed).ShouldBe(1);
    }

    private static EnvironmentSpec Spec(string name, int? port) => new() { Name = name, Location = Models.At(), Port = port, PortLocation = port is null ? null : Models.At() };

    private static Application Application(string name, int port) => new(name, [], [], [], [], new Ladder([Spec("production", port)]));
}
