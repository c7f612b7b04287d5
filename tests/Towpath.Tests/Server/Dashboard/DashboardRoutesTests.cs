using System.Net;
using System.Text.RegularExpressions;
using Towpath.Server.Dashboard;
using Towpath.Tests.Server.Api;
using Towpath.Tests.Server.Api.Pages;

namespace Towpath.Tests.Server.Dashboard;

public sealed partial class DashboardRoutesTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/applications/shop/environments/production/releases/r-1")]
    [InlineData("/applications/%3Cscript%3E?x=%22")]
    public async Task Page_WithoutASession_LeadsToTheLoginAndBack(string path)
    {
        await using var api = await LoginPagesTests.StartAsync();
        using var browser = new Browser(api.Url);
        using var refused = await browser.GetAsync(path);
        refused.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        refused.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var login = refused.Headers.Location!.OriginalString;
        login.ShouldStartWith("/login?return=%2F");

        var form = await (await browser.GetAsync(login)).Content.ReadAsStringAsync();
        var back = WebUtility.HtmlDecode(Return().Match(form).Groups["path"].Value);
        using var entered = await browser.PostAsync("/login", ("csrf", await browser.CsrfAsync()), ("account", "ben"), ("password", "p"), ("return", back));
        entered.Headers.Location!.OriginalString.ShouldBe(path);
        (await browser.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Page_WithATokenInsteadOfASession_LeadsToTheLogin()
    {
        await using var api = await LoginPagesTests.StartAsync();
        using var browser = new Browser(api.Url);
        browser.Headers["Authorization"] = $"Bearer {api.Token}";
        (await browser.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task Page_MayRunNothingButItsOwnFiles()
    {
        await using var api = await LoginPagesTests.StartAsync();
        using var browser = await EnterAsync(api);
        using var page = await browser.GetAsync("/applications/shop");
        page.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        var headers = page.Headers.ToDictionary(h => h.Key, h => string.Join(", ", h.Value));
        headers["Content-Security-Policy"].ShouldBe(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'");
        (headers["X-Content-Type-Options"], headers["X-Frame-Options"], headers["Referrer-Policy"], headers["Cross-Origin-Opener-Policy"]).ShouldBe(("nosniff", "DENY", "same-origin", "same-origin"));
        var text = await page.Content.ReadAsStringAsync();
        Inline().IsMatch(text).ShouldBeFalse(text);
        text.ShouldNotContain("http");
    }

    [Fact]
    public async Task Page_IsAskedForAnew_AndSentOnlyWhenItIsAnother()
    {
        await using var api = await LoginPagesTests.StartAsync();
        using var browser = await EnterAsync(api);
        using var first = await browser.GetAsync("/");
        (first.Headers.CacheControl!.NoCache, first.Headers.CacheControl.Private).ShouldBe((true, true));
        browser.Headers["If-None-Match"] = first.Headers.ETag!.ToString();
        using var again = await browser.GetAsync("/");
        again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await again.Content.ReadAsStringAsync()).ShouldBeEmpty();
        browser.Headers["If-None-Match"] = "\"another\"";
        (await browser.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Assets_OfThePage_AreThereForGood_AndNeedNoSession()
    {
        Assert.SkipWhen(DashboardFile.All.Count == 1, "this program was built without Node");
        await using var api = await LoginPagesTests.StartAsync();
        using var browser = await EnterAsync(api);
        var named = Asset().Matches(await (await browser.GetAsync("/")).Content.ReadAsStringAsync()).Select(m => m.Value).ToList();
        named.Count.ShouldBe(3);
        browser.Cookies.Clear();
        foreach (var path in named)
        {
            using var asset = await browser.GetAsync(path);
            asset.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            asset.Headers.CacheControl!.ToString().ShouldBe("public, max-age=31536000, immutable");
            asset.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
            asset.Content.Headers.ContentType!.MediaType.ShouldBe(path switch { _ when path.EndsWith(".js", StringComparison.Ordinal) => "text/javascript", _ when path.EndsWith(".css", StringComparison.Ordinal) => "text/css", _ => "image/svg+xml" });
        }
    }

    [Theory]
    [InlineData("GET", "/assets/index.html", HttpStatusCode.NotFound)]
    [InlineData("GET", "/assets/nothing.js", HttpStatusCode.NotFound)]
    [InlineData("GET", "/assets/..%2Findex.html", HttpStatusCode.NotFound)]
    [InlineData("POST", "/", HttpStatusCode.Unauthorized)]
    [InlineData("PUT", "/applications/shop", HttpStatusCode.Unauthorized)]
    [InlineData("GET", "/applicationsx", HttpStatusCode.Unauthorized)]
    [InlineData("GET", "/Assets/nothing.js", HttpStatusCode.Unauthorized)]
    [InlineData("GET", "/index.html", HttpStatusCode.Unauthorized)]
    public async Task Anything_BesideThem_IsNotServed(string method, string path, HttpStatusCode expected)
    {
        await using var api = await LoginPagesTests.StartAsync();
        using var browser = new Browser(api.Url);
        (await browser.SendAsync(new HttpRequestMessage(new HttpMethod(method), path))).StatusCode.ShouldBe(expected);
        api.Plane.Asked.ShouldBeEmpty();
    }

    private static async Task<Browser> EnterAsync(RunningApi api)
    {
        var browser = new Browser(api.Url);
        await browser.PostAsync("/login", ("csrf", await browser.CsrfAsync()), ("account", "ben"), ("password", "p"), ("return", "/"));
        return browser;
    }

    [GeneratedRegex("name=\"return\" value=\"(?<path>[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex Return();

    [GeneratedRegex("<style|\\sstyle=|\\son[a-z]+=|<script(?![^>]* src=)|javascript:", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Inline();

    [GeneratedRegex("/assets/[a-z]+-[A-Z0-9]{8}\\.(?:js|css|svg)", RegexOptions.None, 1000)]
    private static partial Regex Asset();
}
