using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Applications;

public sealed class ApplicationReaderTests
{
    private const string Compose = """
        services:
          web:
            build: { context: ./web, args: { BASE: nginx } }
            ports: ["8080:80"]
            depends_on: [api]
            x-towpath: { owner: frontend, health: /, route: / }
          api:
            build: ./api
            command: uvicorn "shop.main:app" --port 8000
            environment:
              LOG: ${LOG:-debug}
              DATABASE: postgres://shop@db/shop
            env_file: [{ path: extra.env, required: false }, api.env]
            expose: [8000]
            depends_on:
              db: { condition: service_healthy }
            secrets: [db_password]
            deploy: { replicas: 2, resources: { limits: { cpus: "0.5", memory: 256m, pids: 100 } } }
            stop_grace_period: 1m30s
            x-towpath:
              owner: backend
              health: { ready: /healthz, live: /livez, port: 8000 }
              route: { path: /api/, strip: false }
              api: api/openapi.yaml
              migrate: { command: python3 -m shop.migrate, timeout: 2m }
              test: { target: test }
              resources:
                - postgres: { service: db, database: shop, user: shop, password: db_password }
                - rabbitmq: { service: queue, queue: orders }
                - rabbitmq: { service: queue, exchange: events, type: fanout, durable: false }
          db:
            image: postgres:15
            volumes: ["data:/var/lib/postgresql/data", "./db/init.sql:/init.sql:ro"]
            tmpfs: /run:size=64m
            healthcheck: { test: ["CMD-SHELL", "pg_isready"], interval: 5s, retries: 5 }
            restart: unless-stopped
          queue: { image: "rabbitmq:3", entrypoint: [] }
          debug: { image: busybox, profiles: [debug] }
        volumes: { data: }
        secrets: { db_password: { x-towpath: { generate: 32 } } }
        configs: { motd: { content: "hello $LOG" } }
        """;

    private const string Ladder = """
        application: shop
        environments:
          development: { port: 8081 }
          staging: { port: 8082, promote: automatic, verify: [smoke] }
          production:
            port: 8084
            address: 127.0.0.1
            ready: 90s
            services: { api: { replicas: 3, environment: { LOG: info } } }
            gates: [ soak: 3s, confirmation: { roles: [dev, ops], distinct: true } ]
            verify: [smoke]
        verify:
          smoke: { get: /api/healthz, expect: 200, contains: ok, within: 20s }
        """;

    [Fact]
    public void Read_WholeExample_GivesTheModel()
    {
        var application = Shop(Compose, Ladder).ShouldNotBeNull();

        application.Name.ShouldBe("shop");
        application.Services.Select(s => s.Name).ShouldBe(["api", "db", "queue", "web"]);
        application.Volumes.ShouldHaveSingleItem().Name.ShouldBe("data");
        application.Secrets.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            s => s.Source.ShouldBe(SecretSource.Generated),
            s => s.Length.ShouldBe(32));
        application.Configs.ShouldHaveSingleItem().Content.ShouldBe("hello trace");
    }

    [Fact]
    public void Read_Service_GivesProcessAndLimits()
    {
        var api = Shop(Compose, Ladder)!.Service("api")!;

        api.Build!.ShouldSatisfyAllConditions(b => b.Context.ShouldBe("api"), b => b.Dockerfile.ShouldBe("Dockerfile"));
        api.Command!.Value.ShouldBe(["uvicorn", "shop.main:app", "--port", "8000"]);
        api.Entrypoint.ShouldBeNull();
        api.Environment.ShouldBe([new("DATABASE", "postgres://shop@db/shop"), new("FROM_FILE", "1"), new("LOG", "trace")]);
        api.Replicas.ShouldBe(2);
        api.Limits.ShouldBe(new Limits(0.5, 256 * 1024 * 1024, 100));
        api.StopGracePeriod.ShouldBe(TimeSpan.FromSeconds(90));
        api.DependsOn.ShouldHaveSingleItem().Condition.ShouldBe(DependencyCondition.Healthy);
        api.Secrets.ShouldHaveSingleItem().Target.ShouldBe("/run/secrets/db_password");
        api.HttpPort.ShouldBe(8000);
        api.Location.Line.ShouldBe(7);
    }

    [Fact]
    public void Read_Delivery_GivesContract()
    {
        var delivery = Shop(Compose, Ladder)!.Service("api")!.Delivery;

        delivery.Owner.ShouldBe("backend");
        delivery.Health!.ShouldSatisfyAllConditions(h => h.Ready.ShouldBe("/healthz"), h => h.Live.ShouldBe("/livez"), h => h.Port.ShouldBe(8000));
        delivery.Route!.ShouldSatisfyAllConditions(r => r.Path.ShouldBe("/api"), r => r.Strip.ShouldBeFalse());
        delivery.Migrate!.ShouldSatisfyAllConditions(m => m.Command.ShouldBe(["python3", "-m", "shop.migrate"]), m => m.Timeout.ShouldBe(TimeSpan.FromMinutes(2)));
        delivery.Test!.Target.ShouldBe("test");
        delivery.Resources.Select(r => (r.Kind, r.Service, r.Name, r.Durable, r.ExchangeType)).ShouldBe(
        [
            (ResourceKind.PostgresDatabase, "db", "shop", false, null),
            (ResourceKind.RabbitQueue, "queue", "orders", true, null),
            (ResourceKind.RabbitExchange, "queue", "events", false, "fanout"),
        ]);
    }

    [Fact]
    public void Read_Mounts_GivesVolumeBindAndTmpfs()
    {
        var db = Shop(Compose, Ladder)!.Service("db")!;

        db.Mounts.Select(m => (m.Kind, m.Source, m.Target, m.ReadOnly, m.Size)).ShouldBe(
        [
            (MountKind.Volume, "data", "/var/lib/postgresql/data", false, null),
            (MountKind.Bind, "db/init.sql", "/init.sql", true, null),
            (MountKind.Tmpfs, null, "/run", false, 64L * 1024 * 1024),
        ]);
        db.IsStateful.ShouldBeTrue();
        db.Healthcheck!.Command.ShouldBe(["/bin/sh", "-c", "pg_isready"]);
        db.Restart.ShouldBe(RestartPolicy.UnlessStopped);
    }

    [Fact]
    public void Read_EmptyEntrypoint_IsNotNull() => Shop(Compose, Ladder)!.Service("queue")!.Entrypoint!.Value.ShouldBeEmpty();

    [Fact]
    public void Read_Ladder_GivesEnvironments()
    {
        var ladder = Shop(Compose, Ladder)!.Ladder;

        ladder.Environments.Select(e => (e.Name, e.Automatic, e.Port)).ShouldBe([("development", true, 8081), ("staging", true, 8082), ("production", false, 8084)]);
        var production = ladder.Environment("production")!;
        production.Gates.Soak.ShouldBe(TimeSpan.FromSeconds(3));
        production.Gates.Confirmation!.Roles.ShouldBe(["dev", "ops"]);
        production.Gates.Confirmation!.Distinct.ShouldBeTrue();
        production.ReadyTimeout.ShouldBe(TimeSpan.FromSeconds(90));
        production.Services["api"].ShouldSatisfyAllConditions(o => o.Replicas.ShouldBe(3), o => o.Environment["LOG"].ShouldBe("info"));
        production.Verify.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            p => p.Path.ShouldBe("/api/healthz"),
            p => p.ExpectBody.ShouldBe("ok"),
            p => p.Timeout.ShouldBe(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void Read_ActiveProfile_IncludesItsService() =>
        Read(Compose, Ladder, ["debug"]).Application!.Service("debug").ShouldNotBeNull();

    [Fact]
    public void Read_NoLadder_GivesProductionAndSaysSo()
    {
        var reading = ApplicationReader.Read(new FakeSourceFiles(("compose.yaml", "name: My_Shop\nservices: { web: { image: nginx, ports: ['80'] } }")), []);

        reading.Application!.Name.ShouldBe("my-shop");
        reading.Application.Ladder.Environments.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            e => e.Name.ShouldBe("production"),
            e => e.Automatic.ShouldBeTrue(),
            e => e.Port.ShouldBeNull());
        reading.Application.Service("web")!.Delivery.Route!.Path.ShouldBe("/");
        reading.Diagnostics.Select(d => (d.Code, d.Severity)).ShouldBe([("TP2001", Severity.Note), ("TP2020", Severity.Note)]);
    }

    [Fact]
    public void Read_NoLadderAndNoName_TakesTheFoldersNameAndThePublishedPort()
    {
        var files = new FakeSourceFiles(("compose.yaml", "services:\n  web:\n    image: nginx\n    ports: ['8299:80']\n")) { FolderName = "Our Site" };

        var application = ApplicationReader.Read(files, []).Application!;

        application.Name.ShouldBe("our-site");
        application.Ladder.Environments[0].Port.ShouldBe(8299);
        application.Ladder.Environments[0].PortLocation!.Line.ShouldBe(4);
    }

    [Theory]
    [InlineData("redis:7")]
    [InlineData("docker.io/library/postgres")]
    [InlineData("mcr.microsoft.com/mssql/server:2022-latest")]
    public void Read_PortsOfABackingService_LeaveTheRouteToTheOther(string image)
    {
        var text = $"services:\n  back: {{ image: '{image}', ports: ['1:1'] }}\n  web: {{ image: x, ports: ['8000:8000'] }}\n";

        ApplicationReader.Read(new FakeSourceFiles(("compose.yaml", text)), []).Application!.Service("web")!.Delivery.Route!.Path.ShouldBe("/");
    }

    [Fact]
    public void Read_ManyProblems_TellsAllInSourceOrder()
    {
        var reading = ApplicationReader.Read(
            new FakeSourceFiles(("compose.yml", "services:\n  a:\n    imagee: x\n    privileged: true\n  b: { image: y, depends_on: [c] }\n")),
            []);

        reading.Application.ShouldBeNull();
        reading.Diagnostics.Where(d => d.Severity == Severity.Error).Select(d => (d.Code, d.Location!.Line)).ShouldBe(
            [("TP1030", 3), ("TP1031", 4), ("TP1060", 5)],
            "that `a` has no image is an echo of line 3");
    }

    [Fact]
    public void Read_PrivilegedFalse_SaysNothing() =>
        ApplicationReader.Read(new FakeSourceFiles(("compose.yaml", "services: { a: { image: x, privileged: false, links: [] } }")), [])
            .Diagnostics.Select(d => d.Code).ShouldBe(["TP2001"]);

    private static Application? Shop(string compose, string ladder) => Read(compose, ladder, []).Application;

    private static ApplicationReading Read(string compose, string ladder, string[] profiles)
    {
        var reading = ApplicationReader.Read(
            new FakeSourceFiles(
                ("compose.yaml", compose),
                ("towpath.yaml", ladder),
                (".env", "LOG=trace\n"),
                ("api.env", "FROM_FILE=1\nLOG=file\n"),
                ("api/Dockerfile", "FROM scratch"),
                ("api/openapi.yaml", "openapi: 3.1.0"),
                ("web/Dockerfile", "FROM scratch"),
                ("db/init.sql", "select 1")),
            profiles);
        reading.Diagnostics.Where(d => d.Severity == Severity.Error).Select(DiagnosticWriter.WriteLine).ShouldBeEmpty();
        return reading;
    }
}
