using Towpath.Core.Applications;
using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Engines;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Reconcilers;

/// <summary>The loop around the machine of an environment at rest; what the machine says is the test's.</summary>
public sealed class UpkeepReconcilerTests : IDisposable
{
    private static readonly Effect Mend = new StartReplica(Side.Target, "api", 0, "shop-production-api-1-0");
    private static readonly Effect Ask = new Verify("smoke");

    private readonly TemporaryFolder _folder = TemporaryFolder.InMemory();
    private readonly SqliteStore _store;
    private readonly HurriedTime _time = new();
    private readonly ScriptedEnvironment _engine = new();
    private readonly CancellationTokenSource _giveWay = new();
    private readonly UpkeepPlan _plan = new(Sample.Plan(Sample.Desired("1")), DriftPolicy.Mend, null, null);

    public UpkeepReconcilerTests() => _store = new SqliteStore(_folder["towpath.db"]);

    public void Dispose()
    {
        _giveWay.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Run_SomethingToMend_IsStoredBeforeItIsBegun()
    {
        _engine.OnApply = (effect, _) =>
        {
            Stored().Pending.ShouldHaveSingleItem().Effect.ShouldBe(Mend);
            _giveWay.Cancel();
            return Task.CompletedTask;
        };

        await RunAsync(Machine(Mend));

        _engine.Begun.ShouldBe([Mend.Key]);
        Stored().Pending.ShouldBeEmpty("its answer is stored too");
        _store.Facts("shop", 0, 10).ShouldContain(f => f.Kind == FactKind.DriftFound);
    }

    [Fact]
    public async Task Run_HasToGiveWay_EndsWhatIsUnderWayAndBeginsNothing()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _engine.OnApply = (_, _) =>
        {
            _giveWay.Cancel();
            return goOn.Task;
        };

        var running = RunAsync(Machine(Mend));
        await Task.Delay(100, TestContext.Current.CancellationToken);
        running.IsCompleted.ShouldBeFalse("the effect has not ended");
        var looked = _engine.Looked;
        goOn.SetResult();
        await running;

        _engine.Begun.Count.ShouldBe(1);
        _engine.Looked.ShouldBe(looked);
    }

    [Fact]
    public async Task Run_HasToGiveWayWhileItOnlyAsks_DoesNotWaitForTheAnswer()
    {
        _engine.OnApply = (_, token) =>
        {
            _giveWay.CancelAfter(1);
            return Task.Delay(Timeout.InfiniteTimeSpan, token);
        };

        await RunAsync(Machine(Ask));

        Stored().Pending.ShouldHaveSingleItem().Effect.ShouldBe(Ask);
    }

    [Fact]
    public async Task Run_GivenWayFromTheStart_EndsWhatAnEarlierProcessHadBegun()
    {
        var lease = Lease();
        _store.SaveUpkeep(lease, RolloutsJson.Write(new UpkeepState { Release = "r-1", Pending = [new(Mend, Sample.Start), new(Ask, Sample.Start)] }), Sample.Start, []);
        await _giveWay.CancelAsync();

        await RunAsync(Machine(Mend));

        _engine.Begun.ShouldBe([Mend.Key]);
        _engine.Looked.ShouldBe(0);
        Stored().Pending.Select(p => p.Effect).ShouldBe([Ask]);
    }

    [Fact]
    public async Task Run_NothingChanges_IsNotStored()
    {
        _engine.OnLook = () =>
        {
            if (_engine.Looked == 20) _giveWay.Cancel();
        };

        await RunAsync((state, _, _, _) => new UpkeepDecision(state, []));

        _store.Upkeep("shop", "production").ShouldBeNull();
    }

    [Fact]
    public async Task Run_OnlyCounts_IsStoredNowAndThenAndAtTheEnd()
    {
        var seen = 0;
        _engine.OnLook = () =>
        {
            if (_engine.Looked == 30) _giveWay.Cancel();
        };

        await RunAsync((state, _, _, _) => new UpkeepDecision(state with { Drifted = state.Drifted.Clear().Add("replica:x", $"{++seen}") }, []));

        Stored().Drifted.Values.ShouldBe([$"{seen}"]);
    }

    [Fact]
    public async Task Run_Halted_IsToldOnceAndWhenItIsOver()
    {
        var events = new List<string>();
        _store.SetHalt(new HaltRecord("shop", null, "ann", null, Sample.Start));
        _engine.OnLook = () =>
        {
            if (_engine.Looked == 3) _store.RemoveHalt("shop", null);
            if (_engine.Looked == 6) _giveWay.Cancel();
        };

        await RunAsync((state, happened, _, now) =>
        {
            if (happened is not Observed) events.Add(happened.GetType().Name);
            return new UpkeepDecision(
                happened switch
                {
                    WorldStopped stopped => state with { Halted = new Hold(stopped.Actor, stopped.Reason, now) },
                    WorldResumed => state with { Halted = null },
                    _ => state,
                }, []);
        });

        events.ShouldBe([nameof(WorldStopped), nameof(WorldResumed)]);
    }

    [Fact]
    public async Task Run_Frozen_StandsStillAsIfHalted()
    {
        Hold? held = null;
        _engine.OnLook = () => _giveWay.Cancel();

        await RunAsync(
            (state, happened, _, now) =>
            {
                if (happened is WorldStopped stopped) held = new Hold(stopped.Actor, stopped.Reason, now);
                return new UpkeepDecision(state with { Halted = held }, []);
            },
            frozen: "d-4");

        held!.Reason.ShouldBe("d-4 needs a person");
    }

    [Fact]
    public async Task Run_CanNotBeObserved_GoesOnLooking()
    {
        _engine.OnLook = () =>
        {
            if (_engine.Looked == 4) _giveWay.Cancel();
            if (_engine.Looked < 3) throw new InvalidOperationException("the engine is away");
        };

        await RunAsync((state, _, _, _) => new UpkeepDecision(state, []));

        _engine.Looked.ShouldBe(4);
    }

    /// <summary>A machine that wants one effect when it sees the environment for the first time.</summary>
    private static Func<UpkeepState, DeploymentEvent, UpkeepPlan, DateTimeOffset, UpkeepDecision> Machine(Effect effect) => (state, happened, _, now) => happened switch
    {
        Observed when state.Pending.IsEmpty => new UpkeepDecision(
            state with { Pending = [new PendingEffect(effect, now)] },
            [new Fact { At = now, Kind = FactKind.DriftFound, Application = "shop", Environment = "production", Text = "a replica is gone" }]),
        EffectSucceeded done => new UpkeepDecision(state with { Pending = [.. state.Pending.Where(p => p.Effect.Key != done.Key)] }, []),
        _ => new UpkeepDecision(state, []),
    };

    private UpkeepState Stored() => RolloutsJson.ReadUpkeep(_store.Upkeep("shop", "production").ShouldNotBeNull());

    private Lease Lease() => _store.TryTakeLease("shop", "production", "one", _time.GetUtcNow(), Leases.Duration).ShouldNotBeNull();

    private Task RunAsync(Func<UpkeepState, DeploymentEvent, UpkeepPlan, DateTimeOffset, UpkeepDecision> machine, string? frozen = null) =>
        new UpkeepReconciler(
            new ReconcilerTools(_store, Machines.Real with { Upkeep = machine }, _ => [], _time, _ => { }), _engine, new RestPlan(_plan, frozen), new HeldLease(_store, Lease(), _time))
        .RunAsync(_giveWay.Token, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    private sealed class ScriptedEnvironment : IEnvironmentEngine
    {
        public List<string> Begun { get; } = [];

        public int Looked { get; private set; }

        public Action OnLook { get; set; } = () => { };

        public Func<Effect, CancellationToken, Task> OnApply { get; set; } = (_, _) => Task.CompletedTask;

        public Task<ObservedEnvironment> ObserveAsync(DeploymentPlan plan, CancellationToken cancellationToken)
        {
            Looked++;
            OnLook();
            return Task.FromResult(new ObservedEnvironment([]));
        }

        public Task ApplyAsync(Effect effect, DeploymentPlan plan, CancellationToken cancellationToken)
        {
            Begun.Add(effect.Key);
            return OnApply(effect, cancellationToken);
        }
    }
}
