using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Onboarding;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Onboarding;

public sealed class ProposalTests
{
    private const string Node = "FROM node:22\nEXPOSE 3000\nCMD [\"node\", \"app.js\"]\n";

    // Each row: a kind of service, its files, and what stands under x-towpath afterwards.
    public static TheoryData<string, string[], string[]> Repositories() => new()
    {
        { "express", ["package.json={\"dependencies\":{\"express\":\"5\"}}", $"Dockerfile={Node}", "src/app.js=app.get('/healthz', (q, s) => s.send('ok'));"], ["port: 3000", "health: /healthz", "route: /"] },
        { "fastify", ["package.json={\"dependencies\":{\"fastify\":\"5\"}}", "Dockerfile=FROM node:22\nCMD [\"node\", \"app.js\"]", "app.js=fastify.get('/ready', h)\nfastify.get('/live', h)"], ["port: 3000", "health: { ready: /ready, live: /live }"] },
        { "next", ["package.json={\"dependencies\":{\"next\":\"15\"}}", $"Dockerfile={Node}", "src/app/api/health/route.ts=export async function GET() {}"], ["health: /api/health"] },
        { "nest", ["package.json={\"dependencies\":{\"@nestjs/core\":\"11\"}}", $"Dockerfile={Node}", "src/health.controller.ts=@Controller('health')"], ["health: /health"] },
        { "fastapi", ["requirements.txt=fastapi==0.115\n", "Dockerfile=FROM python:3.12\nCMD uvicorn app:app --host 0.0.0.0 --port 9000", "app.py=router = APIRouter(prefix=\"/v1\")\n@router.get(\"/health\")", "alembic.ini=[alembic]"], ["port: 9000", "health: /v1/health", "migrate: alembic upgrade head"] },
        { "flask", ["pyproject.toml=dependencies = [\"Flask\"]", "Dockerfile=FROM python:3.12\nCMD [\"gunicorn\", \"-b\", \"0.0.0.0:5050\", \"app\"]", "app.py=@app.route(\"/ping\")", "migrations/env.py="], ["port: 5050", "health: /ping", "migrate: flask db upgrade"] },
        { "django", ["requirements.txt=Django>=5\n", "Dockerfile=FROM python:3.12\nEXPOSE 8000", "manage.py=", "shop/urls.py=path('healthz/', health),"], ["port: 8000", "health: /healthz/", "migrate: python manage.py migrate --noinput"] },
        { "spring", ["pom.xml=<artifactId>spring-boot-starter-actuator</artifactId>", "Dockerfile=FROM eclipse-temurin:21\nEXPOSE 8080"], ["port: 8080", "health: /actuator/health"] },
        { "aspnet", ["Api.csproj=<Project Sdk=\"Microsoft.NET.Sdk.Web\">", "Dockerfile=FROM mcr.microsoft.com/dotnet/aspnet:10.0\nEXPOSE 8080", "Program.cs=app.MapHealthChecks(\"/healthz\");", "openapi.yaml=openapi: 3.1.0"], ["health: /healthz", "api: svc/openapi.yaml"] },
        { "go", ["go.mod=module example.org/x", "Dockerfile=FROM scratch\nEXPOSE 8080", "main.go=mux.HandleFunc(\"/readyz\", ready)"], ["port: 8080", "health: /readyz"] },
        { "rails", ["Gemfile=gem \"rails\"", "Dockerfile=FROM ruby:3.3\nEXPOSE 3000", "config/routes.rb=get \"up\" => \"rails/health#show\", as: :rails_health_check", "db/migrate/1_a.rb="], ["health: /up", "migrate: bin/rails db:migrate"] },
        { "laravel", ["composer.json={\"require\":{\"laravel/framework\":\"11\"}}", "artisan=", "Dockerfile=FROM php:8.3\nEXPOSE 8000", "bootstrap/app.php=health: '/up',", "database/migrations/1.php="], ["health: /up", "migrate: php artisan migrate --force"] },
        { "prisma", ["package.json={\"dependencies\":{\"koa\":\"2\"}}", $"Dockerfile={Node}", "prisma/migrations/1/migration.sql="], ["migrate: npx prisma migrate deploy"] },
        { "react", ["package.json={\"dependencies\":{\"react-scripts\":\"5\"}}", "Dockerfile=FROM nginx:1.27\nEXPOSE 80"], ["port: 80", "health: /", "route: /"] },
    };

    [Theory]
    [MemberData(nameof(Repositories))]
    public void Propose_ForAService_FindsWhatItsFilesSay(string name, string[] files, string[] expected)
    {
        var repository = Repository(("compose.yaml", "services:\n  svc:\n    build: ./svc\n"), [.. files.Select(f => ("svc/" + f.Split('=', 2)[0], f.Split('=', 2)[1]))]);
        var text = Propose(repository).Texts["compose.yaml"];
        foreach (var line in expected)
        {
            text.ShouldContain($"\n      {line}\n", customMessage: name);
        }

        Errors(repository).ShouldBeEmpty(name);
    }

    [Fact]
    public void Propose_ForAFileWithComments_KeepsEveryLineOfIt()
    {
        const string before = "# The shop\r\nservices:\r\n    web:   # pages\r\n        image: nginx:1.27\r\n        ports:\r\n        - \"80:80\"\r\n        # more to come\r\n\r\n    # kept apart\r\n    job:\r\n        image: alpine:3.20\r\n        command: |\r\n            echo a\r\n            # no comment\r\nvolumes: {}\r\n";
        const string after = "# The shop\r\nservices:\r\n    web:   # pages\r\n        image: nginx:1.27\r\n        ports:\r\n        - \"80:80\"\r\n        x-towpath:\r\n            owner: acme/shop\r\n            route: /\r\n        # more to come\r\n\r\n    # kept apart\r\n    job:\r\n        image: alpine:3.20\r\n        command: |\r\n            echo a\r\n            # no comment\r\n        x-towpath:\r\n            owner: acme/shop\r\nvolumes: {}\r\n";
        Propose(Repository(("compose.yaml", before), ("CODEOWNERS", "* @acme/shop"))).Texts["compose.yaml"].ShouldBe(after);
    }

    [Theory]
    [InlineData("services: { db: { image: postgres:16 } }", "services: { db: { image: postgres:16, x-towpath: { owner: ops } } }")]
    [InlineData("services:\n  db: {image: postgres:16}", "services:\n  db: {image: postgres:16, x-towpath: { owner: ops } }")]
    [InlineData("services:\n  db:\n    image: postgres:16", "services:\n  db:\n    image: postgres:16\n    x-towpath:\n      owner: ops")]
    [InlineData("services:\n  db:\n    image: postgres:16\n    x-towpath:\n      # to be filled\n      port: 5432\n", "services:\n  db:\n    image: postgres:16\n    x-towpath:\n      # to be filled\n      port: 5432\n      owner: ops\n")]
    [InlineData("services:\n  db:\n    x-towpath: {}\n    image: postgres:16\n", "services:\n  db:\n    x-towpath: { owner: ops }\n    image: postgres:16\n")]
    public void Propose_ForEachWayToWriteAService_AddsInThatWay(string before, string after) =>
        Propose(Repository(("compose.yaml", before), ("CODEOWNERS", "* @ops"))).Texts["compose.yaml"].ShouldBe(after);

    [Fact]
    public void Propose_WhereAServiceIsMergedIntoAnother_TouchesNeither()
    {
        const string text = "services:\n  api: &api\n    build: .\n    ports: [\"80\"]\n  worker:\n    <<: *api\n    command: worker\n    x-towpath: { owner: ops }\n";
        var proposal = Propose(Repository(("compose.yaml", text), ("Dockerfile", "FROM scratch")));
        proposal.Texts.GetValueOrDefault("compose.yaml", text).ShouldContain("worker:\n    <<: *api\n    command: worker\n    x-towpath: { owner: ops }\n");
        Errors(Repository(("compose.yaml", text), ("Dockerfile", "FROM scratch"))).ShouldBeEmpty();
    }

    [Fact]
    public void Propose_Twice_AddsNothingMore()
    {
        var repository = Repository(("compose.yaml", "services:\n  web:\n    image: nginx:1.27\n    ports: [\"80:80\"]\n"), ("CODEOWNERS", "* @acme/shop"));
        Apply(repository, Propose(repository));
        Propose(repository).Texts.ShouldBeEmpty();
    }

    [Fact]
    public void Propose_WithAnotherValueInTheFile_KeepsItUnlessForced()
    {
        var repository = Repository(("compose.yaml", "services: { db: { image: postgres:16, x-towpath: { owner: ops } } }"), ("CODEOWNERS", "* @dev"), ("towpath.yaml", "application: x\nenvironments: { production: {} }\n"));
        Propose(repository).Texts.ShouldBeEmpty();
        Propose(repository).Open.Select(d => d.Code).ShouldBe(["TP2508"]);
        var forced = ProposalBuilder.Propose(repository, new OnboardingOptions { Force = true });
        forced.Texts["compose.yaml"].ShouldBe("services: { db: { image: postgres:16, x-towpath: { owner: dev } } }");
        forced.Texts.Keys.ShouldContain("towpath.yaml");
    }

    [Fact]
    public void Propose_WithoutAComposeFile_BeginsOneForTheDockerfiles()
    {
        var repository = Repository(("api/Dockerfile", "FROM scratch\nEXPOSE 8080"), ("web/Dockerfile", "FROM nginx:1.27\nEXPOSE 80"), ("node_modules/x/Dockerfile", "FROM scratch"));
        var text = Propose(repository).Texts["compose.yaml"];
        text.ShouldContain("  api:\n    build: ./api\n");
        text.ShouldContain("  web:\n    build: ./web\n");
        text.ShouldNotContain("node_modules");
        Errors(repository).ShouldBeEmpty();
    }

    [Fact]
    public void Propose_ForPagesAndAnApi_GivesThePagesTheTopAndTellsThatItGuessed()
    {
        var repository = Repository(
            ("compose.yaml", "name: Shop Two\nservices:\n  api:\n    build: ./api\n    ports: [\"8000:8000\"]\n  web:\n    image: nginx:1.27\n    ports: [\"8080:80\"]\n  db:\n    image: postgres:16\n    ports: [\"5432:5432\"]\n"),
            ("api/Dockerfile", "FROM scratch"),
            ("api/main.go", "mux.HandleFunc(\"/healthz\", ok)"));
        var proposal = Propose(repository);
        proposal.Texts["compose.yaml"].ShouldContain("      health: /healthz\n      route: /api\n");
        proposal.Open.ShouldContain(d => d.Code == "TP2504");
        proposal.Texts["towpath.yaml"].ShouldContain("application: shop-two\n");
        proposal.Texts["towpath.yaml"].ShouldContain("    port: 8080\n");
        proposal.Texts["towpath.yaml"].ShouldContain("smoke: { get: /api/healthz, expect: 200 }");
        proposal.Findings.ShouldContain(new Finding("db", "data", "PostgreSQL", "compose.yaml:9:3"));
        Errors(repository).ShouldBeEmpty();
    }

    [Fact]
    public void Propose_ForAWorkerBesideItsApi_MigratesOnceAndGivesNoHealth()
    {
        var repository = Repository(
            ("compose.yaml", "services:\n  api:\n    build: .\n  worker:\n    build: .\n    command: celery -A app worker\n"),
            ("Dockerfile", "FROM python:3.12\nEXPOSE 8000"),
            ("alembic.ini", ""),
            ("app.py", "@app.get('/health')"));
        var text = Propose(repository).Texts["compose.yaml"];
        text.Split("migrate:").Length.ShouldBe(2);
        text.Split("health:").Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("const r = await fetch('/healthz');")]
    [InlineData("// app.get('/healthz')")]
    [InlineData("expect(app.get('/healthz'))")]
    public void Propose_WhereAPathIsOnlyAskedFor_TakesItForNoRoute(string line) =>
        Propose(Repository(("compose.yaml", "services:\n  a:\n    build: .\n    expose: [80]\n"), ("app.js", line))).Open.ShouldContain(d => d.Code == "TP2501");

    [Theory]
    [InlineData("services: [")]
    [InlineData("services:\n  a: *b\n")]
    [InlineData("services: 7\n")]
    [InlineData("services:\n  a:\n  b: ~\n  c: []\n")]
    [InlineData("\u0000")]
    [InlineData("")]
    public void Propose_ForAFileThatIsWrong_DoesNotThrowAndWritesNothingIntoIt(string text) =>
        Propose(Repository(("compose.yaml", text))).Texts.Keys.ShouldNotContain("compose.yaml");

    [Fact]
    public void Propose_ForEachProjectOfTheCorpora_BringsNoErrors()
    {
        Corpora.Require();
        Corpora.HoldFolders("compose-valid", 100, Run);
        Corpora.HoldFolders("kompose", 100, Run);

        static string? Run(string folder)
        {
            var files = FakeSourceFiles.FromFolder(Path.Combine(folder, "project"));
            var before = ApplicationReader.Read(files, []).Diagnostics.Where(d => d.Severity == Severity.Error).Select(d => (d.Code, d.Headline)).ToList();
            Apply(files, Propose(files));
            var brought = ApplicationReader.Read(files, []).Diagnostics.Where(d => d.Severity == Severity.Error).Select(d => (d.Code, d.Headline)).Except(before).ToList();
            return brought.Count == 0 ? null : string.Join("; ", brought);
        }
    }

    private static FakeSourceFiles Repository((string Path, string Text) first, params (string Path, string Text)[] rest) => new([first, .. rest]);

    private static Proposal Propose(FakeSourceFiles files) => ProposalBuilder.Propose(files, new OnboardingOptions());

    private static List<string> Errors(FakeSourceFiles files)
    {
        Apply(files, Propose(files));
        return [.. ApplicationReader.Read(files, []).Diagnostics.Where(d => d.Severity == Severity.Error).Select(DiagnosticWriter.WriteLine)];
    }

    private static void Apply(FakeSourceFiles files, Proposal proposal)
    {
        foreach (var (path, text) in proposal.Texts)
        {
            files.Add(path, Encoding.UTF8.GetBytes(text));
        }
    }
}
