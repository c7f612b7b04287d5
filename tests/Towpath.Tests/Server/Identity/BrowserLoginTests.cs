using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using System.Web;
using Towpath.Cli.Client;
using Towpath.Core.Configuration;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Tests.Cli;
using Towpath.Tests.Fakes;
using Towpath.Tests.Server.Api.Pages;
using Towpath.Tests.Server.Identity.OpenId;

namespace Towpath.Tests.Server.Identity;

/// <summary><c>towpath login --browser</c> from end to end: the real program, the real host, a real provider, and each way to get at somebody else's session.</summary>
public sealed partial class BrowserLoginTests : IAsyncLifetime, IDisposable
{
    private const string Password = "correct horse battery";
    private static readonly string Verifier = new('v', 43);
    private static readonly string State = new('s', 43);

    private readonly TemporaryFolder _home = new();
    private readonly HttpClient _loopback = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });
    private LocalProvider _provider = null!;
    private PeopleScene _people = null!;
    private Browser _browser = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string SessionFile => _home[".config/towpath/session.json"];

    public async ValueTask InitializeAsync()
    {
        _provider = await LocalProvider.StartAsync();
        var url = new Uri($"http://127.0.0.1:{FreePort()}/");
        _people = await PeopleScene.StartAsync(
            ServerConfiguration.None with { Url = url, Provider = _provider.Policy() }, options => options with { Port = url.Port, Door = new FrontDoor(url, []) });
        _provider.Now = _people.Scene.Time.Now;
        await _people.Owner.SetPasswordAsync("ben", new PasswordRequest(Password, null, "eve"), Cancel);
        await _people.Owner.LinkAccountAsync("ann", new AccountLinkRequest("7c9e6679", "eve"), Cancel);
        _browser = new Browser(new Uri(_people.Url));
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _people.DisposeAsync();
        await _provider.DisposeAsync();
    }

    public void Dispose()
    {
        _loopback.Dispose();
        _home.Dispose();
    }

    [Fact]
    public async Task Login_ByTheProvider_IsThatOfTheLinkedAccount()
    {
        var program = Program(async address =>
        {
            var asked = await ThroughTheProviderAsync(address);
            await BringAsync(await ConfirmAsync(asked));
        });
        (await program.RunAsync("login", "--browser", "--url", _people.Url)).ShouldBe(ExitCode.Success, program.Error.ToString());

        program.Error.ToString().ShouldContain($"logged in at {_people.Url} as ann, until ");
        File.GetUnixFileMode(SessionFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (program.Out.ToString() + program.Error).ShouldNotContain("tp_");
        (await program.RunAsync("whoami", "--output", "json")).ShouldBe(ExitCode.Success);
        program.Out.ToString().ShouldContain("\"ann\"");
        // The browser has a session of its own, and the command line another one: each ends by itself.
        _people.Facts(FactKind.SessionOpened).Count().ShouldBe(2);
        (await program.RunAsync("logout")).ShouldBe(ExitCode.Success);
        (await (await _browser.GetAsync("/login")).Content.ReadAsStringAsync()).ShouldContain("Logged in as <strong>ann</strong>");
    }

    [Fact]
    public async Task Login_ByAPasswordPage_ShowsAccountPlaceMachineAndTheSameDigits()
    {
        var page = "";
        var program = Program(async address =>
        {
            page = await ByPasswordAsync(address);
            await BringAsync(await ConfirmAsync(page));
        });
        (await program.RunAsync("login", "--browser", "--url", _people.Url, "--output", "json")).ShouldBe(ExitCode.Success, program.Error.ToString());
        page.ShouldContain("<strong>ben</strong>");
        page.ShouldContain($"<strong>{_people.Url}</strong>");
        page.ShouldContain($"<strong>{WebUtility.HtmlEncode(Environment.MachineName)}</strong>");
        page.ShouldContain($"<strong>{Digits().Match(program.Error.ToString()).Value}</strong>");
        program.Out.ToString().ShouldContain("\"account\": \"ben\"");
        // An account that is shown is not yet one that agreed.
        _people.Facts(FactKind.SessionOpened).Count().ShouldBe(2);
    }

    [Fact]
    public async Task Login_WithNoOpen_PrintsTheAddressForPeopleAndOpensNothing()
    {
        var opened = false;
        var program = Program(_ => { opened = true; return Task.CompletedTask; });
        program.Surroundings = program.Surroundings with { Time = new HurriedTime() };
        (await program.RunAsync("login", "--browser", "--no-open", "--url", _people.Url)).ShouldBe(ExitCode.NotSignedIn);
        Address().IsMatch(program.Error.ToString()).ShouldBeTrue();
        program.Out.ToString().ShouldBeEmpty();
        opened.ShouldBeFalse();
    }

    [Fact]
    public async Task Login_EndedByCtrlC_LeavesNobodyListening()
    {
        using var stop = new CancellationTokenSource();
        var redirect = "";
        var program = Program(address =>
        {
            redirect = HttpUtility.ParseQueryString(address.Query)["redirect"]!;
            return stop.CancelAsync();
        });
        (await program.RunAsync(stop.Token, "login", "--browser", "--url", _people.Url)).ShouldBe(ExitCode.Cancelled);
        await Should.ThrowAsync<HttpRequestException>(() => _loopback.GetAsync(redirect, Cancel));
        File.Exists(SessionFile).ShouldBeFalse();
    }

    [Fact]
    public async Task Login_ThatIsRefusedOnThePage_KeepsNothing()
    {
        var program = Program(async address => await BringAsync(await ConfirmAsync(await ByPasswordAsync(address), "no")));
        (await program.RunAsync("login", "--browser", "--url", _people.Url)).ShouldBe(ExitCode.NotSignedIn);
        program.Error.ToString().ShouldContain("TP4431");
        File.Exists(SessionFile).ShouldBeFalse();
    }

    [Fact]
    public async Task Login_ThatNobodyAnswers_EndsAfterItsTime()
    {
        var program = Program(_ => Task.CompletedTask);
        program.Surroundings = program.Surroundings with { Time = new HurriedTime() };
        (await program.RunAsync("login", "--browser", "--url", _people.Url)).ShouldBe(ExitCode.NotSignedIn);
        program.Error.ToString().ShouldContain("no answer came within 5 minutes");
    }

    [Fact]
    public async Task Login_WithAnAnswerOfSomebodyElse_WaitsForItsOwn()
    {
        var statuses = new List<HttpStatusCode>();
        var program = Program(async address =>
        {
            var redirect = HttpUtility.ParseQueryString(address.Query)["redirect"]!;
            foreach (var query in new[] { "", "?code=evil", $"?code=evil&state={State}", "?code=evil&state=", $"?error=x&state={State}", $"?code=evil&state={State}&state={State}", $"more?code=evil&state={State}" })
                statuses.Add((await _loopback.GetAsync(redirect + query, Cancel)).StatusCode);
            using var foreign = new HttpRequestMessage(HttpMethod.Get, redirect + new Uri(await ConfirmAsync(await ByPasswordAsync(address))).Query) { Headers = { Host = "evil.example" } };
            statuses.Add((await _loopback.SendAsync(foreign, Cancel)).StatusCode);
            using var posted = new HttpRequestMessage(HttpMethod.Post, redirect);
            statuses.Add((await _loopback.SendAsync(posted, Cancel)).StatusCode);
            await BringAsync(await ConfirmAsync(await (await _browser.GetAsync(address.PathAndQuery)).Content.ReadAsStringAsync()));
        });
        (await program.RunAsync("login", "--browser", "--url", _people.Url)).ShouldBe(ExitCode.Success, program.Error.ToString());
        statuses.ShouldBe([.. Enumerable.Repeat(HttpStatusCode.BadRequest, 6), .. Enumerable.Repeat(HttpStatusCode.NotFound, 3)]);
    }

    [Theory]
    [InlineData("the right one twice")]
    [InlineData("another verifier")]
    [InlineData("another redirect")]
    [InlineData("too late")]
    [InlineData("a code of nobody")]
    [InlineData("the challenge")]
    public async Task Code_InWrongHands_LetsNobodyIn(string how)
    {
        await ByPasswordAsync(new Uri(_people.Url + PathOf("http://127.0.0.1:40123/")));
        var code = HttpUtility.ParseQueryString(new Uri(await ConfirmAsync(await PageAsync("http://127.0.0.1:40123/"))).Query)["code"]!;
        using var anonymous = new ControlPlaneClient(_people.Url, null);
        var good = new CodeRequest(code, Verifier, "http://127.0.0.1:40123/");
        if (how == "the right one twice") (await anonymous.LoginByCodeAsync(good, Cancel)).Account.ShouldBe("ben");
        if (how == "too late") _people.Scene.Time.Now += TimeSpan.FromMinutes(1);
        var sessions = _people.Facts(FactKind.SessionOpened).Count();
        await PeopleScene.RefusedAsync(
            () => anonymous.LoginByCodeAsync(
                how switch
                {
                    "another verifier" => good with { Verifier = new string('w', 43) },
                    "another redirect" => good with { Redirect = "http://127.0.0.1:40124/" },
                    "a code of nobody" => good with { Code = ApiToken.Create() },
                    "the challenge" => good with { Verifier = TerminalLogin.ChallengeOf(Verifier) },
                    _ => good,
                },
                Cancel),
            ExitCode.NotSignedIn, "TP4430");
        // Whoever tried has used it up: the right one is too late by then. A code of nobody touches none.
        if (how == "a code of nobody") (await anonymous.LoginByCodeAsync(good, Cancel)).Account.ShouldBe("ben");
        else await PeopleScene.RefusedAsync(() => anonymous.LoginByCodeAsync(good, Cancel), ExitCode.NotSignedIn, "TP4430");
        _people.Facts(FactKind.SessionOpened).Count().ShouldBe(sessions + (how == "a code of nobody" ? 1 : 0));
    }

    [Fact]
    public async Task Code_OfAnAccountThatWasDisabledSince_LetsNobodyIn()
    {
        await ByPasswordAsync(new Uri(_people.Url + PathOf("http://[::1]:40123/")));
        var code = HttpUtility.ParseQueryString(new Uri(await ConfirmAsync(await PageAsync("http://[::1]:40123/"))).Query)["code"]!;
        await _people.Owner.ChangeAccountAsync("ben", new AccountChangeRequest(true, null, "eve"), Cancel);
        using var anonymous = new ControlPlaneClient(_people.Url, null);
        await PeopleScene.RefusedAsync(() => anonymous.LoginByCodeAsync(new CodeRequest(code, Verifier, "http://[::1]:40123/"), Cancel), ExitCode.NotSignedIn, "TP4405");
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("http://localhost:40123/")]
    [InlineData("http://127.0.0.1:40123/x")]
    [InlineData("http://127.0.0.1:40123@evil.example/")]
    public async Task Page_AskedToSendACodeElsewhere_AsksNothingAndSendsNothing(string redirect)
    {
        foreach (var isLoggedIn in new[] { false, true })
        {
            if (isLoggedIn) await ByPasswordAsync(new Uri(_people.Url + PathOf("http://127.0.0.1:40123/")));
            var shown = await _browser.GetAsync(PathOf(redirect));
            shown.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            shown.Headers.Location.ShouldBeNull();
            (await shown.Content.ReadAsStringAsync()).ShouldContain("TP4429");
            var posted = await PostAsync(await _browser.CsrfAsync("/login"), redirect);
            posted.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            posted.Headers.Contains("Refresh").ShouldBeFalse();
            (await posted.Content.ReadAsStringAsync()).ShouldNotContain("evil");
        }
    }

    [Fact]
    public async Task Page_PostedByAnotherPageOrWithoutASession_GivesNoCode()
    {
        const string redirect = "http://127.0.0.1:40123/";
        var (anonymous, own) = (await PostAsync(await _browser.CsrfAsync("/login"), redirect), _browser.Origin);
        anonymous.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        anonymous.Headers.Contains("Refresh").ShouldBeFalse();

        await ByPasswordAsync(new Uri(_people.Url + PathOf(redirect)));
        var csrf = await _browser.CsrfAsync(PathOf(redirect));
        foreach (var (token, origin) in new[] { ("", own), ("wrong", own), (csrf, null), (csrf, "null"), (csrf, "https://evil.example"), (csrf, "http://127.0.0.1:40123") })
        {
            _browser.Origin = origin;
            var refused = await PostAsync(token, redirect);
            refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden, $"{token} {origin}");
            refused.Headers.Contains("Refresh").ShouldBeFalse();
        }

        _browser.Origin = own;
        (await PostAsync(csrf, redirect)).Headers.GetValues("Refresh").ShouldHaveSingleItem().ShouldStartWith("0; url=http://127.0.0.1:40123/?code=");
        // What is not a yes is a no, and looking at the page gives nothing away.
        (await PostAsync(csrf, redirect, "maybe")).Headers.GetValues("Refresh").ShouldHaveSingleItem().ShouldBe($"0; url=http://127.0.0.1:40123/?error=access_denied&state={State}");
        (await _browser.GetAsync(PathOf(redirect))).Headers.Contains("Refresh").ShouldBeFalse();
    }

    [Fact]
    public async Task Page_WithWordsOfOthers_ShowsThemAsText()
    {
        await ByPasswordAsync(new Uri(_people.Url + PathOf("http://127.0.0.1:40123/")));
        var page = await (await _browser.GetAsync(PathOf("http://127.0.0.1:40123/") + "%3Cscript%3E%22")).Content.ReadAsStringAsync();
        page.ShouldContain("&lt;script&gt;");
        page.ShouldNotContain("<script");
    }

    [Theory]
    [InlineData("login")]
    [InlineData("login", "--browser", "--as", "ben")]
    [InlineData("login", "--as", "ben", "--no-open")]
    [InlineData("login", "--browser", "--url", "http://towpath.example.org")]
    public async Task Login_SaidInAWayThatMakesNoSense_IsRefusedAtOnce(params string[] arguments)
    {
        var program = Program(_ => throw new InvalidOperationException("opened"));
        (await program.RunAsync(arguments)).ShouldBe(ExitCode.Usage);
    }

    private static string PathOf(string redirect) => $"/login/terminal?challenge={TerminalLogin.ChallengeOf(Verifier)}&state={State}&redirect={Uri.EscapeDataString(redirect)}&machine=laptop";

    private async Task<string> PageAsync(string redirect) => await (await _browser.GetAsync(PathOf(redirect))).Content.ReadAsStringAsync();

    private Task<HttpResponseMessage> PostAsync(string csrf, string redirect, string answer = "yes") => _browser.PostAsync(
        "/login/terminal", ("csrf", csrf), ("challenge", TerminalLogin.ChallengeOf(Verifier)), ("state", State), ("redirect", redirect), ("machine", "laptop"), ("answer", answer));

    /// <summary>The program, whose browser is a person who does something with the address.</summary>
    private TestProgram Program(Func<Uri, Task> person)
    {
        var program = new TestProgram();
        program.Variables["HOME"] = _home.Path;
        program.Surroundings = program.Surroundings with
        {
            OpenBrowser = address =>
            {
                _ = Task.Run(() => person(address), Cancel);
                return true;
            },
        };
        return program;
    }

    /// <summary>From the address to the question, by a password.</summary>
    private async Task<string> ByPasswordAsync(Uri address)
    {
        var login = (await _browser.GetAsync(address.PathAndQuery)).Headers.Location.ShouldNotBeNull().OriginalString;
        login.ShouldStartWith("/login?return=%2Flogin%2Fterminal%3F");
        var back = HttpUtility.ParseQueryString(new Uri(new Uri(_people.Url), login).Query)["return"]!;
        var done = await _browser.PostAsync("/login", ("csrf", await _browser.CsrfAsync(login)), ("account", "ben"), ("password", Password), ("return", back));
        return await (await _browser.GetAsync(done.Headers.Location.ShouldNotBeNull().OriginalString)).Content.ReadAsStringAsync();
    }

    /// <summary>The same by the provider.</summary>
    private async Task<string> ThroughTheProviderAsync(Uri address)
    {
        var login = (await _browser.GetAsync(address.PathAndQuery)).Headers.Location!.OriginalString;
        var page = await (await _browser.GetAsync(login)).Content.ReadAsStringAsync();
        var away = (await _browser.GetAsync(WebUtility.HtmlDecode(ProviderLink().Match(page).Groups["path"].Value))).Headers.Location.ShouldNotBeNull();
        var code = _provider.LogIn(away, $"{_people.Url}/login/oidc/callback");
        var state = HttpUtility.ParseQueryString(away.Query)["state"]!;
        var back = await _browser.GetAsync($"/login/oidc/callback?state={Uri.EscapeDataString(state)}&code={code}");
        return await (await _browser.GetAsync(back.Headers.Location.ShouldNotBeNull().OriginalString)).Content.ReadAsStringAsync();
    }

    /// <summary>Answers the question as the form of the page says.</summary>
    /// <returns>Where the browser is sent.</returns>
    private async Task<string> ConfirmAsync(string page, string answer = "yes")
    {
        var fields = HiddenField().Matches(page).Select(m => (m.Groups["name"].Value, WebUtility.HtmlDecode(m.Groups["value"].Value))).Append(("answer", answer)).ToArray();
        var sent = await _browser.PostAsync("/login/terminal", fields);
        sent.StatusCode.ShouldBe(HttpStatusCode.OK, await sent.Content.ReadAsStringAsync());
        return sent.Headers.GetValues("Refresh").ShouldHaveSingleItem()["0; url=".Length..];
    }

    private async Task BringAsync(string address) => (await _loopback.GetAsync(address, Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex("type=\"hidden\" name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\">", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HiddenField();

    [GeneratedRegex("href=\"(?<path>/login/oidc[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ProviderLink();

    [GeneratedRegex("[0-9a-f]{4}-[0-9a-f]{4}", RegexOptions.None, 1000)]
    private static partial Regex Digits();

    [GeneratedRegex("http://127\\.0\\.0\\.1:[0-9]+/login/terminal\\?\\S+", RegexOptions.None, 1000)]
    private static partial Regex Address();
}
