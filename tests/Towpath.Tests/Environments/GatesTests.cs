using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Environments;

public sealed class GatesTests
{
    private static readonly EnvironmentSpec Below = new() { Name = "staging", Location = Sample.Here() };
    private static readonly EnvironmentSpec Production = new()
    {
        Name = "production",
        Location = Sample.Here(),
        Gates = new GateSpecs { Soak = TimeSpan.FromMinutes(10), Confirmation = new ConfirmationSpec(["dev", "ops"], Distinct: true) },
    };

    private static readonly Ladder Ladder = new([Below, Production]);

    private static ImmutableArray<GateVerdict> Judge(DateTimeOffset? since, DateTimeOffset? until, params (string, string)[] yes) =>
        Gates.Judge(Ladder, Production, new GateEvidence(true, since, until, [.. yes]), Sample.Start);

    [Theory]
    [InlineData(-11, null, true)]
    [InlineData(-9, null, false)]
    [InlineData(-20, -5, true)]
    [InlineData(-20, -15, false)]
    [InlineData(null, null, false)]
    public void Judge_Soak_CountsTheTimeBelow(int? sinceMinutes, int? untilMinutes, bool holds)
    {
        DateTimeOffset? At(int? minutes) => minutes is { } m ? Sample.Start.AddMinutes(m) : null;

        Judge(At(sinceMinutes), At(untilMinutes)).Single(g => g.Name == "soak").Holds.ShouldBe(holds);
    }

    [Fact]
    public void Judge_SoakUnderWay_SaysWhenItWillHold() =>
        Judge(Sample.Start.AddMinutes(-9), null).Single(g => g.Name == "soak").HoldsAt.ShouldBe(Sample.Start.AddMinutes(1));

    [Fact]
    public void Judge_OnePersonInBothRoles_IsNotTwoPeople() =>
        Judge(Sample.Start, null, ("dev", "kim"), ("ops", "kim")).Single(g => g.Name == "confirmation").Holds.ShouldBeFalse();

    [Fact]
    public void Judge_DistinctPeople_FindsTheAssignmentWhateverTheOrder() =>
        Judge(Sample.Start, null, ("dev", "kim"), ("ops", "kim"), ("dev", "sam")).Single(g => g.Name == "confirmation").Holds.ShouldBeTrue();

    [Fact]
    public void Judge_AllGates_AreShownWhateverFails() =>
        Judge(null, null).Select(g => g.Name).ShouldBe(["pipeline", "soak", "confirmation"]);
}
