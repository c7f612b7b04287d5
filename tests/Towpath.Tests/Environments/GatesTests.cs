using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Environments;

public sealed class GatesTests
{
    private static readonly EnvironmentSpec Below = new()
    {
        Name = "staging",
        Location = Sample.Here(),
        Slo = new SloSpec(0.99, null, 0, SloSpec.UsualWindow, Sample.Here()),
    };

    private static readonly GateSpecs Usual = new() { Soak = TimeSpan.FromMinutes(10), Confirmation = new ConfirmationSpec(["dev", "ops"], Distinct: true) };
    private static readonly GateEvidence Green = new() { PipelineSucceeded = true, DeliveredAt = Sample.Start.AddHours(-1), Author = "kim", Covers = "now" };

    private static ImmutableArray<GateVerdict> Judge(GateSpecs gates, GateEvidence evidence)
    {
        var production = new EnvironmentSpec { Name = "production", Location = Sample.Here(), Gates = gates };
        return Gates.Judge(new Ladder([Below, production]), production, evidence, Sample.Start);
    }

    private static GateVerdict Verdict(string name, GateSpecs gates, GateEvidence evidence) => Judge(gates, evidence).Single(g => g.Name == name);

    private static StayEvidence Stay(int since, int? until = null, RequestCounters? seen = null) =>
        new(Sample.Start.AddMinutes(since), until is { } end ? Sample.Start.AddMinutes(end) : null, seen);

    private static GateVerdict Confirmed(ConfirmationSpec asked, params (string Role, string Actor)[] yes) =>
        Verdict("confirmation", new GateSpecs { Confirmation = asked }, Green with { Confirmations = [.. yes.Select(y => new YesEvidence(y.Role, y.Actor, Sample.Start.AddHours(-2), "now"))] });

    [Fact]
    public void Judge_AllGates_AreShownWhateverFails()
    {
        var all = Usual with
        {
            Contract = true,
            Verification = true,
            Request = true,
            Agreement = new AgreementGateSpec(["dev", "ops"]),
            Window = new WindowSpec([.. Enum.GetValues<DayOfWeek>()], default, default, "UTC", [], Sample.Here()),
            Lead = TimeSpan.FromDays(1),
            Budget = 0.5,
            Image = new ImageGateSpec(1, true, true),
        };

        Judge(all, Green with { PipelineSucceeded = false, BudgetLeft = 0, Images = [new ImageEvidence("api", null, null, null, false)] })
            .Select(g => (g.Name, g.Holds)).ShouldBe(
            [
                ("pipeline", false), ("not-rejected", true), ("contract", false), ("agreement", false), ("soak", false), ("verification", false), ("request", false),
                ("confirmation", false), ("window", true), ("lead", false), ("budget", false), ("image", false),
            ]);
    }

    [Theory]
    [InlineData(-11, null, true)]
    [InlineData(-9, null, false)]
    [InlineData(-20, -5, true)]
    [InlineData(-20, -15, false)]
    [InlineData(null, null, false)]
    public void Judge_Soak_CountsTheTimeBelow(int? since, int? until, bool holds) =>
        Verdict("soak", Usual, Green with { Below = since is { } minutes ? Stay(minutes, until) : null }).Holds.ShouldBe(holds);

    [Fact]
    public void Judge_SoakUnderWay_SaysWhenItWillHold() =>
        Verdict("soak", Usual, Green with { Below = Stay(-9) }).HoldsAt.ShouldBe(Sample.Start.AddMinutes(1));

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Judge_SoakWithObjectives_AsksThatTheyWereKept(int errors, bool holds) =>
        Verdict("soak", Usual, Green with { Below = Stay(-20, null, new RequestCounters(100, errors, 0)) }).Holds.ShouldBe(holds);

    [Fact]
    public void Judge_ObjectivesNotKept_IsNoNewsAtEachLook()
    {
        var first = Verdict("soak", Usual, Green with { Below = Stay(-20, null, new RequestCounters(100, 5, 0)) });
        var second = Verdict("soak", Usual, Green with { Below = Stay(-21, null, new RequestCounters(110, 5, 0)) });

        second.Evidence.ShouldBe(first.Evidence);
        second.Text.ShouldNotBe(first.Text);
        first.Text.ShouldBe("staging did not keep its objectives while it ran there: 5 % errors, 0 % slow");
    }

    [Fact]
    public void Judge_VerificationFailsBelow_IsClosedEvenWhereItIsNotAsked()
    {
        var failing = Green with { Below = Stay(-20) with { VerificationFailure = "smoke answers 500" } };

        Verdict("verification", Usual, failing).Holds.ShouldBeFalse();
        Judge(Usual, Green with { Below = Stay(-20) }).ShouldNotContain(g => g.Name == "verification");
        Verdict("verification", Usual with { Verification = true }, Green with { Below = Stay(-20) }).Holds.ShouldBeTrue();
    }

    [Fact]
    public void Judge_OnePersonInBothRoles_IsNotTwoPeople() => Confirmed(Usual.Confirmation!, ("dev", "kim"), ("ops", "kim")).Holds.ShouldBeFalse();

    [Fact]
    public void Judge_DistinctPeople_FindsTheAssignmentWhateverTheOrder() =>
        Confirmed(Usual.Confirmation!, ("dev", "kim"), ("ops", "kim"), ("dev", "sam")).Holds.ShouldBeTrue();

    [Fact]
    public void Judge_ConfirmationByTheAuthor_CountsOnlyWhereItMay()
    {
        Confirmed(new ConfirmationSpec(["dev"], false), ("dev", "kim")).Holds.ShouldBeTrue();
        Confirmed(new ConfirmationSpec(["dev"], false, NotAuthor: true), ("dev", "kim")).Evidence.ShouldContain("that of kim (dev) does not count: it is the author's own");
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(2, false)]
    public void Judge_ConfirmationOfAnAge_CountsForItsTime(int hours, bool holds) =>
        Confirmed(new ConfirmationSpec(["dev"], false, ValidFor: TimeSpan.FromHours(hours)), ("dev", "sam")).Holds.ShouldBe(holds);

    [Fact]
    public void Judge_WhatAConfirmationCoversChanged_IsVoidAndSaysSo()
    {
        var verdict = Verdict("confirmation", Usual, Green with { Confirmations = [new YesEvidence("dev", "sam", Sample.Start, "before")] });

        verdict.Holds.ShouldBeFalse();
        verdict.Evidence.ShouldContain("that of sam (dev) does not count: what it covers has changed since");
        verdict.MayHold.ShouldBeTrue();
    }

    [Fact]
    public void Judge_Rejected_IsClosedForGood()
    {
        var verdict = Verdict("not-rejected", GateSpecs.None, Green with { Rejection = new RejectionEvidence("sam", "orders are lost") });

        verdict.Evidence.ShouldBe("sam rejected it: orders are lost");
        verdict.MayHold.ShouldBeFalse();
        Gates.ForReturn(Judge(Usual, Green)).Select(g => g.Name).ShouldBe(["pipeline", "not-rejected"]);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("", true)]
    [InlineData("2 warnings", false)]
    public void Judge_Contract_AsksForNoFindings(string? findings, bool holds) =>
        Verdict("contract", new GateSpecs { Contract = true }, Green with { ContractFindings = findings }).Holds.ShouldBe(holds);

    [Fact]
    public void Judge_Request_NamesWhatItDoesNotSay()
    {
        var asked = new GateSpecs { Request = true };

        Verdict("request", asked, Green).MayHold.ShouldBeTrue();
        Verdict("request", asked, Green with { Request = new RequestEvidence("sam", Sample.Start, ["risk"]) }).Evidence.ShouldBe("its deploy request does not say: risk");
        Verdict("request", asked, Green with { Request = new RequestEvidence("sam", Sample.Start, []) }).Holds.ShouldBeTrue();
    }

    [Fact]
    public void Judge_Lead_OpensByItself()
    {
        Verdict("lead", new GateSpecs { Lead = TimeSpan.FromHours(1) }, Green).Holds.ShouldBeTrue();
        Verdict("lead", new GateSpecs { Lead = TimeSpan.FromHours(2) }, Green).HoldsAt.ShouldBe(Sample.Start.AddHours(1));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(0.5, true)]
    [InlineData(0.49, false)]
    public void Judge_Budget_AsksForWhatIsLeft(double? left, bool holds) =>
        Verdict("budget", new GateSpecs { Budget = 0.5 }, Green with { BudgetLeft = left }).Holds.ShouldBe(holds);

    [Theory]
    [InlineData(true, 99L, "1000:1000", true, "")]
    [InlineData(null, 99L, "app", true, "nobody looked")]
    [InlineData(false, 99L, "app", true, "not the release's")]
    [InlineData(true, 101L, "app", true, "at most")]
    [InlineData(true, null, "app", true, "size is not known")]
    [InlineData(true, 99L, "", true, "root")]
    [InlineData(true, 99L, "0:0", true, "root")]
    [InlineData(true, 99L, null, true, "user is not known")]
    [InlineData(true, 99L, "app", false, "no valid signature")]
    public void Judge_Image_SaysWhatIsWrongWithEach(bool? isThere, long? bytes, string? user, bool isSigned, string wrong)
    {
        var verdict = Verdict("image", new GateSpecs { Image = new ImageGateSpec(100, true, true) }, Green with { Images = [new ImageEvidence("api", isThere, bytes, user, isSigned)] });

        verdict.Holds.ShouldBe(wrong.Length == 0);
        verdict.Evidence.ShouldContain(wrong);
    }
}
