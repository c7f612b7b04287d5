using System.Collections.Frozen;
using System.Security.Cryptography;
using Towpath.Core.Applications;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;
using Towpath.Core.Trackers;
using Towpath.Engines.Containers;
using Towpath.Engines.Containers.Gateways;
using Towpath.Engines.Secrets;
using Towpath.Server.Api;
using Towpath.Server.Backups;
using Towpath.Server.Desks;
using Towpath.Server.Git;
using Towpath.Server.Integrations;
using Towpath.Server.Pipelines;
using Towpath.Server.Reconcilers;
using Towpath.Server.Storage;
using Towpath.Server.Supply;
using Towpath.Server.Trackers;

namespace Towpath.Server;

/// <summary>What a control plane needs to know to begin.</summary>
/// <param name="StateFolder">Folder that it may write to; exists, and is held by this process, alone or together with others on the same store.</param>
/// <param name="Engine"><c>auto</c>, <c>podman</c>, <c>docker</c> or <c>unix://PATH</c>.</param>
/// <param name="Owner">Its name in leases: differs between two control planes on one store, and is the same after a restart.</param>
/// <param name="Log">Takes lines about the control plane itself.</param>
public sealed record ControlPlaneOptions(string StateFolder, string Engine, string Owner, Action<string>? Log = null)
{
    /// <summary>What <c>server.yaml</c> says.</summary>
    public ServerConfiguration Configuration { get; init; } = ServerConfiguration.None;

    /// <summary>Keys of the secrets; by default in a file of the state folder.</summary>
    public SecretKeyring Keyring { get; init; } = SecretKeyring.InFile(Path.Combine(StateFolder, "secrets.key"));

    /// <summary>Whether the process behind another owner of leases has ended for certain: then they are free at once.</summary>
    public Func<string, bool> IsGone { get; init; } = _ => false;
}

/// <summary>What a control plane is made of.</summary>
internal sealed record ControlPlaneParts(
    string StateFolder,
    ServerConfiguration Configuration,
    IStore Store,
    ISealedJournal Sealed,
    Leases Leases,
    IContainerEngine Engine,
    PipelineQueue Pipelines,
    EnvironmentRegistry Environments,
    SecretVault Secrets,
    PortDesk Ports,
    DeliveryDesk Desk,
    PlanBuilder Plans,
    GateKeeper Gates,
    ReconcileLoop Loop,
    Retention Retention,
    ConfirmationLinks Links,
    AnnouncementDesk Announcements,
    AnnouncementLoop Announcing,
    IReadOnlyList<Func<CancellationToken, Task>> Watches,
    GitHost Git,
    Func<ShipOfSource, SourceLoop> Sources,
    TrackerLoop Trackers,
    SupplyDesk Supply,
    EscalationDesk Escalations,
    DeskLoop Climbing,
    ReviewDesk Reviews,
    DeskLoop Reviewing,
    TimeProvider Time,
    IReadOnlyList<IDisposable> Owned);

/// <summary>Makes the control plane of this process.</summary>
public static class ControlPlaneFactory
{
    /// <summary>Opens the store, finds the engine and begins to reconcile. A result that is disposable must be disposed.</summary>
    /// <exception cref="DiagnosticException">No engine, or a state folder that can't be used.</exception>
    public static async Task<IServedControlPlane> CreateAsync(ControlPlaneOptions options, CancellationToken cancellationToken)
    {
        var podman = new PodmanServiceOptions(Path.Combine(options.StateFolder, "podman"));
        var engine = await EngineSelection.OpenAsync(options.Engine, podman, TimeProvider.System, cancellationToken);
        var plane = Create(options, engine, TimeProvider.System, [.. Watches(engine, podman, options.Log ?? (_ => { }))]);
        await plane.RecoverGitAsync(cancellationToken);
        plane.Start();
        return plane;
    }

    /// <summary>What of the engine needs somebody to look after it.</summary>
    private static IEnumerable<Func<CancellationToken, Task>> Watches(DockerApiEngine engine, PodmanServiceOptions podman, Action<string> log)
    {
        if (engine.Kind != DockerApiEngine.Podman) yield break;
        if (PodmanNameServer.Find(TimeProvider.System, log) is { } names) yield return names.RunAsync;
        // Somebody else's service is somebody else's to start.
        if (engine.SocketPath == podman.SocketPath) yield return token => new PodmanService(podman, TimeProvider.System).WatchAsync(log, token);
    }

    /// <summary>Puts a control plane together around an engine; it does not begin to work.</summary>
    internal static ControlPlane Create(
        ControlPlaneOptions options, IContainerEngine engine, TimeProvider time, params IReadOnlyList<Func<CancellationToken, Task>> watches)
    {
        var ground = GroundOf(options, engine, time);
        var (configuration, store, leases, log) = (options.Configuration, ground.Store, ground.Leases, ground.Log);
        var evidence = EvidenceOf(ground);
        var gates = evidence.Gates;
        var ladder = new LadderReconciler(store, gates, Machines.Real, time);
        var plans = new PlanBuilder(store, ground.Environments);
        var building = BuildingOf(ground, evidence);
        var retention = new Retention(store, engine, options.StateFolder, time, log);
        var desk = new DeliveryDesk(store, ladder, gates, time);
        var trackers = configuration.Trackers.ToFrozenDictionary(t => t.Name, t => TrackerOf(t, time), StringComparer.Ordinal);
        var announcer = new Announcer(new HttpAnnouncer(time), new MailAnnouncer(time), new TrackerAnnouncer(trackers, desk, store, configuration.Url, time));
        var git = new GitHost(options.StateFolder, configuration.Git);
        var links = new ConfirmationLinks(configuration.Url, evidence.Signer.Derive("towpath confirmation links"), store, gates, time);
        var escalations = new EscalationDesk(store, store, gates, time);
        var reviews = new ReviewDesk(store, new ReviewGathering(store, gates, desk), time);
        return new ControlPlane(new ControlPlaneParts(
            options.StateFolder, configuration, store, store, leases, engine, building.Queue, ground.Environments, ground.Secrets, new PortDesk(store, configuration.Ports, time), desk, plans, gates,
            new ReconcileLoop(new ReconcilerTools(store, Machines.Real, gates.ForDeployment, time, log), ground.Environments, ladder, plans, options.Owner, options.IsGone),
            retention, links,
            new AnnouncementDesk(configuration, store, announcer, time),
            new AnnouncementLoop(configuration, store, announcer, leases, time, Chance, log) { Beside = links.Beside },
            watches, git,
            ship => new SourceLoop(configuration.Sources, source => new SourceWatch(source, options.StateFolder, store, leases, ship, time), time, Chance, log),
            new TrackerLoop([.. configuration.Trackers], tracker => WatchOf(tracker, trackers[tracker.Name], desk, store, leases, time), time, Chance, log),
            new SupplyDesk(store, evidence.Inventories, evidence.Provenance, evidence.Vulnerabilities, time),
            escalations, new DeskLoop("escalations", escalations.Look, store, leases, time, log), reviews, new DeskLoop("reviews", reviews.Look, store, leases, time, log),
            time,
            [git, announcer, building.Queue, building.Runner, evidence.Inventories, building.StandIns, retention, evidence.Signer, store, .. engine is IDisposable connection ? new[] { connection } : []]));
    }

    private static Ground GroundOf(ControlPlaneOptions options, IContainerEngine engine, TimeProvider time)
    {
        var log = options.Log ?? (_ => { });
        var store = Open(options, time);
        var secrets = new SecretVault(options.StateFolder, options.Keyring);
        return new Ground(
            options.StateFolder, engine, time, log, store, new Leases(store, options.Owner, time, options.IsGone), secrets,
            new EnvironmentRegistry(options.StateFolder, store, secrets, options.Configuration.Ports, engine, time, log));
    }

    private static Evidence EvidenceOf(Ground ground)
    {
        var signer = ImageSigner.Open(ground.StateFolder);
        var images = new ReleaseImages(ground.Store, signer) { IsAsked = true };
        images.AdoptOnce(ground.StateFolder);
        var inventories = new ImageInventories(ground.Store, ground.Engine, ground.Time);
        var vulnerabilities = new VulnerabilityCheck(ground.Store, inventories);
        return new Evidence(
            signer, images, inventories, new ReleaseProvenance(ground.Store, signer, ground.Engine), vulnerabilities,
            new GateKeeper(ground.Store, Machines.Real, ground.Environments, images, ground.Time, vulnerabilities));
    }

    private static Building BuildingOf(Ground ground, Evidence evidence)
    {
        var standIns = new StandIns(new HttpsRegistryProbe(), new MmdebstrapRootFileSystem());
        var options = new PipelineOptions(ground.StateFolder);
        var runner = new PipelineRunner(
            ground.Store, ground.Engine,
            files => { var reading = ApplicationReader.Read(files, []); return (reading.Application, reading.Diagnostics); },
            // The gateway's image too: on a machine that has never run anything it would be missed only when all else was built and tested.
            (names, progress, token) => standIns.EnsureBaseImagesAsync(ground.Engine, [.. names, GatewayPlan.DefaultImage], progress, token),
            evidence.Images, evidence.Inventories, evidence.Provenance, options, ground.Time);
        return new Building(standIns, runner, new PipelineQueue(ground.Store, runner, options, ground.Time) { Leases = ground.Leases });
    }

    private static ITracker TrackerOf(TrackerSpec spec, TimeProvider time) => spec.Kind == TrackerKind.GitLab ? new GitLabTracker(spec, time) : new GitHubTracker(spec, time);

    private static TrackerWatch WatchOf(TrackerSpec spec, ITracker tracker, DeliveryDesk desk, IStore store, Leases leases, TimeProvider time)
    {
        var issues = new TrackedIssues(spec.Name, store);
        return new TrackerWatch(spec, tracker, issues, new IssueDesk(spec, issues, desk, store, time), store, leases, time);
    }

    private static SqlStore Open(ControlPlaneOptions options, TimeProvider time)
    {
        try
        {
            return options.Configuration.Postgres is { } postgres
                ? new PostgresStore(postgres, time)
                : new SqliteStore(Path.Combine(options.StateFolder, StateArchive.StoreFile));
        }
        catch (StoreUnavailableException exception)
        {
            throw new DiagnosticException(ExitCode.ControlPlaneUnavailable, exception.Diagnostic);
        }
    }

    /// <summary>A number from 0 to 1, from any thread.</summary>
    private static double Chance() => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;

    /// <summary>What all else stands on.</summary>
    private sealed record Ground(
        string StateFolder, IContainerEngine Engine, TimeProvider Time, Action<string> Log, SqlStore Store, Leases Leases, SecretVault Secrets, EnvironmentRegistry Environments);

    /// <summary>What is known of images and releases, and the gates that judge by it.</summary>
    private sealed record Evidence(
        ImageSigner Signer, ReleaseImages Images, ImageInventories Inventories, ReleaseProvenance Provenance, VulnerabilityCheck Vulnerabilities, GateKeeper Gates);

    /// <summary>What makes releases of commits.</summary>
    private sealed record Building(StandIns StandIns, PipelineRunner Runner, PipelineQueue Queue);
}
