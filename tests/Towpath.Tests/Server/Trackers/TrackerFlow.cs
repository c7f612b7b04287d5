using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Trackers;

/// <summary>Issues that become requests, and what is written back; in both trackers.</summary>
public abstract class TrackerFlow
{
    private protected abstract TrackerServer Server();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Issue_FromItsFirstWordsToProduction_IsAnsweredStepByStep()
    {
        await using var scene = await TrackerScene.StartAsync(Server());
        scene.Server.Write(12, TrackerScene.Partly);
        await scene.TurnAsync();

        scene.State(12).ShouldBe(RequestState.Open);
        var said = scene.Server.CommentsOf(12).ShouldHaveSingleItem();
        said.ShouldContain("for production: open");
        foreach (var missing in new[] { "risk,", "rollback,", "contact,", "waits for a confirmation by ops" }) said.ShouldContain(missing);
        said.ShouldNotContain("- what,");

        // Its own comment and label change the issue there: that is read again, and nothing comes of it.
        var sent = scene.Server.Requests.Count(r => !r.StartsWith("GET", StringComparison.Ordinal));
        await scene.TurnAsync();
        scene.Server.Requests.Count(r => !r.StartsWith("GET", StringComparison.Ordinal)).ShouldBe(sent);

        scene.Server.Write(12, TrackerScene.Whole);
        await scene.TurnAsync();
        scene.State(12).ShouldBe(RequestState.Complete);
        scene.Server.CommentsOf(12).ShouldHaveSingleItem().ShouldContain("for production: complete");
        scene.Parts.Store.DeployRequest("shop", "production", "r-1")!.ShouldSatisfyAllConditions(r => r.Actor.ShouldBe("ben"), r => r.Fields["rollback"].ShouldBe("easy"));

        scene.Confirm();
        await scene.TurnAsync();
        scene.State(12).ShouldBe(RequestState.Confirmed);
        scene.Server.CommentsOf(12)[1].ShouldContain("bob confirms r-1 for production as ops");

        scene.Arrive();
        await scene.TurnAsync();
        await scene.TurnAsync();
        scene.State(12).ShouldBe(RequestState.Done);
        scene.Server.Issue(12).IsOpen.ShouldBeFalse();
        scene.Server.CommentsOf(12).Count.ShouldBe(3);
        scene.Server.CommentsOf(12)[2].ShouldContain("r-1 runs in production");
        scene.Kinds.ShouldNotContain(FactKind.RequestRefused);
        scene.Parts.Store.Announcements(null, "forge", AnnouncementState.Dead, 9).ShouldBeEmpty();
    }

    [Fact]
    public async Task Issue_AnswersLostAnywhere_IsWrittenOnceAll()
    {
        var lost = 0;
        for (var at = 1; ; at++)
        {
            await using var scene = await TrackerScene.StartAsync(Server());
            var calls = 0;
            scene.Server.Fails = _ => ++calls == at ? new Fault { LosesAnswer = true } : null;
            scene.Server.Write(12, TrackerScene.Whole);
            await scene.TurnAsync();
            await scene.TurnAsync();
            scene.Confirm();
            await scene.WriteAsync();
            scene.Arrive();
            await scene.WriteAsync();

            scene.Server.CommentsOf(12).Count.ShouldBe(3, $"answer {at} lost:\n{string.Join('\n', scene.Server.CommentsOf(12))}");
            (scene.State(12), scene.Server.Issue(12).IsOpen).ShouldBe((RequestState.Done, false), $"answer {at} lost");
            if (calls < at) break;
            lost++;
        }

        lost.ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task Issue_TheTrackerIsDownForHours_LosesNothingAndKeepsTheOrder()
    {
        await using var scene = await TrackerScene.StartAsync(Server());
        scene.Server.Write(12, TrackerScene.Whole);
        await scene.TurnAsync();
        var failures = 0;
        // Twenty attempts at half an hour each.
        scene.Server.Fails = _ => ++failures <= 20 ? new Fault(503, "down") : null;
        scene.Confirm();
        scene.Desk.Request("shop", new DeployRequest("production", "r-1", new Dictionary<string, string> { ["risk"] = "more" }, "ben"));
        scene.Confirm();
        scene.Arrive();
        await scene.WriteAsync();

        scene.Server.CommentsOf(12).Skip(1).Select(c => c.Contains("confirms", StringComparison.Ordinal)).ShouldBe([true, true, false]);
        (scene.State(12), scene.Server.Issue(12).IsOpen).ShouldBe((RequestState.Done, false));
    }

    [Fact]
    public async Task Issue_TheTrackerIsDownForADay_IsDeadAndCanBeReplayed()
    {
        await using var scene = await TrackerScene.StartAsync(Server());
        scene.Server.Write(12, TrackerScene.Whole);
        await scene.TurnAsync();
        scene.Server.Fails = _ => new Fault(503, "down");
        scene.Confirm();
        await scene.WriteAsync();
        var dead = scene.Parts.Store.Announcements(null, "forge", AnnouncementState.Dead, 9).ShouldHaveSingleItem();
        dead.Detail.ShouldBe("given up after 24 attempts: HTTP 503: down");

        scene.Server.Fails = _ => null;
        scene.Parts.Store.ReplayAnnouncements([dead.Number], scene.Parts.Time.Now);
        await scene.WriteAsync();
        scene.State(12).ShouldBe(RequestState.Confirmed);
        scene.Server.CommentsOf(12).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("stranger", TrackerScene.Whole, "TP4857")]
    [InlineData("gone", TrackerScene.Whole, "TP4857")]
    [InlineData("carl", TrackerScene.Whole, "TP4858")]
    [InlineData("ben.there", "", "TP4855")]
    [InlineData("ben.there", "environment: production", "TP4855")]
    [InlineData("ben.there", "release: r-1\nenvironment: production\nwhat: x\nwhat: y", "TP4856")]
    [InlineData("ben.there", "application: other\nrelease: r-1\nenvironment: production\nwhat: x", "TP4856")]
    [InlineData("ben.there", "release: r-1\nenvironment: nowhere\nwhat: x", "TP4002")]
    [InlineData("ben.there", "release: r-9\nenvironment: production\nwhat: x", "TP4003")]
    [InlineData("ben.there", "release: r-1\nenvironment: production", "TP4012")]
    public async Task Issue_ThatCantBeARequest_IsToldWhyInOneComment(string author, string text, string code)
    {
        await using var scene = await TrackerScene.StartAsync(Server());
        scene.Server.Write(12, text, author);
        for (var i = 0; i < 3; i++) await scene.TurnAsync();
        scene.Server.Write(12, text + "\n", author);
        await scene.TurnAsync();

        scene.Server.CommentsOf(12).ShouldHaveSingleItem().ShouldContain(code);
        scene.State(12).ShouldBe(RequestState.Open);
        scene.Parts.Journal.Count(f => f.Kind == FactKind.IssueUnreadable).ShouldBe(1);
        scene.Parts.Store.DeployRequests("shop", null, 9).ShouldBeEmpty();

        // Once nothing is wrong any more, the same comment says where the request stands.
        scene.Server.Write(12, TrackerScene.Whole, "Ben.There");
        await scene.TurnAsync();
        scene.Server.CommentsOf(12).ShouldHaveSingleItem().ShouldSatisfyAllConditions(c => c.ShouldNotContain(code), c => c.ShouldContain("complete"));
    }

    [Fact]
    public async Task Issue_BrokenAndMendedAgain_KeepsItsRequestAndIsToldBoth()
    {
        await using var scene = await TrackerScene.StartAsync(Server());
        scene.Server.Write(12, TrackerScene.Whole);
        await scene.TurnAsync();
        scene.Confirm();
        scene.Server.Write(12, "nothing");
        await scene.TurnAsync();
        scene.Server.CommentsOf(12)[0].ShouldSatisfyAllConditions(c => c.ShouldContain("stays as it was"), c => c.ShouldContain("production: confirmed"));

        scene.Server.Write(12, TrackerScene.Whole);
        await scene.TurnAsync();
        scene.Server.CommentsOf(12)[0].ShouldNotContain("stays as it was");
        scene.State(12).ShouldBe(RequestState.Confirmed);
        // Another text is another request: who said yes to the first has not read it.
        scene.Server.Write(12, TrackerScene.Whole.Replace("sums", "wrong sums", StringComparison.Ordinal));
        await scene.TurnAsync();
        scene.State(12).ShouldBe(RequestState.Complete);
    }

    [Fact]
    public async Task Issue_ClosedByHand_TakesItsRequestBack_AndOpenedAgainBeginsAnother()
    {
        await using var scene = await TrackerScene.StartAsync(Server());
        scene.Server.Write(12, TrackerScene.Whole);
        await scene.TurnAsync();
        scene.Confirm();
        scene.Server.Write(12, TrackerScene.Whole, isOpen: false);
        await scene.TurnAsync();
        scene.State(12).ShouldBe(RequestState.Refused);
        scene.Parts.Journal.Last(f => f.Kind == FactKind.RequestRefused).ShouldSatisfyAllConditions(f => f.Actor.ShouldBe("tracker:forge"), f => f.Text.ShouldEndWith("issue 12 was closed"));

        scene.Server.Write(12, TrackerScene.Whole);
        await scene.TurnAsync();
        scene.State(12).ShouldBe(RequestState.Complete);
        scene.Server.Issue(12).IsOpen.ShouldBeTrue();

        scene.Desk.Refuse("shop", new RefuseRequest("production", "r-1", "never tried @all", "ann"));
        await scene.TurnAsync();
        (scene.State(12), scene.Server.Issue(12).IsOpen).ShouldBe((RequestState.Refused, false));
        scene.Server.CommentsOf(12)[^1].ShouldContain("never tried &#64;all");
        scene.Parts.Journal.Count(f => f.Kind == FactKind.RequestRefused).ShouldBe(2);
    }

    [Fact]
    public async Task Issue_ForWhatAnotherAsks_IsSentThere_AndOneThatTurnsElsewhereLetsGo()
    {
        await using var scene = await TrackerScene.StartAsync(Server());
        scene.Server.Write(12, TrackerScene.Whole);
        scene.Server.Write(13, TrackerScene.Whole);
        await scene.TurnAsync();
        scene.Server.CommentsOf(13).ShouldHaveSingleItem().ShouldContain("issue 12 asks for r-1 in production already");

        scene.Server.Write(12, TrackerScene.Whole.Replace("production", "staging", StringComparison.Ordinal));
        await scene.TurnAsync();
        scene.Parts.Store.DeployRequest("shop", "production", "r-1")!.Refusal!.Reason.ShouldBe("issue 12 asks for something else now");
        scene.Server.Write(13, TrackerScene.Whole + "\nnow");
        await scene.TurnAsync();
        scene.State(13).ShouldBe(RequestState.Complete);
        scene.Parts.Store.DeployRequest("shop", "production", "r-1")!.Refusal.ShouldBeNull();
    }

    [Fact]
    public async Task Look_AtManyThatChangedAtOneMoment_OrMeanwhile_PassesNoneOver()
    {
        await using var scene = await TrackerScene.StartAsync(Server());
        for (var i = 1; i <= 50; i++) scene.Server.Write(i, "nothing");
        var moment = scene.Server.Clock;
        foreach (var i in scene.Server.Issues.Keys.ToList()) scene.Server.Issues[i] = scene.Server.Issues[i] with { ChangedAt = moment };
        await scene.Watch.LookAsync(Cancel);
        for (var i = 1; i <= 50; i++) scene.Issues.Issue(i).ShouldNotBeNull(i.ToString(System.Globalization.CultureInfo.InvariantCulture));

        for (var i = 51; i <= 95; i++) scene.Server.Write(i, "nothing");
        var pages = 0;
        scene.Server.Fails = request =>
        {
            // What was on the page before moves behind all others: by numbers of pages, one would slip through for each.
            if (request.Path.EndsWith("/issues", StringComparison.Ordinal) && ++pages == 2)
                for (var i = 51; i <= 60; i++) scene.Server.Issues[i] = scene.Server.Issues[i] with { ChangedAt = scene.Server.Clock.AddSeconds(1) };
            return null;
        };
        await scene.Watch.LookAsync(Cancel);
        for (var i = 51; i <= 95; i++) scene.Issues.Issue(i).ShouldNotBeNull(i.ToString(System.Globalization.CultureInfo.InvariantCulture));
        pages.ShouldBeGreaterThan(2);
    }

    [Fact]
    public async Task Look_AtATrackerThatFails_IsToldOnce_AndGoesOnWhereItWas()
    {
        await using var scene = await TrackerScene.StartAsync(Server());
        scene.Server.Fails = _ => new Fault(429, "slow down", ("Retry-After", "77"));
        for (var i = 0; i < 3; i++) await scene.Watch.LookAsync(Cancel);
        (scene.Watch.Failures, scene.Watch.Asked).ShouldBe((3, TimeSpan.FromSeconds(77)));
        var told = scene.Parts.Journal.Single(f => f.Kind == FactKind.TrackerFailed);
        (told.Diagnostic!.Code, told.Actor).ShouldBe(("TP4860", "tracker:forge"));

        scene.Server.Write(12, TrackerScene.Whole);
        scene.Server.Write(11, "closed before anybody looked", isOpen: false);
        scene.Server.Fails = _ => null;
        await scene.TurnAsync();
        scene.Kinds.ShouldContain(FactKind.TrackerRecovered);
        scene.State(12).ShouldBe(RequestState.Complete);
        scene.Issues.Issue(11).ShouldBeNull();
        scene.Watch.Asked.ShouldBeNull();
    }

    [Fact]
    public async Task Run_RedAndGreenAgain_IsAStatus_AndOneCommentAtItsChange()
    {
        await using var scene = await TrackerScene.StartAsync(Server(), new Uri("https://towpath.example.org/"));
        var commit = new string('a', 40);
        scene.Server.Commits.Add(commit);
        scene.Server.Changes[commit] = [(3, true), (4, false)];
        scene.Server.Comments[(true, 3)] = [];
        for (var red = 1; red <= 2; red++)
        {
            await RunAsync(scene, commit, RunState.Failed, new Diagnostic("TP2201", Severity.Error, $"no limit {red} for @all\n/close", new Location("compose.yaml", 7, 1, 7, 2), Help: "set one"));
            var comment = scene.Server.CommentsOf(3, isChange: true).ShouldHaveSingleItem();
            comment.ShouldSatisfyAllConditions(
                c => c.ShouldContain($"no limit {red} for &#64;all"), c => c.ShouldContain("TP2201"), c => c.ShouldContain("compose.yaml&#58;7"), c => c.ShouldNotContain("\n/close"));
        }

        await RunAsync(scene, commit, RunState.Succeeded, null);
        scene.Server.CommentsOf(3, isChange: true).ShouldHaveSingleItem().ShouldContain("nothing is wrong any more");
        await RunAsync(scene, new string('b', 40), RunState.Failed, new Diagnostic("TP2201", Severity.Error, "x"));

        scene.Server.Statuses.ShouldAllBe(s => s.Commit == commit && s.Name == "towpath/shop" && s.Url == "https://towpath.example.org/");
        (scene.Server.Statuses[0].State, scene.Server.Statuses[^1].State).ShouldBe(("pending", "success"));
        scene.Server.Statuses.Select(s => s.State).ShouldContain(scene.Server.Kind == Core.Trackers.TrackerKind.GitLab ? "failed" : "failure");
        scene.Parts.Store.Announcements(null, "forge", AnnouncementState.Dead, 9).ShouldBeEmpty();
        scene.Parts.Store.Announcements(null, "forge", AnnouncementState.Delivered, 1).Single().Detail.ShouldBe("the project has no such commit");
    }

    private static async Task RunAsync(TrackerScene scene, string commit, RunState end, Diagnostic? diagnostic)
    {
        var store = scene.Parts.Store;
        var (run, _) = store.QueueRun("shop", commit, "A change", "ann", scene.Parts.Time.Now, Models.Fact() with { Kind = FactKind.PipelineQueued, Application = "shop" });
        await scene.WriteAsync();
        store.UpdateRun(run.Id, RunState.Running, null, scene.Parts.Time.Now, Of(FactKind.PipelineStarted));
        await scene.WriteAsync();
        store.UpdateRun(run.Id, end, null, scene.Parts.Time.Now, Of(end == RunState.Failed ? FactKind.PipelineFailed : FactKind.PipelineSucceeded) with { Diagnostic = diagnostic });
        await scene.WriteAsync();

        Fact Of(string kind) => new() { At = scene.Parts.Time.Now, Kind = kind, Application = "shop", Run = run.Id, Text = kind };
    }
}

public sealed class GitLabFlowTests : TrackerFlow
{
    private protected override TrackerServer Server() => new GitLabServer();
}

public sealed class GitHubFlowTests : TrackerFlow
{
    private protected override TrackerServer Server() => new GitHubServer();
}
