using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Environments;

public sealed class CiGateTests
{
    private static readonly CiRunEvidence Green = new(CiSystem.GitHub, "https://github.example.org/team/shop/actions/runs/9", null, Sample.Start, "ci");

    [Fact]
    public void Judge_AGreenRun_HoldsAndSaysWhere() => Judge(null, Green).ShouldSatisfyAllConditions(
        v => v.Holds.ShouldBeTrue(), v => v.Evidence.ShouldBe("it was green in GitHub at 2026-01-05 09:00 UTC, https://github.example.org/team/shop/actions/runs/9; by ci"));

    [Fact]
    public void Judge_NoRun_MayWait() => Judge(null).ShouldSatisfyAllConditions(v => v.Holds.ShouldBeFalse(), v => v.MayHold.ShouldBeTrue());

    [Fact]
    public void Judge_TheRunThatBeganLast_Counts()
    {
        var red = Green with { FailedStep = "test:api", StartedAt = Sample.Start.AddMinutes(1) };
        Judge(null, Green, red).Evidence.ShouldStartWith("test:api failed in GitHub");
        Judge(null, red, Green).Holds.ShouldBeFalse();
        Judge(null, Green, red with { StartedAt = Green.StartedAt }).Holds.ShouldBeFalse();
        Judge(null, red, Green with { StartedAt = Sample.Start.AddMinutes(2) }).Holds.ShouldBeTrue();
    }

    [Fact]
    public void Judge_ARunOfAnotherSystem_IsNone()
    {
        Judge(CiSystem.GitHub, Green).Holds.ShouldBeTrue();
        Judge(CiSystem.Jenkins, Green, Green with { System = null }).Holds.ShouldBeFalse();
        // A red one elsewhere does not close it either.
        Judge(CiSystem.GitHub, Green, Green with { System = CiSystem.Jenkins, FailedStep = "check", StartedAt = Sample.Start.AddDays(1) }).Holds.ShouldBeTrue();
    }

    private static GateVerdict Judge(CiSystem? system, params CiRunEvidence[] runs)
    {
        var production = new EnvironmentSpec { Name = "production", Location = Sample.Here(), Gates = new GateSpecs { Ci = new CiGateSpec(system) } };
        return Gates.Judge(new Ladder([production]), production, new GateEvidence { PipelineSucceeded = true, DeliveredAt = Sample.Start, Ci = [.. runs] }, Sample.Start.AddDays(400)).Single(v => v.Name == "ci");
    }
}
