using System.Collections.Immutable;
using Towpath.Core.Containers;
using Towpath.Core.Rollouts;
using Towpath.Tests.Server;

namespace Towpath.Tests.Engines.Environments;

/// <summary>A process that ends its work when it is asked to must get the time that its service asks for.</summary>
public sealed class GracePeriodTests : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(42);
    private readonly ServerScene _scene = new();

    [Fact]
    public async Task Retire_RunningReplica_GetsItsOwnGrace()
    {
        await RunAsync("worker");

        await ApplyAsync(new RetireReplica("worker", "worker"));

        _scene.Engine.Graces["worker"].ShouldBe(Grace);
    }

    [Fact]
    public async Task Park_ReplicaThatWorksOnItsOwn_GetsItsOwnGrace()
    {
        await RunAsync("worker");

        await ApplyAsync(new ParkReplica("worker", "worker", Stop: true));

        _scene.Engine.Graces["worker"].ShouldBe(Grace);
    }

    public void Dispose() => _scene.Dispose();

    private async Task RunAsync(string name)
    {
        _scene.Engine.AddImage("worker:1");
        var plan = new ContainerPlan { Name = name, Image = "worker:1", Labels = ImmutableSortedDictionary<string, string>.Empty, StopGracePeriod = Grace };
        await _scene.Engine.CreateContainerAsync(plan, TestContext.Current.CancellationToken);
        await _scene.Engine.StartContainerAsync(name, TestContext.Current.CancellationToken);
    }

    // Neither effect looks at the plan: what a container was made from may be gone.
    private Task ApplyAsync(Effect effect) => _scene.Environments
        .Environment(ServerScene.Application, "production").ApplyAsync(effect, null!, TestContext.Current.CancellationToken);
}
