using System.Net;
using System.Text;
using Towpath.Core.Configuration;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Core.Sources;
using Towpath.Engines.Git;

namespace Towpath.Tests.Server.Git;

/// <summary>The real git client against the real host.</summary>
public sealed class PushTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Push_FirstOfAnApplication_MakesItsRepositoryAndShowsTheWayOfTheRelease()
    {
        await using var scene = await GitScene.StartAsync();
        using var work = GitScene.Application();
        var token = await scene.AccountAsync("ben", Role.Developer, "shop");

        var (code, text) = await GitScene.GitAsync(work.Path, "push", scene.Address(token), "main");

        code.ShouldBe(0, text);
        text.ShouldContain("remote: shop: p-1 begins");
        text.ShouldContain("remote: pipeline");
        text.ShouldContain("remote: development");
        text.ShouldContain("[new branch]");
        text.ShouldNotContain(token[..30]);
        var queued = scene.Journal().Single(f => f.Kind == FactKind.PipelineQueued);
        queued.Actor.ShouldBe("ben");
        scene.Store.Releases("shop", 9).ShouldHaveSingleItem().Commit.ShouldBe(work.Git("rev-parse", "HEAD"));

        var clone = Directory.CreateDirectory(scene.Folder["clone"]).FullName;
        (await GitScene.GitAsync(clone, "clone", scene.Address(token), "there")).Code.ShouldBe(0);
        File.Exists(Path.Combine(clone, "there", "compose.yaml")).ShouldBeTrue();
    }

    [Fact]
    public async Task Push_OfARedCommit_IsKeptAndTellsWhy()
    {
        await using var scene = await GitScene.StartAsync();
        using var work = GitScene.Application();
        work.Write("compose.yaml", "services:\n  api:\n    build: .\n");
        work.Write("Dockerfile", $"FROM {GitScene.Image}\n");
        work.Commit("Breaks");
        scene.Engine.OnBuild = (_, _, log, _) => throw new Towpath.Engines.Containers.EngineException(Towpath.Engines.Containers.EngineError.BuildFailed, "the build broke");

        var (code, text) = await GitScene.GitAsync(work.Path, "push", scene.Address(scene.OwnersToken), "main");

        code.ShouldBe(0, text);
        text.ShouldContain("remote: error[TP3");
        scene.Journal().ShouldContain(f => f.Kind == FactKind.PipelineFailed);
        scene.Journal()[0].Actor.ShouldBe("me", "the owner says who he is");
        (await Head(scene)).ShouldBe(work.Git("rev-parse", "HEAD"));
    }

    [Fact]
    public async Task Push_OfACommitThatCantBeRead_OrIsOfAnotherApplication_IsKeptAndNotShipped()
    {
        await using var scene = await GitScene.StartAsync();
        using var work = GitScene.Application("other");

        var (code, text) = await GitScene.GitAsync(work.Path, "push", scene.Address(scene.OwnersToken), "main");
        code.ShouldBe(0, text);
        text.ShouldContain("error[TP4791]");
        text.ShouldContain("its commit is not shipped");

        work.Write("compose.yaml", "services: nonsense\n");
        work.Commit("Breaks");
        (code, text) = await GitScene.GitAsync(work.Path, "push", scene.Address(scene.OwnersToken), "main");
        code.ShouldBe(0, text);
        text.ShouldContain("compose.yaml:1");
        scene.Journal().ShouldBeEmpty();
        scene.Store.Applications().ShouldBeEmpty();
    }

    [Fact]
    public async Task Push_OfAnotherBranch_IsKeptAndSaysThatItDoesNotShip()
    {
        await using var scene = await GitScene.StartAsync();
        using var work = GitScene.Application();

        var (code, text) = await GitScene.GitAsync(work.Path, "push", scene.Address(scene.OwnersToken), "main:feature");

        code.ShouldBe(0, text);
        text.ShouldContain("remote: only main ships");
        scene.Journal().ShouldBeEmpty();
        // Other branches are rewritten and deleted as people like.
        work.Git("commit", "-q", "--amend", "-m", "Another");
        (await GitScene.GitAsync(work.Path, "push", "--force", scene.Address(scene.OwnersToken), "main:feature")).Code.ShouldBe(0);
        (await GitScene.GitAsync(work.Path, "push", scene.Address(scene.OwnersToken), ":feature")).Code.ShouldBe(0);
    }

    [Fact]
    public async Task Push_ThatRewritesOrDeletesTheShippingBranch_IsRefused()
    {
        await using var scene = await GitScene.StartAsync();
        using var work = GitScene.Application();
        var first = work.Git("rev-parse", "HEAD");
        (await GitScene.GitAsync(work.Path, "push", scene.Address(scene.OwnersToken), "main")).Code.ShouldBe(0);
        work.Git("commit", "-q", "--amend", "-m", "Another");

        foreach (var how in new[] { "+main", ":main" })
        {
            var (code, text) = await GitScene.GitAsync(work.Path, "push", scene.Address(scene.OwnersToken), how);
            code.ShouldNotBe(0, how);
            text.ShouldContain("remote rejected");
        }

        (await GitScene.GitAsync(work.Path, "push", scene.Address(scene.OwnersToken), "+main:refs/towpath/taken/heads/main")).Code.ShouldNotBe(0);
        (await Head(scene)).ShouldBe(first);
        scene.Store.RecentRuns("shop", 9).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Push_OfMasterFirst_ShipsIt()
    {
        await using var scene = await GitScene.StartAsync();
        using var work = GitScene.Application();
        var (code, text) = await GitScene.GitAsync(work.Path, "push", scene.Address(scene.OwnersToken), "main:master");
        code.ShouldBe(0, text);
        text.ShouldContain("p-1 begins");
        (await GitScene.GitAsync(work.Path, "push", scene.Address(scene.OwnersToken), "main:main")).Text.ShouldContain("only master ships");
    }

    [Fact]
    public async Task Push_WithoutTheRight_IsRefusedBeforeAnythingIsSent()
    {
        await using var scene = await GitScene.StartAsync();
        using var work = GitScene.Application();
        (await GitScene.GitAsync(work.Path, "push", scene.Address(scene.OwnersToken), "main")).Code.ShouldBe(0);
        var viewer = await scene.AccountAsync("vera", Role.Viewer, "shop");
        var other = await scene.AccountAsync("otto", Role.Developer, "other");
        work.Commit("Next");

        async Task<string> RefusedAsync(string token, params string[] how)
        {
            var (code, text) = await GitScene.GitAsync(work.Path, [how[0], scene.Address(token), .. how[1..]]);
            code.ShouldNotBe(0, text);
            return text;
        }

        (await RefusedAsync("wrong", "push", "main")).ShouldContain("Authentication failed");
        (await RefusedAsync(viewer, "push", "main")).ShouldContain("error[TP4401]");
        (await RefusedAsync(other, "push", "main")).ShouldContain("error[TP4001]");
        (await RefusedAsync(other, "fetch", "main")).ShouldContain("error[TP4001]");
        (await GitScene.GitAsync(work.Path, "fetch", scene.Address(viewer), "main")).Code.ShouldBe(0);
        scene.Store.RecentRuns("shop", 9).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Push_ThatIsTooLarge_IsRefusedAndLeavesNothing()
    {
        await using var scene = await GitScene.StartAsync(ServerConfiguration.None with { Git = new GitSettings { MostBytes = 1024 * 1024 } });
        using var work = GitScene.Application();
        var noise = new byte[4 * 1024 * 1024];
        new Random(1).NextBytes(noise);
        File.WriteAllBytes(Path.Combine(work.Path, "noise"), noise);
        work.Commit("Large");

        var (code, text) = await GitScene.GitAsync(work.Path, "push", scene.Address(scene.OwnersToken), "main");

        code.ShouldNotBe(0);
        text.ShouldNotContain("[new branch]");
        (await Head(scene)).ShouldBeNull();
        scene.Journal().ShouldBeEmpty();
        // The next one finds everything as before.
        work.Git("rm", "-q", "noise");
        work.Git("commit", "-q", "--amend", "--allow-empty", "-m", "Small");
        (await GitScene.GitAsync(work.Path, "push", scene.Address(scene.OwnersToken), "main")).Code.ShouldBe(0);
    }

    [Theory]
    [InlineData("POST", "/git/shop.git/git-receive-pack", "zzzz", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/git/shop.git/git-receive-pack", "", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/git/shop.git/git-receive-pack", "0013push-cert\0hello", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/git/..%2fshop.git/info/refs?service=git-upload-pack", null, HttpStatusCode.BadRequest)]
    [InlineData("GET", "/git/Shop.git/info/refs?service=git-upload-pack", null, HttpStatusCode.BadRequest)]
    [InlineData("GET", "/git/never.git/info/refs?service=git-upload-pack", null, HttpStatusCode.NotFound)]
    [InlineData("GET", "/git/shop.git/HEAD", null, HttpStatusCode.NotFound)]
    [InlineData("GET", "/git/shop.git/config", null, HttpStatusCode.NotFound)]
    public async Task Request_ThatNoClientMakes_IsRefusedWithAProblem(string method, string path, string? body, HttpStatusCode expected)
    {
        await using var scene = await GitScene.StartAsync(works: false);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(scene.Url, path));
        request.Headers.TryAddWithoutValidation("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("me:" + scene.OwnersToken)));
        if (body is not null) request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        using var response = await http.SendAsync(request, Cancel);
        response.StatusCode.ShouldBe(expected);
        (await response.Content.ReadAsStringAsync(Cancel)).ShouldContain("TP");
    }

    [Fact]
    public async Task Recover_AfterAKillBetweenReferenceAndRun_TakesThePushBackSoThatItCanBeMadeAgain()
    {
        await using var scene = await GitScene.StartAsync();
        using var work = GitScene.Application();
        (await GitScene.GitAsync(work.Path, "push", scene.Address(scene.OwnersToken), "main")).Code.ShouldBe(0);
        var taken = work.Git("rev-parse", "HEAD");
        var next = work.Commit("Next");
        // Git has moved the branch, and nobody was left to queue the run.
        (await GitScene.GitAsync(work.Path, "push", scene.Folder["git/shop.git"], "main")).Code.ShouldBe(0);

        await scene.Plane.RecoverGitAsync(Cancel);
        (await Head(scene)).ShouldBe(taken);
        (await GitScene.GitAsync(work.Path, "push", scene.Address(scene.OwnersToken), "main")).Text.ShouldContain("p-2 begins");
        (await Head(scene)).ShouldBe(next);
    }

    [Fact]
    public async Task Push_FiftyAtOnce_KeepsItAnswering_AndLosesNothingThatWasAcknowledged()
    {
        await using var scene = await GitScene.StartAsync();
        var works = Enumerable.Range(0, 10).Select(i => GitScene.Application($"app-{i}")).ToList();
        try
        {
            using var ended = new CancellationTokenSource();
            var asking = SlowestAnswerAsync(scene, ended.Token);
            // Of each application, its shipping branch and four others.
            var pushes = await Task.WhenAll(works.SelectMany((work, i) => new[] { "main", "one", "two", "three", "four" }.Select(async branch =>
                (Application: $"app-{i}", Branch: branch, Commit: work.Git("rev-parse", "HEAD"), Answer: await GitScene.GitAsync(work.Path, "push", scene.Address(scene.OwnersToken, $"app-{i}"), $"main:{branch}")))));
            await ended.CancelAsync();

            var acknowledged = pushes.Where(p => p.Answer.Code == 0).ToList();
            acknowledged.Count.ShouldBe(50, string.Join('\n', pushes.Where(p => p.Answer.Code != 0).Select(p => p.Answer.Text)));
            foreach (var push in acknowledged)
            {
                (await Head(scene, push.Application, push.Branch)).ShouldBe(push.Commit);
                if (push.Branch == "main") scene.Store.Releases(push.Application, 9).ShouldHaveSingleItem().Commit.ShouldBe(push.Commit);
            }

            (await asking).ShouldBeGreaterThan(0);
        }
        finally
        {
            foreach (var work in works) work.Dispose();
        }
    }

    /// <summary>Asks all the while; each call must be answered, within the client's own limit.</summary>
    private static async Task<int> SlowestAnswerAsync(GitScene scene, CancellationToken cancellationToken)
    {
        using var client = new Towpath.Cli.Client.ControlPlaneClient(scene.Url.ToString(), scene.OwnersToken);
        var answers = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            await client.ApplicationsAsync(Cancel);
            answers++;
            await Task.Delay(20, Cancel);
        }

        return answers;
    }

    private static Task<string?> Head(GitScene scene, string application = "shop", string branch = "main") =>
        new BareRepository(scene.Folder[$"git/{application}.git"]).CommitAsync(HostedRepository.Heads + branch, Cancel);
}
