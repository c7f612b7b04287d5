using Towpath.Core.Journal;
using Towpath.Core.Rollouts;

namespace Towpath.Tests.Rollouts;

public sealed class JournalReplayTests
{
    private static readonly Place Staging = new("shop", "staging");

    [Fact]
    public void Of_DeploymentsInAllTheirPhases_TellsWhatRunsAndWhatIsOpen()
    {
        var replay = JournalReplay.Of(
        [
            Of(FactKind.DeploymentRequested, "d-1", "r-1"),
            Of(FactKind.DeploymentPhase, "d-1", "r-1") with { Step = "Rolling" },
            Of(FactKind.DeploymentSucceeded, "d-1", "r-1"),
            Of(FactKind.DeploymentRequested, "d-2", "r-2"),
            Of(FactKind.DeploymentFailed, "d-2", "r-2"),
            Of(FactKind.DeploymentRequested, "d-3", "r-3"),
            Of(FactKind.DeploymentPhase, "d-3", "r-3") with { Step = "Gated" },
            Of(FactKind.DeploymentRequested, "d-4", "r-4"),
            Of(FactKind.DeploymentSuperseded, "d-4", "r-4"),
        ]);

        replay.Current[Staging].ShouldBe(("r-1", "d-1"));
        replay.Open.ShouldHaveSingleItem().ShouldBe(new("d-3", new OpenDeployment(Staging, "r-3", "Gated")));
    }

    [Fact]
    public void Of_Halts_OfEachExtentAreTheirOwnAndTheFirstStays()
    {
        var all = new Fact { At = default, Kind = FactKind.WorldStopped, Application = "", Text = "", Actor = "ann" };
        var one = all with { Application = "shop", Environment = "staging" };

        var replay = JournalReplay.Of([all, one, one with { Actor = "bob" }, all with { Kind = FactKind.WorldResumed }]);

        replay.Halts.ShouldHaveSingleItem().ShouldBe(new(Staging, "ann"));
    }

    [Fact]
    public void Of_RejectionsAndConfirmations_CountOnce()
    {
        var yes = Of(FactKind.ReleaseConfirmed, null, "r-1") with { Role = "ops", Actor = "ann", Covers = "c" };

        var replay = JournalReplay.Of([yes, yes, Of(FactKind.ReleaseRejected, null, "r-1") with { Environment = null }]);

        replay.Confirmations.ShouldHaveSingleItem().ShouldBe(new Yes(Staging, "r-1", "ops", "ann", "c"));
        replay.Rejections.ShouldHaveSingleItem().ShouldBe(("shop", "r-1"));
    }

    [Fact]
    public void Of_ApplicationRemoved_ForgetsAllAboutItAndNothingElse()
    {
        var other = Of(FactKind.DeploymentSucceeded, "d-9", "r-9") with { Application = "blog" };

        var replay = JournalReplay.Of(
        [
            other,
            Of(FactKind.DeploymentSucceeded, "d-1", "r-1"),
            Of(FactKind.DeploymentRequested, "d-2", "r-2"),
            Of(FactKind.ReleaseRejected, null, "r-1"),
            new Fact { At = default, Kind = FactKind.ApplicationRemoved, Application = "shop", Text = "" },
        ]);

        replay.Current.Keys.ShouldBe([new Place("blog", "staging")]);
        replay.Open.ShouldBeEmpty();
        replay.Rejections.ShouldBeEmpty();
    }

    private static Fact Of(string kind, string? deployment, string release) => new()
    {
        At = default,
        Kind = kind,
        Application = "shop",
        Environment = "staging",
        Deployment = deployment,
        Release = release,
        Text = "",
    };
}
