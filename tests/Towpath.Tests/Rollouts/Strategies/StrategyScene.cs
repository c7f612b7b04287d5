using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Rollouts;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Rollouts.Strategies;

/// <summary>A service with four replicas, and a release of it that comes in by some strategy.</summary>
internal sealed class StrategyScene
{
    public static readonly StrategySpec Canary = new() { Kind = StrategyKind.Canary, Steps = [10, 50], Interval = TimeSpan.FromSeconds(5) };
    public static readonly StrategySpec BlueGreen = new() { Kind = StrategyKind.BlueGreen };

    public DeploymentFlow Flow { get; } = new();

    public SimulatedEnvironment World => Flow.Environment;

    public EnvironmentDesired First { get; } = Desired("1", StrategySpec.Default);

    /// <summary>The first release is there, and requests come.</summary>
    public static async Task<StrategyScene> StartAsync(int requests = 50, EnvironmentDesired? first = null)
    {
        var scene = new StrategyScene();
        (await scene.Flow.RunAsync(Sample.Plan(first ?? scene.First))).Phase.ShouldBe(DeploymentPhase.Succeeded);
        scene.World.RequestsPerLook = requests;
        scene.World.WatchService("api");
        scene.World.Done.Clear();
        scene.Flow.Facts.Clear();
        return scene;
    }

    public Task<DeploymentState> NextAsync(StrategySpec strategy, EnvironmentDesired? previous = null, TimeSpan? warm = null) =>
        Flow.RunAsync(Sample.Plan(Desired("2", strategy, warm), previous ?? First));

    public static EnvironmentDesired Desired(string version, StrategySpec strategy, TimeSpan? warm = null, int replicas = 4) => EnvironmentPlanner.Plan(
        Sample.Release(version, Sample.Api(replicas), Sample.Worker, Sample.Db),
        Sample.Production with { Strategy = strategy, Warm = warm ?? TimeSpan.FromMinutes(10) },
        ImmutableDictionary<string, string>.Empty);

    public IEnumerable<ObservedReplica> Api(string version) => World.Replicas.Where(r => r.Service == "api" && r.ImageDigest == $"sha256:api-{version}");

    /// <summary>Percent that the share effects gave, in order.</summary>
    public IEnumerable<int?> Shares => Flow.Facts.Where(f => f.Kind == Core.Journal.FactKind.ShareReached).Select(f => f.Share);
}
