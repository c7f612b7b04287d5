using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Core.Releases;
using Towpath.Server.Storage;
using Towpath.Simulation.Runs;
using Towpath.Simulation.World;

namespace Towpath.Simulation.Users;

/// <summary>Makes releases as a pipeline would leave them: each commit changes some services, and some commits are bad.</summary>
internal sealed class Shipments(ApplicationOptions options, SimulationScene scene, Random random)
{
    private static readonly Location Here = new("compose.yaml", 1, 1, 1, 2);
    private readonly Dictionary<string, int> _versions = [];
    private readonly ImageDelivery _images = new(options, scene, new Random(random.Next()));
    private Ladder _ladder = options.Ladder;
    private int _commits;

    /// <summary>Whose releases these are.</summary>
    public string Application => options.Name;

    /// <summary>Papers that they bring; null for none.</summary>
    public ReleasePapers? Papers { get; init; }

    /// <summary>Identifiers of all releases so far.</summary>
    public List<string> All { get; } = [];

    /// <summary>Ships a commit.</summary>
    /// <param name="mustBeGood">Nothing is wrong with it.</param>
    public string Ship(bool mustBeGood)
    {
        var number = (++_commits).ToString(CultureInfo.InvariantCulture);
        var now = scene.Machine.Clock.Now;
        if (random.NextDouble() < options.LadderEdits) Know(LadderEdit.Draw(random, _ladder));
        if (Papers?.Edit(_ladder) is { } edited && !edited.Environments.SequenceEqual(_ladder.Environments)) Know(edited);
        var application = new Application(options.Name, [.. Services()], [new Volume("data", Here)], [], [], _ladder) { Agreement = Papers?.Draw(mustBeGood) };
        var images = application.Services.ToImmutableSortedDictionary(s => s.Name, s => Image(s.Name, mustBeGood), StringComparer.Ordinal);
        var commit = number.PadLeft(40, '0');
        var release = new Release($"r-{number}", application, commit, "a change", images, number, now);
        var (run, _) = scene.Store.QueueRun(Application, commit, "a change", "ann", now, Told(FactKind.PipelineQueued, "a commit"));
        _images.Keep(release, mustBeGood);
        scene.Store.SaveRelease(release, run.Id, Told(FactKind.ReleaseCreated, release.Id) with { Release = release.Id, Run = run.Id });
        scene.Store.UpdateRun(run.Id, RunState.Succeeded, release.Id, now, Told(FactKind.PipelineSucceeded, release.Id) with { Run = run.Id });
        Papers?.Keep(release, mustBeGood);
        scene.Written.Pulse();
        All.Add(release.Id);
        return release.Id;
    }

    /// <summary>What a commit says of environments is known as soon as it is shipped.</summary>
    private void Know(Ladder ladder)
    {
        _ladder = ladder;
        scene.Ledger.Knows(Application, _ladder);
        scene.Store.SaveApplication(Application, "/repository", ".", _ladder);
        scene.Machine.Trace?.Invoke($"{Application} has another ladder:");
        foreach (var environment in _ladder.Environments) scene.Machine.Trace?.Invoke($"  {LadderDraw.Words(environment)}");
    }

    /// <summary>The image of a service at this commit: often the one before.</summary>
    private ReleaseImage Image(string service, bool mustBeGood)
    {
        var known = _versions.GetValueOrDefault(service);
        var before = known == 0 ? null : scene.Machine.BehaviourOf(Digest(service, known));
        if (known == 0 || random.Next(10) < (service == "db" ? 1 : 6) || (mustBeGood && (before is { IsGood: false } || !_images.IsGood(Digest(service, known)) || Papers?.IsSound(Digest(service, known)) == false)))
        {
            _versions[service] = ++known;
            _images.Make(Digest(service, known), mustBeGood);
            Papers?.Make(Digest(service, known), mustBeGood);
            scene.Machine.Define(Digest(service, known), mustBeGood || random.NextDouble() >= options.BadReleases ? Well() : Badly());
        }
        return new ReleaseImage(Digest(service, known), $"localhost/towpath/{Application}/{service}:{known}");
    }

    private string Digest(string service, int version) => $"sha256:{Application}-{service}-{version}";

    private ImageBehaviour Well() => new() { ReadyAfter = TimeSpan.FromSeconds(0.2 + (random.NextDouble() * 3)) };

    private ImageBehaviour Badly() => options.Defects[random.Next(options.Defects.Length)] switch
    {
        Defect.NeverReady => Well() with { ReadyAfter = null },
        Defect.EndsAtOnce => Well() with { EndsAfter = TimeSpan.FromSeconds(random.NextDouble() * 2) },
        Defect.EndsLater => Well() with { EndsAfter = TimeSpan.FromSeconds(random.Next(3, 40)) },
        Defect.Errors => Well() with { Errors = random.NextDouble() },
        Defect.Slow => Well() with { Slow = random.NextDouble() },
        Defect.MigrationFails => Well() with { Migrates = false },
        Defect.SpoilsLater => Well() with { SpoilsAfter = TimeSpan.FromSeconds(random.Next(3, 40)) },
        _ => Well() with { Verifies = false },
    };

    private IEnumerable<Service> Services()
    {
        var names = options.Services;
        var needs = new[] { "db" }.Where(names.Contains).Select(n => new Dependency(n, DependencyCondition.Healthy, true, Here));
        var after = new[] { "setup" }.Where(names.Contains).Select(n => new Dependency(n, DependencyCondition.Completed, true, Here));
        yield return Http("api", "/api") with { DependsOn = [.. needs, .. after] };
        // Between two releases a service may come and go, and numbers change.
        if (names.Contains("web") && random.Next(8) > 0) yield return Http("web", "/") with { DependsOn = [new Dependency("api", DependencyCondition.Healthy, true, Here)] };
        if (names.Contains("worker")) yield return new Service { Name = "worker", Location = Here, Image = "worker", Replicas = options.Replicas, DependsOn = [.. needs], Restart = options.Restart };
        if (names.Contains("db")) yield return new Service { Name = "db", Location = Here, Image = "db", Expose = [5432], Mounts = [new Mount(MountKind.Volume, "data", "/data", false, null, Here)] };
        if (names.Contains("setup")) yield return new Service { Name = "setup", Location = Here, Image = "setup", DependsOn = [.. needs] };
    }

    private Service Http(string name, string route) => new()
    {
        Name = name,
        Location = Here,
        Image = name,
        Replicas = random.Next(5) == 0 ? random.Next(1, 4) : options.Replicas,
        Ports = [new PublishedPort(8000, null, "tcp", Here)],
        Restart = options.Restart,
        Delivery = new Delivery
        {
            Health = new HealthEndpoint("/healthz", "/healthz", null, Here),
            Route = new Route(route, false, Here),
            Migrate = name == "api" && options.Migration is { } migration
                ? new Migration(["migrate"], TimeSpan.FromMinutes(1), Here) { Reversible = migration.Reversible, Revert = migration.CanRevert ? ["revert"] : null }
                : null,
        },
    };

    private Fact Told(string kind, string text) => new() { At = scene.Machine.Clock.Now, Kind = kind, Application = Application, Text = text };
}
