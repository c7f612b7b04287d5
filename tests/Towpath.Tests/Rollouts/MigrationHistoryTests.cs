using Towpath.Core.Rollouts;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Rollouts;

/// <summary>What stands of migrations, folded from what deployments did.</summary>
public sealed class MigrationHistoryTests
{
    private static readonly PastDeployment First = Past("r-1", DeploymentPhase.Succeeded);

    [Fact]
    public void Standing_NothingBinds_IsEmpty() => Standing("r-1", First, Past("r-2", DeploymentPhase.Succeeded)).ShouldBeEmpty();

    [Fact]
    public void Standing_SinceARelease_IsWhatRanAfterItCameIn()
    {
        var second = Past("r-2", DeploymentPhase.Succeeded, "api");
        var third = Past("r-3", DeploymentPhase.Succeeded, "web", "api");

        Standing("r-1", First, second, third).ShouldBe(["r-2:api", "r-3:web", "r-3:api"]);
        Standing("r-2", First, second, third).ShouldBe(["r-3:web", "r-3:api"]);
        Standing("r-3", First, second, third).ShouldBeEmpty();
        Standing(null, First, second, third).ShouldBe(["r-2:api", "r-3:web", "r-3:api"]);
    }

    [Fact]
    public void Standing_LeftByAFrozenDeployment_IsInTheWayOfTheReleaseBefore() =>
        Standing("r-1", First, Past("r-2", DeploymentPhase.Frozen, "api")).ShouldBe(["r-2:api"]);

    [Fact]
    public void Standing_TakenBackOnTheWayBack_IsGone() =>
        Standing("r-1", First, TakesBack(Past("r-2", DeploymentPhase.Failed, "api"), "r-2")).ShouldBeEmpty();

    [Fact]
    public void Standing_TakenBackAndRunAgain_StandsAgain()
    {
        var back = TakesBack(Past("r-1", DeploymentPhase.Succeeded), "r-2");

        Standing(null, First, Past("r-2", DeploymentPhase.Succeeded, "api"), back).ShouldBeEmpty();
        Standing("r-1", First, Past("r-2", DeploymentPhase.Succeeded, "api"), back, Past("r-2", DeploymentPhase.Succeeded, "api")).ShouldBe(["r-2:api"]);
    }

    [Fact]
    public void Standing_EnvironmentWasRemovedWithItsData_IsGone()
    {
        var removed = Past("r-1", DeploymentPhase.Failed, "api");
        removed = removed with { State = removed.State with { Done = removed.State.Done.Add(new RemoveEnvironment().Key) } };

        Standing(null, Past("r-0", DeploymentPhase.Frozen, "api"), removed, Past("r-2", DeploymentPhase.Succeeded, "api")).ShouldBe(["r-2:api"]);
    }

    [Fact]
    public void Standing_ReleaseNeverCameIn_AllStands() =>
        Standing("r-9", First, Past("r-2", DeploymentPhase.Succeeded, "api"), Past("r-9", DeploymentPhase.Failed)).ShouldBe(["r-2:api"]);

    private static IEnumerable<string> Standing(string? release, params PastDeployment[] deployments) =>
        MigrationHistory.Standing(deployments, release).Select(run => $"{run.Release}:{run.Service}");

    private static PastDeployment Past(string release, DeploymentPhase phase, params string[] binding) =>
        new(release, DeploymentMachine.Initial(Sample.Start) with { Phase = phase, Binding = [.. binding] });

    private static PastDeployment TakesBack(PastDeployment past, string release) =>
        past with { State = past.State with { TakenBack = [new MigrationRun(release, "api")] } };
}
