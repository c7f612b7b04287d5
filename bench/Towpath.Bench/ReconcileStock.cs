using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Core.Releases;
using Towpath.Server.Storage;

namespace Towpath.Bench;

/// <summary>Applications of one service each, whose production runs on a cluster. It waits for New Year's Eve: what is measured is the looking, and a node has room for a hundred pods.</summary>
internal static class ReconcileStock
{
    public const string Environment = "production";
    public const string Service = "web";

    private static readonly DateTimeOffset Noon = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Name of an application.</summary>
    public static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"bench{number:0000}");

    /// <summary>Adds them; in each a release runs, as far as the store knows.</summary>
    /// <param name="file">The store.</param>
    /// <param name="applications">How many.</param>
    /// <param name="registry">Registry of their images.</param>
    /// <param name="image">Identifier of the image.</param>
    public static void Fill(string file, int applications, string registry, string image)
    {
        using var store = new SqliteStore(file);
        for (var a = 0; a < applications; a++)
        {
            var name = Name(a);
            var application = Model(name, registry);
            store.SaveApplication(name, "/srv/git/" + name, ".", application.Ladder);
            var commit = string.Create(CultureInfo.InvariantCulture, $"{a:x40}");
            var images = ImmutableSortedDictionary<string, ReleaseImage>.Empty.Add(Service, new ReleaseImage(image, $"towpath/{name}/web:1"));
            var release = ReleaseBuilder.Create(application, commit, "A change", images, Noon);
            var (run, _) = store.QueueRun(name, commit, "A change", "ann", Noon, Told(name, FactKind.PipelineQueued));
            store.SaveRelease(release, run.Id, Told(name, FactKind.ReleaseCreated));
            store.UpdateRun(run.Id, RunState.Succeeded, release.Id, Noon, Told(name, FactKind.PipelineSucceeded));
            var lease = store.TryTakeLease(name, Environment, "bench", Noon, TimeSpan.FromSeconds(30))!;
            var deployment = store.AddDeployment(
                name, Environment, release.Id, null, "ann", Noon, _ => ("{}", "Requested"), id => [Told(name, FactKind.DeploymentRequested) with { Deployment = id, Environment = Environment }]);
            store.CompleteDeployment(lease, deployment.Id, "Succeeded", "{}", Noon, [Told(name, FactKind.DeploymentSucceeded) with { Deployment = deployment.Id, Environment = Environment }]);
        }
    }

    private static Application Model(string name, string registry)
    {
        var place = new Location("compose.yaml", 1, 1, 1, 1);
        var service = new Service { Name = Service, Location = place, Image = "busybox:1", Delivery = Delivery.None with { Schedule = new ScheduleSpec("0 0 31 12 *", null, place) } };
        var production = new EnvironmentSpec
        {
            Name = Environment,
            Location = place,
            Engine = EngineKind.Kubernetes,
            Kubernetes = KubernetesSpec.Default with { Registry = registry, Entry = EntryKind.None },
        };
        return new Application(name, [service], [], [], [], new Ladder([production]));
    }

    private static Fact Told(string application, string kind) => new() { At = Noon, Kind = kind, Application = application, Text = "something happened" };
}
