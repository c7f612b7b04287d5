using Towpath.Core.Handover;
using Towpath.Core.Journal;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Storage;

// Deliveries of releases.
public abstract partial class StoreContract
{
    private static readonly DeliveryRecord Delivered = new(
        "shop", "r-1", "p-1", "ben", Models.Noon, new DeliveryValidation([new ServiceValidation("api", [new DeliveryCheck("logs", CheckVerdict.Failed, "it wrote nothing")])]));

    [Fact]
    public void SaveDelivery_OnceMore_KeepsItsTimeAndTakesTheNewValidation()
    {
        _store.SaveDelivery(Delivered, Models.Fact(FactKind.DeliveryFaulty));
        var passed = new DeliveryValidation([new ServiceValidation("api", [new DeliveryCheck("logs", CheckVerdict.Passed, "it wrote")])]);
        _store.SaveDelivery(Delivered with { Run = "p-2", Actor = "ann", At = Models.Noon.AddHours(1), Validation = passed }, Models.Fact(FactKind.DeliveryValidated));

        var found = _store.Delivery("shop", "r-1").ShouldNotBeNull();
        (found.At, found.Run, found.Actor).ShouldBe((Models.Noon, "p-2", "ben"));
        found.Validation.Services.Single().Checks.ShouldBe(passed.Services.Single().Checks);
        _store.Facts("shop", 0, 9).Count.ShouldBe(2);
        _store.Delivery("blog", "r-1").ShouldBeNull();
    }

    [Fact]
    public void Deliveries_OfAnApplication_NewestFirst()
    {
        _store.SaveDelivery(Delivered);
        _store.SaveDelivery(Delivered with { Release = "r-2", At = Models.Noon.AddHours(1) });
        _store.SaveDelivery(Delivered with { Application = "blog" });

        _store.Deliveries("shop", 9).Select(d => d.Release).ShouldBe(["r-2", "r-1"]);
        _store.Deliveries("shop", 1).Select(d => d.Release).ShouldBe(["r-2"]);
    }

    [Fact]
    public void AddFinalDelivery_Twice_TheFirstStays()
    {
        var all = new FinalDeliveryRecord("shop", "r-1", null, "ben", Models.Noon);
        var one = all with { Environment = "production", At = Models.Noon.AddHours(1) };
        foreach (var final in new[] { one, all, all with { Actor = "eve", At = Models.Noon.AddHours(9) } })
            _store.AddFinalDelivery(final, Models.Fact(FactKind.DeliveryFinal)).ShouldBe(final.Actor == "ben");

        _store.FinalDeliveries("shop", "r-1").ShouldBe([all, one]);
        _store.FinalDeliveries("shop", "r-2").ShouldBeEmpty();
        _store.Facts("shop", 0, 9).Count.ShouldBe(2);
    }

    [Fact]
    public void RemoveApplication_WithDeliveries_ForgetsThem()
    {
        _store.SaveDelivery(Delivered);
        _store.AddFinalDelivery(new FinalDeliveryRecord("shop", "r-1", null, "ben", Models.Noon));
        _store.RemoveApplication("shop");

        _store.Deliveries("shop", 9).ShouldBeEmpty();
        _store.FinalDeliveries("shop", "r-1").ShouldBeEmpty();
    }
}
