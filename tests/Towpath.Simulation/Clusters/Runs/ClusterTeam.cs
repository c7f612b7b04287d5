using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Core.Releases;
using Towpath.Core.Rollouts;
using Towpath.Server.Api;
using Towpath.Server.Desks;
using Towpath.Server.Storage;
using Towpath.Simulation.Clusters.Checks;
using Towpath.Simulation.Clusters.World;
using Towpath.Simulation.Storage;

namespace Towpath.Simulation.Clusters.Runs;

/// <summary>The people of the application: they ship, promote, roll back, reject, pause and abort when it occurs to them.</summary>
internal sealed class ClusterTeam(ClusterScene scene, ClusterPlanes planes, Random random)
{
    /// <summary>Their application.</summary>
    public const string Application = "shop";

    private static readonly Location Here = new("compose.yaml", 1, 1, 1, 2);
    private readonly Dictionary<string, int> _versions = [];
    private readonly HashSet<string> _rejected = [];
    private int _commits;

    /// <summary>Releases so far.</summary>
    public List<string> All { get; } = [];

    /// <summary>The application becomes known with its first release.</summary>
    public void Begin(TimeSpan until)
    {
        scene.Store.SaveApplication(Application, "/repository", ".", scene.Options.Ladder);
        foreach (var environment in scene.Options.Ladder.Environments)
            scene.Ledger.Places.Add(new ClusterPlace(Application, environment.Name, environment.NamespaceFor(Application)));
        Ship(mustBeGood: random.Next(4) != 0);
        Next(until);
    }

    /// <summary>Ships a commit.</summary>
    public void Ship(bool mustBeGood)
    {
        var number = (++_commits).ToString(CultureInfo.InvariantCulture);
        var now = scene.World.Clock.Now;
        var application = new Application(Application, [.. Services()], [new Volume("data", Here)], [], [], scene.Options.Ladder);
        var images = application.Services.ToImmutableSortedDictionary(s => s.Name, s => Image(s.Name, mustBeGood), StringComparer.Ordinal);
        var release = new Release($"r-{number}", application, number.PadLeft(40, '0'), "a change", images, number, now);
        if (images.Values.All(i => scene.World.BehaviourOf(i.Digest).IsGood)) scene.Ledger.Good.Add((Application, release.Id));
        var (run, _) = scene.Store.QueueRun(Application, release.Commit, "a change", "ann", now, Told(FactKind.PipelineQueued, "a commit"));
        scene.Store.SaveRelease(release, run.Id, Told(FactKind.ReleaseCreated, release.Id) with { Release = release.Id, Run = run.Id });
        scene.Store.UpdateRun(run.Id, RunState.Succeeded, release.Id, now, Told(FactKind.PipelineSucceeded, release.Id) with { Run = run.Id });
        scene.Written.Pulse();
        All.Add(release.Id);
    }

    /// <summary>Somebody sees to it that the newest release comes everywhere.</summary>
    public void PressOn()
    {
        if (_rejected.Contains(All[^1])) Ship(mustBeGood: true);
        foreach (var place in scene.Ledger.Places)
        {
            if (scene.Store.OpenDeployments(Application, place.Environment).Count > 0)
            {
                Ask("resume", d => d.Resume(Application, new ResumeRequest(place.Environment, "ann")));
                return;
            }

            var isFrozen = scene.Store.RecentDeployments(Application, place.Environment, 1) is [{ Phase: nameof(DeploymentPhase.Frozen) }];
            if (!isFrozen && scene.Store.Current(Application, place.Environment)?.Release == All[^1]) continue;
            Ask("promote", d => d.Promote(Application, new PromoteRequest(place.Environment, All[^1], "ann")));
            return;
        }
    }

    /// <summary>Releases that were rejected.</summary>
    public bool IsRejected(string release) => scene.Store.Rejection(Application, release) is not null;

    private void Next(TimeSpan until) => scene.World.Clock.After(scene.World.Between(0, 120 / scene.Options.Acts), () =>
    {
        if (scene.World.Clock.Elapsed >= until) return;
        Act();
        Next(until);
    });

    private void Act()
    {
        var place = scene.Ledger.Places[random.Next(scene.Ledger.Places.Count)];
        var release = All[^Math.Min(All.Count, 1 + random.Next(3))];
        switch (random.Next(12))
        {
            case < 5:
                Ship(mustBeGood: false);
                break;
            case < 8:
                Meddle(place, "promote", d => d.Promote(Application, new PromoteRequest(place.Environment, release, "bob")));
                break;
            case 8:
                Meddle(place, "rollback", d => d.Rollback(Application, new RollbackRequest(place.Environment, null, "cem")));
                break;
            case 9:
                Meddle(place, "abort", d => d.Abort(Application, new AbortRequest(place.Environment, "cem")));
                break;
            case 10:
                Meddle(place, "pause", d => d.Pause(Application, new PauseRequest(place.Environment, "lunch", "ann")));
                scene.World.Clock.After(scene.World.Between(5, 60), () => Ask("resume", d => d.Resume(Application, new ResumeRequest(place.Environment, "ann"))));
                break;
            default:
                _rejected.Add(release);
                foreach (var any in scene.Ledger.Places) scene.Ledger.Meddled[any] = scene.World.Clock.Elapsed;
                Ask("reject", d => d.Reject(Application, new RejectRequest(release, "it is broken", "bob")));
                break;
        }
    }

    private void Meddle(ClusterPlace place, string what, Action<DeliveryDesk> ask)
    {
        scene.Ledger.Meddled[place] = scene.World.Clock.Elapsed;
        Ask(what, ask);
    }

    private void Ask(string what, Action<DeliveryDesk> ask)
    {
        if (planes.Any() is not { } plane) return;
        scene.World.Trace?.Invoke($"somebody asks {plane.Process.Name}: {what}");
        plane.Process.Start(() =>
        {
            try
            {
                ask(plane.Desk);
            }
            catch (DiagnosticException e)
            {
                scene.World.Trace?.Invoke($"refused: {e.Diagnostics[0].Headline}");
            }
            catch (KilledException)
            {
                // Whoever asked gets no answer.
            }

            return Task.CompletedTask;
        });
    }

    private ReleaseImage Image(string service, bool mustBeGood)
    {
        var known = _versions.GetValueOrDefault(service);
        if (known == 0 || random.Next(10) < (service == "db" ? 1 : 6) || (mustBeGood && !scene.World.BehaviourOf(Digest(service, known)).IsGood))
        {
            _versions[service] = ++known;
            scene.World.Define(Digest(service, known), mustBeGood || random.NextDouble() >= scene.Options.BadImages ? Well() : Badly(service));
        }

        return new ReleaseImage(Digest(service, known), $"localhost/towpath/{Application}/{service}:{known}");
    }

    private static string Digest(string service, int version) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{service} {version}")));

    private ClusterImage Well() => new() { ReadyAfter = TimeSpan.FromSeconds(0.2 + (random.NextDouble() * 3)) };

    private ClusterImage Badly(string service) => random.Next(service == "api" && scene.Options.Migration is not null ? 5 : 4) switch
    {
        0 => Well() with { ReadyAfter = null },
        1 => Well() with { EndsAfter = TimeSpan.FromSeconds(random.NextDouble() * 2) },
        2 => Well() with { EndsAfter = TimeSpan.FromSeconds(random.Next(3, 40)) },
        3 => Well() with { IsThere = false },
        _ => Well() with { Migrates = false },
    };

    private IEnumerable<Service> Services()
    {
        var names = scene.Options.Services;
        var needs = new[] { "db" }.Where(names.Contains).Select(n => new Dependency(n, DependencyCondition.Healthy, true, Here));
        var after = new[] { "setup" }.Where(names.Contains).Select(n => new Dependency(n, DependencyCondition.Completed, true, Here));
        yield return Http("api", "/api") with { DependsOn = [.. needs, .. after] };
        // Between two releases a service may come and go, and numbers change.
        if (names.Contains("web") && random.Next(8) > 0) yield return Http("web", "/") with { DependsOn = [new Dependency("api", DependencyCondition.Healthy, true, Here)] };
        if (names.Contains("worker")) yield return new Service { Name = "worker", Location = Here, Image = "worker", Replicas = scene.Options.Replicas, DependsOn = [.. needs] };
        if (names.Contains("db")) yield return new Service { Name = "db", Location = Here, Image = "db", Expose = [5432], Mounts = [new Mount(MountKind.Volume, "data", "/data", false, null, Here)] };
        if (names.Contains("setup")) yield return new Service { Name = "setup", Location = Here, Image = "setup", DependsOn = [.. needs] };
    }

    private Service Http(string name, string route) => new()
    {
        Name = name,
        Location = Here,
        Image = name,
        Replicas = random.Next(5) == 0 ? random.Next(1, 4) : scene.Options.Replicas,
        Ports = [new PublishedPort(8000, null, "tcp", Here)],
        Delivery = new Delivery
        {
            Health = new HealthEndpoint("/healthz", "/healthz", null, Here),
            Route = new Route(route, false, Here),
            Migrate = name == "api" && scene.Options.Migration is { } migration
                ? new Migration(["migrate"], TimeSpan.FromMinutes(1), Here) { Reversible = migration.Reversible, Revert = migration.CanRevert ? ["revert"] : null }
                : null,
        },
    };

    private Fact Told(string kind, string text) => new() { At = scene.World.Clock.Now, Kind = kind, Application = Application, Text = text };
}
