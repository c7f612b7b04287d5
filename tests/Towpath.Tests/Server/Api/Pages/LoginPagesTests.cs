using System.Net;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Server.Api;
using Towpath.Server.Identity.OpenId;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Api.Pages;

public sealed class LoginPagesTests
{
    private static readonly Principal Ben = new("ben", AccountKind.Person, [], []) { IsSession = true, Token = "5", ExpiresAt = Facts.Start.AddHours(12) };

    [Fact]
    public async Task Login_WithAPassword_KeepsTheSessionInACookieThatScriptsCantRead()
    {
        await using var api = await StartAsync();
        using var browser = new Browser(api.Url);
        var response = await browser.PostAsync("/login", ("csrf", await browser.CsrfAsync()), ("account", "ben"), ("password", "p&w"), ("return", "/apps"));

        response.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        response.Headers.Location!.OriginalString.ShouldBe("/apps");
        browser.LastSet.ShouldHaveSingleItem().ShouldBe("towpath=tp_5_secret; expires=Mon, 02 Mar 2026 22:00:00 GMT; path=/; samesite=lax; httponly");
        api.Plane.Asked.ShouldBe([new SessionRequest("ben", "p&w")]);
        (await (await browser.GetAsync("/login")).Content.ReadAsStringAsync()).ShouldContain("Logged in as <strong>ben</strong>");

        (await browser.PostAsync("/logout", ("csrf", await browser.CsrfAsync()))).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        browser.Cookies.Keys.ShouldBe(["towpath-form"]);
        api.Plane.Asked.Last().ShouldBe(("5", new RevokeRequest("ben")));
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("/\\evil.example")]
    public async Task Login_AskedToLeadElsewhere_StaysHere(string back)
    {
        await using var api = await StartAsync();
        using var browser = new Browser(api.Url);
        var page = await (await browser.GetAsync($"/login?return={Uri.EscapeDataString(back)}")).Content.ReadAsStringAsync();
        page.ShouldNotContain("evil");
        (await browser.PostAsync("/login", ("csrf", await browser.CsrfAsync()), ("account", "ben"), ("password", "p"), ("return", back))).Headers.Location!.OriginalString.ShouldBe("/login");

        api.Plane.OnProviderReturn = _ => new ProvidedSession(new NewTokenAnswer("5", "ben", "tp_5_secret", Facts.Start.AddHours(12)), back);
        (await browser.GetAsync("/login/oidc/callback?state=s&code=c")).Headers.Location!.OriginalString.ShouldBe("/login");
    }

    [Fact]
    public async Task Login_OfAnotherPage_IsRefused()
    {
        await using var api = await StartAsync();
        using var browser = new Browser(api.Url);
        var csrf = await browser.CsrfAsync();
        var form = browser.Cookies["towpath-form"];
        foreach (var (token, cookie, origin) in new[]
        {
            ("", form, browser.Origin), ("wrong", form, browser.Origin), (form, form, browser.Origin), (csrf, "other", browser.Origin), (csrf, null, browser.Origin),
            (csrf, form, null), (csrf, form, "null"), (csrf, form, "https://evil.example"), (csrf, form, $"http://127.0.0.1:{api.Url.Port + 1}"),
        })
        {
            browser.Cookies.Clear();
            if (cookie is not null) browser.Cookies["towpath-form"] = cookie;
            browser.Origin = origin;
            foreach (var path in new[] { "/login", "/logout", "/first" })
            {
                var response = await browser.PostAsync(path, ("csrf", token), ("account", "ben"), ("password", "p"), ("again", "p"), ("code", "first-code"));
                response.StatusCode.ShouldBe(HttpStatusCode.Forbidden, $"{path} {token} {cookie} {origin}");
                (await response.Content.ReadAsStringAsync()).ShouldContain("TP4420");
            }
        }

        api.Plane.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Login_InAFormOfAnotherKind_IsNotRead()
    {
        await using var api = await StartAsync();
        using var browser = new Browser(api.Url);
        var csrf = await browser.CsrfAsync();
        using var parts = new MultipartFormDataContent { { new StringContent(csrf), "csrf" }, { new StringContent("ben"), "account" } };
        (await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/login") { Content = parts })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await browser.PostAsync("/login", ("csrf", csrf), ("account", new string('a', 5000)))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        api.Plane.Asked.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("TP4410", HttpStatusCode.Unauthorized)]
    [InlineData("TP4411", HttpStatusCode.TooManyRequests)]
    public async Task Login_ThatFails_SaysWhyAndShowsNothingUnescaped(string code, HttpStatusCode status)
    {
        await using var api = await StartAsync();
        api.Plane.OnLogin = _ => throw (code == "TP4410" ? new DiagnosticException(ExitCode.NotSignedIn, IdentityDiagnostics.LoginRefused()) : new DiagnosticException(ExitCode.Busy, IdentityDiagnostics.LoginLocked(TimeSpan.FromMinutes(1))));
        using var browser = new Browser(api.Url);
        var response = await browser.PostAsync("/login", ("csrf", await browser.CsrfAsync()), ("account", "\"><script>alert(1)</script>"), ("password", "hunter2-hunter2"), ("return", "/\"><script>"));
        response.StatusCode.ShouldBe(status);
        var page = await response.Content.ReadAsStringAsync();
        page.ShouldContain(code);
        page.ShouldNotContain("<script");
        page.ShouldNotContain("hunter2");
        browser.Cookies.Keys.ShouldBe(["towpath-form"]);
    }

    [Theory]
    [InlineData("/login")]
    [InlineData("/first?code=first-code")]
    [InlineData("/first?code=wrong")]
    [InlineData("/login/oidc/callback")]
    public async Task Page_Any_RunsNothingAndIsFramedByNobody(string path)
    {
        await using var api = await StartAsync();
        api.Plane.OnProviderReturn = _ => throw new DiagnosticException(ExitCode.Usage, IdentityDiagnostics.LoginNotBegun());
        using var browser = new Browser(api.Url);
        var response = await browser.GetAsync(path);
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldMatch("^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$");
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        // With "no-referrer" browsers would send "Origin: null" with our own forms.
        response.Headers.GetValues("Referrer-Policy").ShouldBe(["same-origin"]);
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        response.Headers.Contains("ETag").ShouldBeFalse();
        var page = await response.Content.ReadAsStringAsync();
        page.ShouldNotContain("<script");
        var style = page.Split("<style>")[1].Split("</style>")[0];
        policy.ShouldContain(Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(style))));
    }

    [Fact]
    public async Task Provider_TakesTheTicketOutOfTheBrowserAndBack()
    {
        await using var api = await StartAsync();
        api.Plane.HasProvider = true;
        using var browser = new Browser(api.Url);
        (await (await browser.GetAsync("/login?return=/apps")).Content.ReadAsStringAsync()).ShouldContain("href=\"/login/oidc?return=%2Fapps\"");
        var away = await browser.GetAsync("/login/oidc?return=/apps");
        away.Headers.Location!.OriginalString.ShouldBe("https://id.example.org/authorize?state=s");
        browser.LastSet.ShouldHaveSingleItem().ShouldBe("towpath-login=ticket; expires=Mon, 02 Mar 2026 10:10:00 GMT; path=/; samesite=lax; httponly");

        var back = await browser.GetAsync("/login/oidc/callback?state=s&code=c&iss=i");
        back.Headers.Location!.OriginalString.ShouldBe("/login");
        browser.Cookies.Keys.ShouldBe(["towpath-form", "towpath"], ignoreOrder: true);
        api.Plane.Asked.ShouldBe(["begin /apps", new ProviderReturn("ticket", "s", "c", "i")]);

        await browser.GetAsync("/login/oidc/callback?state=s&state=t&code=c");
        api.Plane.Asked.OfType<ProviderReturn>().Last().State.ShouldBeNull();
    }

    [Fact]
    public async Task Provider_FromAnotherAddress_IsBegunAtTheOneThatItKnows()
    {
        await using var api = await RunningApi.StartAsync(change: options => options with { Door = new FrontDoor(new Uri("https://towpath.example.org/"), []) });
        using var browser = new Browser(api.Url);
        (await browser.GetAsync("/login/oidc?return=/apps")).Headers.Location!.OriginalString.ShouldBe("https://towpath.example.org/login/oidc?return=%2Fapps");
        api.Plane.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task First_WithTheCode_MakesTheAccount()
    {
        await using var api = await StartAsync();
        using var browser = new Browser(api.Url);
        (await browser.GetAsync("/first")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await browser.GetAsync("/first?code=wrong")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        var csrf = await browser.CsrfAsync("/first?code=first-code");

        var differ = await browser.PostAsync("/first", ("csrf", csrf), ("code", "first-code"), ("account", "ann"), ("password", "one"), ("again", "two"));
        differ.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await differ.Content.ReadAsStringAsync()).ShouldContain("the two passwords differ");
        api.Plane.Asked.ShouldBeEmpty();
        (await browser.PostAsync("/first", ("csrf", csrf), ("code", "first-code"), ("account", "ann"), ("password", "one"), ("again", "one"))).Headers.Location!.OriginalString.ShouldBe("/login");
        api.Plane.Asked.ShouldBe(["first first-code ann one"]);
    }

    internal static async Task<RunningApi> StartAsync()
    {
        var api = await RunningApi.StartAsync();
        api.Plane.Principals["tp_5_secret"] = Ben;
        return api;
    }
}
