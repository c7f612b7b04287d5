using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Environments;
using Towpath.Core.Kubernetes.Objects;
using Towpath.Core.Kubernetes.Running;
using Towpath.Core.Kubernetes.Status;
using Towpath.Core.Releases;
using Towpath.Core.Rollouts;
using Towpath.Engines;
using Towpath.Engines.Clusters;
using Towpath.Engines.Environments;
using Towpath.Engines.Kubernetes;
using Towpath.Engines.Secrets;
using Towpath.EngineTests.Environments;
using Towpath.Tests.Fakes;

namespace Towpath.Cluster.Environments;

/// <summary>One environment on the real cluster; images are there without a registry.</summary>
internal sealed class ClusterScene : EnvironmentScene
{
    private readonly TemporaryFolder _folder = new();
    private readonly ClusterFixture _cluster;
    private readonly KubernetesClient _client;
    private readonly ClusterView _view;
    private readonly Memory _memory = new();
    private readonly EnvironmentFolder _files;
    private readonly GitDeliverySpec? _git;

    private ClusterScene(ClusterFixture cluster, KubernetesClient client, string waitImage, string space, GitDeliverySpec? git)
    {
        (_cluster, _client, _view, _git) = (cluster, client, new ClusterView(client), git);
        (WaitImage, Space) = (waitImage, space);
        _files = new EnvironmentFolder(_folder.Path, Name, "production", new SecretVault(_folder.Path, SecretKeyring.InFile(Path.Combine(_folder.Path, "secrets.key"))));
        Environment = NewEnvironment(_files);
        NewEngine = () => NewEnvironment(_files);
        _files.Secrets.Generate("token", 32);
        Token = _files.Secrets.Value("token")!;
    }

    /// <summary>Value of the secret.</summary>
    public string Token { get; }

    public const string Name = "pages";

    public string Space { get; }

    public string WaitImage { get; }

    public ClusterEnvironment Environment { get; private set; }

    public Func<ClusterEnvironment> NewEngine { get; }

    public override IEnvironmentEngine Engine => Environment;

    protected override string Application => Name;

    protected override string Ladder => LadderOf("none");

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
    public override void Restart() => Environment = NewEngine();

    /// <summary>A release of a Compose file with another way in.</summary>
    public EnvironmentDesired ReleaseBy(string entry, string id, string compose) => Release(id, compose, LadderOf(entry));

    /// <summary>A release of a Compose file that comes in by a strategy.</summary>
    public EnvironmentDesired ReleaseIn(string strategy, string id, string compose, string warm = "0s") => Release(id, compose, LadderOf("none", strategy, warm));

    /// <summary>What is otherwise than it was committed, as an environment at rest is looked at.</summary>
    public async Task<IReadOnlyList<ObservedChange>> DriftAsync(CancellationToken cancellationToken) =>
        (await ObserveAsync(cancellationToken)).Changes;

    public async Task<IReadOnlyList<JsonObject>> ListAsync(string apiVersion, string kind, CancellationToken cancellationToken) =>
        (await _cluster.Client.ListAsync(await _cluster.Client.KindAsync(apiVersion, kind, cancellationToken), new ObjectFilter(Space), cancellationToken)).Items;

    public override async Task<string> AddressAsync(string service, int port, CancellationToken cancellationToken) =>
        $"http://{(await ListAsync("v1", "Service", cancellationToken)).Single(s => s.Name() == service).Text("spec", "clusterIP")}:{port}";

    public override async Task<IReadOnlyList<string>> RunningAsync(string service, CancellationToken cancellationToken) =>
        [.. (await ListAsync("v1", "Pod", cancellationToken)).Where(p => p.Text("metadata", "labels", ObjectNames.Name) == service && p.Text("metadata", "deletionTimestamp") is null).Select(p => p.Text("metadata", "uid")!)];

    public override async Task DestroyAsync(string service, CancellationToken cancellationToken) =>
        await _cluster.Client.DeleteAsync(await _cluster.Client.KindAsync("apps/v1", "Deployment", cancellationToken), Space, service, new DeleteOptions(Propagation.Foreground), cancellationToken);

    public override async Task<IReadOnlyList<string>> LeftAsync(CancellationToken cancellationToken) =>
        await _cluster.Client.FindAsync(await _cluster.Client.KindAsync("v1", "Namespace", cancellationToken), null, Space, cancellationToken) is null ? [] : [Space];

    public override async ValueTask DisposeAsync()
    {
        await Environment.RemoveAsync(Space, _git, CancellationToken.None);
        Environment.Dispose();
        _view.Dispose();
        _folder.Dispose();
    }

    protected override EnvironmentDesired Desired(Release release, ISourceFiles files)
    {
        var environment = release.Application.Ladder.Environments[0];
        if (_git is not null) environment = environment with { Drift = DriftPolicy.Report, Kubernetes = environment.Kubernetes! with { Git = _git } };
        return ClusterUnits.Of(EnvironmentPlanner.Plan(release, environment, Versions), files);
    }

    protected override bool IsAway(Exception e) => e is KubernetesException;

    private string LadderOf(string entry, string strategy = "rolling", string warm = "10m") => $$"""
        application: {{Name}}
        verify: { page: { get: /, expect: 200, within: 20s } }
        environments:
          production:
            engine: kubernetes
            ready: 60s
            strategy: {{strategy}}
            warm: {{warm}}
            verify: [page]
            kubernetes: { namespace: {{Space}}, entry: {{entry}}, wait-image: "{{WaitImage}}" }
        """;

    private Dictionary<string, string> Versions => new() { ["token"] = _files.Secrets.Version("token")! };

    private ClusterEnvironment NewEnvironment(EnvironmentFolder folder) => new(
        Name, "production", new ClusterParts(_client, new LoadedImages(), (_, _) => Task.FromResult<string?>(null), folder, FilesOf, _memory, TimeProvider.System)
        {
            View = _view,
            Story = _ => DeliveryStory.None with { Actor = "ann", Why = Failure?.Headline },
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
