using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Handover;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Handover;

public sealed class SheetTests
{
    private const string Compose =
        """
        services:
          api:
            build: { context: ./api, target: run }
            image: acme/api
            expose: [8000, 9000]
            environment: { DB_PASSWORD: hunter2, LOG_LEVEL: "secret-looking" }
            secrets: [db_password]
            depends_on: { db: { condition: service_healthy } }
            deploy: { resources: { limits: { cpus: "0.5", memory: 256m } } }
            x-towpath:
              owner: "back|end <b>"
              health: { ready: /ready, live: /live }
              route: /api
              migrate: python -m migrate
              variables: { LOG_LEVEL: how much is written, SENTRY_DSN: { meaning: where faults go, secret: true, required: true } }
          db:
            image: postgres:16
            volumes: ["data:/var/lib/postgresql/data"]
            x-towpath: { backup: { command: [pg_dump, shop], every: 24h, keep: 14 } }
            secrets: [db_password]
        volumes: { data: {} }
        secrets: { db_password: { x-towpath: { generate: 24 } } }
        """;

    private const string Ladder =
        """
        application: shop
        environments:
          staging: { verify: [smoke] }
          production:
            port: 8080
            services: { api: { replicas: 3, environment: { REGION: eu } } }
            gates: [ { soak: 2h }, { confirmation: { roles: [dev, ops], distinct: true } } ]
        verify: { smoke: { get: /api/ready, expect: 204 } }
        ports: { api: { listen: 8000, protocol: http } }
        """;

    private static readonly HandoverSheet Sheet = Build();

    [Fact]
    public void Build_OfAnApplication_SaysWhatEachServiceIsAndNeeds()
    {
        var api = Sheet.Services[0].Facts.ToDictionary(f => f.Name, f => f.Value);
        api["Built from"].ShouldBe("api/Dockerfile, stage run");
        api["Ports"].ShouldBe("8000/tcp (HTTP), 9000/tcp");
        api["Public path"].ShouldBe("/api (taken off before the service sees it)");
        (api["Ready"], api["Live"]).ShouldBe(("/ready", "/live"));
        (api["CPU limit"], api["Memory limit"]).ShouldBe(("0.5", "256 MiB"));
        api["Migration"].ShouldBe("python -m migrate (at most 5 min)");
        api["Needs"].ShouldBe("db (ready)");
        api["API description"].ShouldBeNull();
        var db = Sheet.Services[1].Facts.ToDictionary(f => f.Name, f => f.Value);
        db["Kind"].ShouldBe("keeps data: is stopped before its successor starts");
        db["Owner"].ShouldBeNull();
        db["Backup"].ShouldBe("pg_dump shop, every 24 h, 14 kept");
        api["Port given by Ops"].ShouldBe("8000 in the container, http");
    }

    [Fact]
    public void Build_OfALadder_SaysWhatEachEnvironmentPromises()
    {
        var production = Sheet.Environments[1].Facts.ToDictionary(f => f.Name, f => f.Value);
        production["Address"].ShouldBe("127.0.0.1:8080");
        production["Gates"].ShouldBe("the pipeline is green and nobody rejected the release; it runs in the environment below, for 2 h; a yes of dev and ops, by different people");
        production["Differs for api"].ShouldBe("3 replicas; its own REGION");
        Sheet.Environments[0].Facts.ShouldContain(new SheetFact("Verified by", "/api/ready answers 204"));
    }

    [Fact]
    public void Build_OfAllGates_SaysEach()
    {
        var environment = Models.Full().Ladder.Environments[0];

        var facts = EnvironmentFacts.Of(environment, isLowest: false).Facts.ToDictionary(f => f.Name, f => f.Value);

        facts["Gates"]!.Split("; ").ShouldBe(
        [
            "the pipeline is green and nobody rejected the release", "it runs in the environment below, for 1 h", "its verification below passed",
            "its commit keeps the contract", "its commit was green in GitLab too", "its agreement is signed by dev and ops", "a complete deploy request", "a yes of dev and ops, by different people, not by its author, not older than 24 h",
            "it is Mon from 09:00 to 16:30 in Europe/Brussels, but not on 2026-12-24 to 2027-01-02, 12-25 of each year", "its images are delivered for good 24 h ahead",
            "the validation of its delivery shows no failure, and it is delivered for good",
            "25 % of the error budget is left", "no known vulnerability of severity high or worse", "its images are those that were built, at most 500 MB, not run as root, signed",
        ]);
        facts["Replaced"].ShouldBe("with 10 %, 50 % of the requests first, 20 s each");
        facts["Promised"].ShouldBe("99.9 % of requests succeed; 95 % of answers within 300 ms");
    }

    [Fact]
    public void Build_OfVariables_NamesThemAndGivesNoValue()
    {
        Sheet.Services[0].Variables.Select(v => (v.Name, v.IsSecret)).ShouldBe([("DB_PASSWORD", true), ("LOG_LEVEL", false), ("REGION", false), ("SENTRY_DSN", true)]);
        Sheet.Services[0].Variables[1].Meaning.ShouldBe("how much is written");
        Sheet.Services[0].Variables[3].ShouldBe(new VariableSheet("SENTRY_DSN", "where faults go", true, true, false));
        foreach (var text in new[] { MarkdownSheet.Write(Sheet), HtmlSheet.Write(Sheet) })
        {
            text.ShouldNotContain("hunter2");
            text.ShouldNotContain("secret-looking");
        }
    }

    [Fact]
    public void Build_OfOpenPoints_PutsThemToTheSideThatActs() =>
        Sheet.Open.Select(p => (p.Side, p.Code, p.Place)).ShouldBe([(Side.Dev, "TP2501", "compose.yaml:2:3"), (Side.Ops, "TP2003", "towpath.yaml:3:3")]);

    [Fact]
    public void Markdown_OfTextThatLooksLikeMarkup_ShowsItAsText()
    {
        var text = MarkdownSheet.Write(Sheet);
        text.ShouldContain("| Owner | back\\|end &lt;b&gt; |\n");
        text.ShouldContain("| db\\_password | made at random for each environment, 24 characters | api, db |\n");
        text.ShouldContain("| API description | not said |\n");
        text.ShouldContain("\nRules of the contract that are off: not-root.\n");
        text.ShouldStartWith("# shop: what Dev hands to Ops\n");
    }

    [Fact]
    public void Html_OfTextThatLooksLikeMarkup_ShowsItAsTextAndLoadsNothing()
    {
        var html = HtmlSheet.Write(Sheet);
        html.ShouldContain("<td>back|end &lt;b&gt;</td>");
        html.ShouldContain("<td class=\"missing\">not said</td>");
        html.ShouldNotContain("<script");
        html.ShouldNotContain("http://");
        html.ShouldNotContain("https://");
        html.ShouldNotContain("<b>\"");
    }

    [Fact]
    public void Html_OfASheet_IsWellFormed()
    {
        var html = HtmlSheet.Write(Sheet);
        var body = html[html.IndexOf("<body>", StringComparison.Ordinal)..html.IndexOf("</html>", StringComparison.Ordinal)].Replace("<br>", "<br/>");
        System.Xml.Linq.XDocument.Parse(body).Descendants("table").Count().ShouldBe(6);
    }

    private static HandoverSheet Build()
    {
        var application = ApplicationReader.Read(new FakeSourceFiles(("compose.yaml", Compose), ("towpath.yaml", Ladder), ("api/Dockerfile", "FROM scratch AS run")), []).Application.ShouldNotBeNull();
        return SheetBuilder.Build(application, [
            new Diagnostic("TP2003", Severity.Warning, "the port is taken", new Location("towpath.yaml", 3, 3, 3, 4)),
            new Diagnostic("TP2501", Severity.Note, "no health path", new Location("compose.yaml", 2, 3, 2, 4)),
        ], ["not-root"]);
    }
}
