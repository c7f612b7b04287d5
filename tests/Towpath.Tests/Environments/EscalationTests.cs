using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Environments;

public sealed class EscalationTests
{
    private static readonly DateTimeOffset Noon = Models.Noon;
    private static readonly EscalationSpec Spec = new(TimeSpan.FromHours(4), TimeSpan.FromDays(1), TimeSpan.FromDays(3));
    private static readonly BlockedRequest Blocked = new(Noon, RequestState.Complete, ["confirmation: waits for ops"]);
    private static readonly EscalationState Begun = new() { Since = Noon, Blocking = Blocked.Blocking, RequestAt = Noon };

    [Theory]
    // steps taken (hours after noon), now, the step that is taken
    [InlineData(new int[0], 3, null)]
    [InlineData(new int[0], 4, EscalationLevel.Channel)]
    [InlineData(new[] { 4 }, 23, null)]
    [InlineData(new[] { 4 }, 24, EscalationLevel.Meeting)]
    [InlineData(new[] { 4, 24 }, 71, null)]
    [InlineData(new[] { 4, 24 }, 72, EscalationLevel.Supervisor)]
    [InlineData(new[] { 4, 24, 72 }, 999, null)]
    // Nobody looked for days: one step, and the next has its time from there.
    [InlineData(new int[0], 100, EscalationLevel.Channel)]
    [InlineData(new[] { 100 }, 119, null)]
    [InlineData(new[] { 100 }, 120, EscalationLevel.Meeting)]
    // The clock was put back.
    [InlineData(new[] { 4 }, -5, null)]
    public void Next_BlockedRequest_ClimbsStepByStep(int[] taken, int hours, EscalationLevel? expected)
    {
        var state = Begun with { Steps = [.. taken.Select((at, i) => new EscalationTaken((EscalationLevel)i, Noon.AddHours(at), null, null))] };

        Escalation.Next(Spec, state, Blocked, Noon.AddHours(hours))?.Take.ShouldBe(expected);
        if (expected is null) Escalation.Next(Spec, state, Blocked, Noon.AddHours(hours)).ShouldBeNull();
    }

    [Fact]
    public void Next_FirstLook_CountsFromTheRequest()
    {
        var decision = Escalation.Next(Spec, null, Blocked, Noon.AddHours(9)).ShouldNotBeNull();
        (decision.Next.Since, decision.Take, decision.Moved).ShouldBe((Noon, null, false));
    }

    [Fact]
    public void Next_AnotherYesOrAnotherText_BeginsAnew()
    {
        var climbed = Begun with { Steps = [new EscalationTaken(EscalationLevel.Channel, Noon.AddHours(4), null, null)] };
        foreach (var moved in new[] { Blocked with { Blocking = ["confirmation: waits for dev"] }, Blocked with { At = Noon.AddHours(5) } })
        {
            var decision = Escalation.Next(Spec, climbed, moved, Noon.AddHours(6)).ShouldNotBeNull();
            (decision.Next.Since, decision.Next.Steps.Length, decision.Moved).ShouldBe((Noon.AddHours(6), 0, true));
        }
    }

    [Fact]
    public void Next_NothingMissing_EndsIt()
    {
        var climbed = Begun with { Steps = [new EscalationTaken(EscalationLevel.Channel, Noon.AddHours(4), null, null)] };
        var decision = Escalation.Next(Spec, climbed, Blocked with { Blocking = [] }, Noon.AddHours(6)).ShouldNotBeNull();
        (decision.Next.EndedAt, decision.Moved).ShouldBe((Noon.AddHours(6), true));
        Escalation.Next(Spec, decision.Next, Blocked with { Blocking = [] }, Noon.AddHours(9)).ShouldBeNull();
        Escalation.Next(Spec, null, Blocked with { Blocking = [] }, Noon).ShouldBeNull();
        // Blocked once more it counts from then.
        Escalation.Next(Spec, decision.Next, Blocked, Noon.AddHours(50))!.Next.Since.ShouldBe(Noon.AddHours(50));
    }

    [Fact]
    public void Of_WhatOnlyNeedsTime_BlocksNobody()
    {
        GateVerdict[] verdicts =
        [
            new("pipeline", true, "green"), new("window", false, "never"), new("lead", false, "soon", Noon), new("soak", false, "not yet"),
            new("request", false, "fields"), new("confirmation", false, "waits for ops"),
        ];
        var standing = new RequestStanding(RequestState.Open, []);
        BlockedRequest.Of(Noon, standing, ["what"], verdicts).Blocking.ShouldBe(["what", "confirmation: waits for ops"]);
        BlockedRequest.Of(Noon, standing, [], verdicts.Take(4).ToList()).Blocking.ShouldBeEmpty();
        BlockedRequest.Of(Noon, standing with { State = RequestState.Refused }, ["what"], verdicts).Blocking.ShouldBeEmpty();
        BlockedRequest.Of(Noon, standing, ["what"], [.. verdicts, new GateVerdict("not-rejected", false, "ann rejected it")]).Blocking.ShouldBeEmpty();
    }

    [Fact]
    public void Dossier_TextOfOthers_IsNoMarkdown()
    {
        var subject = new EscalationSubject(
            "shop", "production", "r-1", "ben", ImmutableSortedDictionary<string, string>.Empty.Add("what", "<b># x</b>"), [new GateVerdict("confirmation", false, "waits for [ops](x)")],
            [new ProvenFact(Models.Fact("request.handed.in") with { Sequence = 7 }, "ab12")],
            Begun with { Outcome = new MeetingOutcome("ops *confirms*", "dev", "ben", Noon) }, new Towpath.Core.Journal.SealAnchor(9, new string('a', 64)));

        var text = EscalationDocuments.Dossier(subject, Noon);

        text.ShouldContain("what: &lt;b&gt;\\# x&lt;/b&gt;");
        text.ShouldContain("waits for \\[ops\\](x)");
        text.ShouldContain("- 7: ");
        text.ShouldContain("(ab12)");
        text.ShouldContain("no other side has confirmed it");
        text.ShouldContain($"towpath audit verify --seal 9:{new string('a', 64)}");
        EscalationDocuments.Agenda(subject, Noon).ShouldContain("## Decisions asked for\n\n- confirmation: waits for ops: who brings it about");
    }
}
