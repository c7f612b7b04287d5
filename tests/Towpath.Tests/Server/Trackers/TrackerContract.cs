using System.Globalization;
using Towpath.Core.Announcements;
using Towpath.Core.Trackers;
using Towpath.Server.Trackers;

namespace Towpath.Tests.Server.Trackers;

/// <summary>What each tracker does, against a server that takes requests in the published form only.</summary>
public abstract class TrackerContract : IAsyncLifetime
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private readonly TrackerServer _server;
    private ITracker _tracker = null!;

    private protected TrackerContract(TrackerServer server) => _server = server;

    private protected abstract ITracker Make(TrackerSpec spec, TimeSpan? patience = null);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        _tracker = Make(_server.Spec);
    }

    public async ValueTask DisposeAsync()
    {
        _tracker.Dispose();
        await _server.DisposeAsync();
        // Whatever a test was about: no request was in another form than the published one.
        _server.Wrong.ShouldBeEmpty();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Issues_OnThreePages_AreAllOfTheLabel()
    {
        for (var i = 1; i <= 45; i++) _server.Write(i, $"text {i}");
        _server.Write(98, "closed", isOpen: false);
        _server.Write(99, "another", labels: "bug");

        var numbers = new List<long>();
        var pages = 0;
        for (var more = true; more; pages++)
        {
            var page = await _tracker.IssuesAsync(new IssueQuery(null, pages + 1, null), Cancel);
            numbers.AddRange(page.Issues.Select(i => i.Number));
            more = page.HasMore;
        }

        pages.ShouldBe(3);
        numbers.ShouldBe(Enumerable.Range(1, 45).Select(i => (long)i));
    }

    [Fact]
    public async Task Issues_SinceATime_AreThoseOfThenAndLater_ClosedOnesToo()
    {
        for (var i = 1; i <= 5; i++) _server.Write(i, $"text {i}", isOpen: i != 5);
        var page = await _tracker.IssuesAsync(new IssueQuery(_server.Issue(4).ChangedAt, 1, null), Cancel);

        page.Issues.Select(i => (i.Number, i.Text, i.Author, i.IsOpen)).ShouldBe([(4, "text 4", "Ben.There", true), (5, "text 5", "Ben.There", false)]);
        page.Issues[0].ChangedAt.ShouldBe(_server.Issue(4).ChangedAt);
        page.Issues[0].Labels.ShouldBe([TrackerServer.Label]);
    }

    [Fact]
    public async Task Issues_AskedWithATag_AreSentOnlyWhereSomethingChanged()
    {
        _server.Write(1, "text");
        var query = new IssueQuery(null, 1, null);
        var tag = (await _tracker.IssuesAsync(query, Cancel)).Tag.ShouldNotBeNull();

        (await _tracker.IssuesAsync(query with { Tag = tag }, Cancel)).ShouldSatisfyAllConditions(p => p.IsUnchanged.ShouldBeTrue(), p => p.Issues.ShouldBeEmpty());
        _server.Write(1, "another");
        (await _tracker.IssuesAsync(query with { Tag = tag }, Cancel)).ShouldSatisfyAllConditions(p => p.IsUnchanged.ShouldBeFalse(), p => p.Issues.Single().Text.ShouldBe("another"));
    }

    [Fact]
    public async Task ChangeIssue_Twice_ComesToTheSame()
    {
        _server.Write(7, "text", labels: [TrackerServer.Label, IssueWords.Label(_server.Kind, Core.Environments.RequestState.Open)]);
        var issue = await _tracker.IssueAsync(7, Cancel);
        var change = IssueWords.Change(_server.Kind, issue.Labels, issue.IsOpen, Core.Environments.RequestState.Done);
        for (var i = 0; i < 2; i++) await _tracker.ChangeIssueAsync(7, change, Cancel);

        _server.Issue(7).ShouldSatisfyAllConditions(
            i => i.Labels.ShouldBe([TrackerServer.Label, IssueWords.Label(_server.Kind, Core.Environments.RequestState.Done)]), i => i.IsOpen.ShouldBeFalse());
        var after = await _tracker.IssueAsync(7, Cancel);
        IssueWords.Change(_server.Kind, after.Labels, after.IsOpen, Core.Environments.RequestState.Done).IsNothing.ShouldBeTrue();
        await _tracker.ChangeIssueAsync(7, new IssueChange([], [], false), Cancel);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Comments_AreFoundByTheirMark_OverPages_AndEdited(bool isChange)
    {
        var thread = new TrackerThread(isChange, 7);
        if (isChange) _server.Comments[(true, 7)] = [];
        else _server.Write(7, "text");
        (await _tracker.FindCommentAsync(thread, "<!-- towpath:k -->", Cancel)).ShouldBeNull();
        for (var i = 1; i <= 250; i++) await _tracker.CommentAsync(thread, i is 240 or 245 ? $"<!-- towpath:k -->\nthe {i}th" : $"talk {i}", Cancel);

        var found = (await _tracker.FindCommentAsync(thread, "<!-- towpath:k -->", Cancel)).ShouldNotBeNull();
        found.Text.ShouldEndWith("the 240th");
        await _tracker.EditCommentAsync(thread, found.Id, "<!-- towpath:k -->\nnow \"this\" \u00fc", Cancel);
        _server.CommentsOf(7, isChange)[239].ShouldEndWith("now \"this\" \u00fc");
        _server.CommentsOf(7, isChange).Count.ShouldBe(250);
    }

    [Fact]
    public async Task SetStatus_OfACommitThatItHas_IsTaken_AndOfAnotherIsNot()
    {
        _server.Commits.Add(Commit);
        foreach (var state in Enum.GetValues<StatusState>())
        {
            var status = new CommitStatus(Commit, state, "towpath/shop", new string('x', 200), new Uri("https://towpath.example.org/"));
            // The second is what follows a lost answer.
            (await _tracker.SetStatusAsync(status, Cancel)).ShouldBeTrue();
            (await _tracker.SetStatusAsync(status, Cancel)).ShouldBeTrue();
        }

        (await _tracker.SetStatusAsync(new CommitStatus(new string('f', 40), StatusState.Failed, "towpath/shop", "x", null), Cancel)).ShouldBeFalse();
        _server.Statuses.ShouldAllBe(s => s.Commit == Commit && s.Name == "towpath/shop" && s.Url == "https://towpath.example.org/");
        _server.Statuses.Select(s => s.State).Distinct().ShouldBe(_server.Kind == TrackerKind.GitLab ? ["pending", "running", "success", "failed", "canceled"] : ["pending", "success", "failure", "error"]);
    }

    [Fact]
    public async Task OpenChanges_OfACommit_AreThoseThatAreOpen()
    {
        _server.Commits.Add(Commit);
        _server.Changes[Commit] = [(3, true), (4, false), (5, true)];

        (await _tracker.OpenChangesAsync(Commit, Cancel)).ShouldBe([3, 5]);
        (await _tracker.OpenChangesAsync(new string('f', 40), Cancel)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(301, DeliveryResult.Refused)]
    [InlineData(401, DeliveryResult.Refused)]
    [InlineData(403, DeliveryResult.Refused)]
    [InlineData(404, DeliveryResult.Refused)]
    [InlineData(409, DeliveryResult.Failed)]
    [InlineData(422, DeliveryResult.Refused)]
    [InlineData(429, DeliveryResult.Failed)]
    [InlineData(500, DeliveryResult.Failed)]
    [InlineData(503, DeliveryResult.Failed)]
    public async Task AnyCall_Refused_SaysWhetherItMayWorkLater_AndNoSecret(int status, DeliveryResult result)
    {
        _server.Write(1, "text");
        _server.Fails = _ => new Fault(status, $"{{\"message\":\"no {TrackerServer.Token}\"}}", ("Location", "/elsewhere"));

        foreach (var call in Calls())
        {
            var refused = await Should.ThrowAsync<TrackerException>(call);
            refused.Attempt.Result.ShouldBe(result);
            refused.Attempt.Detail.ShouldStartWith($"HTTP {status}: {{\"message\":\"no ***\"}}");
            refused.ToString().ShouldNotContain("CANARY");
        }

        _server.Requests.Count.ShouldBe(Calls().Count(), "no redirect is followed");
    }

    [Theory]
    [InlineData(429, "Retry-After", "7", 7)]
    [InlineData(403, "Retry-After", "7", 7)]
    [InlineData(429, "Retry-After", "999999", 3600)]
    [InlineData(429, "RateLimit-Reset", "", 90)]
    [InlineData(403, "X-RateLimit-Reset", "", 90)]
    [InlineData(403, "X-RateLimit-Reset", "-5", null)]
    public async Task AnyCall_OverTheLimit_WaitsAsLongAsItSays_ByTheServersClock(int status, string header, string value, int? seconds)
    {
        value = value.Length > 0 ? value : (_server.Clock.ToUnixTimeSeconds() + 90).ToString(CultureInfo.InvariantCulture);
        _server.Fails = _ => new Fault(status, "{}", (header, value), (header.Replace("Reset", "Remaining", StringComparison.Ordinal), header.StartsWith("Retry", StringComparison.Ordinal) ? value : "0"));

        var refused = await Should.ThrowAsync<TrackerException>(() => _tracker.IssueAsync(1, Cancel));

        refused.Attempt.Result.ShouldBe(seconds is null ? DeliveryResult.Refused : DeliveryResult.Failed);
        refused.Attempt.RetryAfter.ShouldBe(seconds is { } wait ? TimeSpan.FromSeconds(wait) : null);
    }

    [Fact]
    public async Task AnyCall_WithoutAnAnswer_EndsInTime()
    {
        using var hurried = Make(_server.Spec, TimeSpan.FromSeconds(1));
        _server.Fails = _ => new Fault { Hangs = true };
        (await Should.ThrowAsync<TrackerException>(() => hurried.IssueAsync(1, Cancel))).Attempt.ShouldBe(new DeliveryAttempt(DeliveryResult.Failed, "no answer within 1 s"));

        _server.Fails = _ => new Fault { LosesAnswer = true };
        (await Should.ThrowAsync<TrackerException>(() => hurried.IssueAsync(1, Cancel))).Attempt.ShouldBe(new DeliveryAttempt(DeliveryResult.Failed, "the connection broke before there was an answer"));

        _server.Fails = _ => new Fault(200, "<html>");
        (await Should.ThrowAsync<TrackerException>(() => hurried.IssueAsync(1, Cancel))).Attempt.Detail.ShouldStartWith("its answer is no JSON");

        _server.Fails = _ => null;
        (await Should.ThrowAsync<TrackerException>(() => hurried.IssueAsync(1, Cancel))).Status.ShouldBe(404);
    }

    [Fact]
    public async Task AnyCall_WithAnotherToken_IsRefused()
    {
        using var stranger = Make(_server.Spec with { Token = () => "CANARY-another" });
        (await Should.ThrowAsync<TrackerException>(() => stranger.IssuesAsync(new IssueQuery(null, 1, null), Cancel))).Status.ShouldBe(401);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1, null, \"x\", {\"iid\": \"7\", \"number\": true, \"labels\": 3, \"author\": [], \"user\": 1, \"updated_at\": \"never\"}]")]
    public async Task AnyCall_AnsweredInAnotherForm_IsReadAsNothing(string body)
    {
        _server.Fails = _ => new Fault(200, body);
        (await _tracker.IssuesAsync(new IssueQuery(null, 1, null), Cancel)).Issues.ShouldAllBe(i => i.Number == 0 && i.Author == "");
        (await _tracker.FindCommentAsync(new TrackerThread(false, 1), "k", Cancel)).ShouldBeNull();
        (await _tracker.OpenChangesAsync(Commit, Cancel)).ShouldBeEmpty();
    }

    private IEnumerable<Func<Task>> Calls() =>
    [
        () => _tracker.IssuesAsync(new IssueQuery(null, 1, null), Cancel),
        () => _tracker.IssueAsync(1, Cancel),
        () => _tracker.ChangeIssueAsync(1, new IssueChange(["a"], [], false), Cancel),
        () => _tracker.FindCommentAsync(new TrackerThread(false, 1), "k", Cancel),
        () => _tracker.CommentAsync(new TrackerThread(false, 1), "k", Cancel),
        () => _tracker.EditCommentAsync(new TrackerThread(false, 1), 1, "k", Cancel),
        () => _tracker.SetStatusAsync(new CommitStatus(Commit, StatusState.Running, "n", "t", null), Cancel),
        () => _tracker.OpenChangesAsync(Commit, Cancel),
    ];
}

public sealed class GitLabTrackerTests : TrackerContract
{
    public GitLabTrackerTests()
        : base(new GitLabServer())
    {
    }

    private protected override ITracker Make(TrackerSpec spec, TimeSpan? patience = null) => new GitLabTracker(spec, TimeProvider.System, patience);
}

public sealed class GitHubTrackerTests : TrackerContract
{
    public GitHubTrackerTests()
        : base(new GitHubServer())
    {
    }

    private protected override ITracker Make(TrackerSpec spec, TimeSpan? patience = null) => new GitHubTracker(spec, TimeProvider.System, patience);
}
