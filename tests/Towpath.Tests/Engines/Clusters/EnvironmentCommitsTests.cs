using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Layouts;
using Towpath.Core.Kubernetes.Running;
using Towpath.Engines.Clusters;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Engines.Clusters;

public sealed class EnvironmentCommitsTests : IDisposable
{
    private const string Writer = "0123456789abcdef";
    private readonly EnvironmentsRemote _remote = new();
    private readonly TemporaryFolder _state = new();
    private readonly CancellationToken _token = TestContext.Current.CancellationToken;
    private int _rendered;

    public void Dispose()
    {
        _remote.Dispose();
        _state.Dispose();
    }

    [Fact]
    public async Task Commit_IntoAnEmptyRepository_MakesTheFirstCommit()
    {
        var commit = await CommitAsync(Place(), "d-1", "one");

        _remote.Git("rev-parse", "main").Trim().ShouldBe(commit);
        _remote.Git("log", "--format=%an <%ae>", "main").Trim().ShouldBe("Towpath <towpath@localhost>");
        _remote.Files().ShouldBe(["apps/shop/production/68-deployment-web.yaml"]);
        _remote.Text("apps/shop/production/68-deployment-web.yaml").ShouldBe("one");
        _remote.Git("log", "--format=%(trailers:key=Towpath-Deployment,valueonly)", "main").Trim().ShouldBe($"d-1 {Writer}");
    }

    [Fact]
    public async Task Commit_OfTheSameDeploymentAfterARestart_IsTheOneThatIsThere()
    {
        var first = await CommitAsync(Place(), "d-1", "one");
        _remote.CommitByOthers("main", "others", ("README.md", "100644", "hello"));

        (await CommitAsync(Place(), "d-1", "one")).ShouldBe(first);

        _rendered.ShouldBe(1, "what is committed is not rendered again");
        _remote.Subjects().Count.ShouldBe(2);
    }

    [Fact]
    public async Task Commit_OfAnotherControlPlaneWithTheSameNumber_IsOneMore()
    {
        var first = await CommitAsync(Place(), "d-1", "one");

        (await CommitAsync(Place(), "d-1", "two", writer: "fedcba9876543210")).ShouldNotBe(first);
        _remote.Text("apps/shop/production/68-deployment-web.yaml").ShouldBe("two");
    }

    [Fact]
    public async Task Commit_WithoutAChange_IsMadeAllTheSame()
    {
        await CommitAsync(Place(), "d-1", "one");
        await CommitAsync(Place(), "d-2", "one");

        _remote.Subjects().Count.ShouldBe(2, "each deployment can be found in the log");
    }

    [Fact]
    public async Task Commit_ManyAtOnce_AllArriveOnceAndNothingIsPushedOver()
    {
        var environments = Enumerable.Range(0, 4).Select(i => $"e{i}").ToList();
        _remote.CommitByOthers("main", "others", ("README.md", "100644", "hello"));

        await Task.WhenAll(environments.Select(async e =>
        {
            // Each on a machine of its own.
            var place = new EnvironmentCommits("shop", e, _state[$"{e}.git"], _ => null, TimeProvider.System);
            await CommitAsync(place, "d-1", "one", environment: e, writer: $"{e}ffff");
            await CommitAsync(place, "d-2", "two", environment: e, writer: $"{e}ffff");
        }));

        _remote.Subjects().Count.ShouldBe(9);
        _remote.Text("README.md").ShouldBe("hello");
        foreach (var environment in environments) _remote.Text($"apps/shop/{environment}/68-deployment-web.yaml").ShouldBe("two");
    }

    [Fact]
    public async Task Commit_PushThatArrivedAndWasNeverAnswered_IsFoundAgain()
    {
        await CommitAsync(Place(), "d-1", "one");
        // The server dies between the change of the branch and its answer.
        _remote.Hook("reference-transaction", "[ \"$1\" = committed ] && rm -f \"$0\" && kill -9 $PPID\nexit 0\n");

        var commit = await CommitAsync(Place(), "d-2", "two");

        _remote.Git("rev-parse", "main").Trim().ShouldBe(commit);
        _remote.Subjects().Count.ShouldBe(2);
        File.Exists(Path.Combine(new Uri(_remote.Spec.Url).LocalPath, "hooks/reference-transaction")).ShouldBeFalse("the server did die");
    }

    [Fact]
    public async Task Commit_KilledBetweenCommitAndPush_IsMadeOnceByTheNextOne()
    {
        _remote.Hook("pre-receive", "exit 1\n");
        var refused = await Should.ThrowAsync<DiagnosticException>(() => CommitAsync(Place(new HurriedTime()), "d-1", "one"));
        refused.Diagnostics[0].Code.ShouldBe("TP6450");
        refused.Diagnostics[0].Notes.ShouldContain(n => n.Contains("pre-receive hook declined", StringComparison.Ordinal));
        _remote.Unhook("pre-receive");
        File.WriteAllText(Path.Combine(_state["here.git"], "refs", "left.lock"), "");

        await CommitAsync(Place(), "d-1", "one");

        _remote.Subjects().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Commit_OthersAlwaysQuicker_EndsAfterSomeTries()
    {
        _remote.CommitByOthers("main", "others", ("README.md", "100644", "hello"));
        var place = Place(new HurriedTime());

        var failure = await Should.ThrowAsync<DiagnosticException>(() => place.CommitAsync(_remote.Spec, "^never$", "x\n", () =>
        {
            _remote.CommitByOthers("main", "others", ("README.md", "100644", $"{++_rendered}"));
            return Task.FromResult(Files("one"));
        }, _token));

        failure.Diagnostics[0].Code.ShouldBe("TP6451");
        _remote.Text("README.md").ShouldBe($"{_rendered}", "what others pushed stays");
    }

    [Fact]
    public async Task Commit_LinksInTheRepository_LeadNowhere()
    {
        _remote.CommitByOthers("main", "others", ("apps", "120000", _state.Path), ("argocd", "120000", "/etc"));

        await CommitAsync(Place(), "d-1", "one", _remote.Spec with { Layout = GitLayout.ArgoCd });

        _remote.Files().ShouldBe(["apps/shop/production/68-deployment-web.yaml", "argocd"]);
        Directory.EnumerateFileSystemEntries(_state.Path).Select(Path.GetFileName).ShouldBe(["here.git"]);
    }

    [Fact]
    public async Task Commit_OtherLayout_LeavesNothingOfTheOneBefore()
    {
        var spec = _remote.Spec with { Path = "teams/a" };
        await Place().CommitAsync(spec, "^never$", "x\n", () => Task.FromResult(Files("one").Add(new LayoutFile("teams/a/argocd/shop-production.yaml", "a"))), _token);
        _remote.CommitByOthers("main", "others", ("teams/a/argocd/shop-staging.yaml", "100644", "b"));

        await Place().CommitAsync(spec, "^never$", "y\n", () => Task.FromResult(Files("two")), _token);

        _remote.Files().ShouldBe(["apps/shop/production/68-deployment-web.yaml", "teams/a/argocd/shop-staging.yaml"]);
    }

    [Fact]
    public async Task Revert_OfADeployment_BringsTheTreeOfBeforeBack()
    {
        await CommitAsync(Place(), "d-1", "one");
        var second = await CommitAsync(Place(), "d-2", "two");
        _remote.CommitByOthers("main", "others", ("README.md", "100644", "hello"));

        var back = await RevertAsync(Place(), "d-2");

        _remote.Text("apps/shop/production/68-deployment-web.yaml").ShouldBe("one");
        _remote.Text("README.md").ShouldBe("hello");
        _remote.Git("log", "-1", "--format=%B", "main").ShouldContain($"This reverts commit {second}.");
        (await RevertAsync(Place(), "d-2")).ShouldBe(back, "once, whoever asks again");
        _remote.Subjects().Count.ShouldBe(4);
        (await CommitAsync(Place(), "d-2", "two")).ShouldBe(second, "the way forward of this deployment is over");
    }

    [Fact]
    public async Task Revert_OfWhatWasNeverCommitted_DoesNothing()
    {
        (await RevertAsync(Place(), "d-1")).ShouldBeNull();
        await CommitAsync(Place(), "d-1", "one");

        (await RevertAsync(Place(), "d-2")).ShouldBeNull();

        _remote.Subjects().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Revert_WhereNothingStoodBefore_WritesTheReleaseBefore()
    {
        _remote.CommitByOthers("main", "others", ("README.md", "100644", "hello"));
        await CommitAsync(Place(), "d-1", "one");

        await RevertAsync(Place(), "d-1");

        // It came in without git. An empty folder would make a controller remove what still runs.
        _remote.Text("apps/shop/production/68-deployment-web.yaml").ShouldBe("before");
    }

    [Fact]
    public async Task Remove_TakesTheEnvironmentAloneOut_Once()
    {
        await CommitAsync(Place(), "d-1", "one");
        await CommitAsync(new EnvironmentCommits("shop", "staging", _state["other.git"], _ => null, TimeProvider.System), "d-2", "two", environment: "staging");

        for (var i = 0; i < 2; i++) await Place().RemoveAsync(_remote.Spec, DeliveryMessage.OfRemoval("shop", "production", Writer), _token);

        _remote.Files().ShouldBe(["apps/shop/staging/68-deployment-web.yaml"]);
        _remote.Subjects().ShouldBe(["shop/production: r-1", "shop/production: r-1", "shop/production: removed"]);
    }

    [Fact]
    public async Task Commit_OverHttpWithALogin_SendsItAndNeverTellsIt()
    {
        var folder = new Uri(_remote.Spec.Url).LocalPath;
        await using var server = new GitWebServer(Path.GetDirectoryName(folder)!, "towpath", "a-secret-token");
        var spec = new GitDeliverySpec(server.Url + Path.GetFileName(folder)) { User = "towpath", PasswordSecret = "git-token" };
        EnvironmentCommits With(string value) => new("shop", "production", _state["here.git"], name => name == "git-token" ? value : null, new HurriedTime());

        await CommitAsync(With("a-secret-token\n"), "d-1", "one", spec);
        _remote.Subjects().Count.ShouldBe(1);
        server.Refused.ShouldBe(0, "the login comes with the first request");

        var failure = await Should.ThrowAsync<DiagnosticException>(() => CommitAsync(With("another-word"), "d-2", "two", spec));
        failure.Diagnostics[0].Code.ShouldBe("TP6450");
        failure.ToString().ShouldNotContain("another-word");
        string.Join(' ', failure.Diagnostics[0].Notes).ShouldNotContain("another-word");
        Directory.EnumerateFiles(_state.Path, "*", SearchOption.AllDirectories).ShouldAllBe(f => !File.ReadAllText(f).Contains("a-secret-token", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Commit_NoValueForThePassword_SaysWhichSecret()
    {
        var failure = await Should.ThrowAsync<DiagnosticException>(() => CommitAsync(Place(), "d-1", "one", _remote.Spec with { PasswordSecret = "git-token" }));

        failure.Diagnostics[0].Code.ShouldBe("TP6452");
        failure.Diagnostics[0].Headline.ShouldContain("git-token");
    }

    private EnvironmentCommits Place(TimeProvider? time = null) => new("shop", "production", _state["here.git"], _ => null, time ?? TimeProvider.System);

    private static ImmutableArray<LayoutFile> Files(string text, string environment = "production") => [new LayoutFile($"apps/shop/{environment}/68-deployment-web.yaml", text)];

    private Task<string> CommitAsync(EnvironmentCommits place, string id, string text, GitDeliverySpec? spec = null, string environment = "production", string writer = Writer) => place.CommitAsync(
        spec ?? _remote.Spec, DeliveryMessage.PatternOf(id, writer), DeliveryMessage.Of(id, writer, Sample.Desired("1"), DeliveryStory.None), () =>
        {
            _rendered++;
            return Task.FromResult(Files(text, environment));
        }, _token);

    private Task<string?> RevertAsync(EnvironmentCommits place, string id) => place.RevertAsync(
        _remote.Spec,
        DeliveryMessage.PatternOf(id, Writer),
        DeliveryMessage.RevertPatternOf(id, Writer),
        commit => DeliveryMessage.OfRevert(id, Writer, Sample.Desired("2"), Sample.Desired("1"), commit, DeliveryStory.None),
        () => Task.FromResult(Files("before")),
        _token);
}
