using System.Collections.Immutable;
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
using Towpath.Engines.Kubernetes.Calls;
using Towpath.Engines.Kubernetes.Kubeconfig;
using Towpath.Engines.Secrets;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Engines.Clusters;

/// <summary>The machine and the engine of clusters on an API server that is none, one step after the other.</summary>
internal sealed class TrafficScene : IDisposable
{
    private const string Space = "shop-production";
    private readonly TemporaryFolder _folder = new();
    private readonly HurriedTime _time = new();
    private readonly KubernetesClient _client;
    private readonly Dictionary<string, FakeSourceFiles> _sources = new(StringComparer.Ordinal);
    private readonly ClusterEnvironment _environment;
    private int _deployments;

    public TrafficScene()
    {
        var access = new ClusterAccess("test", new Uri("https://cluster.example"), Space);
        _client = new KubernetesClient(new ApiTransport(access, new LeisurelyTime(), () => 0, _ => Cluster), Space, new LeisurelyTime(), () => 0);
        var files = new EnvironmentFolder(_folder.Path, "shop", "production", new SecretVault(_folder.Path, SecretKeyring.InFile(Path.Combine(_folder.Path, "secrets.key"))));
        _environment = new ClusterEnvironment("shop", "production", new ClusterParts(_client, new Images(), (_, _) => Task.FromResult<string?>(null), files, id => _sources[id], new Memory(), _time));
    }

    public FakeCluster Cluster { get; } = new();

    public EnvironmentDesired? Current { get; set; }

    /// <summary>The release before the current one.</summary>
    public EnvironmentDesired? Before { get; private set; }

    /// <summary>The shares as they stand on the Service; null for none.</summary>
    public string? Weights => Cluster.Find("Service", "web").Text("metadata", "annotations", "towpath.dev/weights");

    /// <summary>The track that the Service chooses; null for all pods of its name.</summary>
    public string? Track => Cluster.Find("Service", "web").Text("spec", "selector", "towpath.dev/track");

    public EnvironmentDesired Release(string id, string strategy = "{ canary: { steps: [20%, 50%], interval: 5s } }", int replicas = 4, string kubernetes = "{ entry: none }", string image = "", string warm = "0s", string scale = "")
    {
        var compose = $$"""
            services:
              web:
                image: example/web:{{(image.Length > 0 ? image : id)}}
                ports: ["8080"]
                deploy: { replicas: {{replicas}}, resources: { reservations: { cpus: "0.1" } } }
                x-towpath: { health: /, route: /, migrate: [migrate]{{scale}} }
            """;
        var ladder = $$"""
            application: shop
            environments:
              production:
                engine: kubernetes
                ready: 60s
                strategy: {{strategy}}
                warm: {{warm}}
                kubernetes: {{kubernetes}}
            """;
        var files = new FakeSourceFiles(("compose.yaml", compose), ("towpath.yaml", ladder));
        _sources[id] = files;
        var (application, diagnostics) = ApplicationReader.Read(files, []);
        application.ShouldNotBeNull(string.Join('\n', diagnostics));
        var images = application.Services.ToImmutableSortedDictionary(s => s.Name, s => new ReleaseImage($"sha256:{s.Image}", s.Image!), StringComparer.Ordinal);
        var release = new Release(id, application, "", "", images, "", default);
        return ClusterUnits.Of(EnvironmentPlanner.Plan(release, application.Ladder.Environments[0], ImmutableDictionary<string, string>.Empty), files);
    }

    /// <summary>Carries a release in; answers the last state.</summary>
    /// <param name="target">The release.</param>
    /// <param name="asked">What a person asks after a look; null for nothing.</param>
    /// <param name="chance">Effects of one moment go in any order, and some twice; null for as they are asked for, and once.</param>
    /// <param name="returns">It was good here before.</param>
    public async Task<DeploymentState> DeployAsync(EnvironmentDesired target, Func<DeploymentState, DeploymentEvent?>? asked = null, Random? chance = null, bool returns = false)
    {
        var plan = new DeploymentPlan($"d-{++_deployments}", target, Current, new RolloutPolicy(4, target.Environment.ReadyTimeout)) { Returns = returns };
        var state = DeploymentMachine.Initial(_time.GetUtcNow());
        for (var looks = 0; !state.Ended; looks++)
        {
            looks.ShouldBeLessThan(400, $"it goes on and on: {state.Phase}, {string.Join(", ", state.Pending.Select(p => p.Effect))}, {Weights}");
            await Task.Delay(TimeSpan.FromSeconds(1), _time);
            Decide(new Observed(await _environment.ObserveAsync(plan, TestContext.Current.CancellationToken)));
            if (!state.Ended && asked?.Invoke(state) is { } question) Decide(question);
            var effects = state.Pending.Select(p => p.Effect).ToArray();
            chance?.Shuffle(effects);
            foreach (var effect in effects)
            {
                // Not heard of: it is done once more at the next look.
                if (await DoAsync(effect, plan) is { } answer && chance?.Next(5) != 0) Decide(answer);
            }
        }

        if (state.Phase == DeploymentPhase.Succeeded) (Before, Current) = (Current, target);
        return state;

        void Decide(DeploymentEvent happened) => state = DeploymentMachine.Decide(state, happened, plan, _time.GetUtcNow()).State;
    }

    /// <summary>Leaves it at rest for some looks; answers what was told.</summary>
    public async Task<IReadOnlyList<string>> RestAsync(TimeSpan warm, int looks)
    {
        var plan = new DeploymentPlan($"d-{_deployments}", Current!, Before, new RolloutPolicy(4, Current!.Environment.ReadyTimeout));
        var upkeep = new UpkeepPlan(plan, DriftPolicy.Mend, _time.GetUtcNow() + warm, null);
        var (state, told) = (UpkeepState.Initial(Current.Release), new List<string>());
        for (var look = 0; look < looks; look++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), _time);
            Decide(new Observed(await _environment.ObserveAsync(plan, TestContext.Current.CancellationToken)));
            foreach (var effect in state.Pending.Select(p => p.Effect).ToArray()) Decide(await DoAsync(effect, plan));
        }

        return told;

        void Decide(DeploymentEvent happened)
        {
            var decision = UpkeepMachine.Decide(state, happened, upkeep, _time.GetUtcNow());
            state = decision.State;
            told.AddRange(decision.Facts.Select(f => f.Kind));
        }
    }

    /// <summary>How many pods are ready, as people are told.</summary>
    public async Task<UnitStanding> StandingAsync() => (await _environment.StandingAsync(Space, TestContext.Current.CancellationToken)).Single();

    /// <summary>All that is neither a unit nor an entry is applied once more.</summary>
    public Task PrepareAsync(DeploymentPlan plan) => _environment.ApplyAsync(new PrepareEnvironment(), plan, TestContext.Current.CancellationToken);

    public void Dispose()
    {
        _environment.Dispose();
        _client.Dispose();
        Cluster.Dispose();
        _folder.Dispose();
    }

    private async Task<DeploymentEvent> DoAsync(Effect effect, DeploymentPlan plan)
    {
        try
        {
            if (effect is not (CheckGates or Verify or VerifyPrivately)) await _environment.ApplyAsync(effect, plan, TestContext.Current.CancellationToken);
            return new EffectSucceeded(effect.Key);
        }
        catch (DiagnosticException e)
        {
            return new EffectFailed(effect.Key, e.Diagnostics[0]);
        }
    }

    /// <summary>A while passes between two questions, so that calls are never too many; what bounds them takes its real time.</summary>
    private sealed class LeisurelyTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Add(ref _ticks, TimeSpan.TicksPerSecond / 5);
    }

    private sealed class Images : IClusterImages
    {
        public Task<string> EnsureAsync(EnvironmentDesired desired, ServiceDesired service, CancellationToken cancellationToken) => Task.FromResult(Preview(desired, service));

        public string Preview(EnvironmentDesired desired, ServiceDesired service) => $"registry.example/{service.Name}@{service.Image.Digest}";
    }

    private sealed class Memory : IEnvironmentMemory
    {
        public string? Read(string key) => null;

        public void Write(string key, string value)
        {
        }

        public void Forget(string prefix)
        {
        }
    }
}
