using Towpath.Core.Identity.OpenId;

namespace Towpath.Tests.Identity.OpenId;

public sealed class ProvidedTeamsTests
{
    [Fact]
    public void After_GroupsGiveAndTakeTheirTeams_AndLeaveOthers()
    {
        var teams = new Dictionary<string, string> { ["platform"] = "ops", ["backend"] = "dev", ["frontend"] = "dev" };
        ProvidedTeams.After(["qa", "ops"], ["backend", "unknown"], teams).ShouldBe(["dev", "qa"]);
        ProvidedTeams.After(["qa", "dev"], ["frontend", "platform"], teams).ShouldBe(["dev", "ops", "qa"]);
        ProvidedTeams.After(["dev"], [], teams).ShouldBeEmpty();
    }
}
