using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Rollouts;
using Towpath.Engines;
using Towpath.Tests.Fakes;
using Towpath.Tests.Server;

namespace Towpath.Tests.Engines.Environments;

/// <summary>A migration is taken back once for each time that it ran, wherever a control plane was killed.</summary>
public sealed class MigrationReversalTests : IDisposable
{
    private readonly ServerScene _scene = new();
    private readonly List<string> _ran = [];
    private readonly DeploymentPlan _plan;

    public MigrationReversalTests()
    {
        var api = Sample.Api() with
        {
            Delivery = Sample.Api().Delivery with
            {
                Migrate = new Migration(["up"], TimeSpan.FromSeconds(5), Sample.Here()) { Reversible = false, Revert = ImmutableArray.Create("down") },
            },
        };
        var desired = Sample.Desired("1", api);
        _plan = Sample.Plan(desired);
        _scene.Engine.AddImage(desired.Service("api")!.Image.Digest);
        _scene.Engine.OnStart = plan =>
        {
            _ran.Add(plan.Entrypoint!.Value[0]);
            return (Towpath.Core.Containers.ContainerState.Exited, 0);
        };
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IEnvironmentEngine Environment => _scene.Environments.Engine(_plan.Target.Application, _plan.Target.Environment.Name);

    [Fact]
    public async Task Revert_AfterTheMigration_RunsOnceAndLetsItRunAgain()
    {
        await PrepareAsync();
        await ApplyAsync(new RunMigration("api"), new RunMigration("api"), new RevertMigration("api"), new RevertMigration("api"));
        _ran.ShouldBe(["up", "down"]);
        _scene.Engine.Containers.ShouldBeEmpty();

        await ApplyAsync(new RunMigration("api"), new RevertMigration("api"));
        _ran.ShouldBe(["up", "down", "up", "down"]);
    }

    [Fact]
    public async Task Revert_NothingMigrated_DoesNothing()
    {
        await PrepareAsync();
        await ApplyAsync(new RevertMigration("api"));
        _ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task Revert_Fails_IsADiagnosticAndIsTriedAgain()
    {
        await PrepareAsync();
        await ApplyAsync(new RunMigration("api"));
        _scene.Engine.OnStart = _ => (Towpath.Core.Containers.ContainerState.Exited, 4);
        await Should.ThrowAsync<DiagnosticException>(() => ApplyAsync(new RevertMigration("api")));

        _scene.Engine.OnStart = plan =>
        {
            _ran.Add(plan.Entrypoint!.Value[0]);
            return (Towpath.Core.Containers.ContainerState.Exited, 0);
        };
        await ApplyAsync(new RevertMigration("api"));
        _ran.ShouldBe(["up", "down"]);
    }

    public void Dispose() => _scene.Dispose();

    private Task PrepareAsync() => Environment.ApplyAsync(new PrepareEnvironment(), _plan, Cancel);

    private async Task ApplyAsync(params Effect[] effects)
    {
        foreach (var effect in effects) await Environment.ApplyAsync(effect, _plan, Cancel);
    }
}
