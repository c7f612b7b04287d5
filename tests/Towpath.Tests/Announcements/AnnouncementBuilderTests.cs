using Towpath.Core.Announcements;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Announcements;

public sealed class AnnouncementBuilderTests
{
    [Fact]
    public void Of_FailedDeployment_SaysWhereWhatWhyAndWhatToDo()
    {
        var fact = Facts.Deployment(FactKind.DeploymentFailed, 3, text: "production runs r-0 again", environment: "production") with
        {
            Sequence = 12,
            Duration = TimeSpan.FromSeconds(90),
            Diagnostic = new Diagnostic("TP5002", Severity.Error, "api never became ready", Help: "look at its log"),
        };

        var announcement = AnnouncementBuilder.Of(fact);

        announcement.Title.ShouldBe("shop/production: deployment failed");
        announcement.Text.ShouldBe("production runs r-0 again\napi never became ready");
        announcement.Severity.ShouldBe(AnnouncementSeverity.Bad);
        announcement.Sequence.ShouldBe(12);
        announcement.Fields.Select(f => f.Name).ShouldBe(["Release", "Took", "Deployment", "Code", "What to do"]);
        announcement.Fields.Single(f => f.Name == "What to do").Value.ShouldBe("look at its log");
    }

    [Fact]
    public void Of_FactsAboutAccounts_AreNeverAnnounced()
    {
        var kinds = typeof(FactKind).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetValue(null)!).Where(FactKind.IsOfIdentity).ToList();
        kinds.Count.ShouldBeGreaterThan(9);
        foreach (var kind in kinds)
        {
            AnnouncementEvents.Of(Facts.Of(kind, 1)).ShouldBeNull(kind);
            Channels.Http().Wants(Facts.Of(kind, 1) with { Application = "" }).ShouldBeFalse(kind);
        }
    }

    [Theory]
    [InlineData("", null, "Towpath: halted")]
    [InlineData("shop", null, "shop: halted")]
    [InlineData("shop", "staging", "shop/staging: halted")]
    public void Of_Halt_TitleNamesItsExtent(string application, string? environment, string title) =>
        AnnouncementBuilder.Of(Facts.Of(FactKind.WorldStopped, 1) with { Application = application, Environment = environment }).Title.ShouldBe(title);

    [Fact]
    public void Of_TextOfACommit_HasNoControlCharactersAndABound()
    {
        var announcement = AnnouncementBuilder.Of(Facts.Release(FactKind.ReleaseCreated, 1, text: "one\r\ntwo\u001b[31m\0" + new string('x', 9000)));

        announcement.Text.ShouldStartWith("one\ntwo [31m");
        announcement.Text.Length.ShouldBe(2500);
        announcement.Text.Any(c => char.IsControl(c) && c != '\n').ShouldBeFalse();
    }

    [Fact]
    public void Of_PhaseRollingBack_IsAnnouncedAndOtherPhasesAreNot()
    {
        var back = Facts.Deployment(FactKind.DeploymentPhase, 1, step: nameof(Towpath.Core.Rollouts.DeploymentPhase.RollingBack));
        AnnouncementBuilder.Of(back).Event.ShouldBe("deployment.rolling.back");
        AnnouncementEvents.Of(back with { Step = "Rolling" }).ShouldBeNull();
    }

    [Fact]
    public void All_EachEventButOne_IsAKindOfFact()
    {
        var kinds = typeof(FactKind).GetFields().Select(f => (string)f.GetRawConstantValue()!).Append(AnnouncementEvents.RollingBack);
        AnnouncementEvents.All.Select(e => e.Name).Except(kinds).ShouldBeEmpty();
        AnnouncementEvents.All.Select(e => e.Name).ShouldBeUnique();
    }

    [Fact]
    public void KeyOf_SameFact_IsTheSame_AndAnotherForEachChannelAndFact()
    {
        var fact = Facts.Of(FactKind.WorldStopped, 1) with { Sequence = 3 };
        var key = AnnouncementBuilder.KeyOf("team", fact);

        key.ShouldMatch("^[0-9a-f]{32}$");
        AnnouncementBuilder.KeyOf("team", fact with { }).ShouldBe(key);
        new[] { AnnouncementBuilder.KeyOf("ops", fact), AnnouncementBuilder.KeyOf("team", fact with { Sequence = 4 }), AnnouncementBuilder.KeyOf("team", fact with { Text = "other" }), key }
            .ShouldBeUnique();
    }
}
