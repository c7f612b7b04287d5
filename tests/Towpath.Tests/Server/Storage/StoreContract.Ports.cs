using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Storage;

// Ports of environments.
public abstract partial class StoreContract
{
    [Fact]
    public void ChangePorts_TakenAndFreed_AreThereByPort()
    {
        var (chosen, assigned) = (new PortHolding(9001, "shop", "one", PortStanding.Chosen, "", Models.Noon), new PortHolding(8000, "blog", "two", PortStanding.Assigned, "ann", Models.Noon));
        _store.ChangePorts(_ => PortChange.None with { Taken = [chosen, assigned] }, change => [Models.Fact(FactKind.PortAssigned) with { Text = $"{change.Taken.Length}" }]);

        _store.Ports().ShouldBe([assigned, chosen]);
        _store.Facts(null, 0, 9).ShouldHaveSingleItem().Text.ShouldBe("2");
        _store.ChangePorts(held => PortChange.None with { Taken = [held[1] with { Standing = PortStanding.Declared, Actor = "ben" }], Freed = [held[0].Port] });

        _store.Ports().ShouldBe([chosen with { Standing = PortStanding.Declared, Actor = "ben" }]);
    }

    [Fact]
    public void ChangePorts_Refused_ChangesNothingAndTellsNothing()
    {
        var refused = PortChange.Refused(PortDiagnostics.NoneFree(1, 2));

        _store.ChangePorts(_ => refused, _ => [Models.Fact(FactKind.PortAssigned)]).ShouldBe(refused);

        _store.Ports().ShouldBeEmpty();
        _store.LastSequence().ShouldBe(0);
    }

    [Fact]
    public async Task ChangePorts_ManyAtOnce_NoPortIsGivenTwice()
    {
        var policy = new PortPolicy(8000, 8099, false);
        await Parallel.ForAsync(0, 20, TestContext.Current.CancellationToken, (i, _) =>
        {
            _store.ChangePorts(held => new PortRegistry(held, policy).Choose("shop", $"e{i}", _ => true, Models.Noon));
            return ValueTask.CompletedTask;
        });

        _store.Ports().Select(p => p.Port).ShouldBe(Enumerable.Range(8000, 20));
        _store.Ports().Select(p => p.Environment).Distinct().Count().ShouldBe(20);
    }
}
