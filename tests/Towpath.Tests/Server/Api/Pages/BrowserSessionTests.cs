using System.Net;
using System.Net.Http.Json;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Server.Api;

namespace Towpath.Tests.Server.Api.Pages;

public sealed class BrowserSessionTests
{
    [Fact]
    public async Task Session_OpenedAskedAndEnded_ShowsItsTokenToNoScript()
    {
        await using var api = await LoginPagesTests.StartAsync();
        using var browser = new Browser(api.Url);
        var opened = await OpenAsync(browser);
        opened.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await opened.Content.ReadAsStringAsync()).ShouldNotContain("tp_5_secret");
        browser.LastSet.ShouldHaveSingleItem().ShouldContain("httponly");

        var session = (await (await browser.GetAsync("/api/v1/session")).Content.ReadFromJsonAsync<BrowserSessionAnswer>(ApiJson.Options))!;
        (session.Account, session.Csrf).ShouldBe(("ben", FormToken.Of("tp_5_secret")));
        browser.Headers["Towpath-Csrf"] = session.Csrf;
        (await browser.SendAsync(new HttpRequestMessage(HttpMethod.Delete, "/api/v1/session"))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        browser.Cookies.ShouldBeEmpty();
        (await browser.GetAsync("/api/v1/session")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Session_OpenedByAnotherPage_IsRefused()
    {
        await using var api = await LoginPagesTests.StartAsync();
        using var browser = new Browser(api.Url);
        foreach (var origin in new[] { null, "null", "https://evil.example" })
        {
            browser.Origin = origin;
            (await OpenAsync(browser)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }

        api.Plane.Asked.ShouldBeEmpty();
        browser.Cookies.ShouldBeEmpty();
    }

    [Fact]
    public async Task Session_OpenedWithACookieThatHasEnded_IsNotInTheWay()
    {
        await using var api = await LoginPagesTests.StartAsync();
        api.Plane.OnAuthenticate = token => token == "old" ? throw new DiagnosticException(ExitCode.NotSignedIn, IdentityDiagnostics.TokenExpired("1", api.Plane.Time.GetUtcNow())) : null;
        using var browser = new Browser(api.Url);
        browser.Cookies["towpath"] = "old";
        (await browser.GetAsync("/api/v1/whoami")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await browser.GetAsync("/login")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await OpenAsync(browser)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Change_ByCookie_NeedsOriginAndToken_AndByBearerNeither()
    {
        await using var api = await LoginPagesTests.StartAsync();
        api.Plane.Principals["tp_5_secret"] = api.Plane.Principals["tp_5_secret"] with { Grants = [new Grant(Role.Administrator, Extent.All)] };
        using var browser = new Browser(api.Url);
        browser.Cookies["towpath"] = "tp_5_secret";
        var (csrf, own) = (FormToken.Of("tp_5_secret"), browser.Origin);
        foreach (var (origin, token) in new[] { (own, null), (own, ""), (own, "wrong"), (own, "tp_5_secret"), (null, csrf), ("null", csrf), ("https://evil.example", csrf), ($"http://127.0.0.1:{api.Url.Port + 1}", csrf) })
        {
            browser.Origin = origin;
            browser.Headers.Clear();
            if (token is not null) browser.Headers["Towpath-Csrf"] = token;
            var response = await HaltAsync(browser);
            response.StatusCode.ShouldBe(HttpStatusCode.Forbidden, $"{origin} {token}");
            (await response.Content.ReadAsStringAsync()).ShouldContain("TP4420");
        }

        api.Plane.Asked.ShouldBeEmpty();
        (browser.Origin, browser.Headers["Towpath-Csrf"]) = (own, csrf);
        (await HaltAsync(browser)).StatusCode.ShouldBe(HttpStatusCode.OK);

        browser.Cookies.Clear();
        browser.Headers.Clear();
        browser.Origin = null;
        browser.Headers["Authorization"] = "Bearer tp_5_secret";
        (await HaltAsync(browser)).StatusCode.ShouldBe(HttpStatusCode.OK);
        // A token in the header is what counts, whatever cookie is there.
        browser.Cookies["towpath"] = "tp_5_secret";
        browser.Headers["Authorization"] = "Bearer wrong";
        (await HaltAsync(browser)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        api.Plane.Asked.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Cookie_WithAnythingButASession_OpensNothing()
    {
        await using var api = await LoginPagesTests.StartAsync();
        api.Plane.Principals["ci"] = new Principal("ci", AccountKind.Service, [], [new Grant(Role.Administrator, Extent.All)]) { Token = "7" };
        using var browser = new Browser(api.Url);
        foreach (var cookie in new[] { "ci", api.Token, "wrong", new string('x', 500) })
        {
            browser.Cookies["towpath"] = cookie;
            (await browser.GetAsync("/api/v1/whoami")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }
    }

    private static Task<HttpResponseMessage> OpenAsync(Browser browser) =>
        browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/api/v1/session") { Content = JsonContent.Create(new SessionRequest("ben", "p"), options: ApiJson.Options) });

    private static Task<HttpResponseMessage> HaltAsync(Browser browser) =>
        browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/api/v1/halt") { Content = JsonContent.Create(new HaltRequest(null, null, null, "x"), options: ApiJson.Options) });
}
