using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Web;
using Microsoft.AspNetCore.Http;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Server.Api;
using Towpath.Server.Identity;
using Towpath.Server.Identity.OpenId;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;
using Towpath.Tests.Identity.OpenId;

namespace Towpath.Tests.Server.Identity.OpenId;

/// <summary>Logins at a provider that really answers, with real keys: good ones, and each way to cheat.</summary>
public sealed class ProviderDeskTests : IAsyncLifetime, IDisposable
{
    private const string Redirect = "https://towpath.example.org/login/oidc/callback";

    private readonly TemporaryFolder _folder = TemporaryFolder.InMemory();
    private readonly ManualTime _time = new() { Now = TokenMint.Now };
    private readonly SqliteStore _store;
    private readonly AccountDesk _accounts;
    private readonly TokenDesk _tokens;
    private LocalProvider _provider = null!;
    private ProviderDesk _desk = null!;

    public ProviderDeskTests()
    {
        _store = new SqliteStore(_folder["state.db"]);
        _accounts = new AccountDesk(_store, _time);
        _tokens = new TokenDesk(_store, _accounts, _time);
        _accounts.Add(new AccountRequest("ann", AccountKind.Person, ["qa"], "eve"));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _provider = await LocalProvider.StartAsync();
        _desk = Desk(creates: true);
    }

    public async ValueTask DisposeAsync() => await _provider.DisposeAsync();

    public void Dispose()
    {
        _desk.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Login_OfSomebodyNew_MakesAnAccountWithoutARole()
    {
        var login = await LogInAsync("/apps?tab=1");

        (login.Session.Account, login.Return).ShouldBe(("ben", "/apps?tab=1"));
        var principal = new Authenticator(_store, _time).Authenticate(login.Session.Token).ShouldNotBeNull();
        (principal.Name, principal.IsSession).ShouldBe(("ben", true));
        principal.Grants.ShouldBeEmpty();
        principal.Teams.ShouldBeEmpty();
        _store.Password("ben").ShouldBeNull();
        _provider.Asked.ShouldBe(["GET /.well-known/openid-configuration", "POST /token", "GET /keys"]);

        // The second time it is the same account, whatever he is called by then; and what is known is not asked again.
        _provider.Person["preferred_username"] = "ann";
        (await LogInAsync()).Session.Account.ShouldBe("ben");
        _provider.Asked.Count.ShouldBe(4);
    }

    [Theory]
    [InlineData(true, "s")]
    [InlineData(false, "s")]
    [InlineData(false, null)]
    public async Task Login_EachWayToNameTheClient_IsWhatTheProviderTakes(bool postOnly, string? secret)
    {
        (_provider.TakesPostOnly, _provider.Secret) = (postOnly, secret);
        using var desk = Desk(creates: true);
        (await LogInAsync(desk: desk)).Session.Account.ShouldBe("ben");
    }

    [Fact]
    public async Task Login_WhereAccountsAreMadeByHand_NeedsALink()
    {
        using var desk = Desk(creates: false);
        (await RefusedAsync("TP4424", desk)).Notes[0].ShouldContain("7c9e6679");
        _store.Account("ben").ShouldBeNull();

        desk.Link("ann", new AccountLinkRequest("7c9e6679", "eve"));
        (await LogInAsync(desk: desk)).Session.Account.ShouldBe("ann");

        desk.Link("ann", new AccountLinkRequest(null, "eve"));
        await RefusedAsync("TP4424", desk);
    }

    [Theory]
    [InlineData("ann", "there is an account of your name")]
    [InlineData("No Name", "no name of an account")]
    [InlineData("", "no name of an account")]
    public async Task Login_UnderANameThatIsTakenOrNone_TakesNothingOver(string name, string why)
    {
        _provider.Person["preferred_username"] = name;
        string.Join(' ', (await RefusedAsync("TP4424")).Notes).ShouldContain(why);
        _store.Accounts().Count.ShouldBe(1);
        _store.Tokens(null).ShouldBeEmpty();
    }

    [Fact]
    public async Task Login_WithTheMailAddressOfAnother_IsNobodyElse()
    {
        _desk.Link("ann", new AccountLinkRequest("ann-1", "eve"));
        _provider.Person = new JsonObject { ["sub"] = "other", ["preferred_username"] = "mallory", ["email"] = "ann@example.org", ["email_verified"] = true };
        (await LogInAsync()).Session.Account.ShouldBe("mallory");
    }

    [Fact]
    public async Task Login_OfADisabledAccount_IsRefused()
    {
        await LogInAsync();
        _accounts.Change("ben", new AccountChangeRequest(true, null, "eve"));
        await RefusedAsync("TP4405");
    }

    [Fact]
    public async Task Login_WithGroups_BringsTeamsUpToDate()
    {
        using var desk = Desk(creates: false, "groups", [new("platform", "ops"), new("backend", "dev")]);
        desk.Link("ann", new AccountLinkRequest("7c9e6679", "eve"));
        _provider.Person["groups"] = new JsonArray("platform", "strangers");
        await LogInAsync(desk: desk);
        _store.Account("ann")!.Teams.ShouldBe(["ops", "qa"]);
        _provider.Person["groups"] = new JsonArray("backend");
        await LogInAsync(desk: desk);
        _store.Account("ann")!.Teams.ShouldBe(["dev", "qa"]);
        _provider.Person.Remove("groups");
        await LogInAsync(desk: desk);
        _store.Account("ann")!.Teams.ShouldBe(["qa"]);
    }

    [Fact]
    public async Task Login_WrongStateOrAnotherBrowsersCookie_AsksTheProviderNothing()
    {
        var mine = await _desk.BeginAsync("/login", Cancel);
        var theirs = await _desk.BeginAsync("/login", Cancel);
        var code = _provider.LogIn(mine.Address, Redirect);
        foreach (var (cookie, state) in new (string?, string?)[] { (mine.Cookie, State(theirs)), (theirs.Cookie, State(mine)), (null, State(mine)), (mine.Cookie, null), (mine.Cookie, ""), (mine.Cookie, State(mine)[..^1]) })
            (await RefusedAsync(new ProviderReturn(cookie, state, code, null))).Code.ShouldBe("TP4423");
        _provider.Asked.ShouldNotContain("POST /token");
        (await _desk.EndAsync(new ProviderReturn(mine.Cookie, State(mine), code, null), Cancel)).Session.Account.ShouldBe("ben");
    }

    [Fact]
    public async Task Login_Replayed_IsRefused()
    {
        var begun = await _desk.BeginAsync("/login", Cancel);
        var answer = new ProviderReturn(begun.Cookie, State(begun), _provider.LogIn(begun.Address, Redirect), null);
        await _desk.EndAsync(answer, Cancel);
        (await RefusedAsync(answer)).Code.ShouldBe("TP4423");
        (await RefusedAsync(answer with { Code = _provider.LogIn(begun.Address, Redirect) })).Code.ShouldBe("TP4423");
        _provider.Asked.Count(a => a == "POST /token").ShouldBe(1);
    }

    [Fact]
    public async Task Login_TooLate_IsRefused()
    {
        var begun = await _desk.BeginAsync("/login", Cancel);
        _time.Now += TimeSpan.FromMinutes(10);
        (await RefusedAsync(new ProviderReturn(begun.Cookie, State(begun), _provider.LogIn(begun.Address, Redirect), null))).Code.ShouldBe("TP4423");
    }

    [Fact]
    public async Task Login_WithACodeOfAnotherLogin_FailsAtTheVerifier()
    {
        var (mine, theirs) = (await _desk.BeginAsync("/login", Cancel), await _desk.BeginAsync("/login", Cancel));
        var stolen = _provider.LogIn(theirs.Address, Redirect);
        (await RefusedAsync(new ProviderReturn(mine.Cookie, State(mine), stolen, null))).Code.ShouldBe("TP4421");
        _store.Tokens(null).ShouldBeEmpty();
    }

    [Fact]
    public async Task Login_RefusedThere_ShowsNoneOfItsWords()
    {
        var begun = await _desk.BeginAsync("/login", Cancel);
        (await RefusedAsync(new ProviderReturn(begun.Cookie, State(begun), null, null))).Code.ShouldBe("TP4422");
    }

    [Theory]
    [InlineData(true, null, "TP4422")]
    [InlineData(true, "https://evil.example", "TP4422")]
    [InlineData(false, "https://evil.example", "TP4422")]
    [InlineData(true, "", null)]
    public async Task Login_AnswerThatNamesItsIssuer_MustNameTheRightOne(bool names, string? issuer, string? code)
    {
        _provider.NamesIssuer = names;
        var begun = await _desk.BeginAsync("/login", Cancel);
        var answer = new ProviderReturn(begun.Cookie, State(begun), _provider.LogIn(begun.Address, Redirect), issuer is "" ? _provider.Issuer : issuer);
        if (code is null) await _desk.EndAsync(answer, Cancel);
        else (await RefusedAsync(answer)).Code.ShouldBe(code);
    }

    public static TheoryData<string, Action<JsonObject>> Lies => new()
    {
        { "nonce", c => c["nonce"] = "another" },
        { "issuer", c => c["iss"] = "https://evil.example" },
        { "audience", c => c["aud"] = "another" },
        { "expired", c => c["exp"] = TokenMint.Now.AddMinutes(-2).ToUnixTimeSeconds() },
        { "not yet", c => c["nbf"] = TokenMint.Now.AddMinutes(2).ToUnixTimeSeconds() },
        { "access token", c => c["at_hash"] = "AAAAAAAAAAAAAAAAAAAAAA" },
    };

    [Theory]
    [MemberData(nameof(Lies), DisableDiscoveryEnumeration = true)]
    public async Task Login_ClaimsThatLie_OpenNothing(string what, Action<JsonObject> change)
    {
        _provider.Change = change;
        (await RefusedAsync("TP4422")).Notes.ShouldHaveSingleItem(what);
        _store.Accounts().Count.ShouldBe(1);
        _store.Tokens(null).ShouldBeEmpty();
    }

    public static TheoryData<string, Func<JsonObject, string>> Forgeries => new()
    {
        { "none", c => $"{TokenMint.Text("""{"alg":"none"}""")}.{TokenMint.Text(c.ToJsonString())}." },
        { "hmac with the public key", c => TokenMint.Sign(c, "HS256", sign: data => HMACSHA256.HashData(TokenMint.Rsa.ExportSubjectPublicKeyInfo(), data)) },
        { "unknown key", c => TokenMint.Sign(c, kid: "k9") },
        { "tampered", c => TokenMint.Sign(c)[..^8] + "AAAAAAAA" },
        { "garbage", _ => "garbage" },
    };

    [Theory]
    [MemberData(nameof(Forgeries), DisableDiscoveryEnumeration = true)]
    public async Task Login_ForgedToken_OpensNothing(string what, Func<JsonObject, string> mint)
    {
        _provider.Mint = mint;
        (await RefusedAsync("TP4422")).Notes.ShouldHaveSingleItem(what);
        _store.Tokens(null).ShouldBeEmpty();
    }

    [Fact]
    public async Task Keys_ThatAreReplaced_AreFetchedOnceMore()
    {
        await LogInAsync();
        using var next = RSA.Create(2048);
        (_provider.Key, _provider.KeyId) = (next, "k2");
        _time.Now += TimeSpan.FromSeconds(30);
        _provider.Now = _time.Now;
        (await LogInAsync()).Session.Account.ShouldBe("ben");
        _provider.Asked.Count(a => a == "GET /keys").ShouldBe(2);
    }

    [Fact]
    public async Task Keys_ThatNobodyHas_AreNotAskedForAgainAndAgain()
    {
        _provider.Mint = claims => TokenMint.Sign(claims, kid: Guid.NewGuid().ToString());
        for (var i = 0; i < 10; i++) await RefusedAsync("TP4422");
        _provider.Asked.Count(a => a == "GET /keys").ShouldBe(1);
        _time.Now += TimeSpan.FromSeconds(10);
        _provider.Now = _time.Now;
        await RefusedAsync("TP4422");
        await RefusedAsync("TP4422");
        _provider.Asked.Count(a => a == "GET /keys").ShouldBe(2);
    }

    public static TheoryData<string, Func<HttpContext, Task>> Answers => new()
    {
        { "malformed", c => c.Response.WriteAsync("<html>") },
        { "list", c => c.Response.WriteAsync("[]") },
        { "error", c => { c.Response.StatusCode = 500; return Task.CompletedTask; } },
        { "redirect", c => { c.Response.Redirect("http://127.0.0.1:1/"); return Task.CompletedTask; } },
        { "other issuer", c => c.Response.WriteAsync("""{"issuer":"https://evil.example","authorization_endpoint":"https://e/","token_endpoint":"https://e/","jwks_uri":"https://e/"}""") },
        { "huge", c => HugeAsync(c) },
        { "slow", c => Task.Delay(Timeout.InfiniteTimeSpan, c.RequestAborted) },
        { "slow body", async c => { await c.Response.WriteAsync("{"); await c.Response.Body.FlushAsync(); await Task.Delay(Timeout.InfiniteTimeSpan, c.RequestAborted); } },
        { "deep", c => c.Response.WriteAsync(new string('[', 5000)) },
    };

    [Theory]
    [MemberData(nameof(Answers), DisableDiscoveryEnumeration = true)]
    public async Task Discovery_ThatIsNone_IsToldAndNotAskedForEachTime(string what, Func<HttpContext, Task> answer)
    {
        _provider.OnDiscovery = answer;
        using var desk = Desk(creates: true, patience: TimeSpan.FromMilliseconds(500));
        for (var i = 0; i < 3; i++)
            (await Should.ThrowAsync<DiagnosticException>(() => desk.BeginAsync("/login", Cancel), what)).Diagnostics.Single().Code.ShouldBe("TP4421");
        _provider.Asked.Count.ShouldBe(1);

        _provider.OnDiscovery = null;
        _time.Now += TimeSpan.FromSeconds(10);
        await desk.BeginAsync("/login", Cancel);
    }

    [Theory]
    [MemberData(nameof(Answers), DisableDiscoveryEnumeration = true)]
    public async Task Token_AnswerThatIsNone_OpensNothing(string what, Func<HttpContext, Task> answer)
    {
        _provider.OnToken = answer;
        using var desk = Desk(creates: true, patience: TimeSpan.FromMilliseconds(500));
        var begun = await desk.BeginAsync("/login", Cancel);
        var refused = await Should.ThrowAsync<DiagnosticException>(() => desk.EndAsync(new ProviderReturn(begun.Cookie, State(begun), "c", null), Cancel), what);
        refused.Diagnostics.Single().Code.ShouldBeOneOf("TP4421", "TP4422");
        refused.Diagnostics.Single().ToString().ShouldNotContain("s3cret");
        _store.Tokens(null).ShouldBeEmpty();
    }

    [Fact]
    public async Task Callbacks_OneAfterAnother_AreLookedAtFortyTimes()
    {
        _provider.OnToken = context => { context.Response.StatusCode = 400; return Task.CompletedTask; };
        var codes = new List<string>();
        for (var i = 0; i < 60; i++)
        {
            var begun = await _desk.BeginAsync("/login", Cancel);
            codes.Add((await RefusedAsync(new ProviderReturn(begun.Cookie, State(begun), "c", null))).Code);
        }

        codes.Count(c => c == "TP4421").ShouldBe(LoginThrottle.InHand);
        codes.Count(c => c == "TP4411").ShouldBe(20);
        _provider.Asked.Count(a => a == "POST /token").ShouldBe(LoginThrottle.InHand);
        _provider.OnToken = null;
        _time.Now += LoginThrottle.Refill;
        _provider.Now = _time.Now;
        await LogInAsync();
    }

    private static async Task HugeAsync(HttpContext context)
    {
        var part = new byte[64 * 1024];
        Array.Fill(part, (byte)' ');
        for (var i = 0; i < 1000 && !context.RequestAborted.IsCancellationRequested; i++) await context.Response.Body.WriteAsync(part, context.RequestAborted);
    }

    private static string State(ProviderLogin login) => HttpUtility.ParseQueryString(login.Address.Query)["state"]!;

    private ProviderDesk Desk(bool creates, string? groups = null, IEnumerable<KeyValuePair<string, string>>? teams = null, TimeSpan? patience = null) =>
        new(_provider.Policy(creates, groups, teams), new Uri("https://towpath.example.org/"), new ProvidedAccounts(_store, _accounts), _tokens, _time, patience);

    private async Task<ProvidedSession> LogInAsync(string back = "/login", ProviderDesk? desk = null)
    {
        var begun = await (desk ?? _desk).BeginAsync(back, Cancel);
        return await (desk ?? _desk).EndAsync(new ProviderReturn(begun.Cookie, State(begun), _provider.LogIn(begun.Address, Redirect), null), Cancel);
    }

    private async Task<Diagnostic> RefusedAsync(string code, ProviderDesk? desk = null)
    {
        var refused = (await Should.ThrowAsync<DiagnosticException>(() => LogInAsync(desk: desk))).Diagnostics.Single();
        refused.Code.ShouldBe(code);
        return refused;
    }

    private async Task<Diagnostic> RefusedAsync(ProviderReturn answer) => (await Should.ThrowAsync<DiagnosticException>(() => _desk.EndAsync(answer, Cancel))).Diagnostics.Single();
}
