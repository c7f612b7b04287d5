using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Handover;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Tests.Server;

/// <summary>Deliveries over the real API with a real store.</summary>
public sealed class HandoverTests
{
    private const string Shop = PeopleScene.Shop;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Deliver_ForGood_OpensTheLeadGateFromThenOn()
    {
        await using var people = await BeginAsync(new DeliveryCheck("logs", CheckVerdict.Passed, "it wrote"));
        people.Scene.Time.Now += TimeSpan.FromDays(3);
        (await GateAsync(people, "lead")).ShouldSatisfyAllConditions(g => g.Holds.ShouldBeFalse(), g => g.Evidence.ShouldBe("its final delivery is missing: `towpath deliver RELEASE --final --for production`"));

        await people.Dev.DeliverAsync(Shop, new DeliverRequest("r-1", "staging", "mallory"), Cancel);
        (await GateAsync(people, "delivery")).Holds.ShouldBeFalse();
        people.Scene.Time.Now += TimeSpan.FromMinutes(1);
        var delivered = await people.Dev.DeliverAsync(Shop, new DeliverRequest("r-1", null, "mallory"), Cancel);

        delivered.Finals.Select(f => (f.Environment, f.Actor)).ShouldBe([("staging", "ben"), (null, "ben")]);
        (await GateAsync(people, "delivery")).Holds.ShouldBeTrue();
        (await GateAsync(people, "lead")).HoldsAt.ShouldBe(people.Scene.Time.Now.AddDays(1));
        people.Scene.Time.Now += TimeSpan.FromDays(1);
        // Said once more, the first time counts.
        await people.Ops.DeliverAsync(Shop, new DeliverRequest("r-1", null, "ann"), Cancel);
        (await GateAsync(people, "lead")).Holds.ShouldBeTrue();
        people.Facts(FactKind.DeliveryFinal).Select(f => (f.Actor, f.Release)).ShouldBe([("ben", "r-1"), ("ben", "r-1")]);
    }

    [Fact]
    public async Task Delivery_WhoseValidationFailed_KeepsItsReleaseOutAndIsListed()
    {
        await using var people = await BeginAsync(new DeliveryCheck("logs", CheckVerdict.Failed, "it wrote nothing"));
        await people.Dev.DeliverAsync(Shop, new DeliverRequest("r-1", null, "ben"), Cancel);

        (await GateAsync(people, "delivery")).Evidence.ShouldBe("its validation failed: api: logs: it wrote nothing");
        (await people.Dev.DeliveriesAsync(Shop, null, Cancel)).ShouldHaveSingleItem().Services.Single().Checks.ShouldHaveSingleItem().Verdict.ShouldBe(CheckVerdict.Failed);
    }

    [Fact]
    public async Task Deliver_OfARejectedRelease_IsRefused()
    {
        await using var people = await BeginAsync(new DeliveryCheck("logs", CheckVerdict.Passed, "it wrote"));
        await people.Ops.RejectAsync(Shop, new RejectRequest("r-1", "orders are lost", "ann"), Cancel);

        await PeopleScene.RefusedAsync(() => people.Dev.DeliverAsync(Shop, new DeliverRequest("r-1", null, "ben"), Cancel), ExitCode.GateClosed, "TP4870");
    }

    private static async Task<PeopleScene> BeginAsync(DeliveryCheck check)
    {
        var people = await PeopleScene.StartAsync();
        var scene = people.Scene;
        scene.Brings = new Ladder(
        [
            .. ServerScene.Rungs.Environments.Take(2),
            ServerScene.Rungs.Environment("production")! with
            {
                Gates = new GateSpecs { Lead = TimeSpan.FromDays(1), LeadFrom = DeliveryKind.Final, Delivery = new DeliveryGateSpec(Final: true) },
            },
        ]);
        scene.Store.SaveApplication(Shop, "/repository", ".", scene.Brings);
        scene.Ship("r-1");
        scene.Arrive("staging", "r-1");
        scene.Store.SaveDelivery(new DeliveryRecord(Shop, "r-1", "p-1", "ann", scene.Time.Now, new DeliveryValidation([new ServiceValidation("api", [check])])));
        return people;
    }

    private static async Task<GateAnswer> GateAsync(PeopleScene people, string name) =>
        (await people.Dev.GatesAsync(Shop, "production", "r-1", Cancel)).Single().Gates.Single(g => g.Name == name);
}
