using System.Collections.Immutable;
using Towpath.Core.Environments;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Environments;

public sealed class RequestStandingTests
{
    private static readonly RequestEvidence Whole = new("ann", Sample.Start, []);
    private static readonly GateVerdict Green = new("pipeline", true, "every step was green");
    private static readonly GateVerdict Unconfirmed = new("confirmation", false, "waits for ops") { CanBeBroughtAbout = true };
    private static readonly GateVerdict Confirmed = new("confirmation", true, "confirmed by bob (ops)");
    private static readonly GateVerdict Closed = new("window", false, "it opens at nine", Sample.Start.AddHours(1));

    [Fact]
    public void Of_FieldsAreMissing_IsOpenAndNamesEachWithTheClosedGates()
    {
        var standing = RequestStanding.Of(Whole with { Missing = ["risk", "contact"] }, null, [Green, Unconfirmed, new GateVerdict("request", false, "it does not say: risk, contact")]);

        standing.State.ShouldBe(RequestState.Open);
        standing.Missing.ShouldBe(["risk, what could go wrong, and who would notice", "contact, who answers while it goes in", "confirmation: waits for ops"]);
    }

    [Fact]
    public void Of_ConfirmedAndNotComplete_IsOpen() =>
        RequestStanding.Of(Whole with { Missing = ["risk"] }, null, [Confirmed]).State.ShouldBe(RequestState.Open);

    [Fact]
    public void Of_Complete_WaitsForItsYeses()
    {
        RequestStanding.Of(Whole, null, [Green, Unconfirmed]).ShouldSatisfyAllConditions(
            s => s.State.ShouldBe(RequestState.Complete), s => s.Missing.ShouldBe(["confirmation: waits for ops"]));
        RequestStanding.Of(Whole, null, [Green, Confirmed, Closed]).ShouldSatisfyAllConditions(
            s => s.State.ShouldBe(RequestState.Confirmed), s => s.Missing.ShouldBe(["window: it opens at nine"]));
    }

    [Fact]
    public void Of_NobodyHasToConfirm_StaysCompleteUntilItIsDone()
    {
        RequestStanding.Of(Whole, null, [Green]).ShouldSatisfyAllConditions(s => s.State.ShouldBe(RequestState.Complete), s => s.Missing.ShouldBeEmpty());
        RequestStanding.Of(Whole, new StayEvidence(Sample.Start.AddHours(1), null), [Green, Closed]).ShouldSatisfyAllConditions(
            s => s.State.ShouldBe(RequestState.Done), s => s.Missing.ShouldBeEmpty());
    }

    [Theory]
    [InlineData(-2, null, RequestState.Done)]
    [InlineData(-2, -1, RequestState.Complete)]
    [InlineData(1, 2, RequestState.Done)]
    public void Of_ReleaseRanThere_IsDoneWhereItRunsOrCameAfterTheRequest(int since, int? until, RequestState state) =>
        RequestStanding.Of(Whole, new StayEvidence(Sample.Start.AddHours(since), until is { } hours ? Sample.Start.AddHours(hours) : null), []).State.ShouldBe(state);

    [Fact]
    public void Of_Refused_IsRefusedHoweverFarItWas()
    {
        var refused = Whole with { Refusal = new RefusalEvidence("bob", "no rollback", Sample.Start) };

        RequestStanding.Of(refused, null, [Confirmed, Closed]).ShouldSatisfyAllConditions(s => s.State.ShouldBe(RequestState.Refused), s => s.Missing.ShouldBeEmpty());
        RequestStanding.Of(refused with { Missing = ["risk"] }, null, []).State.ShouldBe(RequestState.Refused);
    }

    [Fact]
    public void Scope_OfAnotherTextOrAnotherRequest_IsAnother()
    {
        var desired = Sample.Desired("1");
        var scope = new RequestScope(Sample.Start, ImmutableSortedDictionary<string, string>.Empty.Add("why", "a sale"));

        string[] all =
        [
            ApprovalScope.Of(desired), ApprovalScope.Of(desired, scope), ApprovalScope.Of(desired, scope with { OpenedAt = Sample.Start.AddTicks(1) }),
            ApprovalScope.Of(desired, scope with { Fields = scope.Fields.SetItem("why", "no sale") }), ApprovalScope.Of(desired, scope with { Fields = scope.Fields.Add("risk", "") }),
        ];
        all.ShouldBeUnique();
        ApprovalScope.Of(desired, scope with { Fields = ImmutableSortedDictionary<string, string>.Empty.Add("why", "a sale") }).ShouldBe(all[1]);
    }
}
