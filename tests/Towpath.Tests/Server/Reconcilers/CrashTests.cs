using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Engines;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;
using Towpath.Tests.Rollouts;

namespace Towpath.Tests.Server.Reconcilers;

/// <summary>
/// Kills the control plane at every effect and at every write of a deployment, before and after, and lets a new one go on: the end is
/// the same as without it, and no promise is broken on the way.
/// </summary>
public sealed class CrashTests : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LeaseTime = TimeSpan.FromMinutes(5);

    private readonly TemporaryFolder _folder = TemporaryFolder.InMemory();
    private readonly SqliteStore _store;

    public CrashTests() => _store = new SqliteStore(_folder["towpath.db"]);

    public static TheoryData<string, CrashPoint> Flows { get; } = new MatrixTheoryData<string, CrashPoint>(
        ["first", "next", "exits", "never ready", "first exits", "stateful", "verification"], [CrashPoint.Before, CrashPoint.After]);

    // Twice as many writes as effects: the flows that differ in what they store.
    public static TheoryData<string, CrashPoint> WrittenFlows { get; } = new MatrixTheoryData<string, CrashPoint>(
        ["first", "next", "exits", "stateful"], [CrashPoint.Before, CrashPoint.After]);

    [Theory]
    [MemberData(nameof(Flows))]
    public async Task Run_KilledAtEveryEffect_EndsTheSame(string flow, CrashPoint point)
    {
        var calm = await CalmAsync(flow);
        for (var at = 1; at <= calm.Effects; at++)
        {
            var scene = await SceneAsync(flow);
            using var process = new CancellationTokenSource();
            var engine = new CrashingEnvironment(scene.Environment, at, point, process.Cancel);
            var state = await LifeAsync(_store, engine, scene, process.Token)
                ?? await Reconciler(_store, scene.Environment, scene).RunAsync(Timeout());

            EndOf(state, scene).ShouldBe(calm.End, $"killed {point} effect {at}, {engine.Crashed}");
            ShouldKeepPromises(scene, flow, $"killed {point} effect {at}, {engine.Crashed}");
        }
    }

    [Theory]
    [MemberData(nameof(WrittenFlows))]
    public async Task Run_KilledAtEveryWrite_EndsTheSame(string flow, CrashPoint point)
    {
        var calm = await CalmAsync(flow);
        for (var at = 1; ; at++)
        {
            var scene = await SceneAsync(flow);
            var store = CrashingStore.Around(_store, at, point);
            var seen = _store.LastSequence();
            if (await LifeAsync(store, scene.Environment, scene, Timeout()) is not null)
            {
                at.ShouldBeGreaterThan(10);
                break;
            }

            var state = await Reconciler(_store, scene.Environment, scene).RunAsync(Timeout());

            EndOf(state, scene).ShouldBe(calm.End, $"killed {point} write {at}");
            ShouldKeepPromises(scene, flow, $"killed {point} write {at}");
            var told = _store.Facts("shop", seen, 1000).Select(f => f.Kind).Where(k => k is FactKind.ReleaseArrived or FactKind.DeploymentSucceeded or FactKind.DeploymentFailed);
            told.ShouldBe(
                state.Phase == DeploymentPhase.Succeeded ? [FactKind.DeploymentSucceeded, FactKind.ReleaseArrived] : [FactKind.DeploymentFailed],
                $"killed {point} write {at}: each end is told once");
        }
    }

    [Fact]
    public async Task Run_KilledAgainAndAgain_StillEnds()
    {
        var calm = await CalmAsync("next");
        var scene = await SceneAsync("next");
        DeploymentState? state = null;
        for (var life = 0; state is null; life++)
        {
            life.ShouldBeLessThan(200);
            // Some lives do one effect, whose answer is lost, others a few: two that begin together must not be the last for ever.
            using var process = new CancellationTokenSource();
            var engine = new CrashingEnvironment(scene.Environment, 1 + (life % 5), CrashPoint.After, process.Cancel);
            state = await LifeAsync(_store, engine, scene, process.Token);
        }

        EndOf(state, scene).ShouldBe(calm.End);
        ShouldKeepPromises(scene, "next", "killed in every life");
    }

    [Fact]
    public async Task Run_LeaseTakenByAnother_StopsAndDoesNothingMore()
    {
        var scene = await SceneAsync("next");
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var slow = new HeldEnvironment(scene.Environment, "prepare", reached, goOn.Task);
        var first = Reconciler(_store, slow, scene, "one");
        var running = first.RunAsync(Timeout());
        await reached.Task;
        var now = DateTimeOffset.UtcNow;

        var second = Reconciler(_store, scene.Environment, scene, "two", now + LeaseTime + LeaseTime);
        goOn.SetResult();

        await Should.ThrowAsync<StaleLeaseException>(() => running);
        var begun = slow.Begun;
        var state = await second.RunAsync(Timeout());
        state.Phase.ShouldBe(DeploymentPhase.Succeeded);
        slow.Begun.ShouldBe(begun, "the one without the lease began another effect");
        ShouldKeepPromises(scene, "next", "two control planes");
    }

    [Fact]
    public async Task Run_LeaseTakenAndLetGoMeanwhile_StopsTheFirst()
    {
        var scene = await SceneAsync("next");
        // Its lease is so near its end that it is renewed with the first look.
        var first = Reconciler(_store, scene.Environment, scene, "one", duration: TimeSpan.FromSeconds(1));
        var second = Reconciler(_store, scene.Environment, scene, "two", DateTimeOffset.UtcNow.AddSeconds(2));
        (await second.RunAsync(Timeout())).Phase.ShouldBe(DeploymentPhase.Succeeded);
        _store.ReleaseLease(_store.TryTakeLease("shop", "production", "two", DateTimeOffset.UtcNow, LeaseTime)!);
        var done = scene.Environment.Done.Count;

        await Should.ThrowAsync<StaleLeaseException>(() => first.RunAsync(Timeout()));

        scene.Environment.Done.Count.ShouldBe(done);
        _store.Deployment(scene.Deployment)!.Phase.ShouldBe(nameof(DeploymentPhase.Succeeded));
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    private static CancellationToken Timeout() => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    /// <summary>One life of a control plane: the last state, or null when it was killed.</summary>
    private async Task<DeploymentState?> LifeAsync(IStore store, IEnvironmentEngine engine, Scene scene, CancellationToken process)
    {
        try
        {
            return await Reconciler(store, engine, scene).RunAsync(process);
        }
        catch (Exception e) when (e is CrashException || process.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<(string End, int Effects)> CalmAsync(string flow)
    {
        var scene = await SceneAsync(flow);
        var engine = new CrashingEnvironment(scene.Environment, 0, CrashPoint.Before, () => { });
        var state = await Reconciler(_store, engine, scene).RunAsync(Timeout());
        ShouldKeepPromises(scene, flow, "without a crash");
        state.Phase.ShouldBe(flow is "first" or "next" or "stateful" ? DeploymentPhase.Succeeded : DeploymentPhase.Failed);
        engine.Begun.ShouldBeGreaterThan(5);
        return (EndOf(state, scene), engine.Begun);
    }

    /// <summary>An environment in the state before a deployment, and that deployment.</summary>
    private async Task<Scene> SceneAsync(string flow)
    {
        var before = new DeploymentFlow();
        var first = Sample.Desired("1");
        var changed = Sample.Db with { Environment = Sample.Db.Environment.Add("TUNED", "yes") };
        var isFirst = flow.StartsWith("first", StringComparison.Ordinal);
        var target = isFirst ? first : flow == "stateful" ? Sample.Desired("2", Sample.Api(), Sample.Worker, changed) : Sample.Desired("2");
        if (!isFirst) (await before.RunAsync(Sample.Plan(first))).Phase.ShouldBe(DeploymentPhase.Succeeded);
        var environment = before.Environment;
        environment.Clock = () => DateTimeOffset.UtcNow;
        if (flow == "exits") environment.ExitsAtOnce.Add("sha256:api-2");
        if (flow == "first exits") environment.ExitsAtOnce.Add("sha256:api-1");
        if (flow == "never ready") environment.NeverReady.Add("sha256:worker-2");
        if (flow == "verification") environment.Fails["verify:smoke"] = int.MaxValue;
        if (!isFirst) environment.WatchService("api");
        return new Scene(environment, Add(target.Release), Plan(target, isFirst ? null : first));
    }

    private string Add(string release) => _store.AddDeployment(
        "shop", "production", release, null, "ann", DateTimeOffset.UtcNow,
        _ => (RolloutsJson.Write(DeploymentMachine.Initial(DateTimeOffset.UtcNow)), nameof(DeploymentPhase.Requested)), _ => []).Id;

    private static DeploymentPlan Plan(EnvironmentDesired target, EnvironmentDesired? previous) =>
        new("d-1", target, previous, new RolloutPolicy(1, TimeSpan.FromMilliseconds(20)));

    private DeploymentReconciler Reconciler(
        IStore store, IEnvironmentEngine engine, Scene scene, string owner = "one", DateTimeOffset? now = null, TimeSpan? duration = null) => new(
        new ReconcilerTools(store, Machines.Real, _ => [], TimeProvider.System, _ => { }),
        engine, scene.Plan with { Id = scene.Deployment }, _store.Deployment(scene.Deployment)!,
        new HeldLease(
            store, _store.TryTakeLease("shop", "production", owner, now ?? DateTimeOffset.UtcNow, duration ?? LeaseTime).ShouldNotBeNull(), TimeProvider.System),
        Tick, "it is there");

    private static string EndOf(DeploymentState state, Scene scene) => string.Join(
        '\n',
        new[] { $"{state.Phase} {state.Failure?.Code} removed={scene.Environment.Removed}" }.Concat(
            scene.Environment.Replicas.Select(r => $"{r.Service} {r.Ordinal} {r.ImageDigest} {r.Process} {r.Traffic}").Order(StringComparer.Ordinal)));

    private static void ShouldKeepPromises(Scene scene, string flow, string when)
    {
        scene.Environment.Violations.ShouldBeEmpty(when);
        if (!flow.StartsWith("first", StringComparison.Ordinal)) scene.Environment.LeastServing["api"].ShouldBe(2, when);
    }

    private sealed record Scene(SimulatedEnvironment Environment, string Deployment, DeploymentPlan Plan);

    /// <summary>Holds back the end of one effect, and counts all that were begun.</summary>
    private sealed class HeldEnvironment(IEnvironmentEngine inner, string key, TaskCompletionSource reached, Task goOn) : IEnvironmentEngine
    {
        private int _begun;

        public int Begun => _begun;

        public Task<ObservedEnvironment> ObserveAsync(DeploymentPlan plan, CancellationToken cancellationToken) => inner.ObserveAsync(plan, cancellationToken);

        public async Task ApplyAsync(Effect effect, DeploymentPlan plan, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _begun);
            await inner.ApplyAsync(effect, plan, cancellationToken);
            if (effect.Key != key) return;
            reached.SetResult();
            await goOn;
        }
    }
}
