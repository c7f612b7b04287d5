using Towpath.Core.Diagnostics;

namespace Towpath.Tests.Contracts;

/// <summary>Rules over services and the port registry: each with a file that breaks it and one that keeps it.</summary>
public sealed class ServiceRuleTests
{
    private const string Db = "  db:\n    image: postgres:15\n    healthcheck: { test: pg_isready }\n";

    [Theory]
    [InlineData("health-declared", "  api:\n    build: .\n    ports: [\"8000\"]\n")]
    [InlineData("readiness-apart", "  api:\n    build: .\n    expose: [8000]\n    depends_on: [db]\n    x-towpath: { health: /h }\n" + Db)]
    [InlineData("ports-named", "  q:\n    image: q:1\n    ports: [\"5672\"]\n    x-towpath: { route: /, port: 80 }\n")]
    [InlineData("published-once", "  a:\n    image: a:1\n    ports: [\"80:80\"]\n    x-towpath: { route: / }\n  b:\n    image: b:1\n    ports: [\"80:81\"]\n")]
    [InlineData("variables-explained", "  api:\n    build: .\n    environment: { A: \"1\" }\n")]
    [InlineData("variables-given", "  api:\n    image: a:1\n    x-towpath: { variables: { A: { meaning: what it is, required: true } } }\n")]
    [InlineData("no-secret-in-environment", "  db:\n    image: a:1\n    environment: { POSTGRES_PASSWORD: hunter2 }\n")]
    [InlineData("no-secret-in-environment", "  db:\n    image: a:1\n    environment: [\"URL=amqp://guest:guest@queue\"]\n")]
    [InlineData("no-secret-in-environment", "  db:\n    image: a:1\n    environment: { PIN: hunter2 }\n    x-towpath: { variables: { PIN: { meaning: opens it, secret: true } } }\n")]
    [InlineData("image-pinned", "  db:\n    image: postgres\n")]
    [InlineData("image-pinned", "  db:\n    image: localhost:5000/postgres:latest\n")]
    [InlineData("migrations-run", "  api:\n    build: .\n    depends_on: [db]\n" + Db)]
    [InlineData("backup-declared", "  db:\n    image: a:1\n    volumes: [\"data:/d\"]\nvolumes: { data: }\n")]
    [InlineData("api-described", "  api:\n    build: .\n    expose: [8000]\n    x-towpath: { route: / }\n")]
    [InlineData("owner-named", "  api:\n    image: a:1\n")]
    [InlineData("limits-set", "  api:\n    image: a:1\n    mem_limit: 64m\n")]
    [InlineData("restart-policy", "  api:\n    image: a:1\n")]
    [InlineData("hears-signals", "  api:\n    image: a:1\n    command: [/bin/sh, -c, a && b]\n")]
    [InlineData("hears-signals", "  api:\n    image: a:1\n    entrypoint: bash -c 'exec a; b'\n")]
    [InlineData("log-to-output", "  api:\n    image: a:1\n    volumes: [\"logs:/srv/logs\"]\nvolumes: { logs: }\n")]
    [InlineData("dependency-ready", "  api:\n    image: a:1\n    depends_on: [db]\n" + Db)]
    [InlineData("no-engine-socket", "  api:\n    image: a:1\n    volumes: [\"/run/podman/podman.sock:/x\"]\n")]
    public void Rule_BrokenByAService_IsFound(string rule, string services) => Found(services).ShouldContain(rule);

    [Theory]
    [InlineData("health-declared", "  api:\n    build: .\n    ports: [\"8000\"]\n    x-towpath: { health: / }\n")]
    [InlineData("health-declared", "  api:\n    build: .\n    ports: [\"8000\"]\n    healthcheck: { test: check }\n")]
    [InlineData("health-declared", "  worker:\n    build: .\n")]
    [InlineData("readiness-apart", "  api:\n    build: .\n    expose: [8000]\n    x-towpath: { health: /h }\n")]
    [InlineData("readiness-apart", "  api:\n    build: .\n    expose: [8000]\n    depends_on: [db]\n    x-towpath: { health: { ready: /h, live: /l } }\n" + Db)]
    [InlineData("ports-named", "  q:\n    image: q:1\n    ports: [{ target: 5672, name: amqp }, { target: 1883, app_protocol: mqtt }, \"80\"]\n    x-towpath: { route: /, port: 80 }\n")]
    [InlineData("published-once", "  a:\n    image: a:1\n    ports: [\"80:80\", \"53:53\", \"53:53/udp\"]\n    x-towpath: { route: / }\n  b:\n    image: b:1\n    ports: [\"80\"]\n")]
    [InlineData("variables-explained", "  api:\n    build: .\n    environment: { A: \"1\" }\n    x-towpath: { variables: { A: how many } }\n  db:\n    image: a:1\n    environment: { B: \"1\" }\n")]
    [InlineData("variables-given", "  api:\n    image: a:1\n    environment: { A: \"1\" }\n    x-towpath: { variables: { A: { meaning: what it is, required: true }, B: free } }\n")]
    [InlineData("no-secret-in-environment", "  db:\n    image: a:1\n    environment: { POSTGRES_PASSWORD_FILE: /run/secrets/p, TOKEN_LIFETIME: \"60\", PASSWORD: \"${GIVEN:-}\", MYSQL_ALLOW_EMPTY_PASSWORD: \"yes\", KEYCLOAK: x }\n")]
    [InlineData("image-pinned", "  db:\n    image: postgres:15\n  x:\n    image: a@sha256:0000000000000000000000000000000000000000000000000000000000000000\n")]
    [InlineData("migrations-run", "  api:\n    build: .\n    depends_on: [db]\n    x-towpath: { migrate: up }\n  other:\n    build: .\n    depends_on: [db]\n" + Db)]
    [InlineData("migrations-run", "  admin:\n    image: adminer:4\n    depends_on: [db]\n" + Db)]
    [InlineData("migrations-run", "  api:\n    build: .\n    depends_on: { db: { condition: service_started }, job: { condition: service_completed_successfully } }\n  job:\n    build: .\n    depends_on: [db]\n" + Db)]
    [InlineData("backup-declared", "  db:\n    image: a:1\n    volumes: [\"data:/d\"]\n    x-towpath: { backup: { none: made again } }\n  b:\n    image: a:1\n    volumes: [\"data:/d:ro\"]\nvolumes: { data: }\n")]
    [InlineData("api-described", "  web:\n    image: a:1\n    expose: [8000]\n    x-towpath: { route: / }\n")]
    [InlineData("owner-named", "  api:\n    image: a:1\n    x-towpath: { owner: backend }\n")]
    [InlineData("limits-set", "  api:\n    image: a:1\n    mem_limit: 64m\n    cpus: 1\n")]
    [InlineData("restart-policy", "  api:\n    image: a:1\n    restart: always\n    depends_on: { job: { condition: service_completed_successfully } }\n  job:\n    image: a:1\n")]
    [InlineData("hears-signals", "  api:\n    image: a:1\n    command: [sh, -c, \"a && exec b\"]\n  b:\n    image: a:1\n    init: true\n    command: [sh, -c, a && b]\n  c:\n    image: a:1\n    command: [python, -c, x]\n")]
    [InlineData("log-to-output", "  api:\n    image: a:1\n    volumes: [\"data:/srv/catalogs\"]\nvolumes: { data: }\n")]
    [InlineData("dependency-ready", "  api:\n    image: a:1\n    depends_on: { db: { condition: service_healthy }, x: { condition: service_started } }\n  x:\n    image: a:1\n" + Db)]
    [InlineData("no-engine-socket", "  api:\n    image: a:1\n    volumes: [\"/var/run/other.sock:/x\"]\n")]
    public void Rule_KeptByAService_IsSilent(string rule, string services) => Found(services).ShouldNotContain(rule);

    [Theory]
    [InlineData("ports: { api: 8080 }", "port-as-assigned")]
    [InlineData("ports: { api: { listen: 8000, publish: 81 } }", "port-as-assigned")]
    [InlineData("ports: { api: 8000 }", "")]
    [InlineData("ports: { api: { listen: 8000, publish: 80 } }", "")]
    [InlineData("ports: { api: { publish: 80 } }", "")]
    [InlineData("ports: { }", "port-assigned")]
    [InlineData("ports: { api: 8000, apo: 1 }", "registry-known")]
    [InlineData("", "")]
    public void Registry_AgainstAService_IsCompared(string ports, string expected)
    {
        var reading = Scene.Compose("services:\n  api:\n    image: a:1\n    ports: [\"80:8000\"]\n  none:\n    image: a:1\n", ports + "\n");

        Scene.Names(reading).Where(n => n.StartsWith("port-", StringComparison.Ordinal) || n == "registry-known").ShouldBe(expected.Length == 0 ? [] : [expected]);
        reading.HasErrors.ShouldBe(expected.Length > 0);
    }

    [Fact]
    public void Registry_OtherPort_PointsAtBothLines()
    {
        var finding = Scene.Compose("services:\n  api:\n    image: a:1\n    ports: [\"80:8000\"]\n", "ports:\n  api: 8080\n").Diagnostics.Single(d => d.Code == "TP2204");

        finding.Location!.ToString().ShouldBe("compose.yaml:4:13");
        finding.Notes[0].ShouldBe("the port is given at towpath.yaml:4:8");
        finding.Headline.ShouldBe("`api` listens on 8000, and Ops gave it 8080");
    }

    [Fact]
    public void Registry_FreePort_IsTakenByNobody()
    {
        var finding = Scene.Hold(
            ("compose.yaml", "services:\n  api:\n    image: a:1\n    ports: [\"8081:8082\"]\n    x-towpath: { route: / }\n"),
            ("towpath.yaml", "application: shop\nenvironments: { production: { port: 8083 } }\nports: { x: 8080 }\n")).Diagnostics.Single(d => d.Code == "TP2205");

        finding.Help!.ShouldContain("8084 is free");
    }

    [Fact]
    public void SecretInEnvironment_OfAnEnvFile_IsFoundAndNotShown()
    {
        var reading = Scene.Compose("services:\n  db:\n    image: a:1\n    env_file: db.env\n", "", ("db.env", "DB_PASSWORD=hunter2\n"));

        var finding = reading.Diagnostics.Single(d => d.Code == "TP2210");
        finding.Location!.ToString().ShouldBe("compose.yaml:4:15");
        DiagnosticWriter.Write(reading.Diagnostics).ShouldNotContain("hunter2");
    }

    private static IReadOnlyList<string> Found(string services) => Scene.Names(Scene.Compose("services:\n" + services));
}
