using System.Collections.Immutable;
using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Core.Releases;
using Towpath.Server.Api;
using Towpath.Server.Storage;

namespace Towpath.Bench;

/// <summary>What is in a store with many applications: of each four services, four environments, a person with a grant and a token, and so many releases with their runs and evidence.</summary>
internal static class ApiStock
{
    public const string Application = "app0000";
    public const string Environment = "production";

    private static readonly string[] Environments = ["development", "testing", "staging", Environment];
    private static readonly DateTimeOffset Noon = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Adds the applications from one number to before another one; in each environment the newest release runs.</summary>
    public static void Fill(string file, int from, int to, int releases)
    {
        using var store = new SqliteStore(file);
        for (var a = from; a < to; a++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"app{a:0000}");
            var application = Model(name);
            store.SaveApplication(name, "/srv/git/" + name, ".", application.Ladder);
            AddPerson(store, name);
            var newest = "";
            for (var r = 0; r < releases; r++)
            {
                var commit = string.Create(CultureInfo.InvariantCulture, $"{a:x8}{r:x32}");
                var release = ReleaseBuilder.Create(application, commit, "A change", Images(application), Noon.AddMinutes(r));
                var (run, _) = store.QueueRun(name, commit, "A change", "ann", Noon, Told(name, FactKind.PipelineQueued));
                store.SaveEvidence(new EvidenceRecord(run.Id, "check", true, Noon, TimeSpan.FromSeconds(1), null, null));
                store.SaveRelease(release, run.Id, Told(name, FactKind.ReleaseCreated));
                store.UpdateRun(run.Id, RunState.Succeeded, release.Id, Noon, Told(name, FactKind.PipelineSucceeded));
                newest = release.Id;
            }

            foreach (var environment in Environments) Deploy(store, name, environment, newest);
        }
    }

    private static void AddPerson(SqliteStore store, string application)
    {
        var person = "person-" + application;
        store.AddAccount(new AccountRecord(person, AccountKind.Person, [], false, Noon));
        store.SetGrant(person, new Grant(Role.Developer, new Extent(application, null)));
        store.AddToken(new TokenRecord(application, person, ApiToken.Hash(application), false, Narrowing.None, Noon, Noon.AddDays(365), null, null), DateTimeOffset.UnixEpoch);
    }

    private static Application Model(string name)
    {
        var place = new Location("compose.yaml", 1, 1, 1, 1);
        Service[] services = [.. new[] { "api", "db", "web", "worker" }.Select(s => new Service { Name = s, Location = place, Image = "debian:bookworm-slim" })];
        return new Application(name, [.. services], [], [], [], new Ladder([.. Environments.Select(e => new EnvironmentSpec { Name = e, Location = place })]));
    }

    private static ImmutableSortedDictionary<string, ReleaseImage> Images(Application application) => application.Services.ToImmutableSortedDictionary(
        s => s.Name, s => new ReleaseImage("sha256:" + new string('a', 64), $"towpath/{application.Name}/{s.Name}:aaaaaaaaaaaa"));

    private static void Deploy(SqliteStore store, string application, string environment, string release)
    {
        var lease = store.TryTakeLease(application, environment, "bench", Noon, TimeSpan.FromSeconds(30))!;
        var deployment = store.AddDeployment(
            application, environment, release, null, "ann", Noon, _ => ("{}", "Requested"),
            id => [Told(application, FactKind.DeploymentRequested) with { Deployment = id, Environment = environment }]);
        store.CompleteDeployment(lease, deployment.Id, "Succeeded", "{}", Noon, [Told(application, FactKind.DeploymentSucceeded) with { Deployment = deployment.Id, Environment = environment }]);
    }

    private static Fact Told(string application, string kind) => new() { At = Noon, Kind = kind, Application = application, Text = "something happened" };
}
