using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Reconcilers;

/// <summary>What people ask and what stands still reaches the machine of a deployment: in order, once, and before anything else begins.</summary>
public sealed class AskedOfDeploymentsTests : IDisposable
{
    private readonly TemporaryFolder _folder = TemporaryFolder.InMemory();
    private readonly SqliteStore _store;
    private readonly SimulatedEnvironment _environment = new(() => DateTimeOffset.UtcNow);
    private readonly List<DeploymentEvent> _seen = [];

    public AskedOfDeploymentsTests() => _store = new SqliteStore(_folder["towpath.db"]);

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Run_HaltedBeforeItBegan_BeginsOnceItMayGoOn()
    {
        var deployment = Add("r-1");
        _store.SetHalt(new HaltRecord(null, null, "ann", "television", Sample.Start));
        var running = RunAsync(deployment);
        await UntilAsync(() => State(deployment).Halted is not null);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        _environment.Done.ShouldBeEmpty();

        _store.RemoveHalt(null, null);

        (await running).Phase.ShouldBe(DeploymentPhase.Succeeded);
        _seen.Count(e => e is WorldStopped).ShouldBe(1);
        _seen.Count(e => e is WorldResumed).ShouldBe(1);
        _seen[0].ShouldBeOfType<WorldStopped>("before the first look");
    }

    [Fact]
    public async Task Run_PausedBetweenTwoLives_StandsStillUntilItIsResumed()
    {
        var deployment = Add("r-1");
        _store.AddCommand(deployment, CommandKind.Pause, "ann", "slow", null, false, Sample.Start);
        using var life = new CancellationTokenSource();
        var first = RunAsync(deployment, life.Token);
        await UntilAsync(() => State(deployment).Paused is not null);
        await life.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);

        var second = RunAsync(deployment);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        second.IsCompleted.ShouldBeFalse();
        _store.AddCommand(deployment, CommandKind.Resume, "bob", null, null, false, Sample.Start);

        (await second).Phase.ShouldBe(DeploymentPhase.Succeeded);
        _seen.OfType<PersonAsked>().Select(a => (a.Number, a.Actor)).ShouldBe([(1, "ann"), (2, "bob")]);
    }

    [Fact]
    public async Task Run_TakenBackWhileItStandsStill_Ends()
    {
        var deployment = Add("r-1");
        _store.SetHalt(new HaltRecord("shop", "production", "ann", null, Sample.Start));
        var running = RunAsync(deployment);
        await UntilAsync(() => State(deployment).Halted is not null);

        _store.AddCommand(deployment, CommandKind.Cancel, "bob", null, null, false, Sample.Start);

        (await running).Phase.ShouldBe(DeploymentPhase.Cancelled);
        _environment.Done.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_NewerOneIsAskedForWhileItWaits_GivesItsPlace()
    {
        var deployment = Add("r-1");
        _store.SetHalt(new HaltRecord("shop", null, "ann", null, Sample.Start));
        var running = RunAsync(deployment);
        await UntilAsync(() => State(deployment).Halted is not null);

        Add("r-2");

        (await running).Phase.ShouldBe(DeploymentPhase.Superseded);
    }

    private string Add(string release) => _store.AddDeployment(
        "shop", "production", release, null, "ann", Sample.Start,
        _ => (RolloutsJson.Write(DeploymentMachine.Initial(DateTimeOffset.UtcNow)), nameof(DeploymentPhase.Requested)), _ => []).Id;

    private DeploymentState State(string deployment) => RolloutsJson.Read(_store.Deployment(deployment)!.State);

    private Task<DeploymentState> RunAsync(string deployment, CancellationToken cancellationToken = default)
    {
        var machines = Machines.Real with
        {
            Deployment = (state, happened, plan, now) =>
            {
                if (happened is not Observed) _seen.Add(happened);
                return DeploymentMachine.Decide(state, happened, plan, now);
            },
        };
        var lease = _store.TryTakeLease("shop", "production", "one", DateTimeOffset.UtcNow, Leases.Duration).ShouldNotBeNull();
        return new DeploymentReconciler(
            new ReconcilerTools(_store, machines, _ => [], TimeProvider.System, _ => { }),
            _environment, Sample.Plan(Sample.Desired("1")) with { Id = deployment }, _store.Deployment(deployment)!,
            new HeldLease(_store, lease, TimeProvider.System), TimeSpan.FromMilliseconds(1)).RunAsync(cancellationToken);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var look = 0; !holds(); look++)
        {
            look.ShouldBeLessThan(1000);
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
