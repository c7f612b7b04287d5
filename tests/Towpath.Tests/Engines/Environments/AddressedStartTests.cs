using Towpath.Core.Containers;
using Towpath.Core.Rollouts;
using Towpath.Engines.Containers;
using Towpath.Tests.Fakes;
using Towpath.Tests.Server;

namespace Towpath.Tests.Engines.Environments;

/// <summary>Podman's service that is killed while it starts a container loses the container's address for good.</summary>
public sealed class AddressedStartTests : IDisposable
{
    private readonly ServerScene _scene = new();
    private readonly List<string> _asked = [];
    private EngineException _refusal = new(EngineError.Other, "exec: no such file");

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task StartReplica_AddressIsLost_TakesAnotherOne()
    {
        Lose(1);

        await StartAsync();

        _asked.Count.ShouldBe(2);
        var replica = (await _scene.Engine.ListContainersAsync([], TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        replica.State.ShouldBe(ContainerState.Running);
        replica.Label(ContainerLabels.Address).ShouldBe(_asked[1]);
        _asked[1].ShouldNotBe(_asked[0]);
    }

    [Fact]
    public async Task StartReplica_EveryAddressIsLost_GivesUp()
    {
        Lose(100);

        (await Should.ThrowAsync<EngineException>(StartAsync)).Error.ShouldBe(EngineError.AddressTaken);

        _asked.Count.ShouldBe(3);
        _asked.ShouldBeUnique();
    }

    [Theory]
    [InlineData("`/usr/bin/runc start 3f2a` failed: exit status 1")]
    [InlineData("runc: runc create failed: container with given ID already exists: OCI runtime error")]
    public async Task StartReplica_LeftHalfStarted_IsMadeAnew(string refusal)
    {
        _refusal = EngineErrors.From(System.Net.HttpStatusCode.InternalServerError, refusal);
        _scene.Engine.OnStart = _ => throw new EngineException(EngineError.Unreachable, "killed");
        await Should.ThrowAsync<EngineException>(StartAsync);
        var before = _scene.Engine.Containers.ShouldHaveSingleItem();
        _scene.Engine.OnStart = plan => _asked.Count == 0 ? Refuse(plan) : (ContainerState.Running, 0);

        await StartAsync();

        var replica = _scene.Engine.Containers.ShouldHaveSingleItem();
        replica.State.ShouldBe(ContainerState.Running);
        replica.Id.ShouldNotBe(before.Id);
    }

    [Fact]
    public async Task StartReplica_RefusedForAReasonOfItsOwn_IsNotMadeAgainAndAgain()
    {
        _scene.Engine.OnStart = Refuse;

        (await Should.ThrowAsync<EngineException>(StartAsync)).Error.ShouldBe(EngineError.Other);
        _asked.Count.ShouldBe(1);
        (await Should.ThrowAsync<EngineException>(StartAsync)).Error.ShouldBe(EngineError.Other);
        _asked.Count.ShouldBe(3);
    }

    private (ContainerState State, int ExitCode) Refuse(ContainerPlan plan)
    {
        _asked.Add(plan.Address!);
        throw _refusal;
    }

    private void Lose(int addresses) => _scene.Engine.OnStart = plan =>
    {
        _asked.Add(plan.Address!);
        return _asked.Count <= addresses ? throw new EngineException(EngineError.AddressTaken, "IPAM error: requested ip address is already allocated") : (ContainerState.Running, 0);
    };

    private async Task StartAsync()
    {
        var desired = Sample.Desired("1", Sample.Api());
        var plan = Sample.Plan(desired);
        _scene.Engine.AddImage(desired.Service("api")!.Image.Digest);
        var environment = _scene.Environments.Engine(desired.Application, desired.Environment.Name);
        await environment.ApplyAsync(new PrepareEnvironment(), plan, TestContext.Current.CancellationToken);
        var name = RolloutPlanner.ContainerName(desired, desired.Service("api")!, 0);
        await environment.ApplyAsync(new StartReplica(Side.Target, "api", 0, name), plan, TestContext.Current.CancellationToken);
    }
}
