using Towpath.EngineTests.Environments;

namespace Towpath.Cluster.Environments;

/// <summary>The contract of environments, on a real cluster.</summary>
public sealed class ClusterContractTests(ClusterFixture cluster) : EnvironmentContract
{
    private protected override string Image => cluster.Image;

    private protected override async Task<EnvironmentScene> OpenAsync() => await ClusterScene.OpenAsync(cluster);
}
