using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Core.Releases;

namespace Towpath.Tests.Fakes;

/// <summary>Application models for tests: a small one, and one in which every property is set.</summary>
public static class Models
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    public static Location At(int line = 1) => new("compose.yaml", line, 3, line, 9, "  api:");

    public static Ladder Ladder(params string[] environments) =>
        new([.. environments.Select(name => new EnvironmentSpec { Name = name, Location = At() })]);

    public static Service Built(string name, string? image = null, string? target = null, TestSpec? test = null, string? context = null) => new()
    {
        Name = name,
        Location = At(),
        Image = image,
        Build = new BuildSpec(
            context ?? name, "Dockerfile", target, ImmutableSortedDictionary<string, string>.Empty, ImmutableSortedDictionary<string, string>.Empty, At(5)),
        Delivery = new Delivery { Test = test },
    };

    public static Service Image(string name, string image) => new() { Name = name, Location = At(), Image = image };

    public static Application Application(params Service[] services) => Application("shop", services);

    public static Application Application(string name, params Service[] services) =>
        new(name, [.. services.OrderBy(s => s.Name, StringComparer.Ordinal)], [], [], [], Ladder("development", "production"));

    public static Release Release(string commit, string application = "shop") => ReleaseBuilder.Create(
        Application(application, Image("db", "postgres:15")), commit, "A change", Images(("db", '1')), Noon);

    public static ImmutableSortedDictionary<string, ReleaseImage> Images(params (string Service, char Digit)[] images) => images.ToImmutableSortedDictionary(
        i => i.Service, i => new ReleaseImage("sha256:" + new string(i.Digit, 64), $"towpath/shop/{i.Service}:{new string(i.Digit, 12)}"));

    public static Fact Fact(string kind = FactKind.PipelineQueued, string application = "shop", string text = "something happened") =>
        new() { At = Noon, Kind = kind, Application = application, Text = text };

    /// <summary>Nothing in it is null, empty or a default, so that a form that loses something shows it.</summary>
    public static Application Full()
    {
        var map = ImmutableSortedDictionary<string, string>.Empty.Add("A", "1").Add("B", "two");
        ImmutableArray<string> words = ["one", "two"];
        var service = new Service
        {
            Name = "api",
            Location = At(2),
            Image = "shop/api",
            Build = new BuildSpec("api", "Dockerfile.prod", "final", map, map, At(3)),
            Command = words,
            Entrypoint = ImmutableArray<string>.Empty,
            Environment = map,
            Ports = [new PublishedPort(8000, 80, "tcp", At())],
            Expose = [9000],
            Mounts = [new Mount(MountKind.Tmpfs, "data", "/data", true, 1024, At()) { Content = "c0ffee", SubPath = "sub" }],
            Secrets = [new FileMount("password", "/run/secrets/password", 288, At())],
            Configs = [new FileMount("settings", "/etc/settings", 292, At())],
            DependsOn = [new Dependency("db", DependencyCondition.Healthy, true, At())],
            Healthcheck = new Healthcheck(words, TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(1500), 4, TimeSpan.FromSeconds(5), At()),
            Restart = RestartPolicy.UnlessStopped,
            Replicas = 3,
            Limits = new Limits(0.5, 1L << 33, 100),
            User = "1000",
            WorkingDirectory = "/app",
            Hostname = "api",
            StopSignal = "SIGINT",
            StopGracePeriod = TimeSpan.FromSeconds(33),
            ReadOnly = true,
            Init = true,
            CapAdd = ["NET_ADMIN"],
            CapDrop = ["ALL"],
            ExtraHosts = ["a:10.0.0.1"],
            ShmSize = 65536,
            Kernel = new KernelSettings
            {
                Ulimits = ImmutableSortedDictionary<string, Ulimit>.Empty.Add("nofile", new Ulimit(1024, 2048)),
                Sysctls = map,
                Groups = words,
                NoNewPrivileges = true,
                OomScore = 100,
                CpuShares = 512,
                MemoryReservation = 1 << 20,
            },
            Labels = map,
            Profiles = ["debug"],
            Cluster = ClusterModels.Settings,
            Delivery = new Delivery
            {
                Owner = "backend",
                Health = new HealthEndpoint("/ready", "/live", 8001, At()),
                Route = new Route("/api", true, At()),
                Port = 8000,
                Api = "openapi.yaml",
                Migrate = new Migration(words, TimeSpan.FromMinutes(2), At()) { Reversible = false, Revert = words },
                Test = new TestSpec("test", words, TimeSpan.FromMinutes(3), At()),
                Trial = new TrialSpec(true, TimeSpan.FromSeconds(7), At()),
                Scale = new ScaleSpec(2, 6, 70, 80, 12.5, At()),
                Schedule = new ScheduleSpec("*/5 * * * *", "Europe/Brussels", At()),
                Resources = [new DeclaredResource(ResourceKind.RabbitExchange, "queue", "orders", "shop", "password", "topic", true, At())],
                Variables = ImmutableSortedDictionary<string, VariableMeaning>.Empty.Add("MAIL_HOST", new VariableMeaning("host of mail", true, true, At())),
                Backup = new Backup(words, "data", TimeSpan.FromDays(1), 7, "none", At()),
            },
        };
        var environment = new EnvironmentSpec
        {
            Name = "production",
            Location = At(9),
            Automatic = true,
            Engine = EngineKind.Kubernetes,
            Kubernetes = ClusterModels.Environment,
            Port = 8080,
            PortLocation = At(10),
            Address = "0.0.0.0",
            Gates = Gates(),
            Strategy = Strategy(),
            Warm = TimeSpan.FromMinutes(7),
            Drift = DriftPolicy.Report,
            Escalation = new EscalationSpec(TimeSpan.FromHours(4), TimeSpan.FromDays(1), TimeSpan.FromDays(3)),
            Slo = new SloSpec(0.999, TimeSpan.FromMilliseconds(300), 0.95, TimeSpan.FromDays(7), At()),
            VerifyEvery = TimeSpan.FromMinutes(5),
            Verify = [new VerificationProbe("smoke", "/api", 200, "ok", TimeSpan.FromSeconds(9), At())],
            Services = ImmutableSortedDictionary<string, ServiceOverride>.Empty.Add("api", new ServiceOverride(5, map, Strategy())),
            ReadyTimeout = TimeSpan.FromSeconds(61),
        };
        return new Application(
            "shop",
            [service],
            [new Volume("data", At()) { Cluster = ClusterModels.Volume }],
            [new Secret("password", SecretSource.Generated, "file", 32, At())],
            [new Config("settings", "a = 1\n", At())],
            new Ladder([environment]) { Review = new ReviewSpec([DayOfWeek.Monday], new TimeOnly(9, 0), "Europe/Brussels") })
        {
            Agreement = new Agreement("AGREEMENT.md", new string('5', 64), ["dev", "ops"]),
        };
    }

    private static GateSpecs Gates() => new()
    {
        Soak = TimeSpan.FromHours(1),
        Confirmation = new ConfirmationSpec(["dev", "ops"], Distinct: true, NotAuthor: true, TimeSpan.FromDays(1)),
        Verification = true,
        Contract = true,
        Request = true,
        Agreement = new AgreementGateSpec(["dev", "ops"]),
        Window = new WindowSpec(
            [DayOfWeek.Monday], new TimeOnly(9, 0), new TimeOnly(16, 30), "Europe/Brussels",
            [new FreezeSpec(new DateOnly(2026, 12, 24), new DateOnly(2027, 1, 2), "holidays")], At())
        {
            Yearly = [new YearlyFreezeSpec(new YearDay(12, 25), new YearDay(12, 25), "holiday")],
        },
        Lead = TimeSpan.FromHours(24),
        LeadFrom = DeliveryKind.Final,
        Delivery = new DeliveryGateSpec(Final: true),
        Budget = 0.25,
        Image = new ImageGateSpec(500_000_000, NonRoot: true, HasSignature: true),
        Ci = new CiGateSpec(CiSystem.GitLab),
        Vulnerabilities = new VulnerabilityGateSpec(VulnerabilitySeverity.High, [new VulnerabilityException("CVE-2024-0001", new DateOnly(2026, 12, 31), "not reached")], TimeSpan.FromDays(7)),
    };

    private static StrategySpec Strategy() => new()
    {
        Kind = StrategyKind.Canary,
        Surge = new Portion(50, IsPercent: true),
        Unavailable = Portion.One,
        Steps = [10, 50],
        Interval = TimeSpan.FromSeconds(20),
        Analysis = new AnalysisSpec(50, 0.02, 0.1, 0.3, TimeSpan.FromMinutes(5)),
        ByHand = true,
        Location = At(),
    };
}
