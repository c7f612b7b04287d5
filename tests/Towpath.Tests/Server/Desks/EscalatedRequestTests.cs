using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Server.Desks;
using Towpath.Server.Reconcilers;

namespace Towpath.Tests.Server.Desks;

/// <summary>A blocked request of two teams climbs, over the real API with a real store.</summary>
public sealed class EscalatedRequestTests
{
    private const string Shop = PeopleScene.Shop;
    private static readonly Dictionary<string, string> Whole = DeployRequestTemplate.Fields.ToDictionary(f => f.Name, f => "because");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_ThatNobodyConfirms_ClimbsToTheSupervisorWithProof()
    {
        await using var people = await BeginAsync();
        Pass(people, 3);
        people.Facts(FactKind.EscalationStep).ShouldBeEmpty();
        Pass(people, 1);
        Pass(people, 0);
        people.Facts(FactKind.EscalationStep).ShouldHaveSingleItem().Text.ShouldContain("Waited for: confirmation: waits for a confirmation by dev and ");
        await PeopleScene.RefusedAsync(() => people.Dev.RaiseAsync(Shop, new RaiseRequest("production", null, EscalationLevel.Supervisor, "ben"), Cancel), ExitCode.GateClosed, "TP4873");
        await PeopleScene.RefusedAsync(() => OutcomeAsync(people, "too early"), ExitCode.GateClosed, "TP4874");

        (await people.Dev.RaiseAsync(Shop, new RaiseRequest("production", null, EscalationLevel.Meeting, "mallory"), Cancel)).Steps[1].Document.ShouldNotBeNull().ShouldContain("## Decisions asked for");
        await OutcomeAsync(people, "ops looks on friday");
        var hash = (await OutcomeAsync(people, "ops looks on thursday")).Outcome!.Hash;
        await RefusedToConfirmAsync(people, people.Dev, "dev", hash, "TP4876");
        await RefusedToConfirmAsync(people, people.Dev, "ops", hash, "TP4626");
        await RefusedToConfirmAsync(people, people.Ops, "ops", new MeetingOutcome("ops looks on friday", "dev", "ben", default).Hash(), "TP4875");
        var confirmed = await people.Ops.ConfirmOutcomeAsync(Shop, new OutcomeConfirmRequest("production", null, "ops", hash, "mallory"), Cancel);
        (confirmed.Outcome!.ConfirmedBy, confirmed.Outcome.ConfirmedSide).ShouldBe(("ann", "ops"));
        await PeopleScene.RefusedAsync(() => OutcomeAsync(people, "something else"), ExitCode.GateClosed, "TP4875");

        Pass(people, 71);
        var dossier = (await people.Ops.EscalationsAsync(Shop, "production", Cancel)).Single().Steps[2].Document.ShouldNotBeNull();
        dossier.ShouldContain("ops looks on thursday");
        dossier.ShouldContain("confirmed by ann (ops)");
        foreach (var step in people.Facts(FactKind.EscalationStep).Take(2)) dossier.ShouldContain($"- {step.Sequence}: ");
        dossier.ShouldContain(people.Scene.Store.Sealed(people.Facts(FactKind.EscalationConfirmed).Single().Sequence - 1, 1).Single().Seal);
        people.Facts(FactKind.EscalationStep).Select(f => (f.Step, f.Actor)).ShouldBe([("channel", null), ("meeting", "ben"), ("supervisor", null)]);

        await people.Dev.ConfirmAsync(Shop, new ConfirmRequest("production", "r-1", "dev", "ben"), Cancel);
        Pass(people, 0);
        people.Facts(FactKind.EscalationEnded).ShouldHaveSingleItem();
        await people.Ops.ConfirmAsync(Shop, new ConfirmRequest("production", "r-1", "ops", "ann"), Cancel);
        Pass(people, 500);
        people.Facts(FactKind.EscalationStep).Count().ShouldBe(3);
        (await people.Ops.EscalationsAsync(Shop, null, Cancel)).Single().EndedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Request_ThatIsRefused_ClimbsNoFurther()
    {
        await using var people = await BeginAsync();
        Pass(people, 4);
        await people.Ops.RefuseRequestAsync(Shop, new RefuseRequest("production", "r-1", "no rollback", "ann"), Cancel);
        Pass(people, 500);

        people.Facts(FactKind.EscalationStep).ShouldHaveSingleItem();
        people.Facts(FactKind.EscalationEnded).ShouldHaveSingleItem();
        await PeopleScene.RefusedAsync(() => people.Dev.RaiseAsync(Shop, new RaiseRequest("production", "r-1", EscalationLevel.Meeting, "ben"), Cancel), ExitCode.NotFound, "TP4872");
    }

    private static async Task<PeopleScene> BeginAsync()
    {
        var people = await PeopleScene.StartAsync();
        var scene = people.Scene;
        scene.Brings = new Ladder(
        [
            .. ServerScene.Rungs.Environments.Take(2),
            ServerScene.Rungs.Environment("production")! with
            {
                Gates = new GateSpecs { Request = true, Confirmation = new ConfirmationSpec(["dev", "ops"], Distinct: true) },
                Escalation = new EscalationSpec(TimeSpan.FromHours(4), TimeSpan.FromDays(1), TimeSpan.FromDays(3)),
            },
        ]);
        scene.Store.SaveApplication(Shop, "/repository", ".", scene.Brings);
        scene.Ship("r-1");
        scene.Arrive("staging", "r-1");
        await people.Dev.RequestAsync(Shop, new DeployRequest("production", "r-1", Whole, "ben"), Cancel);
        Pass(people, 0);
        return people;
    }

    /// <summary>Hours pass, and two control planes look.</summary>
    private static void Pass(PeopleScene people, int hours)
    {
        var scene = people.Scene;
        scene.Time.Now += TimeSpan.FromHours(hours);
        foreach (var owner in new[] { "one", "two" })
        {
            var desk = new EscalationDesk(scene.Store, scene.Store, scene.Gates, scene.Time);
            new DeskLoop("escalations", desk.Look, scene.Store, new Leases(scene.Store, owner, scene.Time), scene.Time, scene.Log.Enqueue).Look();
            desk.Look(scene.Known);
        }

        scene.Log.ShouldBeEmpty();
    }

    private static Task<EscalationAnswer> OutcomeAsync(PeopleScene people, string text) =>
        people.Dev.WriteOutcomeAsync(Shop, new OutcomeRequest("production", null, "dev", text, "mallory"), Cancel);

    private static async Task RefusedToConfirmAsync(PeopleScene people, Towpath.Cli.Client.ControlPlaneClient client, string side, string hash, string code)
    {
        var refused = await Should.ThrowAsync<DiagnosticException>(() => client.ConfirmOutcomeAsync(Shop, new OutcomeConfirmRequest("production", null, side, hash, "x"), Cancel));
        refused.Diagnostics.Single().Code.ShouldBe(code);
        (await people.Owner.EscalationsAsync(Shop, null, Cancel)).Single().Outcome!.ConfirmedBy.ShouldBeNull();
    }
}
