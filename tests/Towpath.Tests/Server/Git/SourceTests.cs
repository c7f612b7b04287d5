using System.Net;
using System.Security.Cryptography;
using System.Text;
using Towpath.Core.Announcements;
using Towpath.Core.Configuration;
using Towpath.Core.Journal;
using Towpath.Core.Sources;
using Towpath.Server.Git;
using Towpath.Server.Reconcilers;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Git;

/// <summary>Repositories that are watched, and the calls that say "look now".</summary>
public sealed class SourceTests
{
    private const string Key = "0123456789abcdef0123456789abcdef";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Look_ShipsEachNewCommitOnce_InItsOwnName()
    {
        await using var scene = await GitScene.StartAsync(works: false);
        using var work = GitScene.Application();
        var watch = Watch(scene, Source(work));

        await watch.LookAsync(Cancel);
        await watch.LookAsync(Cancel);
        scene.Store.RecentRuns("shop", 9).ShouldHaveSingleItem().Actor.ShouldBe("source:shop");

        var next = work.Commit("Next");
        // Another process, with the same folder.
        await Watch(scene, Source(work)).LookAsync(Cancel);
        scene.Store.RecentRuns("shop", 9).Select(r => r.Commit).ShouldBe([next, work.Git("rev-parse", "HEAD~1")]);

        work.Git("commit", "-q", "--amend", "--allow-empty", "-m", "Rewritten");
        await watch.LookAsync(Cancel);
        scene.Store.RecentRuns("shop", 1)[0].Commit.ShouldBe(work.Git("rev-parse", "HEAD"));
    }

    [Fact]
    public async Task Look_AtWhatCantBeRead_IsToldOnce_AndThatItWorksAgain()
    {
        await using var scene = await GitScene.StartAsync(works: false);
        using var work = GitScene.Application();
        var gone = work.Path + "-elsewhere";
        Directory.Move(work.Path, gone);
        var watch = Watch(scene, Source(work));

        for (var i = 1; i <= 3; i++)
        {
            await watch.LookAsync(Cancel);
            watch.Failures.ShouldBe(i);
        }

        watch.State.ShouldSatisfyAllConditions(s => s.Failure!.Code.ShouldBe("TP3004"), s => s.FailedAt.ShouldNotBeNull(), s => s.Commit.ShouldBeNull());
        var told = scene.Journal().ShouldHaveSingleItem();
        (told.Kind, told.Actor, told.Diagnostic!.Code).ShouldBe((FactKind.SourceFailed, "source:shop", "TP3004"));
        Directory.Move(gone, work.Path);
        await watch.LookAsync(Cancel);
        watch.Failures.ShouldBe(0);
        watch.State.ShouldSatisfyAllConditions(s => s.Failure.ShouldBeNull(), s => s.FailedAt.ShouldBeNull(), s => s.Commit.ShouldBe(work.Git("rev-parse", "HEAD")));
        scene.Journal().Select(f => f.Kind).ShouldBe([FactKind.SourceFailed, FactKind.PipelineQueued, FactKind.SourceRecovered]);
    }

    [Fact]
    public async Task Look_AtACommitThatOpensAGate_OrIsOfAnotherApplication_DoesNotShipIt_AndWaitsForTheNext()
    {
        await using var scene = await GitScene.StartAsync(works: false);
        using var work = GitScene.Application();
        var watch = Watch(scene, Source(work));
        await watch.LookAsync(Cancel);

        work.Write("towpath.yaml", "application: shop\nenvironments: { development: {} }\n");
        work.Commit("Opens the gate");
        await watch.LookAsync(Cancel);
        work.Write("towpath.yaml", "application: other\nenvironments: { development: {} }\n");
        work.Commit("Is another");
        await watch.LookAsync(Cancel);
        await watch.LookAsync(Cancel);

        // The source can be read, and still its newest commit is not shipped.
        (watch.State.Failures, watch.State.Failure!.Code).ShouldBe((0, "TP4791"));
        scene.Store.RecentRuns("shop", 9).Count.ShouldBe(1);
        scene.Journal().Where(f => f.Kind == FactKind.SourceFailed).Select(f => f.Diagnostic!.Code).ShouldBe(["TP4799", "TP4791"]);
        scene.Store.Application("other").ShouldBeNull();
    }

    [Fact]
    public async Task Look_WhileAnotherControlPlaneDoes_DoesNothing()
    {
        await using var scene = await GitScene.StartAsync(works: false);
        using var work = GitScene.Application();
        new Leases(scene.Store, "another", scene.Time).TryTake("", "source:shop").ShouldNotBeNull();

        await Watch(scene, Source(work)).LookAsync(Cancel);

        scene.Store.RecentRuns("shop", 9).ShouldBeEmpty();
    }

    [Fact]
    public async Task Look_WithALogin_GivesItToThatServerOnly_AndShowsItNowhere()
    {
        await using var far = await GitScene.StartAsync();
        await using var scene = await GitScene.StartAsync(works: false);
        using var work = GitScene.Application();
        (await GitScene.GitAsync(work.Path, "push", far.Address(far.OwnersToken), "main")).Code.ShouldBe(0);
        var url = new Uri(far.Url, "/git/shop.git").ToString();

        var wrong = Watch(scene, Source(work) with { Url = url, User = "me", Password = () => "CANARY-wrong" });
        await wrong.LookAsync(Cancel);
        scene.Journal().Single().Diagnostic!.ToString().ShouldNotContain("CANARY");
        wrong.Failures.ShouldBe(1);

        await Watch(scene, Source(work) with { Url = url, User = "me", Password = () => far.OwnersToken }).LookAsync(Cancel);
        scene.Store.RecentRuns("shop", 9).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Call_WithTheKey_MakesItLook_AndAnythingElseIsRefusedTheSameWay()
    {
        using var work = GitScene.Application();
        var source = Source(work) with { Every = TimeSpan.FromDays(1), Hook = HookKind.GitHub, HookKey = () => Key };
        await using var scene = await GitScene.StartAsync(ServerConfiguration.None with { Sources = [source, source with { Name = "silent", Hook = null }] });
        // Both have had their first look: the next commit is found by a call alone.
        while ((await scene.Plane.SourcesAsync(Cancel)).Any(s => s.LookedAt is null)) await Task.Delay(20, Cancel);
        await UntilAsync(() => scene.Store.RecentRuns("shop", 9).Count == 1);
        work.Commit("Next");
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = scene.Url };
        const string body = "{\"ref\":\"refs/heads/main\"}";

        var refusals = new List<string>();
        foreach (var (name, key, sent) in new[] { ("shop", "another-key-0123456789", body), ("shop", null, body), ("nowhere", Key, body), ("silent", Key, body) })
        {
            using var refused = await CallAsync(http, name, key, sent);
            refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            refusals.Add(await refused.Content.ReadAsStringAsync(Cancel));
        }

        refusals.Distinct().ShouldHaveSingleItem().ShouldContain("TP4800");
        (await CallAsync(http, "shop", Key, "payload=%7B%7D")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await TooBigAsync(http)).ShouldBeOneOf(HttpStatusCode.RequestEntityTooLarge, null);
        (await http.GetAsync("/hooks/shop", Cancel)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await http.PostAsync("/hooks/shop/more", null, Cancel)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        scene.Store.RecentRuns("shop", 9).Count.ShouldBe(1);

        // Sent again, it only looks again.
        for (var i = 0; i < 5; i++) (await CallAsync(http, "shop", Key, body)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await UntilAsync(() => scene.Store.RecentRuns("shop", 9).Count == 2);
    }

    [Fact]
    public void IsGenuine_EachForm_HoldsForItsBodyKeyAndTime()
    {
        var now = Models.Noon;
        var body = "{}"u8.ToArray();
        var seconds = now.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        var hub = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), body));
        var standard = "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String("AAECAwQFBgcICQoLDA0ODw=="), Encoding.UTF8.GetBytes($"msg_1.{seconds}.{{}}")));

        Holds(HookKind.GitHub, Key, ("X-Hub-Signature-256", hub)).ShouldBe((true, false, true));
        Holds(HookKind.GitLab, Key, ("X-Gitlab-Token", Key)).ShouldBe((true, true, true));
        Holds(HookKind.GitLab, Key, ("X-Gitlab-Token", Key + "x")).ShouldBe((false, false, false));
        Holds(HookKind.GitLab, Key, ("X-Hub-Signature-256", hub)).ShouldBe((false, false, false));
        Holds(HookKind.GitLab, "whsec_AAECAwQFBgcICQoLDA0ODw==", ("webhook-id", "msg_1"), ("webhook-timestamp", seconds), ("webhook-signature", "v1,AAAA " + standard)).ShouldBe((true, false, false));
        // A call that claims a signature is not taken for its token.
        Holds(HookKind.GitLab, Key, ("X-Gitlab-Token", Key), ("webhook-signature", "v1,AAAA")).ShouldBe((false, false, false));
        Holds(HookKind.Generic, Key, ("Towpath-Signature", WebhookMessage.Sign(Key, now, body))).ShouldBe((true, false, false));
        Holds(HookKind.Generic, Key, ("Towpath-Signature", "t=99999999999999999999,v1=00")).ShouldBe((false, false, false));
        Holds(HookKind.Generic, Key).ShouldBe((false, false, false));

        (bool Now, bool OtherBody, bool Later) Holds(HookKind kind, string key, params (string Name, string Value)[] headers)
        {
            string Header(string name) => headers.FirstOrDefault(h => h.Name == name).Value ?? "";
            return (HookSignature.IsGenuine(kind, key, Header, body, now), HookSignature.IsGenuine(kind, key, Header, "{ }"u8, now), HookSignature.IsGenuine(kind, key, Header, body, now.AddMinutes(6)));
        }
    }

    [Fact]
    public void Wait_GrowsWithFailures_UpToAnHour()
    {
        var every = TimeSpan.FromMinutes(1);
        SourcePace.Wait(every, 0, 0).ShouldBe(every);
        SourcePace.Wait(every, 3, 0).ShouldBe(every * 8);
        SourcePace.Wait(every, 60, 1).ShouldBe(TimeSpan.FromMinutes(66));
        SourcePace.Wait(TimeSpan.FromDays(1), 60, 0).ShouldBe(TimeSpan.FromDays(1));
    }

    private static SourceSpec Source(TemporaryRepository work) => new("shop", "shop", "file://" + work.Path, "main", TimeSpan.FromMinutes(1));

    private static SourceWatch Watch(GitScene scene, SourceSpec source) =>
        new(source, scene.Folder.Path, scene.Store, new Leases(scene.Store, "test", scene.Time), scene.Plane.ShipAsync, scene.Time);

    /// <summary>The answer comes before the body was read, and then the connection ends: a client that is still writing may see only that.</summary>
    private static async Task<HttpStatusCode?> TooBigAsync(HttpClient http)
    {
        try
        {
            using var response = await CallAsync(http, "shop", Key, new string(' ', 6 * 1024 * 1024));
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task<HttpResponseMessage> CallAsync(HttpClient http, string source, string? key, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hooks/" + source) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null) request.Headers.Add("X-Hub-Signature-256", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(body))));
        return await http.SendAsync(request, Cancel);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds()) await Task.Delay(50, Cancel);
    }
}
