using System.Runtime.CompilerServices;
using Towpath.Core.Diagnostics;

namespace Towpath.EndToEnd;

/// <summary>The main job, told as a new user meets it: three commits of the shop, the last one broken. Each test is a chapter and stands on those before it.</summary>
[TestCaseOrderer(typeof(InOrderOfTheFile))]
public sealed class ShopTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    [Fact]
    public Task Ship_FirstCommit_RunsInStagingAndWaitsBelowAcceptance() => Chapter(async () =>
    {
        var shipped = await shop.JsonAsync("ship");

        shop.Releases[1] = shipped.GetProperty("release").GetString()!;
        shipped.GetProperty("outcome").GetString().ShouldBe("success");
        shipped.GetProperty("steps").EnumerateArray().ShouldAllBe(step => step.GetProperty("state").GetString() == "succeeded");
        foreach (var environment in new[] { "development", "staging" })
        {
            var status = await shop.StatusAsync(environment);
            ShopFixture.Text(status, "release").ShouldBe(shop.Releases[1]);
            status.GetProperty("services").EnumerateArray().Select(s => s.GetProperty("name").GetString()).ShouldBe(["api", "db", "queue", "web", "worker"], ignoreOrder: true);
        }

        var acceptance = await shop.StatusAsync("acceptance");
        ShopFixture.Text(acceptance, "release").ShouldBeNull();
        ShopFixture.Text(acceptance, "next").ShouldBe(shop.Releases[1]);
    });

    [Fact]
    public Task Promote_WithConfirmationsInEveryRole_CarriesItToProduction() => Chapter(async () =>
    {
        await EnterAsync("acceptance", shop.Releases[1], "dev");
        await EnterAsync("production", shop.Releases[1], "dev", "ops");

        (await shop.GetAsync("production", "/api/version")).GetProperty("version").GetInt32().ShouldBe(1);
        (await shop.GetAsync("production", "/api/products")).GetArrayLength().ShouldBeGreaterThan(0);
        (await shop.ContainersAsync("production"))["api"].Count().ShouldBe(2);
    });

    [Fact]
    public Task Ship_SameCommitAgain_GivesTheSameReleaseAndTouchesNothing() => Chapter(async () =>
    {
        var before = await shop.ContainersAsync("staging");

        var again = await shop.JsonAsync("ship");

        again.GetProperty("release").GetString().ShouldBe(shop.Releases[1]);
        Ids(await shop.ContainersAsync("staging")).ShouldBe(Ids(before), ignoreOrder: true);
        (await shop.JsonAsync("releases")).GetArrayLength().ShouldBe(1);
    });

    [Fact]
    public Task SecondCommit_PromotedUnderLoadWithTheControlPlaneKilled_Arrives() => Chapter(async () =>
    {
        shop.OpenDoors();
        shop.Source.Copy("examples/changes/2-discounts");
        await shop.Source.CommitAsync("Show a discount on products");
        shop.Releases[2] = (await shop.JsonAsync("ship")).GetProperty("release").GetString()!;
        shop.Releases[2].ShouldNotBe(shop.Releases[1]);
        await EnterAsync("acceptance", shop.Releases[2], "dev");
        var before = await shop.ContainersAsync("production");

        await AskAsync("production", shop.Releases[2], "dev", "ops");
        await shop.UntilAsync("production", e => ShopFixture.Text(e, "phase") == "Rolling");
        await shop.Towpath.KillAsync();
        (await shop.RunAsync("up")).ShouldEndWith(ExitCode.Success);

        await shop.UntilRunsAsync("production", shop.Releases[2]);
        (await shop.GetAsync("production", "/api/products"))[0].TryGetProperty("discount", out _).ShouldBeTrue();
        var after = await shop.ContainersAsync("production");
        foreach (var unchanged in new[] { "db", "queue", "web" })
        {
            after[unchanged].ShouldBe(before[unchanged], ignoreOrder: true);
        }

        // Those before stay warm, so that they can come back at once.
        before["api"].ShouldBeSubsetOf(after["api"]);
        after["api"].Except(before["api"]).Count().ShouldBe(2);
    });

    [Fact]
    public Task ThirdCommit_NeverReady_IsRolledBackAndTold() => Chapter(async () =>
    {
        shop.Source.Copy("examples/changes/3-broken");
        await shop.Source.CommitAsync("Show the stock of each product");

        var shipped = await shop.RunAsync("ship", "--output", "json");

        shipped.ShouldEndWith(ExitCode.DeploymentFailed).ShouldReport("TP5002", "compose.yaml:34:24");
        shipped.JsonCodes.ShouldBe(["TP5002"]);
        ShopFixture.Text(await shop.StatusAsync("development"), "release").ShouldBe(shop.Releases[2]);
        (await shop.GetAsync("development", "/api/healthz")).GetProperty("status").GetString().ShouldBe("ok");
        (await shop.ContainersAsync("development"))["api"].Count().ShouldBe(1);
        ShopFixture.Text(await shop.StatusAsync("staging"), "release").ShouldBe(shop.Releases[2]);
    });

    [Fact]
    public Task Rollback_OfProduction_BringsTheFirstReleaseBack() => Chapter(async () =>
    {
        var before = await shop.ContainersAsync("production");

        var back = await shop.JsonAsync("rollback", "production");

        back.GetProperty("release").GetString().ShouldBe(shop.Releases[1]);
        Ids(await shop.ContainersAsync("production")).ShouldBe(Ids(before), ignoreOrder: true, "what was kept warm came back, nothing was made anew");
        ShopFixture.Text(await shop.StatusAsync("production"), "release").ShouldBe(shop.Releases[1]);
    });

    [Fact]
    public Task Users_AllAlong_SawNoFailureAndLostNoOrder() => Chapter(async () =>
    {
        var seen = await shop.CloseDoorsAsync();

        seen.Total.Failed.ShouldBe(0, string.Join('\n', seen.Samples));
        seen.Kind("order").Sent.ShouldBeGreaterThan(50);
        shop.Orders.Count.ShouldBe(shop.Orders.Distinct().Count());
        var count = await shop.GetAsync("production", "/api/orders/count");
        for (var tries = 0; tries < 50 && count.GetProperty("processed").GetInt32() < shop.Orders.Count; tries++)
        {
            await Task.Delay(200);
            count = await shop.GetAsync("production", "/api/orders/count");
        }

        foreach (var total in new[] { "total", "processed", "keys", "processings" })
        {
            count.GetProperty(total).GetInt32().ShouldBe(shop.Orders.Count, $"{total} of {count}");
        }

        count.GetProperty("duplicates").GetInt32().ShouldBe(0);
    });

    [Fact]
    public Task StatusAndReleases_AsText_NameWhatRuns() => Chapter(async () =>
    {
        var status = (await shop.RunAsync("status")).ShouldEndWith(ExitCode.Success).Out;
        var releases = (await shop.RunAsync("releases")).ShouldEndWith(ExitCode.Success).Out;

        status.ShouldContain($"http://127.0.0.1:{shop.Port["production"]}");
        foreach (var release in shop.Releases.Values)
        {
            status.ShouldContain(release);
            releases.ShouldContain(release);
        }

        (await shop.JsonAsync("releases")).GetArrayLength().ShouldBe(3);
    });

    [Fact]
    public Task Logs_ByServiceAndTail_ShowThatManyLinesOfIt() => Chapter(async () =>
    {
        var api = (await shop.RunAsync("logs", "api", "--env", "production", "--tail", "5", "--output", "json")).ShouldEndWith(ExitCode.Success);
        var lines = api.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement).ToList();
        lines.Count.ShouldBe(5);
        lines.ShouldAllBe(line => line.GetProperty("service").GetString() == "api");

        (await shop.RunAsync("logs", "--env", "staging", "--tail", "20")).ShouldEndWith(ExitCode.Success).Out.ShouldContain(" | ");
    });

    [Fact]
    public Task Logs_Followed_ShowWhatIsWrittenAfterTheyBegan() => Chapter(async () =>
    {
        await using var logs = shop.Towpath.Start(shop.Source.Folder, "logs", "gateway", "--env", "production", "--tail", "0", "--follow");

        // A line that was written before the follower began would not come: ask until one did.
        using var followed = new CancellationTokenSource();
        var asking = Task.Run(async () =>
        {
            while (!followed.IsCancellationRequested)
            {
                await shop.GetAsync("production", "/api/orders/count");
                await Task.Delay(100);
            }
        });
        await logs.UntilAsync("count");
        await followed.CancelAsync();
        await logs.InterruptAsync();
        (await logs.EndAsync()).ShouldEndWith(ExitCode.Cancelled);
        await asking;
    });

    [Fact]
    public Task Down_WithPurge_LeavesNothing() => Chapter(async () =>
    {
        (await shop.JsonAsync("down", "--purge")).GetProperty("removed").EnumerateArray().Select(a => a.GetString()).ShouldBe([ShopFixture.Name]);

        (await shop.Towpath.TracesAsync(ShopFixture.Name)).ShouldBeEmpty();
        (await shop.Towpath.ImagesAsync(ShopFixture.Name)).ShouldBeEmpty();
    });

    private static IEnumerable<string> Ids(ILookup<string, string> containers) => containers.SelectMany(c => c);

    /// <summary>Promotes and confirms, and waits until the release runs there: the soak of a few seconds passes meanwhile.</summary>
    private async Task EnterAsync(string environment, string release, params string[] roles)
    {
        await AskAsync(environment, release, roles);
        await shop.UntilRunsAsync(environment, release);
    }

    private async Task AskAsync(string environment, string release, params string[] roles)
    {
        (await shop.JsonAsync("promote", environment, release, "--no-wait")).GetProperty("release").GetString().ShouldBe(release);
        foreach (var role in roles)
        {
            (await shop.JsonAsync("confirm", environment, release, "--role", role, "--as", $"e2e-{role}", "--no-wait")).GetProperty("environment").GetString().ShouldBe(environment);
        }
    }

    private async Task Chapter(Func<Task> tell, [CallerMemberName] string chapter = "")
    {
        Assert.SkipWhen(Installation.SkipReason is not null, Installation.SkipReason ?? "");
        Assert.SkipWhen(shop.Broken is not null, $"`{shop.Broken}` failed before");
        shop.Broken = chapter;
        await tell();
        shop.Broken = null;
    }
}
