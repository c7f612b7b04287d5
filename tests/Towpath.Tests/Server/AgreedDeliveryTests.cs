using System.Net;
using Towpath.Cli.Client;
using Towpath.Core.Applications;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Server.Api;

namespace Towpath.Tests.Server;

/// <summary>Deploy requests, confirmations by a link and emergencies of two teams, over the real API with a real store; and each way around them.</summary>
public sealed class AgreedDeliveryTests : IAsyncLifetime
{
    private const string Shop = PeopleScene.Shop;
    private const string Password = "correct horse battery";

    private static readonly Dictionary<string, string> Whole = DeployRequestTemplate.Fields.ToDictionary(f => f.Name, f => "because");

    private readonly HttpClient _browser = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false });
    private PeopleScene _people = null!;
    private string _opsToken = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ServerScene Scene => _people.Scene;

    public async ValueTask InitializeAsync()
    {
        var url = new Uri("https://towpath.example.org/ops/");
        _people = await PeopleScene.StartAsync(ServerConfiguration.None with { Url = url }, options => options with { Door = new FrontDoor(url, []) });
        _browser.BaseAddress = new Uri(_people.Url);
        _opsToken = (await _people.Owner.CreateTokenAsync("ann", new TokenRequest(null, null, null, 30, "eve"), Cancel)).Token;
        await _people.Owner.SetPasswordAsync("ben", new PasswordRequest(Password, null, "eve"), Cancel);
        Scene.Brings = new Ladder(
        [
            .. ServerScene.Rungs.Environments.Take(2),
            ServerScene.Rungs.Environment("production")! with
            {
                Gates = new GateSpecs { Request = true, Lead = TimeSpan.FromDays(2), Confirmation = new ConfirmationSpec(["dev", "ops"], Distinct: true, ValidFor: TimeSpan.FromHours(1)) },
            },
        ]);
        Scene.Store.SaveApplication(Shop, "/repository", ".", Scene.Brings);
        foreach (var release in new[] { "r-1", "r-2" })
        {
            Scene.Ship(release);
            Scene.Arrive("staging", release);
        }
    }

    public ValueTask DisposeAsync()
    {
        _browser.Dispose();
        return _people.DisposeAsync();
    }

    [Fact]
    public async Task Request_RefusedAndHandedInAnew_EntersByLinksInAnEmergency()
    {
        (await AskAsync(("what", "a basket"))).State.ShouldBe(RequestState.Open);
        await PeopleScene.RefusedAsync(() => _people.Dev.RefuseRequestAsync(Shop, new RefuseRequest("production", "r-1", "no", "ben"), Cancel), ExitCode.Forbidden, "TP4401");
        (await _people.Ops.RefuseRequestAsync(Shop, new RefuseRequest("production", "r-1", "no rollback", "mallory"), Cancel)).Refusal!.Actor.ShouldBe("ann");
        (await _people.Dev.RequestAsync(Shop, new DeployRequest("production", "r-1", Whole, "ben"), Cancel)).State.ShouldBe(RequestState.Complete);
        await PeopleScene.RefusedAsync(() => UrgentAsync(_people.Dev, "checkout answers 500"), ExitCode.Forbidden, "TP4401");
        await PeopleScene.RefusedAsync(() => UrgentAsync(_people.Ops, " "), ExitCode.Usage, "TP4723");
        (await UrgentAsync(_people.Ops, "checkout answers 500")).Deployment.ShouldBeNull();

        (await FollowAsync(await LinkAsync("dev"), account: "ben", password: Password)).ShouldSatisfyAllConditions(
            p => p.Status.ShouldBe(HttpStatusCode.OK), p => p.Body.ShouldContain("<h1>Confirmed</h1>"));
        Scene.Store.OpenDeployments(Shop, "production").ShouldBeEmpty();
        (await FollowAsync(await LinkAsync("ops"), token: _opsToken)).Body.ShouldContain("bringing r-1 into production");

        Scene.Store.OpenDeployments(Shop, "production").ShouldHaveSingleItem().Release.ShouldBe("r-1");
        (await _people.Dev.RequestsAsync(Shop, "production", Cancel)).ShouldHaveSingleItem().State.ShouldBe(RequestState.Confirmed);
        Scene.Arrive("production", "r-1");
        (await _people.Dev.RequestsAsync(Shop, null, Cancel)).ShouldHaveSingleItem().State.ShouldBe(RequestState.Done);
        (await _people.Dev.StatusAsync(Shop, Cancel)).Environments.Select(e => e.Emergencies).ShouldBe([0, 0, 1]);
        _people.Actors(FactKind.ReleaseConfirmed).ShouldBe(["ben", "ann"]);
        _people.Actors(FactKind.EmergencyDeclared).ShouldBe(["ann"]);
        // The page left no session behind.
        (await _people.Owner.TokensAsync(Cancel)).Where(t => t.IsSession).ShouldAllBe(t => t.RevokedAt != null);
        Scene.Time.Now += TimeSpan.FromDays(91);
        // Accounts' tokens have ended by then.
        (await _people.Owner.StatusAsync(Shop, Cancel)).Environments.ShouldAllBe(e => e.Emergencies == 0);
    }

    [Fact]
    public async Task Link_ForgedExpiredUsedOrOfAnotherPlan_IsRefused()
    {
        await _people.Dev.RequestAsync(Shop, new DeployRequest("production", "r-1", Whole, "ben"), Cancel);
        var link = await LinkAsync("dev");
        var other = await LinkAsync("dev", "r-2");
        // The content of one with the signature of another.
        await NotAsync($"{other.Split('.')[0]}.{link.Split('.')[1]}", HttpStatusCode.UnprocessableEntity, "TP4730");
        await NotAsync("", HttpStatusCode.UnprocessableEntity, "TP4730");

        await AskAsync(("risk", "none at all"));
        await NotAsync(link, HttpStatusCode.Conflict, "TP4733");
        link = await LinkAsync("dev");
        (await FollowAsync(link, account: "ben", password: Password)).Status.ShouldBe(HttpStatusCode.OK);
        await NotAsync(link, HttpStatusCode.Conflict, "TP4732");
        // Nor where the yes has grown old meanwhile.
        Scene.Time.Now += TimeSpan.FromHours(2);
        await NotAsync(link, HttpStatusCode.Conflict, "TP4732");
        await NotAsync(await LinkAsync("dev"), HttpStatusCode.Conflict, "TP4732");

        var late = await LinkAsync("dev", "r-2");
        Scene.Time.Now += ConfirmationLink.Life;
        await NotAsync(late, HttpStatusCode.Conflict, "TP4731");
        using var page = await _browser.GetAsync($"/confirm?link={late}", Cancel);
        page.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        _people.Actors(FactKind.ReleaseConfirmed).ShouldBe(["ben"]);
        // A yes to one release is none to another.
        (await _people.Dev.GatesAsync(Shop, "production", "r-2", Cancel)).Single().Gates.Single(g => g.Name == "confirmation").Evidence.ShouldStartWith("waits for a confirmation by dev and");
    }

    [Fact]
    public async Task Link_FollowedBySomebodyWhoMayNot_ConfirmsNothing()
    {
        var link = await LinkAsync("ops");
        (await FollowAsync(link, account: "ben", password: Password)).ShouldSatisfyAllConditions(p => p.Status.ShouldBe(HttpStatusCode.Forbidden), p => p.Body.ShouldContain("TP4402"));
        (await FollowAsync(link, account: "ben", password: "correct horse batter?")).ShouldSatisfyAllConditions(p => p.Status.ShouldBe(HttpStatusCode.Unauthorized), p => p.Body.ShouldContain("TP4410"));
        (await FollowAsync(link, token: "nonsense")).ShouldSatisfyAllConditions(p => p.Status.ShouldBe(HttpStatusCode.Unauthorized), p => p.Body.ShouldContain("TP7002"));
        // The owner of the machine is nobody by name: his token is for the command line.
        (await FollowAsync(link, token: _people.OwnersToken)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        var viewer = await _people.TokenAsync("kim", ["ops"], Role.Viewer);
        (await FollowAsync(link, token: viewer)).Body.ShouldContain("TP4401");
        var elsewhere = await _people.TokenAsync("sue", ["ops"], Role.Operator, Shop, "staging");
        (await FollowAsync(link, token: elsewhere)).Body.ShouldContain("TP4401");
        Scene.Store.SaveApplication("blog", "/blog", ".", ServerScene.Rungs);
        var other = await _people.TokenAsync("max", ["ops"], Role.Administrator, "blog");
        (await FollowAsync(link, token: other)).ShouldSatisfyAllConditions(p => p.Status.ShouldBe(HttpStatusCode.NotFound), p => p.Body.ShouldContain("TP4001"));
        _people.Actors(FactKind.ReleaseConfirmed).ShouldBeEmpty();
    }

    [Fact]
    public async Task Links_FollowedByOnePersonInBothTeams_AreOneYes()
    {
        await _people.Owner.ChangeAccountAsync("ben", new AccountChangeRequest(null, ["dev", "ops"], "eve"), Cancel);
        await _people.Dev.RequestAsync(Shop, new DeployRequest("production", "r-1", Whole, "ben"), Cancel);
        foreach (var role in new[] { "dev", "ops" }) (await FollowAsync(await LinkAsync(role), account: "ben", password: Password)).Status.ShouldBe(HttpStatusCode.OK);

        (await _people.Dev.GatesAsync(Shop, "production", "r-1", Cancel)).Single().Gates.Single(g => g.Name == "confirmation").Holds.ShouldBeFalse();
    }

    [Fact]
    public async Task Page_OfALink_ShowsWhatIsConfirmedAndConfirmsNothing()
    {
        using var answer = await _browser.GetAsync($"/confirm?link={await LinkAsync("ops")}", Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var body = await answer.Content.ReadAsStringAsync(Cancel);
        body.ShouldContain("<h1>shop: r-1 for production</h1>");
        body.ShouldContain("<form method=\"post\" action=\"confirm\"");
        body.ShouldNotContain("<script");
        answer.Headers.GetValues("Content-Security-Policy").ShouldBe(["default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"]);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
        _people.Actors(FactKind.ReleaseConfirmed).ShouldBeEmpty();
        using var evil = await _browser.GetAsync($"/confirm?link={Uri.EscapeDataString("\"><script>alert(1)</script>")}", Cancel);
        (await evil.Content.ReadAsStringAsync(Cancel)).ShouldNotContain("<script");
        using var json = await _browser.PostAsync("/confirm", new StringContent("{}", System.Text.Encoding.UTF8, "application/json"), Cancel);
        json.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Theory]
    [InlineData("towpath.example.org", "/confirm", HttpStatusCode.OK)]
    [InlineData("towpath.example.org", "/api/v1/about", HttpStatusCode.MisdirectedRequest)]
    [InlineData("other.example.org", "/confirm", HttpStatusCode.MisdirectedRequest)]
    public async Task Host_ThatPeopleUse_ReachesThePageOnly(string host, string path, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{path}?link={await LinkAsync("ops")}");
        request.Headers.Host = host;
        using var answer = await _browser.SendAsync(request, Cancel);
        answer.StatusCode.ShouldBe(status);
    }

    private Task<RequestAnswer> AskAsync(params (string Name, string Text)[] fields) =>
        _people.Dev.RequestAsync(Shop, new DeployRequest("production", "r-1", fields.ToDictionary(f => f.Name, f => f.Text), "ben"), Cancel);

    private static Task<DeploymentAnswer> UrgentAsync(ControlPlaneClient client, string reason) =>
        client.PromoteAsync(Shop, new PromoteRequest("production", "r-1", "mallory") { Emergency = true, Reason = reason }, Cancel);

    private async Task<string> LinkAsync(string role, string release = "r-1")
    {
        var link = await _people.Dev.LinkAsync(Shop, new LinkRequest("production", release, role, "ben"), Cancel);
        link.Url.ShouldStartWith("https://towpath.example.org/ops/confirm?link=");
        return link.Url.Split("link=")[1];
    }

    private async Task<(HttpStatusCode Status, string Body)> FollowAsync(string link, string account = "", string password = "", string token = "")
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["link"] = link, ["account"] = account, ["password"] = password, ["token"] = token });
        using var answer = await _browser.PostAsync("/confirm", form, Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private async Task NotAsync(string link, HttpStatusCode status, string code)
    {
        var (answered, body) = await FollowAsync(link, account: "ben", password: Password);
        body.ShouldContain(code);
        answered.ShouldBe(status, code);
        var exact = await Should.ThrowAsync<DiagnosticException>(() => _people.Dev.ConfirmByLinkAsync(new LinkedConfirmRequest(link, "ben"), Cancel));
        exact.Diagnostics.Single().Code.ShouldBe(code);
    }
}
