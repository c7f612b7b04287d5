using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Kubernetes.Status;
using Towpath.Core.Releases;
using Towpath.Core.Rollouts;
using Towpath.Engines.Clusters;
using Towpath.Engines.Environments;
using Towpath.Engines.Kubernetes;
using Towpath.Engines.Secrets;
using Towpath.Tests.Fakes;

namespace Towpath.Cluster.Environments;

/// <summary>One environment on the real cluster, with the machine that carries deployments; images are there without a registry.</summary>
internal sealed class ClusterScene : IAsyncDisposable
{
    // As the control plane's own.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly TemporaryFolder _folder = new();
    private readonly ClusterFixture _cluster;
    private readonly KubernetesClient _client;
    private readonly ClusterView _view;
    private readonly Dictionary<string, FakeSourceFiles> _sources = new(StringComparer.Ordinal);
    private readonly Memory _memory = new();
    private readonly EnvironmentFolder _files;
    private int _deployments;

    private readonly GitDeliverySpec? _git;
    private Diagnostic? _failure;

    private ClusterScene(ClusterFixture cluster, KubernetesClient client, string waitImage, string space, GitDeliverySpec? git)
    {
        (_cluster, _client, _view, _git) = (cluster, client, new ClusterView(client), git);
        (WaitImage, Space) = (waitImage, space);
        _files = new EnvironmentFolder(_folder.Path, Application, "production", new SecretVault(_folder.Path, SecretKeyring.InFile(Path.Combine(_folder.Path, "secrets.key"))));
        Environment = NewEnvironment(_files);
        NewEngine = () => NewEnvironment(_files);
        _files.Secrets.Generate("token", 32);
        Token = _files.Secrets.Value("token")!;
    }

    /// <summary>Value of the secret.</summary>
    public string Token { get; }

    public const string Application = "pages";

    public string Space { get; }

    public string WaitImage { get; }

    public ClusterEnvironment Environment { get; private set; }

    public Func<ClusterEnvironment> NewEngine { get; }

    public EnvironmentDesired? Current { get; private set; }

    /// <summary>A new one.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="git">Where objects are committed to: it may be a file's address here. Null where they are applied.</param>
    /// <param name="client">The way that the environment goes to it; null for the usual one.</param>
    public static async Task<ClusterScene> OpenAsync(ClusterFixture cluster, GitDeliverySpec? git = null, KubernetesClient? client = null)
    {
        cluster.NeedOwn();
        return new ClusterScene(cluster, client ?? cluster.Client, await WaitingImage.LoadAsync(), $"pages-{Guid.NewGuid():N}"[..16], git);
    }

    /// <summary>A control plane that was killed and started again: it remembers nothing of the cluster.</summary>
    public void Restart() => Environment = NewEngine();

    /// <summary>A release of a Compose file; its images are those that the file names.</summary>
    public EnvironmentDesired Release(string id, string compose, string entry = "none", string strategy = "rolling")
    {
        var ladder = $$"""
            application: {{Application}}
            verify: { page: { get: /, expect: 200, within: 20s } }
            environments:
              production:
                engine: kubernetes
                ready: 60s
                strategy: {{strategy}}
                verify: [page]
                kubernetes: { namespace: {{Space}}, entry: {{entry}}, wait-image: "{{WaitImage}}" }
            """;
        var files = new FakeSourceFiles(("compose.yaml", compose), ("towpath.yaml", ladder));
        _sources[id] = files;
        var (application, diagnostics) = ApplicationReader.Read(files, []);
        application.ShouldNotBeNull(string.Join('\n', diagnostics));
        var images = application.Services.ToImmutableSortedDictionary(s => s.Name, s => new ReleaseImage(s.Image!, s.Image!), StringComparer.Ordinal);
        var release = new Release(id, application, "", "", images, "", default);
        var environment = application.Ladder.Environments[0];
        if (_git is not null) environment = environment with { Drift = DriftPolicy.Report, Kubernetes = environment.Kubernetes! with { Git = _git } };
        return ClusterUnits.Of(EnvironmentPlanner.Plan(release, environment, Versions), files);
    }

    /// <summary>Carries a release in, as a control plane does; answers the last state.</summary>
    /// <param name="target">The release.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="killWhen">Sees each state; kills the control plane where it answers true.</param>
    /// <param name="kills">How often at most.</param>
    public async Task<DeploymentState> DeployAsync(EnvironmentDesired target, CancellationToken cancellationToken, Func<DeploymentState, bool>? killWhen = null, int kills = 1)
    {
        var plan = new DeploymentPlan($"d-{++_deployments}", target, Current, new RolloutPolicy(4, target.Environment.ReadyTimeout));
        var state = DeploymentMachine.Initial(DateTimeOffset.UtcNow);
        var answers = new ConcurrentQueue<DeploymentEvent>();
        var running = new Dictionary<string, Task>(StringComparer.Ordinal);
        while (!state.Ended)
        {
            var happened = answers.TryDequeue(out var answer) ? answer : await LookAsync(plan, cancellationToken);
            if (happened is null)
            {
                continue;
            }

            state = DeploymentMachine.Decide(state, happened, plan, DateTimeOffset.UtcNow).State;
            _failure = state.Failure;
            foreach (var gone in running.Keys.Where(k => !state.IsPending(k)).ToList()) running.Remove(gone);
            foreach (var effect in state.Pending.Select(p => p.Effect).Where(e => !running.ContainsKey(e.Key)))
            {
                running[effect.Key] = DoAsync(Environment, effect, plan, answers, cancellationToken);
            }

            if (killWhen?.Invoke(state) ?? false)
            {
                // What it had asked for and never heard of is asked for again.
                (killWhen, running, answers) = (--kills > 0 ? killWhen : null, [], new ConcurrentQueue<DeploymentEvent>());
                Restart();
            }
        }

        if (state.Phase == DeploymentPhase.Succeeded) Current = target;
        return state;
    }

    /// <summary>Looks after what runs, as a control plane does at rest, until something is so.</summary>
    public async Task<UpkeepState> RestUntilAsync(Func<UpkeepState, Task<bool>> isSo, CancellationToken cancellationToken)
    {
        var plan = new UpkeepPlan(new DeploymentPlan($"d-{_deployments}", Current!, null, new RolloutPolicy(4, Current!.Environment.ReadyTimeout)), DriftPolicy.Mend, null, null);
        var state = UpkeepState.Initial(Current!.Release);
        var answers = new ConcurrentQueue<DeploymentEvent>();
        var running = new Dictionary<string, Task>(StringComparer.Ordinal);
        while (!await isSo(state))
        {
            if ((answers.TryDequeue(out var answer) ? answer : await LookAsync(plan.Plan, cancellationToken)) is not { } happened)
            {
                continue;
            }

            state = UpkeepMachine.Decide(state, happened, plan, DateTimeOffset.UtcNow).State;
            foreach (var gone in running.Keys.Where(k => state.Pending.All(p => p.Effect.Key != k)).ToList()) running.Remove(gone);
            foreach (var effect in state.Pending.Select(p => p.Effect).Where(e => !running.ContainsKey(e.Key)))
            {
                running[effect.Key] = DoAsync(Environment, effect, plan.Plan, answers, cancellationToken);
            }
        }

        await Task.WhenAll(running.Values);
        return state;
    }

    /// <summary>What is otherwise than it was committed, as an environment at rest is looked at.</summary>
    public async Task<IReadOnlyList<ObservedChange>> DriftAsync(CancellationToken cancellationToken) =>
        (await Environment.ObserveAsync(new DeploymentPlan("rest", Current!, null, new RolloutPolicy(4, Current!.Environment.ReadyTimeout)), cancellationToken)).Changes;

    private async Task<DeploymentEvent?> LookAsync(DeploymentPlan plan, CancellationToken cancellationToken)
    {
        await Task.Delay(150, cancellationToken);
        try
        {
            return new Observed(await Environment.ObserveAsync(plan, cancellationToken));
        }
        catch (KubernetesException)
        {
            await Task.Delay(1000, cancellationToken);
            return null;
        }
    }

    private static async Task DoAsync(ClusterEnvironment engine, Effect effect, DeploymentPlan plan, ConcurrentQueue<DeploymentEvent> answers, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                if (effect is not CheckGates) await engine.ApplyAsync(effect, plan, cancellationToken);
                answers.Enqueue(new EffectSucceeded(effect.Key));
                return;
            }
            catch (KubernetesException e) when (e.Failure is ApiFailure.Unreachable or ApiFailure.TimedOut or ApiFailure.Busy or ApiFailure.Unauthorized or ApiFailure.Conflict or ApiFailure.AlreadyExists && Stopwatch.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(1000, cancellationToken);
            }
            catch (DiagnosticException e)
            {
                answers.Enqueue(new EffectFailed(effect.Key, e.Diagnostics.First(d => d.Severity == Severity.Error)));
                return;
            }
            catch (KubernetesException e)
            {
                answers.Enqueue(new EffectFailed(effect.Key, e.Diagnostic));
                return;
            }
        }
    }

    public async Task<IReadOnlyList<JsonObject>> ListAsync(string apiVersion, string kind, CancellationToken cancellationToken) =>
        (await _cluster.Client.ListAsync(await _cluster.Client.KindAsync(apiVersion, kind, cancellationToken), new ObjectFilter(Space), cancellationToken)).Items;

    public async Task<string> AddressAsync(string service, int port, CancellationToken cancellationToken) =>
        $"http://{(await ListAsync("v1", "Service", cancellationToken)).Single(s => s.Name() == service).Text("spec", "clusterIP")}:{port}";

    public async ValueTask DisposeAsync()
    {
        await Environment.RemoveAsync(Space, _git, CancellationToken.None);
        Environment.Dispose();
        _view.Dispose();
        _folder.Dispose();
    }

    private Dictionary<string, string> Versions => new() { ["token"] = _files.Secrets.Version("token")! };

    private ClusterEnvironment NewEnvironment(EnvironmentFolder folder) => new(
        Application, "production", new ClusterParts(_client, new LoadedImages(), (_, _) => Task.FromResult<string?>(null), folder, id => _sources[id], _memory, TimeProvider.System)
        {
            View = _view,
            Story = _ => DeliveryStory.None with { Actor = "ann", Why = _failure?.Headline },
        });

    private sealed class LoadedImages : IClusterImages
    {
        public Task<string> EnsureAsync(EnvironmentDesired desired, ServiceDesired service, CancellationToken cancellationToken) => Task.FromResult(service.Image.Reference);

        public string Preview(EnvironmentDesired desired, ServiceDesired service) => service.Image.Reference;
    }

    private sealed class Memory : IEnvironmentMemory
    {
        private readonly ConcurrentDictionary<string, string> _values = new(StringComparer.Ordinal);

        public string? Read(string key) => _values.GetValueOrDefault(key);

        public void Write(string key, string value) => _values[key] = value;

        public void Forget(string prefix)
        {
            foreach (var key in _values.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal))) _values.TryRemove(key, out _);
        }
    }
}
