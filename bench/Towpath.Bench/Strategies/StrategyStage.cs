using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Core.Releases;
using Towpath.Core.Rollouts;
using Towpath.Engines.Containers;
using Towpath.Engines.Secrets;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;

namespace Towpath.Bench.Strategies;

/// <summary>
/// A small application of two HTTP services on real Podman, whose releases differ in nothing but a variable, so that a round costs
/// containers and no images. Its store, reconciler and environment are the control plane's own; a life of it is a process that can be killed.
/// </summary>
internal sealed class StrategyStage : IAsyncDisposable
{
    private const string Environment = "here";
    private const string Image = "docker.io/library/nginx:1.22";
    private const string Actor = "bench";
    private static readonly Location Here = new("compose.yaml", 1, 1, 1, 2);

    private readonly string _folder;
    private readonly SqliteStore _store;
    private readonly EnvironmentRegistry _environments;

    private readonly int _port;

    private StrategyStage(string folder, int port, DockerApiEngine engine)
    {
        (_folder, _port) = (folder, port);
        Engine = engine;
        _store = new SqliteStore(Path.Combine(folder, "towpath.db"));
        _environments = new EnvironmentRegistry(folder, _store, new SecretVault(folder, SecretKeyring.Given(SecretKeys.New())), PortPolicy.Default, engine, TimeProvider.System, _ => { });
    }

    public DockerApiEngine Engine { get; }

    /// <summary>Name of the application; another port is another one, so that two stages may be played on at once.</summary>
    public string Application => string.Create(CultureInfo.InvariantCulture, $"strategy{_port}");

    public IStore Store => _store;

    /// <summary>Opens the stage that lies in a folder, or makes it; starts Podman's service where it does not run.</summary>
    public static async Task<StrategyStage> OpenAsync(string folder, int port, CancellationToken cancellationToken) =>
        new(folder, port, await Service(folder).StartAsync(cancellationToken));

    /// <summary>Podman's service of a stage.</summary>
    public static PodmanService Service(string folder) => new(ServiceOptions(folder), TimeProvider.System);

    /// <summary>Process of Podman's service.</summary>
    public int ServicePid() => int.Parse(File.ReadAllText(ServiceOptions(_folder).PidPath), CultureInfo.InvariantCulture);

    /// <summary>The images are there.</summary>
    /// <returns>Digest of the services' image.</returns>
    public async Task<string> PrepareAsync(CancellationToken cancellationToken)
    {
        using (var standIns = new StandIns(new HttpsRegistryProbe(), new MmdebstrapRootFileSystem()))
            await standIns.EnsureBaseImagesAsync(Engine, [Image, "docker.io/library/haproxy:2.6"], _ => { }, cancellationToken);
        return (await Engine.InspectImageAsync(Image, cancellationToken))!.Id;
    }

    /// <summary>Stores a release of which both services are new.</summary>
    public void AddRelease(string version, string digest, StrategySpec strategy)
    {
        var image = new ReleaseImage(digest, Image);
        var environment = new EnvironmentSpec
        {
            Name = Environment,
            Location = Here,
            Port = _port,
            ReadyTimeout = TimeSpan.FromSeconds(30),
            Strategy = strategy,
            Verify = [new VerificationProbe("smoke", "/", 200, null, TimeSpan.FromSeconds(5), Here)],
        };
        var model = new Core.Applications.Application(Application, [Web(version, "web", "/", 2), Web(version, "api", "/api", 1)], [], [], [], new Ladder([environment]));
        var (run, _) = _store.QueueRun(Application, version.PadLeft(40, '0'), version, Actor, DateTimeOffset.UtcNow, Queued());
        _store.UpdateRun(run.Id, RunState.Succeeded, version, DateTimeOffset.UtcNow);
        _store.SaveApplication(Application, _folder, ".", model.Ladder);
        _store.SaveRelease(
            new Release(version, model, run.Commit, version, ImmutableSortedDictionary<string, ReleaseImage>.Empty.Add("web", image).Add("api", image), version, DateTimeOffset.UtcNow),
            run.Id);
    }

    /// <summary>Asks for a release.</summary>
    /// <returns>The deployment.</returns>
    public string Request(string release) => _store.AddDeployment(
        Application, Environment, release, null, Actor, DateTimeOffset.UtcNow,
        _ => (RolloutsJson.Write(DeploymentMachine.Initial(DateTimeOffset.UtcNow)), nameof(DeploymentPhase.Requested)), _ => []).Id;

    /// <summary>The release that runs.</summary>
    public string Current() => _store.Current(Application, Environment)!.Release;

    /// <summary>Goes on with a deployment until it has ended.</summary>
    public async Task<DeploymentState> RunAsync(string deployment, CancellationToken cancellationToken)
    {
        var record = _store.Deployment(deployment)!;
        var plan = new PlanBuilder(_store, _environments).Build(record with { Previous = _store.Current(Application, Environment)?.Release });
        // The same owner in each life: a lease of one that was killed is its successor's at once.
        var lease = new Leases(_store, Actor, TimeProvider.System).TryTake(Application, Environment)!;
        var gates = new GateKeeper(_store, Machines.Real, _environments, new ReleaseImages(_store, signer: null), TimeProvider.System);
        var tools = new ReconcilerTools(_store, Machines.Real, gates.ForDeployment, TimeProvider.System, _ => { });
        return await new DeploymentReconciler(tools, _environments.Environment(Application, Environment), plan, record, lease).RunAsync(cancellationToken);
    }

    private static PodmanServiceOptions ServiceOptions(string folder) => new(Path.Combine(folder, "podman"));

    /// <summary>Removes all that runs.</summary>
    public Task RemoveAsync() => _environments.Environment(Application, Environment).RemoveAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _environments.DisposeAsync();
        _store.Dispose();
        Engine.Dispose();
    }

    private static Service Web(string version, string name, string path, int replicas) => new()
    {
        Name = name,
        Location = Here,
        Image = Image,
        Replicas = replicas,
        Command = ["nginx", "-g", "daemon off;"],
        Environment = ImmutableSortedDictionary<string, string>.Empty.Add("VERSION", version),
        Expose = [80],
        Delivery = new Delivery { Health = new HealthEndpoint("/", "/", null, Here), Route = new Route(path, path != "/", Here) },
    };

    private Fact Queued() => new() { At = DateTimeOffset.UtcNow, Kind = FactKind.PipelineQueued, Application = Application, Text = "queued" };
}
