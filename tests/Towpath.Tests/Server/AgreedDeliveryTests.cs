using System.Net;
using Microsoft.AspNetCore.Builder;
using Towpath.Cli.Client;
using Towpath.Core.Applications;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Server;
using Towpath.Server.Api;

namespace Towpath.Tests.Server;

/// <summary>Deploy requests, confirmations by a link and emergencies of two teams, over the real API with a real store; and each way around them.</summary>
public sealed class AgreedDeliveryTests : IAsyncLifetime
{
    private const string Shop = ServerScene.Application;
    private const string Password = "correct horse battery";

    private static readonly Dictionary<string, string> Whole = DeployRequestTemplate.Fields.ToDictionary(f => f.Name, f => "because");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly ServerScene _scene = new() { Signs = true };
    private readonly ControlPlane _plane;
    private readonly WebApplication _host;
    private readonly HttpClient _browser = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false });
    private readonly List<ControlPlaneClient> _clients = [];
    private readonly string _ownersToken = ApiToken.Create();
    private ControlPlaneClient _owner = null!;
    private ControlPlaneClient _dev = null!;
    private ControlPlaneClient _ops = null!;
    private string _opsToken = "";

    public AgreedDeliveryTests()
    {
        var options = new ControlPlaneOptions(_scene.Folder.Path, "fake", "test") { Configuration = ServerConfiguration.None with { Url = new Uri("https://towpath.example.org/ops/") } };
        _plane = ControlPlaneFactory.Create(options, _scene.Engine, _scene.Time);
        _host = ControlPlaneHost.Build(_plane, new HostOptions(0, ApiToken.Hash(_ownersToken)) { Door = new FrontDoor(options.Configuration.Url, []) });
    }

    public async ValueTask InitializeAsync()
    {
        await _host.StartAsync(Cancel);
        _browser.BaseAddress = new Uri(_host.Urls.Single());
        _owner = With(_ownersToken);
        _dev = With(await AccountAsync("ben", ["dev"], Role.Developer, Shop, null));
        _opsToken = await AccountAsync("ann", ["ops"], Role.Operator, Shop, null);
        _ops = With(_opsToken);
        await _owner.SetPasswordAsync("ben", new PasswordRequest(Password, null, "eve"), Cancel);
        _scene.Brings = new Ladder(
        [
            .. ServerScene.Rungs.Environments.Take(2),
            ServerScene.Rungs.Environment("production")! with
            {
                Gates = new GateSpecs { Request = true, Lead = TimeSpan.FromDays(2), Confirmation = new ConfirmationSpec(["dev", "ops"], Distinct: true, ValidFor: TimeSpan.FromHours(1)) },
            },
        ]);
        _scene.Store.SaveApplication(Shop, "/repository", ".", _scene.Brings);
        foreach (var release in new[] { "r-1", "r-2" })
        {
            _scene.Ship(release);
            _scene.Arrive("staging", release);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        _browser.Dispose();
        await _host.DisposeAsync();
        await _plane.DisposeAsync();
        _scene.Dispose();
    }

    [Fact]
    public async Task Request_RefusedAndHandedInAnew_EntersByLinksInAnEmergency()
    {
        (await AskAsync(("what", "a basket"))).State.ShouldBe(RequestState.Open);
        await RefusedAsync(() => _dev.RefuseRequestAsync(Shop, new RefuseRequest("production", "r-1", "no", "ben"), Cancel), ExitCode.Forbidden, "TP4401");
        (await _ops.RefuseRequestAsync(Shop, new RefuseRequest("production", "r-1", "no rollback", "mallory"), Cancel)).Refusal!.Actor.ShouldBe("ann");
        (await _dev.RequestAsync(Shop, new DeployRequest("production", "r-1", Whole, "ben"), Cancel)).State.ShouldBe(RequestState.Complete);
        await RefusedAsync(() => UrgentAsync(_dev, "checkout answers 500"), ExitCode.Forbidden, "TP4401");
        await RefusedAsync(() => UrgentAsync(_ops, " "), ExitCode.Usage, "TP4723");
        (await UrgentAsync(_ops, "checkout answers 500")).Deployment.ShouldBeNull();

        (await FollowAsync(await LinkAsync("dev"), account: "ben", password: Password)).ShouldSatisfyAllConditions(
            p => p.Status.ShouldBe(HttpStatusCode.OK), p => p.Body.ShouldContain("<h1>Confirmed</h1>"));
        _scene.Store.OpenDeployments(Shop, "production").ShouldBeEmpty();
        (await FollowAsync(await LinkAsync("ops"), token: _opsToken)).Body.ShouldContain("bringing r-1 into production");

        _scene.Store.OpenDeployments(Shop, "production").ShouldHaveSingleItem().Release.ShouldBe("r-1");
        (await _dev.RequestsAsync(Shop, "production", Cancel)).ShouldHaveSingleItem().State.ShouldBe(RequestState.Confirmed);
        _scene.Arrive("production", "r-1");
        (await _dev.RequestsAsync(Shop, null, Cancel)).ShouldHaveSingleItem().State.ShouldBe(RequestState.Done);
        (await _dev.StatusAsync(Shop, Cancel)).Environments.Select(e => e.Emergencies).ShouldBe([0, 0, 1]);
        Actors(FactKind.ReleaseConfirmed).ShouldBe(["ben", "ann"]);
        Actors(FactKind.EmergencyDeclared).ShouldBe(["ann"]);
        // The page left no session behind.
        (await _owner.TokensAsync(Cancel)).Where(t => t.IsSession).ShouldAllBe(t => t.RevokedAt != null);
        _scene.Time.Now += TimeSpan.FromDays(91);
        // Accounts' tokens have ended by then.
        (await _owner.StatusAsync(Shop, Cancel)).Environments.ShouldAllBe(e => e.Emergencies == 0);
    }

    [Fact]
    public async Task Link_ForgedExpiredUsedOrOfAnotherPlan_IsRefused()
    {
        await _dev.RequestAsync(Shop, new DeployRequest("production", "r-1", Whole, "ben"), Cancel);
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
        _scene.Time.Now += TimeSpan.FromHours(2);
        await NotAsync(link, HttpStatusCode.Conflict, "TP4732");
        await NotAsync(await LinkAsync("dev"), HttpStatusCode.Conflict, "TP4732");

        var late = await LinkAsync("dev", "r-2");
        _scene.Time.Now += ConfirmationLink.Life;
        await NotAsync(late, HttpStatusCode.Conflict, "TP4731");
        using var page = await _browser.GetAsync($"/confirm?link={late}", Cancel);
        page.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        Actors(FactKind.ReleaseConfirmed).ShouldBe(["ben"]);
        // A yes to one release is none to another.
        (await _dev.GatesAsync(Shop, "production", "r-2", Cancel)).Single().Gates.Single(g => g.Name == "confirmation").Evidence.ShouldStartWith("waits for a confirmation by dev and");
    }

    [Fact]
    public async Task Link_FollowedBySomebodyWhoMayNot_ConfirmsNothing()
    {
        var link = await LinkAsync("ops");
        (await FollowAsync(link, account: "ben", password: Password)).ShouldSatisfyAllConditions(p => p.Status.ShouldBe(HttpStatusCode.Forbidden), p => p.Body.ShouldContain("TP4402"));
        (await FollowAsync(link, account: "ben", password: "correct horse batter?")).ShouldSatisfyAllConditions(p => p.Status.ShouldBe(HttpStatusCode.Unauthorized), p => p.Body.ShouldContain("TP4410"));
        (await FollowAsync(link, token: "nonsense")).ShouldSatisfyAllConditions(p => p.Status.ShouldBe(HttpStatusCode.Unauthorized), p => p.Body.ShouldContain("TP7002"));
        // The owner of the machine is nobody by name: his token is for the command line.
        (await FollowAsync(link, token: _ownersToken)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        var viewer = await AccountAsync("kim", ["ops"], Role.Viewer, Shop, null);
        (await FollowAsync(link, token: viewer)).Body.ShouldContain("TP4401");
        var elsewhere = await AccountAsync("sue", ["ops"], Role.Operator, Shop, "staging");
        (await FollowAsync(link, token: elsewhere)).Body.ShouldContain("TP4401");
        _scene.Store.SaveApplication("blog", "/blog", ".", ServerScene.Rungs);
        var other = await AccountAsync("max", ["ops"], Role.Administrator, "blog", null);
        (await FollowAsync(link, token: other)).ShouldSatisfyAllConditions(p => p.Status.ShouldBe(HttpStatusCode.NotFound), p => p.Body.ShouldContain("TP4001"));
        Actors(FactKind.ReleaseConfirmed).ShouldBeEmpty();
    }

    [Fact]
    public async Task Links_FollowedByOnePersonInBothTeams_AreOneYes()
    {
        await _owner.ChangeAccountAsync("ben", new AccountChangeRequest(null, ["dev", "ops"], "eve"), Cancel);
        await _dev.RequestAsync(Shop, new DeployRequest("production", "r-1", Whole, "ben"), Cancel);
        foreach (var role in new[] { "dev", "ops" }) (await FollowAsync(await LinkAsync(role), account: "ben", password: Password)).Status.ShouldBe(HttpStatusCode.OK);

        (await _dev.GatesAsync(Shop, "production", "r-1", Cancel)).Single().Gates.Single(g => g.Name == "confirmation").Holds.ShouldBeFalse();
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
        Actors(FactKind.ReleaseConfirmed).ShouldBeEmpty();
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
        _dev.RequestAsync(Shop, new DeployRequest("production", "r-1", fields.ToDictionary(f => f.Name, f => f.Text), "ben"), Cancel);

    private static Task<DeploymentAnswer> UrgentAsync(ControlPlaneClient client, string reason) =>
        client.PromoteAsync(Shop, new PromoteRequest("production", "r-1", "mallory") { Emergency = true, Reason = reason }, Cancel);

    private async Task<string> LinkAsync(string role, string release = "r-1")
    {
        var link = await _dev.LinkAsync(Shop, new LinkRequest("production", release, role, "ben"), Cancel);
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
        var exact = await Should.ThrowAsync<DiagnosticException>(() => _dev.ConfirmByLinkAsync(new LinkedConfirmRequest(link, "ben"), Cancel));
        exact.Diagnostics.Single().Code.ShouldBe(code);
    }

    private static async Task RefusedAsync(Func<Task> act, ExitCode exitCode, string code)
    {
        var refused = await Should.ThrowAsync<DiagnosticException>(act);
        refused.Diagnostics.Single().Code.ShouldBe(code);
        refused.ExitCode.ShouldBe(exitCode);
    }

    private IEnumerable<string?> Actors(string kind) => _scene.Store.Facts(null, 0, 1000).Where(f => f.Kind == kind).Select(f => f.Actor);

    private async Task<string> AccountAsync(string name, string[] teams, Role role, string application, string? environment)
    {
        await _owner.AddAccountAsync(new AccountRequest(name, AccountKind.Person, teams, "eve"), Cancel);
        await _owner.GrantAsync(name, new GrantRequest(role, application, environment, "eve"), Cancel);
        return (await _owner.CreateTokenAsync(name, new TokenRequest(null, null, null, 30, "eve"), Cancel)).Token;
    }

    private ControlPlaneClient With(string? token)
    {
        var client = new ControlPlaneClient(_host.Urls.Single(), token);
        _clients.Add(client);
        return client;
    }
}
