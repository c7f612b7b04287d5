using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Releases;
using Towpath.Core.Rollouts;

namespace Towpath.Tests.Fakes;

/// <summary>A small application in the shape of most: an HTTP service before a database, and a worker.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    public static Location Here(int line = 1) => new("compose.yaml", line, 1, line, 2);

    public static Service Api(int replicas = 2) => new()
    {
        Name = "api",
        Location = Here(3),
        Image = "api",
        Replicas = replicas,
        Ports = [new PublishedPort(8000, null, "tcp", Here(4))],
        DependsOn = [new Dependency("db", DependencyCondition.Healthy, true, Here(5))],
        Delivery = new Delivery
        {
            Health = new HealthEndpoint("/healthz", "/healthz", null, Here(6)),
            Route = new Route("/", false, Here(7)),
            Migrate = new Migration(["migrate"], TimeSpan.FromMinutes(1), Here(8)),
            Resources = [new DeclaredResource(ResourceKind.PostgresDatabase, "db", "shop", "shop", null, null, true, Here(9))],
        },
    };

    public static Service Worker => new()
    {
        Name = "worker",
        Location = Here(12),
        Image = "worker",
        DependsOn = [new Dependency("db", DependencyCondition.Healthy, true, Here(13))],
    };

    public static Service Db => new()
    {
        Name = "db",
        Location = Here(20),
        Image = "db",
        Expose = [5432],
        Mounts = [new Mount(MountKind.Volume, "data", "/data", false, null, Here(21))],
    };

    public static EnvironmentSpec Production => new()
    {
        Name = "production",
        Location = Here(30),
        Warm = TimeSpan.Zero,
        Verify = [new VerificationProbe("smoke", "/healthz", 200, null, TimeSpan.FromSeconds(5), Here(31))],
    };

    public static Release Release(string version, params Service[] services)
    {
        var application = new Application(
            "shop", [.. services], [new Volume("data", Here(40))], [], [], new Ladder([Production]));
        return new Release(
            "r-" + version, application, new string('a', 40), "a change",
            services.ToImmutableSortedDictionary(
                s => s.Name, s => new ReleaseImage($"sha256:{s.Name}-{(s.Name == "db" ? "1" : version)}", $"towpath/shop/{s.Name}:{version}")),
            version, Start);
    }

    public static EnvironmentDesired Desired(Release release) =>
        EnvironmentPlanner.Plan(release, Production, ImmutableDictionary<string, string>.Empty);

    public static EnvironmentDesired Desired(string version, params Service[] services) =>
        Desired(Release(version, services.Length == 0 ? [Api(), Worker, Db] : services));

    public static DeploymentPlan Plan(EnvironmentDesired target, EnvironmentDesired? previous = null) =>
        new("d-1", target, previous, new RolloutPolicy(1, TimeSpan.FromSeconds(30)));
}
