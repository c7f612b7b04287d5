using Towpath.Core.Reviews;
using Towpath.Core.Rollouts;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Reviews;

public sealed class StabilityTests
{
    [Fact]
    public void Of_DeploymentsOfTheTime_CountsEachByHowItEnded()
    {
        var found = Stability.Of(
            [
                Deployed("r-1", DeploymentPhase.Succeeded, 1), Deployed("r-2", DeploymentPhase.Failed, 2, wasTakenBack: true), Deployed("r-2", DeploymentPhase.Failed, 3),
                Deployed("r-3", DeploymentPhase.Frozen, 4), Deployed("r-4", DeploymentPhase.Superseded, 5), Deployed("r-4", DeploymentPhase.Rolling, 6), Deployed("r-4", DeploymentPhase.Cancelled, 7),
            ],
            0.5, Models.Noon);
        found.ShouldBe(new Stability(Succeeded: 1, TakenBack: 1, Refused: 1, Frozen: 1, Returned: 0, 0.5));
    }

    [Fact]
    public void Of_AnEarlierReleaseThatComesBack_TellsThatFromOneThatIsDeployedTwice()
    {
        var found = Stability.Of(
            [
                // Older than what counts, and yet it ran there.
                Deployed("r-1", DeploymentPhase.Succeeded, 40), Deployed("r-2", DeploymentPhase.Succeeded, 5), Deployed("r-2", DeploymentPhase.Succeeded, 4), Deployed("r-1", DeploymentPhase.Succeeded, 3),
            ],
            null, Models.Noon);
        found.ShouldBe(new Stability(3, 0, 0, 0, 1, null));
    }

    private static ReviewedDeployment Deployed(string release, DeploymentPhase phase, int daysAgo, bool wasTakenBack = false) => new(release, phase, Models.Noon.AddDays(-daysAgo), wasTakenBack);
}
