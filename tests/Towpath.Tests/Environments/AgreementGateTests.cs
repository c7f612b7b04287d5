using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Environments;

public sealed class AgreementGateTests
{
    private static readonly Agreement Text = new("AGREEMENT.md", "0123456789abcdef" + new string('7', 48), ["dev", "ops"]);

    [Fact]
    public void Judge_EachSideSigned_HoldsAndSaysWhoWhen()
    {
        var verdict = Judge(Text, ("dev", "ben"), ("ops", "ann"));

        verdict.Holds.ShouldBeTrue();
        verdict.Evidence.ShouldBe("AGREEMENT.md 0123456789ab was signed by ben (dev) at 2026-01-05 09:00 UTC and ann (ops) at 2026-01-05 09:00 UTC");
    }

    [Fact]
    public void Judge_OneSideMissing_NamesItAndMayWait()
    {
        var verdict = Judge(Text, ("ops", "ann"));

        (verdict.Holds, verdict.MayHold).ShouldBe((false, true));
        verdict.Evidence.ShouldBe("AGREEMENT.md 0123456789ab waits for the signature of dev; signed by ann (ops) at 2026-01-05 09:00 UTC");
        Judge(Text).Evidence.ShouldBe("AGREEMENT.md 0123456789ab waits for the signature of dev and ops");
    }

    [Fact]
    public void Judge_OnePersonForBothSides_IsNotTwoPeople() => Judge(Text, ("dev", "ben"), ("ops", "ben")).Evidence.ShouldStartWith("AGREEMENT.md 0123456789ab waits for the signature of ops");

    [Fact]
    public void Judge_ReleaseWithoutAgreement_IsClosedForGood()
    {
        var verdict = Judge(null);
        (verdict.Holds, verdict.MayHold).ShouldBe((false, false));
    }

    [Fact]
    public void Judge_SideThatTheReleaseDoesNotKnow_IsClosedForGood()
    {
        var verdict = Judge(Text with { Sides = ["dev", "web"] }, ("dev", "ben"), ("web", "kim"));
        (verdict.Holds, verdict.MayHold).ShouldBe((false, false));
    }

    [Fact]
    public void Judge_NotAsked_IsNoGate() => Verdicts(GateSpecs.None, new AgreementEvidence(Text, [])).ShouldNotContain(v => v.Name == "agreement");

    private static GateVerdict Judge(Agreement? text, params (string Side, string Actor)[] signatures) => Verdicts(
        new GateSpecs { Agreement = new AgreementGateSpec(["dev", "ops"]) },
        text is null ? null : new AgreementEvidence(text, [.. signatures.Select(s => new SignatureEvidence(s.Side, s.Actor, Sample.Start))])).Single(v => v.Name == "agreement");

    private static ImmutableArray<GateVerdict> Verdicts(GateSpecs gates, AgreementEvidence? evidence)
    {
        var production = new EnvironmentSpec { Name = "production", Location = Sample.Here(), Gates = gates };
        return Gates.Judge(new Ladder([production]), production, new GateEvidence { PipelineSucceeded = true, DeliveredAt = Sample.Start, Agreement = evidence }, Sample.Start.AddDays(400));
    }
}
