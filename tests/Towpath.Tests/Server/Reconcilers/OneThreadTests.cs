using System.Collections.Concurrent;
using Towpath.Core.Applications;
using Towpath.Core.Releases;
using Towpath.Core.Rollouts;
using Towpath.Engines;
using Towpath.Server.Reconcilers;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Reconcilers;

/// <summary>
/// The loops leave every continuation on the scheduler that they were started on: a simulation could not decide the order of what hops to
/// the thread pool.
/// </summary>
public sealed class OneThreadTests : IDisposable
{
    private readonly ServerScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Run_OnASchedulerOfItsOwn_NeverLeavesIt()
    {
        _scene.Ship("r-1");
        _scene.Store.SaveApplication(ServerScene.Application, "/repository", ".", new Ladder([ServerScene.Rungs.Environments[0]]));
        var scheduler = new OneThread();
        var world = new Watched(new SimulatedEnvironment(() => _scene.Time.Now), scheduler);
        var upkeeps = 0;
        var tools = _scene.Tools with
        {
            Machines = Machines.Real with
            {
                Upkeep = (state, happened, plan, now) =>
                {
                    world.Check();
                    upkeeps++;
                    return UpkeepMachine.Decide(state, happened, plan, now);
                },
            },
        };
        var loop = new ReconcileLoop(tools, world, _scene.Ladder, new PlanBuilder(_scene.Store, world), "test");
        using var stop = new CancellationTokenSource();
        var running = Task.Factory.StartNew(() => loop.RunAsync(stop.Token), CancellationToken.None, TaskCreationOptions.None, scheduler).Unwrap();

        for (var look = 0; upkeeps < 2; look++)
        {
            look.ShouldBeLessThan(1000, string.Join('\n', _scene.Log));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();
        await running;
        _scene.Store.Current(ServerScene.Application, "development")!.Release.ShouldBe("r-1");
        world.Looked.ShouldBeGreaterThan(5);
        world.Strayed.ShouldBe(0);
        scheduler.Dispose();
    }

    /// <summary>One environment that counts calls which come from anywhere but the scheduler.</summary>
    private sealed class Watched(IEnvironmentEngine inner, TaskScheduler scheduler) : IEnvironments, IEnvironmentEngine
    {
        private int _strayed;

        public int Looked { get; private set; }

        public int Strayed => _strayed;

        public void Check()
        {
            if (TaskScheduler.Current != scheduler) Interlocked.Increment(ref _strayed);
        }

        public IEnvironmentEngine Engine(string application, string environment) => this;

        public int Port(string application, EnvironmentSpec environment) => 18080;

        public IReadOnlyDictionary<string, string> SecretVersions(Release release, string environment, bool provide) => new Dictionary<string, string>();

        public async Task<ObservedEnvironment> ObserveAsync(DeploymentPlan plan, CancellationToken cancellationToken)
        {
            Check();
            Looked++;
            await Task.Yield();
            return await inner.ObserveAsync(plan, cancellationToken);
        }

        public async Task ApplyAsync(Effect effect, DeploymentPlan plan, CancellationToken cancellationToken)
        {
            Check();
            await Task.Delay(TimeSpan.FromMilliseconds(1), cancellationToken);
            await inner.ApplyAsync(effect, plan, cancellationToken);
        }
    }

    private sealed class OneThread : TaskScheduler, IDisposable
    {
        private readonly BlockingCollection<Task> _queue = [];

        public OneThread() => new Thread(() =>
        {
            foreach (var task in _queue.GetConsumingEnumerable()) TryExecuteTask(task);
        })
        { IsBackground = true }.Start();

        public void Dispose() => _queue.CompleteAdding();

        protected override void QueueTask(Task task) => _queue.Add(task);

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

        protected override IEnumerable<Task> GetScheduledTasks() => [];
    }
}
