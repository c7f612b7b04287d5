using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Storage;

// Escalations of blocked deploy requests.
public abstract partial class StoreContract
{
    private static readonly EscalationRecord Waiting = new(
        "shop", "production", "r-1", 1, new EscalationState { Since = Models.Noon, Blocking = ["confirmation: waits for ops"], RequestAt = Models.Noon });

    [Fact]
    public void SaveEscalation_EachStepOnce_SomebodyWhoIsLateStoresNothing()
    {
        var taken = Waiting with
        {
            Version = 2,
            State = Waiting.State with
            {
                Steps = [new EscalationTaken(EscalationLevel.Channel, Models.Noon.AddHours(4), null, null), new EscalationTaken(EscalationLevel.Meeting, Models.Noon.AddHours(5), "ben", "# Agenda")],
                Outcome = new MeetingOutcome("decided", "dev", "ben", Models.Noon) { ConfirmedBy = "ann", ConfirmedSide = "ops", ConfirmedAt = Models.Noon },
            },
        };
        _store.SaveEscalation(Waiting).ShouldBeTrue();
        _store.SaveEscalation(taken, Models.Fact(FactKind.EscalationStep)).ShouldBeTrue();
        _store.SaveEscalation(taken, Models.Fact(FactKind.EscalationStep)).ShouldBeFalse();

        var found = _store.Escalation("shop", "production", "r-1").ShouldNotBeNull();
        found.Version.ShouldBe(2);
        found.State.Steps.ShouldBe(taken.State.Steps);
        found.State.Blocking.ShouldBe(Waiting.State.Blocking);
        found.State.Outcome.ShouldBe(taken.State.Outcome);
        _store.Facts("shop", 0, 9).ShouldHaveSingleItem();
    }

    [Fact]
    public void Escalations_OfOneOrAllEnvironments_BlockedLastFirst()
    {
        _store.SaveEscalation(Waiting);
        _store.SaveEscalation(Waiting with { Environment = "staging", State = Waiting.State with { Since = Models.Noon.AddHours(1) } });
        _store.SaveEscalation(Waiting with { Application = "blog" });

        _store.Escalations("shop", null, 9).Select(e => e.Environment).ShouldBe(["staging", "production"]);
        _store.Escalations("shop", "production", 9).ShouldHaveSingleItem();
        _store.RemoveApplication("shop");
        _store.Escalations("shop", null, 9).ShouldBeEmpty();
    }
}
