using System.Collections.Concurrent;
using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Releases;
using Towpath.Core.Rollouts;
using Towpath.Engines;
using Towpath.Server.Reconcilers;
using Towpath.Tests.Fakes;

namespace Towpath.EngineTests.Environments;

/// <summary>
/// One environment on a real engine, with the machines that carry deployments and look after what runs, and the control plane's own runner of
/// effects. Images are those that the Compose files name.
/// </summary>
internal abstract class EnvironmentScene : IAsyncDisposable
{
    private readonly Dictionary<string, FakeSourceFiles> _sources = new(StringComparer.Ordinal);
    private int _deployments;

    /// <summary>What runs, once a deployment has succeeded.</summary>
    public EnvironmentDesired? Current { get; private set; }

    /// <summary>Why the deployment under way failed.</summary>
    protected Diagnostic? Failure { get; private set; }

    /// <summary>The environment as a control plane sees it.</summary>
    public abstract IEnvironmentEngine Engine { get; }

    /// <summary>Name of the application.</summary>
    protected abstract string Application { get; }

    /// <summary>A <c>towpath.yaml</c> with one environment.</summary>
    protected abstract string Ladder { get; }

    /// <summary>A control plane that was killed and started again: it remembers nothing.</summary>
    public abstract void Restart();

    /// <summary>Where people ask a service.</summary>
    public abstract Task<string> AddressAsync(string service, int port, CancellationToken cancellationToken);

    /// <summary>The containers or pods of a service that are there and stay, each by what never comes again.</summary>
    public abstract Task<IReadOnlyList<string>> RunningAsync(string service, CancellationToken cancellationToken);

    /// <summary>Somebody deletes what runs for a service, and what would bring it back by itself.</summary>
    public abstract Task DestroyAsync(string service, CancellationToken cancellationToken);

    /// <summary>All that is there of the environment, data too, for messages.</summary>
    public abstract Task<IReadOnlyList<string>> LeftAsync(CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();

    /// <summary>A release of a Compose file; its images are those that the file names.</summary>
    public EnvironmentDesired Release(string id, string compose, string? ladder = null)
    {
        var files = new FakeSourceFiles(("compose.yaml", compose), ("towpath.yaml", ladder ?? Ladder));
        _sources[id] = files;
        var (application, diagnostics) = ApplicationReader.Read(files, []);
        application.ShouldNotBeNull(string.Join('\n', diagnostics));
        var images = application.Services.ToImmutableSortedDictionary(s => s.Name, s => ImageOf(s.Image!), StringComparer.Ordinal);
        return Desired(new Release(id, application, "", "", images, "", default), files);
    }

    /// <summary>What is wanted of the environment.</summary>
    protected abstract EnvironmentDesired Desired(Release release, ISourceFiles files);

    /// <summary>An image by the name that a Compose file gives it.</summary>
    protected virtual ReleaseImage ImageOf(string name) => new(name, name);

    /// <summary>Files of a release.</summary>
    protected ISourceFiles FilesOf(string release) => _sources[release];

    /// <summary>Carries a release in, as a control plane does; answers the last state.</summary>
    /// <param name="target">What comes in.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="killWhen">The control plane is killed, and started again, as soon as it is so.</param>
    /// <param name="around">What stands between the control plane and the engine.</param>
    /// <param name="kills">How often it is killed at most.</param>
    /// <param name="returns">It was good here before.</param>
    public async Task<DeploymentState> DeployAsync(
        EnvironmentDesired target, CancellationToken cancellationToken, Func<DeploymentState, bool>? killWhen = null, Func<IEnvironmentEngine, IEnvironmentEngine>? around = null,
        int kills = 1, bool returns = false)
    {
        var plan = new DeploymentPlan($"d-{++_deployments}", target, Current, new RolloutPolicy(4, target.Environment.ReadyTimeout)) { Returns = returns };
        var state = DeploymentMachine.Initial(DateTimeOffset.UtcNow);
        var life = new Life(this, plan, around ?? (engine => engine), cancellationToken);
        while (!state.Ended)
        {
            if (await life.HeardAsync() is not { } happened) continue;
            state = DeploymentMachine.Decide(state, happened, plan, DateTimeOffset.UtcNow).State;
            Failure = state.Failure;
            life.Do(state.Pending.Select(p => p.Effect));
            if (!(killWhen?.Invoke(state) ?? false)) continue;
            // What it had asked for and never heard of is asked for again.
            (killWhen, life) = (--kills > 0 ? killWhen : null, new Life(this, plan, around ?? (engine => engine), cancellationToken));
            Restart();
        }

        if (state.Phase == DeploymentPhase.Succeeded) Current = target;
        return state;
    }

    /// <summary>Looks after what runs, as a control plane does at rest, until something is so.</summary>
    public async Task<UpkeepState> RestUntilAsync(Func<UpkeepState, Task<bool>> isSo, CancellationToken cancellationToken)
    {
        var plan = new UpkeepPlan(RestPlan(), DriftPolicy.Mend, null, null);
        var state = UpkeepState.Initial(Current!.Release);
        var life = new Life(this, plan.Plan, engine => engine, cancellationToken);
        while (!await isSo(state))
        {
            if (await life.HeardAsync() is not { } happened) continue;
            state = UpkeepMachine.Decide(state, happened, plan, DateTimeOffset.UtcNow).State;
            life.Do(state.Pending.Select(p => p.Effect));
        }

        await life.EndAsync();
        return state;
    }

    /// <summary>What is there now, as an environment at rest is looked at.</summary>
    public Task<ObservedEnvironment> ObserveAsync(CancellationToken cancellationToken) => Engine.ObserveAsync(RestPlan(), cancellationToken);

    /// <summary>The plan of what runs now.</summary>
    public DeploymentPlan RestPlan() => new($"d-{_deployments}", Current!, null, new RolloutPolicy(4, Current!.Environment.ReadyTimeout));

    /// <summary>An environment that can't be looked at just now.</summary>
    protected abstract bool IsAway(Exception e);

    /// <summary>One life of a control plane: what it has begun, and what it heard of it.</summary>
    private sealed class Life(EnvironmentScene scene, DeploymentPlan plan, Func<IEnvironmentEngine, IEnvironmentEngine> around, CancellationToken cancellationToken)
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);
        private readonly EffectRunner _runner = new(around(scene.Engine), plan, _ => [], () => { }, TimeProvider.System);
        private readonly ConcurrentQueue<DeploymentEvent> _answers = new();
        private readonly Dictionary<string, Task> _running = new(StringComparer.Ordinal);

        public async Task<DeploymentEvent?> HeardAsync()
        {
            if (_answers.TryDequeue(out var answer)) return answer;
            await Task.Delay(Pause, cancellationToken);
            try
            {
                return new Observed(await scene.Engine.ObserveAsync(plan, cancellationToken));
            }
            catch (Exception e) when (scene.IsAway(e))
            {
                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
                return null;
            }
        }

        public void Do(IEnumerable<Effect> pending)
        {
            var effects = pending.ToDictionary(e => e.Key, StringComparer.Ordinal);
            foreach (var gone in _running.Keys.Where(k => !effects.ContainsKey(k)).ToList()) _running.Remove(gone);
            foreach (var effect in effects.Values.Where(e => !_running.ContainsKey(e.Key))) _running[effect.Key] = DoAsync(effect);
        }

        public Task EndAsync() => Task.WhenAll(_running.Values);

        private async Task DoAsync(Effect effect) => _answers.Enqueue(await _runner.RunAsync(effect, cancellationToken));
    }
}

/// <summary>Does each effect twice: the answer to the first time was lost.</summary>
internal sealed class DoublingEnvironment(IEnvironmentEngine inner) : IEnvironmentEngine
{
    public Task<ObservedEnvironment> ObserveAsync(DeploymentPlan plan, CancellationToken cancellationToken) => inner.ObserveAsync(plan, cancellationToken);

    public async Task ApplyAsync(Effect effect, DeploymentPlan plan, CancellationToken cancellationToken)
    {
        await inner.ApplyAsync(effect, plan, cancellationToken);
        await inner.ApplyAsync(effect, plan, cancellationToken);
    }
}
