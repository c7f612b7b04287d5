using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Releases;
using Towpath.Core.Rollouts;
using Towpath.Engines;
using Towpath.Engines.Containers;
using Towpath.Engines.Secrets;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;

namespace Towpath.EngineTests.Crash;

/// <summary>
/// A small application on a real engine: an HTTP service of two replicas, and one that owns a volume and refuses to start where another
/// process still has it. Each control plane is made anew over the same store, as after a SIGKILL.
/// </summary>
internal sealed class CrashingApplication : IAsyncDisposable
{
    public const int Port = 8381;

    private const string Image = "docker.io/library/nginx:1.22";
    private static readonly Location Here = new("compose.yaml", 1, 1, 1, 2);

    private readonly DockerApiEngine _engine;
    private readonly string _folder;
    private readonly SqliteStore _store;
    private string _digest = "";

    public CrashingApplication(DockerApiEngine engine, string folder)
    {
        _engine = engine;
        _folder = folder;
        _store = new SqliteStore(Path.Combine(folder, "towpath.db"));
    }

    /// <summary>How releases that are stored from now on come in.</summary>
    public StrategySpec Strategy { get; set; } = StrategySpec.Default;

    public string Name { get; } = "crash" + Guid.NewGuid().ToString("N")[..4];

    private EnvironmentSpec Environment => new()
    {
        Name = "here",
        Location = Here,
        Port = Port,
        Strategy = Strategy,
        ReadyTimeout = TimeSpan.FromSeconds(20),
        Verify = [new VerificationProbe("smoke", "/", 200, null, TimeSpan.FromSeconds(5), Here)],
    };

    public static async Task<CrashingApplication> CreateAsync(DockerApiEngine engine, string folder, CancellationToken cancellationToken)
    {
        var application = new CrashingApplication(engine, folder);
        using (var standIns = new StandIns(new HttpsRegistryProbe(), new MmdebstrapRootFileSystem()))
            await standIns.EnsureBaseImagesAsync(engine, [Image, "docker.io/library/haproxy:2.6"], _ => { }, cancellationToken);
        application._digest = (await engine.InspectImageAsync(Image, cancellationToken))!.Id;
        return application;
    }

    /// <summary>Stores a release of which both services differ from any other; a broken one has an HTTP service that ends at once.</summary>
    public void Release(string version, bool broken = false)
    {
        var serve = $"echo {version} > /usr/share/nginx/html/index.html && exec nginx -g 'daemon off;'";
        var api = new Service
        {
            Name = "api",
            Location = Here,
            Image = Image,
            Replicas = 2,
            Command = ["sh", "-c", broken ? "echo no; exit 3" : serve],
            Expose = [80],
            Delivery = new Delivery { Health = new HealthEndpoint("/", "/", null, Here), Route = new Route("/", false, Here) },
        };
        var data = new Service
        {
            Name = "data",
            Location = Here,
            Image = Image,
            // Ends with 66 where another process still holds the volume.
            Command = ["flock", "-n", "-F", "-E", "66", "/data/lock", "nginx", "-g", "daemon off;"],
            Environment = ImmutableSortedDictionary<string, string>.Empty.Add("VERSION", version),
            Expose = [80],
            Mounts = [new Mount(MountKind.Volume, "data", "/data", false, null, Here)],
        };
        var image = new ReleaseImage(_digest, Image);
        var model = new Application(Name, [api, data], [new Volume("data", Here)], [], [], new Ladder([Environment]));
        var (run, _) = _store.QueueRun(Name, version.PadLeft(40, '0'), version, "ann", DateTimeOffset.UtcNow, FactOf());
        _store.UpdateRun(run.Id, RunState.Succeeded, version, DateTimeOffset.UtcNow);
        _store.SaveApplication(Name, _folder, ".", model.Ladder);
        _store.SaveRelease(
            new Release(version, model, run.Commit, version, ImmutableSortedDictionary<string, ReleaseImage>.Empty.Add("api", image).Add("data", image), version, DateTimeOffset.UtcNow),
            run.Id);
    }

    /// <summary>Asks for a release; a <see cref="LifeAsync"/> or more bring it in.</summary>
    public string Request(string release) => _store.AddDeployment(
        Name, "here", release, null, "ann", DateTimeOffset.UtcNow,
        _ => (RolloutsJson.Write(DeploymentMachine.Initial(DateTimeOffset.UtcNow)), nameof(DeploymentPhase.Requested)), _ => []).Id;

    /// <summary>One life of a control plane: goes on with a deployment until it has ended, or until the environment kills it.</summary>
    /// <returns>The last state, or null when it was killed.</returns>
    public async Task<DeploymentState?> LifeAsync(string deployment, Func<IEnvironmentEngine, Action, IEnvironmentEngine> around)
    {
        using var process = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await using var environments = Environments();
        var record = _store.Deployment(deployment)!;
        var plan = new PlanBuilder(_store, environments).Build(record with { Previous = _store.Current(Name, "here")?.Release });
        var lease = new Leases(_store, "crash", TimeProvider.System).TryTake(Name, "here")!;
        var gates = new GateKeeper(_store, Machines.Real, environments, new ReleaseImages(_store, signer: null), TimeProvider.System);
        var tools = new ReconcilerTools(_store, Machines.Real, gates.ForDeployment, TimeProvider.System, _ => { });
        var isKilled = false;
        var engine = around(environments.Environment(Name, "here"), () =>
        {
            isKilled = true;
            process.Cancel();
        });
        try
        {
            return await new DeploymentReconciler(tools, engine, plan, record, lease).RunAsync(process.Token);
        }
        catch (OperationCanceledException) when (isKilled)
        {
            return null;
        }
    }

    /// <summary>Brings a release in without any crash.</summary>
    public async Task<DeploymentState> DeployAsync(string release) => (await LifeAsync(Request(release), (engine, _) => engine))!;

    /// <summary>
    /// What runs: service, ordinal, release, and whether the gateway sends requests to it. Replicas of other releases that are kept
    /// warm, as they should be (no requests, and no process where nothing else would keep it from working), are not told.
    /// </summary>
    public async Task<string> EndAsync(CancellationToken cancellationToken)
    {
        await using var environments = Environments();
        var current = _store.Current(Name, "here")!;
        var plan = new PlanBuilder(_store, environments).Build(_store.Deployment(current.Deployment)! with { Previous = null });
        var observed = await environments.Environment(Name, "here").ObserveAsync(plan, cancellationToken);
        return string.Join('\n', observed.Replicas
            .Where(r => r.Release == current.Release || r.Traffic != ReplicaTraffic.None || (r.Service == "data" && r.Process == ReplicaProcess.Running)).Select(r => $"{r.Service} {r.Ordinal} {r.Release} {r.Process} {r.Traffic}").Order(StringComparer.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        await using (var environments = Environments())
            await environments.Environment(Name, "here").RemoveAsync(CancellationToken.None);
        _store.Dispose();
    }

    private EnvironmentRegistry Environments() =>
        new(_folder, _store, new SecretVault(_folder, SecretKeyring.InFile(Path.Combine(_folder, "secrets.key"))), PortPolicy.Default, _engine, TimeProvider.System, _ => { });

    private Towpath.Core.Journal.Fact FactOf() =>
        new() { At = DateTimeOffset.UtcNow, Kind = Towpath.Core.Journal.FactKind.PipelineQueued, Application = Name, Text = "queued" };
}
