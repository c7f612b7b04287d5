using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Environments;

public sealed class DeliveryGateTests
{
    private static readonly DateTimeOffset Noon = Models.Noon;
    private static readonly FinalEvidence Final = new("ben", Noon.AddHours(6));
    private static readonly GateEvidence Known = new() { PipelineSucceeded = true, DeliveredAt = Noon, Delivery = new DeliveryEvidence(Noon, [], ["db"]) };

    [Theory]
    // test delivery at noon, final one at 18:00, 24 hours asked
    [InlineData(false, true, 23, false, 24)]
    [InlineData(false, true, 24, true, null)]
    [InlineData(true, true, 24, false, 30)]
    [InlineData(true, true, 30, true, null)]
    [InlineData(true, false, 99, false, null)]
    public void Lead_CountsFromTheDeliveryThatIsAsked(bool fromFinal, bool isFinal, int hours, bool holds, int? opens)
    {
        var gates = new GateSpecs { Lead = TimeSpan.FromDays(1), LeadFrom = fromFinal ? DeliveryKind.Final : null };

        var verdict = Verdict("lead", gates, Known with { FinalDelivery = isFinal ? Final : null }, Noon.AddHours(hours));

        verdict.Holds.ShouldBe(holds);
        verdict.HoldsAt.ShouldBe(opens is { } after ? Noon.AddHours(after) : null);
        verdict.CanBeBroughtAbout.ShouldBe(fromFinal && !isFinal);
        if (!holds) verdict.YieldsToEmergency.ShouldBeTrue();
    }

    [Fact]
    public void Delivery_OfNothingKnown_IsClosedForGood() =>
        Verdict("delivery", new GateSpecs { Delivery = new(false) }, Known with { Delivery = null }, Noon).MayHold.ShouldBeFalse();

    [Fact]
    public void Delivery_WithAFailure_IsClosedAlsoInAnEmergency()
    {
        var faulty = Known with { Delivery = new DeliveryEvidence(Noon, ["api: logs: nothing"], []), Emergency = new EmergencyEvidence("ann", "now", Noon), FinalDelivery = Final };
        var verdict = Verdict("delivery", new GateSpecs { Delivery = new(true) }, faulty, Noon);
        verdict.MayHold.ShouldBeFalse();
        verdict.Evidence.ShouldBe("its validation failed: api: logs: nothing");
    }

    [Fact]
    public void Delivery_FinalAsked_WaitsForOne()
    {
        var gates = new GateSpecs { Delivery = new(true) };
        Verdict("delivery", gates, Known, Noon).ShouldSatisfyAllConditions(v => v.Holds.ShouldBeFalse(), v => v.CanBeBroughtAbout.ShouldBeTrue());
        var held = Verdict("delivery", gates, Known with { FinalDelivery = Final }, Noon);
        held.Holds.ShouldBeTrue();
        held.Evidence.ShouldContain("not tried: db; ben delivered it for good at ");
    }

    private static GateVerdict Verdict(string name, GateSpecs gates, GateEvidence evidence, DateTimeOffset now)
    {
        var environment = new EnvironmentSpec { Name = "production", Location = Models.At(), Gates = gates };
        return Gates.Judge(new Ladder([environment]), environment, evidence, now).Single(v => v.Name == name);
    }
}
