using Towpath.Core.Rollouts;

namespace Towpath.Tests.Rollouts;

public sealed class DeploymentTableTests
{
    private const int Seeds = 600;

    private static readonly string[] Events = [.. typeof(DeploymentEvent).Assembly.GetTypes()
        .Where(t => t.IsSubclassOf(typeof(DeploymentEvent)) && !t.IsAbstract).Select(t => t.Name)];

    [Fact]
    public void Table_HasEveryPairOfStateAndEvent() =>
        DeploymentMachine.Table.Cells.ShouldBe(
            from state in Enum.GetNames<DeploymentPhase>() from happened in Events select (state, happened), ignoreOrder: true);

    [Fact]
    public void Table_EndedStates_IgnoreEverything() =>
        DeploymentMachine.Table.Pairs.Select(p => Enum.Parse<DeploymentPhase>(p.State)).Where(p => DeploymentMachine.Initial(default) is var s && (s with { Phase = p }).Ended).ShouldBeEmpty();

    [Fact]
    public void Run_ManySeeds_KeepsItsPromisesAndMeetsEveryPair()
    {
        var seen = new HashSet<(string, string)>();
        var ends = new HashSet<DeploymentPhase>();
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var flow = new RandomFlow(seed);
            flow.Run();
            flow.Broken.Take(3).ShouldBeEmpty($"seed {seed}");
            seen.UnionWith(flow.Seen);
            ends.UnionWith(flow.Ends);
        }

        DeploymentMachine.Table.Pairs.Except(seen).ShouldBeEmpty("pairs that no seed met");
        ends.ShouldBe([DeploymentPhase.Succeeded, DeploymentPhase.Frozen, DeploymentPhase.Failed, DeploymentPhase.Superseded, DeploymentPhase.Cancelled], ignoreOrder: true);
    }
}
