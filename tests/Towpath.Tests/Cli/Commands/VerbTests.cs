using System.Text.Json;
using Towpath.Cli.Host;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Cli.Commands;

public sealed class VerbTests
{
    private readonly TestProgram _program = new();

    [Fact]
    public async Task Promote_UntilItsDeploymentSucceeds_Succeeds()
    {
        _program.Plane.Add(Facts.Deployment(FactKind.DeploymentFailed, 0, id: "d-0"), Facts.Deployment(FactKind.DeploymentSucceeded, 1, text: "staging runs r-1"));
        (await _program.RunAsync("promote", "staging", "r-1")).ShouldBe(ExitCode.Success);
        _program.Plane.Asked.ShouldContain(new PromoteRequest("staging", "r-1", "ada"));
        _program.Out.ToString().ShouldBe("staging runs r-1\n");
    }

    [Fact]
    public async Task Promote_WithNoWait_PrintsTheAnswer()
    {
        (await _program.RunAsync("promote", "staging", "--no-wait", "-o", "json")).ShouldBe(ExitCode.Success);
        JsonSerializer.Deserialize<DeploymentAnswer>(_program.Out.ToString(), ApiJson.Options)!.Deployment.ShouldBe("d-1");
    }

    [Fact]
    public async Task Promote_ThroughAClosedGate_EndsAsGateClosed()
    {
        _program.Plane.OnPromote = _ => throw new DiagnosticException(ExitCode.GateClosed, new Diagnostic("TP4002", Severity.Error, "not confirmed"));
        (await _program.RunAsync("promote", "production")).ShouldBe(ExitCode.GateClosed);
    }

    [Fact]
    public async Task Confirm_ThatIsNotTheLast_SaysWhatIsMissing()
    {
        (await _program.RunAsync("confirm", "production", "--role", "dev")).ShouldBe(ExitCode.Success);
        _program.Plane.Asked.ShouldContain(new ConfirmRequest("production", null, "dev", "ada"));
        _program.Out.ToString().ShouldBe("one more yes is needed\n");
    }

    [Fact]
    public async Task Rollback_WhoseDeploymentFails_EndsAsDeploymentFailed()
    {
        _program.Plane.Add(Facts.Deployment(FactKind.DeploymentFailed, 1));
        (await _program.RunAsync("rollback", "production")).ShouldBe(ExitCode.DeploymentFailed);
    }

    [Fact]
    public async Task Asking_OfADeploymentOrTheWorld_SendsWhatWasMeant()
    {
        string[] lines =
        [
            "pause production --reason slow", "resume production", "resume", "resume --everything", "abort production",
            "proceed production --service api --whole", "halt production --reason tv", "halt --everything --reason tv",
        ];
        foreach (var line in lines) (await _program.RunAsync(line.Split(' '))).ShouldBe(ExitCode.Success, line);

        _program.Plane.Asked.ShouldBe(
        [
            new PauseRequest("production", "slow", "ada"), new ResumeRequest("production", "ada"),
            new HaltRequest("shop", null, null, "ada"), new HaltRequest(null, null, null, "ada"), new AbortRequest("production", "ada"),
            new ProceedRequest("production", "api", true, "ada"), new HaltRequest("shop", "production", "tv", "ada"), new HaltRequest(null, null, "tv", "ada"),
        ]);
        _program.Out.ToString().ShouldStartWith("as you wish\n");
    }

    [Theory]
    [InlineData(true, ExitCode.Success)]
    [InlineData(false, ExitCode.GateClosed)]
    public async Task Gates_ShowsAllAndEndsAsTheySay(bool mayEnter, ExitCode code)
    {
        _program.Plane.OnGates = () => [new GatesAnswer("production", "r-1", mayEnter, [new GateAnswer("pipeline", true, "green"), new GateAnswer("soak", mayEnter, "an hour")])];

        (await _program.RunAsync("gates", "production", "--release", "r-1")).ShouldBe(code);
        _program.Plane.Asked.ShouldContain("gates production r-1");
        _program.Out.ToString().ShouldContain("  yes pipeline: green\n");
    }

    [Fact]
    public async Task Reject_WithItsReason_IsAsked()
    {
        (await _program.RunAsync("reject", "r-1", "--reason", "slow")).ShouldBe(ExitCode.Success);
        _program.Plane.Asked.ShouldBe([new RejectRequest("r-1", "slow", "ada")]);
    }

    [Fact]
    public async Task Request_WithFields_SendsEach()
    {
        (await _program.RunAsync("request", "production", "--field", "what=a=b", "--field", "why=now", "risk")).ShouldBe(ExitCode.Success);
        _program.Plane.Asked.ShouldHaveSingleItem().ShouldBeOfType<DeployRequest>().Fields
            .ShouldBe(new Dictionary<string, string> { ["what"] = "a=b", ["why"] = "now", ["risk"] = "" });
    }

    [Fact]
    public async Task Request_NotComplete_SaysWhatIsMissingAndEndsAsGateClosed()
    {
        _program.Plane.OnRequest = _ => new RequestAnswer(
            "production", "r-1", RequestState.Open, "ada", Facts.Start, Facts.Start, new Dictionary<string, string> { ["what"] = "a basket" }, ["risk, what could go wrong"], null);
        (await _program.RunAsync("request", "production", "--field", "what=a basket")).ShouldBe(ExitCode.GateClosed);
        _program.Out.ToString().ShouldEndWith("  what: a basket\n  missing: risk, what could go wrong\n");
    }

    [Fact]
    public async Task RequestRefuse_WithItsReason_IsAsked()
    {
        _program.Plane.OnRequest = _ => new RequestAnswer(
            "production", "r-1", RequestState.Refused, "ben", Facts.Start, Facts.Start, new Dictionary<string, string>(), [], new RefusalAnswer("ada", "no rollback", Facts.Start));
        (await _program.RunAsync("request", "refuse", "production", "--reason", "no rollback", "--release", "r-1")).ShouldBe(ExitCode.Success);
        _program.Plane.Asked.ShouldBe([new RefuseRequest("production", "r-1", "no rollback", "ada")]);
        _program.Out.ToString().ShouldContain("refused by ada");
    }

    [Fact]
    public async Task Requests_OfAnEnvironment_AreListed()
    {
        (await _program.RunAsync("requests", "production")).ShouldBe(ExitCode.Success);
        _program.Plane.Asked.ShouldBe(["requests shop production"]);
        _program.Out.ToString().ShouldStartWith("r-1 for production: complete, by ben, ");
    }

    [Fact]
    public async Task Deliver_WithoutFinal_IsRefusedAndWithIt_NamesItsEnvironment()
    {
        (await _program.RunAsync("deliver", "r-1")).ShouldBe(ExitCode.Usage);
        _program.Plane.Asked.ShouldBeEmpty();
        (await _program.RunAsync("deliver", "r-1", "--final", "--for", "production")).ShouldBe(ExitCode.Success);
        _program.Plane.Asked.ShouldBe([new DeliverRequest("r-1", "production", "ada")]);
        _program.Out.ToString().ShouldContain("final for production: by ben");
    }

    [Fact]
    public async Task Deliveries_OfARelease_ShowEachCheck()
    {
        (await _program.RunAsync("deliveries", "r-1")).ShouldBe(ExitCode.Success);
        _program.Plane.Asked.ShouldBe(["deliveries shop r-1"]);
        _program.Out.ToString().ShouldContain("api logs: FAILED: it wrote nothing");
    }

    [Fact]
    public async Task Escalation_OfAnEnvironment_ShowsStepsAndDocuments()
    {
        (await _program.RunAsync("escalation", "production")).ShouldBe(ExitCode.Success);
        _program.Out.ToString().ShouldContain("  missing: confirmation: waits for ops");
        (await _program.RunAsync("escalation", "production", "--agenda")).ShouldBe(ExitCode.Success);
        _program.Out.ToString().ShouldEndWith("# Meeting\n");
        _program.Plane.Asked.ShouldBe(["escalations shop production", "escalations shop production"]);
    }

    [Fact]
    public async Task Review_OnTheTerminal_ShowsOpenPointsAndWhatIsDue()
    {
        (await _program.RunAsync("review")).ShouldBe(ExitCode.Success);
        var text = _program.Out.ToString();
        text.ShouldContain("- the pipeline of cccccccccccc failed in test:api");
        text.ShouldContain("- r-2 is not in production: confirmation: waits for ops");
        text.ShouldContain("demo in 5 days: nothing enters production on 2026-12-03 to 2026-12-04");
        text.ShouldContain("written by itself: mon 09:00 (Europe/Brussels), next ");
        _program.Plane.Asked.ShouldBe(["review shop"]);
    }

    [Fact]
    public async Task Review_OfANamedApplicationIntoAFile_WritesMarkdownAndSaysNothingElse()
    {
        using var folder = new TemporaryFolder();
        _program.Surroundings = _program.Surroundings with { Folder = folder.Path };
        (await _program.RunAsync("review", "blog", "--write", "readiness.md")).ShouldBe(ExitCode.Success);
        _program.Out.ToString().ShouldBeEmpty();
        (await File.ReadAllTextAsync(folder["readiness.md"], TestContext.Current.CancellationToken)).ShouldStartWith("# shop: readiness\n\nAs of ");
        _program.Plane.Asked.ShouldBe(["review blog"]);
    }

    [Fact]
    public async Task Review_Written_PrintsTheLastOneOrSaysThatThereIsNone()
    {
        (await _program.RunAsync("review", "--written")).ShouldBe(ExitCode.Success);
        _program.Out.ToString().ShouldBe("# shop: readiness\n");
        _program.Plane.Written = [];
        (await _program.RunAsync("review", "--written")).ShouldBe(ExitCode.NotFound);
        _program.Error.ToString().ShouldContain("TP4879");
    }

    [Fact]
    public async Task EscalationConfirm_SendsTheHashOfTheTextThatItShows()
    {
        (await _program.RunAsync("escalation", "confirm", "production", "--side", "ops")).ShouldBe(ExitCode.Success);
        _program.Plane.Asked.ShouldBe(["escalations shop production", new OutcomeConfirmRequest("production", "r-1", "ops", "5f0c21aa", "ada")]);
    }

    [Fact]
    public async Task EscalationRaise_SendsItsStep()
    {
        (await _program.RunAsync("escalation", "raise", "production", "--to", "meeting")).ShouldBe(ExitCode.Success);
        _program.Plane.Asked.ShouldBe([new RaiseRequest("production", null, Towpath.Core.Environments.EscalationLevel.Meeting, "ada")]);
    }

    [Fact]
    public async Task Promote_InAnEmergency_SendsItsReason()
    {
        (await _program.RunAsync("promote", "production", "--emergency", "--reason", "checkout answers 500", "--no-wait")).ShouldBe(ExitCode.Success);
        _program.Plane.Asked.ShouldBe([new PromoteRequest("production", null, "ada") { Emergency = true, Reason = "checkout answers 500" }]);
    }

    [Fact]
    public async Task Confirm_Link_PrintsItAndConfirmsNothing()
    {
        (await _program.RunAsync("confirm", "production", "--role", "ops", "--link")).ShouldBe(ExitCode.Success);
        _program.Plane.Asked.ShouldBe([new LinkRequest("production", null, "ops", "ada")]);
        _program.Out.ToString().ShouldBe("https://towpath.example.org/confirm?link=x.y\n");
    }

    [Fact]
    public async Task Halt_OfAnEnvironmentAndEverything_EndsAsUsage() =>
        (await _program.RunAsync("halt", "production", "--everything", "--reason", "tv")).ShouldBe(ExitCode.Usage);

    [Fact]
    public async Task Status_StandsStillOnTheWay_SaysSo()
    {
        _program.Plane.OnStatus = application => new StatusAnswer(
            application,
            [
                new EnvironmentAnswer("production", null, "r-1", "0123", Facts.Start, "d-7", "Rolling", null, [], [])
                {
                    Strategy = "canary",
                    Shares = [new ShareAnswer("api", 10, 1, 3, Waits: true)],
                    Warm = new WarmAnswer("r-0", DateTimeOffset.UtcNow + TimeSpan.FromMinutes(5)),
                    StandsStill = [new StandingAnswer("everything", "grace", "the disk is full", DateTimeOffset.UtcNow)],
                    Drift = ["replica:shop-production-api-1-0"],
                },
            ],
            []);
        (await _program.RunAsync("status")).ShouldBe(ExitCode.Success);
        var text = _program.Out.ToString();
        text.ShouldContain("d-7 Rolling  canary");
        text.ShouldContain("production stands still: everything was stopped by grace now: the disk is full");
        text.ShouldContain("production gives 10 % of the requests of api to d-7, step 1 of 3; waits for `towpath proceed production`");
        text.ShouldContain("production keeps r-0 ready to come back for ");
        text.ShouldContain("production has drifted: replica:shop-production-api-1-0");
    }

    [Fact]
    public async Task Status_WithGatesAndServices_ShowsThem()
    {
        _program.Plane.OnStatus = application => new StatusAnswer(
            application,
            [
                new EnvironmentAnswer("development", "http://127.0.0.1:8081/", "r-1", "0123456789abcdef", Facts.Start, "d-1", "succeeded", null, [], [new ServiceAnswer("api", "a1b2", 2, 1, "sha256:0")]),
                new EnvironmentAnswer("staging", null, null, null, null, null, null, "r-1", [new GateAnswer("soak", false, "2 s of 10 s")], []),
            ],
            [new RunAnswer("p-7", "fedcba9876543210", "running")]);
        (await _program.RunAsync("status")).ShouldBe(ExitCode.Success);
        var text = _program.Out.ToString();
        text.ShouldContain("development  r-1      0123456789");
        text.ShouldContain("development  api      1/2    a1b2");
        text.ShouldContain("r-1 could enter staging:\n  no  soak: 2 s of 10 s");
        text.ShouldContain("run p-7 of commit fedcba9876: running");
    }

    [Fact]
    public async Task Status_OfEnvironmentsOnClusters_SaysWhyServicesAreNotReadyAndWhatCannotBeSeen()
    {
        static EnvironmentAnswer On(string name, params ServiceAnswer[] services) => new(name, null, "r-1", "0123", Facts.Start, "d-1", "Succeeded", null, [], services);
        _program.Plane.OnStatus = application => new StatusAnswer(
            application,
            [
                On("staging", new ServiceAnswer("api", "a1", 3, 1, "") { Why = "1 of 3 replicas are available: no node has room" }, new ServiceAnswer("web", "b2", 1, 1, "")),
                On("production", new ServiceAnswer("api", "a1", 3, 0, "")) with { Unseen = "the cluster does not answer" },
            ],
            []);
        (await _program.RunAsync("status")).ShouldBe(ExitCode.Success);
        var text = _program.Out.ToString();
        text.ShouldContain("staging      api      1/3");
        text.ShouldContain("production   api      ?/3");
        text.ShouldContain("staging api is not ready: 1 of 3 replicas are available: no node has room");
        text.ShouldNotContain("web is not ready");
        text.ShouldContain("production can't be looked at: the cluster does not answer");
    }

    [Fact]
    public async Task Diff_Differences_AreShownByFieldAndEndAsDiffers()
    {
        _program.Plane.OnDifferences = (environment, release) => new DifferencesAnswer(environment, "shop-production", release ?? "r-2", "r-1",
        [
            new ObjectChangeAnswer("Deployment/api", "changed",
            [
                new FieldChangeAnswer("spec.replicas", "3", "2", false, ["kubectl-edit"]),
                new FieldChangeAnswer("spec.paused", null, "true", false, []),
            ]),
            new ObjectChangeAnswer("Secret/token-1", "changed", [new FieldChangeAnswer("data.value", null, null, true, [])]),
            new ObjectChangeAnswer("ConfigMap/new", "added", []),
            new ObjectChangeAnswer("ConfigMap/old", "removed", []),
            new ObjectChangeAnswer("StatefulSet/db", "refused", []) { Why = "updates to spec are forbidden" },
        ]);

        (await _program.RunAsync("diff", "production")).ShouldBe(ExitCode.Differs);

        _program.Out.ToString().ReplaceLineEndings("\n").ShouldBe(
            """
            r-2 would change 5 objects of production in namespace shop-production:
              ~ Deployment/api
                  spec.replicas: 3 -> 2 (set by kubectl-edit)
                  spec.paused: (nothing) -> true
              ~ Secret/token-1
                  data.value: changed
              + ConfigMap/new
              - ConfigMap/old
              ! StatefulSet/db would be refused: updates to spec are forbidden

            """);
    }

    [Fact]
    public async Task Diff_NoDifference_EndsWell()
    {
        (await _program.RunAsync("diff", "production", "r-7")).ShouldBe(ExitCode.Success);
        _program.Out.ToString().ShouldContain("r-7 would change nothing in production");

        _program.Out.GetStringBuilder().Clear();
        (await _program.RunAsync("diff", "production", "-o", "json")).ShouldBe(ExitCode.Success);
        using var document = JsonDocument.Parse(_program.Out.ToString());
        document.RootElement.GetProperty("objects").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Releases_InJson_AreAnArray()
    {
        _program.Plane.OnReleases = () => [new ReleaseAnswer("r-1", "0123", "Open the shop", Facts.Start, new Dictionary<string, string> { ["api"] = "sha256:0" }, ["staging"], [])];
        (await _program.RunAsync("releases", "-o", "json")).ShouldBe(ExitCode.Success);
        using var document = JsonDocument.Parse(_program.Out.ToString());
        document.RootElement[0].GetProperty("id").GetString().ShouldBe("r-1");
        document.RootElement[0].GetProperty("environments")[0].GetString().ShouldBe("staging");
    }

    [Fact]
    public async Task Logs_InJson_AreOneDocumentPerLine()
    {
        _program.Plane.OnLogs = () => [Line("one"), Line("two")];
        (await _program.RunAsync("logs", "api", "--env", "production", "--tail", "5", "--follow", "-o", "json")).ShouldBe(ExitCode.Success);
        _program.Plane.Asked.ShouldContain("logs shop production api 5 True");
        var lines = _program.Out.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Select(line => JsonSerializer.Deserialize<LogAnswer>(line, ApiJson.Options)!.Text).ShouldBe(["one", "two"]);
    }

    [Fact]
    public async Task Logs_WithoutEnvironmentWhereNoneRuns_AsksForOne() =>
        (await _program.RunAsync("logs")).ShouldBe(ExitCode.Usage);

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Status_WhereTheApplicationIsNotClear_ListsTheKnownOnes(int known)
    {
        _program.Plane.Applications = [.. new[] { "blog", "shop" }.Take(known)];
        (await _program.RunAsync("status")).ShouldBe(ExitCode.NotFound);
        _program.Error.ToString().ShouldContain(known == 0 ? "no application has been shipped yet" : "known applications: blog, shop");
    }

    [Theory]
    [InlineData("s3cret\n", "s3cret")]
    [InlineData("two\nlines\n", "two\nlines")]
    [InlineData(" blanks ", " blanks ")]
    public async Task SecretSet_WithAValueOnStandardInput_GivesItWithoutItsLastLineEnd(string input, string value)
    {
        _program.Surroundings = _program.Surroundings with { In = new StringReader(input) };
        (await _program.RunAsync("secret", "set", "production", "api_key")).ShouldBe(ExitCode.Success);
        _program.Plane.Asked.ShouldContain(new SecretRequest("production", "api_key", value, "ada"));
        (_program.Out.ToString() + _program.Error).ShouldNotContain(value);
    }

    [Fact]
    public async Task SecretSet_WithNothingOnStandardInput_EndsAsUsage() =>
        (await _program.RunAsync("secret", "set", "production", "api_key")).ShouldBe(ExitCode.Usage);

    [Fact]
    public async Task Check_WithAnError_ShowsItAndEndsAsInvalidInput()
    {
        _program.CheckResult = [new Diagnostic("TP1001", Severity.Error, "unknown key `imag`", new Location("compose.yaml", 3, 5, 3, 9, "    imag: x"), "not known")];
        (await _program.RunAsync("check")).ShouldBe(ExitCode.InvalidInput);
        _program.Error.ToString().ShouldBe(
            """
            error[TP1001]: unknown key `imag`
             --> compose.yaml:3:5
              |
            3 |     imag: x
              |     ^^^^ not known

            """);
        _program.Out.ToString().ShouldBe("1 error\n");
    }

    [Fact]
    public async Task Check_WithEscapeSequencesInTheFile_KeepsThemOffTheTerminal()
    {
        const string excerpt = "    \e]0;owned\aimag: x";
        _program.CheckResult = [new Diagnostic("TP1001", Severity.Error, "unknown key `\e[31mimag`", new Location("com\rpose.yaml", 3, 5, 3, 9, excerpt), "not\bknown", ["a\e[2J"], "b\e[2J")];
        await _program.RunAsync("check");
        _program.Error.ToString().Where(c => char.IsControl(c) && c != '\n').ShouldBeEmpty();
    }

    [Fact]
    public async Task Doctor_WithSomethingMissing_NamesTheCommandThatMendsIt()
    {
        _program.Doctor.Findings = [new HostFinding("podman", false, "not on the path", "apt-get install podman")];
        (await _program.RunAsync("doctor")).ShouldBe(ExitCode.EngineUnavailable);
        _program.Out.ToString().ShouldContain("apt-get install podman");
        _program.Doctor.Done.ShouldBeEmpty();
        await _program.RunAsync("doctor", "--fix");
        _program.Doctor.Done.ShouldBe(["mend"]);
    }

    [Fact]
    public async Task Explain_OfAnUnknownCode_EndsAsNotFound() =>
        (await _program.RunAsync("explain", "TP0000")).ShouldBe(ExitCode.NotFound);

    [Fact]
    public async Task Explain_OfAKnownCode_PrintsItsPage()
    {
        (await _program.RunAsync("explain", "tp7120")).ShouldBe(ExitCode.Success);
        _program.Out.ToString().ShouldStartWith("# TP7120");
    }

    [Fact]
    public async Task Explain_WithoutACode_ListsAllWithTheirTitles()
    {
        (await _program.RunAsync("explain")).ShouldBe(ExitCode.Success);
        var lines = _program.Out.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(DiagnosticPages.All.Length + 1);
        lines.ShouldContain("TP1030  unknown key");
    }

    [Fact]
    public async Task Explain_AtATerminal_ShowsHeadingsAndCodeInsteadOfMarks()
    {
        _program.Surroundings = _program.Surroundings with { IsDrawn = true };
        await _program.RunAsync("explain", "TP1030");
        var text = _program.Out.ToString();
        text.ShouldStartWith("\e[1mTP1030: unknown key\e[0m\n");
        text.ShouldContain("    \e[2mservices:\e[0m\n");
        text.ShouldContain("\e[1mx-towpath\e[0m");
        text.ShouldNotContain("```");
        (await _program.RunAsync("explain", "TP1030", "--no-color")).ShouldBe(ExitCode.Success);
        _program.Out.ToString()[text.Length..].ShouldStartWith("# TP1030");
    }

    [Theory]
    [InlineData("towpath", "urn:towpath:schema:towpath.yaml")]
    [InlineData("x-towpath", "urn:towpath:schema:x-towpath")]
    public async Task Schema_OfAFile_PrintsIt(string name, string id)
    {
        (await _program.RunAsync("schema", name)).ShouldBe(ExitCode.Success);
        using var document = JsonDocument.Parse(_program.Out.ToString());
        document.RootElement.GetProperty("$id").GetString().ShouldBe(id);
        (await _program.RunAsync("schema", "compose")).ShouldBe(ExitCode.Usage);
    }

    private static LogAnswer Line(string text) => new(Facts.Start, "production", "api", "api-1", "stdout", text);
}
