using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Towpath.Core.Diagnostics;
using static Microsoft.Playwright.Assertions;

namespace Towpath.EndToEnd;

/// <summary>The dashboard of the real program in a real browser: three people, each in a browser of his own, and one release on its way to production.</summary>
public sealed partial class DashboardTests : IAsyncDisposable
{
    private const string Name = "e2e-dashboard";
    private const string Password = "four words of theirs";
    private const string Markup = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\"> \"quoted\" & 'so'";
    private const float Patience_ms = 60_000;
    private const int Narrow_px = 360;

    // No sandbox of its own for root; nothing that calls home.
    private static readonly string[] Flags =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private readonly Installation _towpath = new();
    private readonly int _port = Ports.Next();
    private readonly List<string> _faults = [];
    private SourceTree _source = null!;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        await _towpath.DisposeAsync();
    }

    [Fact]
    public async Task Release_RequestedConfirmedAndBroughtInByThreePeople_IsSeenByEachWithoutReloading()
    {
        Assert.SkipWhen(Installation.SkipReason is not null, Installation.SkipReason ?? "");
        Assert.SkipWhen(Installation.FindOnPath("chromium") is null, "chromium is not installed");
        var release = await BeginAsync();
        var application = $"{_towpath.Url}applications/{Name}";
        var approval = $"{application}/environments/production/releases/{release}";

        // The way in leads over the login and back; what runs where is what one sees first.
        var ben = await EnterAsync("ben", _towpath.Url.ToString());
        await Expect(ben.Locator("h1")).ToHaveTextAsync("What runs where");
        await Expect(ben.GetByRole(AriaRole.Row).Filter(new() { HasText = "staging" })).ToContainTextAsync("runs");
        await Expect(ben.GetByRole(AriaRole.Row).Filter(new() { HasText = "production" })).ToContainTextAsync("request closed");
        var ann = await EnterAsync("ann", application);
        await Expect(ann.GetByText("Nobody has handed one in.")).ToBeVisibleAsync();
        await Expect(ann.GetByText(Markup)).ToBeVisibleAsync();
        await Expect(ann.Locator("#live")).ToHaveTextAsync("live");

        await RequestAsync(ben, ann, release);
        await ViewerAsync(approval, release);
        await ConfirmAsync(ben, ann, release);
        await BroughtInAsync(ben, ann, release);
        foreach (var page in new[] { ben, ann }) await FitsAsync(page);
        _faults.ShouldBeEmpty();
    }

    /// <summary>Asked for field by field: each that is missing is named where it belongs, and what is typed meanwhile stays.</summary>
    private static async Task RequestAsync(IPage ben, IPage ann, string release)
    {
        await ben.GetByRole(AriaRole.Link, new() { Name = release, Exact = true }).Last.ClickAsync();
        await Expect(ben.Locator("h1")).ToHaveTextAsync($"{release} for production");
        await Expect(ben.Locator("h1")).ToBeFocusedAsync();
        // Nothing said: the API's own words, with code and what to do.
        await ben.GetByRole(AriaRole.Button, new() { Name = "Hand in the request" }).ClickAsync();
        await Expect(ben.GetByRole(AriaRole.Alert)).ToContainTextAsync("TP4012");
        await Expect(ben.GetByRole(AriaRole.Alert)).ToContainTextAsync("missing: risk, what could go wrong");

        await ben.GetByLabel("what", new() { Exact = true }).FillAsync(Markup);
        await ben.GetByLabel("why", new() { Exact = true }).FillAsync("the demo");
        await ben.GetByRole(AriaRole.Button, new() { Name = "Hand in the request" }).ClickAsync();
        foreach (var field in new[] { "risk", "rollback", "contact" }) await Expect(ben.Locator($"#lack-{field}")).ToContainTextAsync("missing: ");
        await Expect(ben.Locator("#lack-what")).ToHaveCountAsync(0);
        await Expect(ben.GetByLabel("why", new() { Exact = true })).ToHaveValueAsync("the demo");
        await Expect(ann.GetByRole(AriaRole.Table, new() { Name = "Deploy requests" })).ToContainTextAsync("risk, what could go wrong");

        foreach (var field in new[] { "risk", "rollback", "contact" }) await ben.GetByLabel(field, new() { Exact = true }).FillAsync($"none of {field}");
        await ben.Keyboard.PressAsync("Tab");
        await ben.Keyboard.PressAsync("Enter");
        await Expect(ben.Locator("#request .mark").First).ToHaveTextAsync("complete");
        await Expect(ann.GetByRole(AriaRole.Table, new() { Name = "Deploy requests" })).ToContainTextAsync("complete");
    }

    /// <summary>A viewer reads all of it, is offered nothing, and is refused what he does past the page.</summary>
    private async Task ViewerAsync(string approval, string release)
    {
        var kim = await EnterAsync("kim", approval);
        await Expect(kim.GetByText(Markup).First).ToBeVisibleAsync();
        await Expect(kim.Locator("#confirmation")).ToContainTextAsync("missing");
        (await kim.Locator("main button, main form, main input, main textarea").CountAsync()).ShouldBe(0);
        var status = await kim.EvaluateAsync<int>(
            """
            async ([application, release]) => {
              const { csrf } = await (await fetch("/api/v1/session")).json();
              const body = JSON.stringify({ environment: "production", release, role: "dev", actor: "ben" });
              return (await fetch(`/api/v1/applications/${application}/confirm`, { method: "POST", headers: { "Towpath-Csrf": csrf, "Content-Type": "application/json" }, body })).status;
            }
            """, new[] { Name, release });
        status.ShouldBe(403);
        await kim.Context.CloseAsync();
    }

    private async Task ConfirmAsync(IPage ben, IPage ann, string release)
    {
        (await ben.GetByRole(AriaRole.Button, new() { Name = "Confirm as ops" }).CountAsync()).ShouldBe(0);
        await ben.GetByRole(AriaRole.Button, new() { Name = "Confirm as dev" }).ClickAsync();
        await Expect(ben.GetByRole(AriaRole.Table, new() { Name = "Who has said yes" })).ToContainTextAsync("ben");

        await ann.GetByRole(AriaRole.Table, new() { Name = "Deploy requests" }).GetByRole(AriaRole.Link, new() { Name = release }).ClickAsync();
        await Expect(ann.Locator(".roles")).ToContainTextAsync("ops missing");
        await Expect(ann.Locator("#field-what")).ToHaveValueAsync(Markup);

        // The control plane dies and comes back: pages come back by themselves, and what is typed is still there.
        await ann.Locator("#reason").FillAsync("half a reason");
        await _towpath.KillAsync();
        await Expect(ann.Locator("#live")).ToContainTextAsync("connection lost");
        (await _towpath.RunAsync(_source.Folder, "up")).ShouldEndWith(ExitCode.Success);
        await Expect(ann.Locator("#live")).ToHaveTextAsync("live");
        await Expect(ben.Locator("#live")).ToHaveTextAsync("live");
        await Expect(ann.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await Expect(ann.Locator("#reason")).ToHaveValueAsync("half a reason");

        await ann.GetByRole(AriaRole.Button, new() { Name = "Confirm as ops" }).ClickAsync();
        await Expect(ben.Locator("#request .mark").First).ToHaveTextAsync("confirmed");
        await Expect(ben.GetByRole(AriaRole.Table, new() { Name = "Who has said yes" })).ToContainTextAsync("ann");
    }

    private static async Task BroughtInAsync(IPage ben, IPage ann, string release)
    {
        (await ben.GetByRole(AriaRole.Button, new() { Name = "Bring" }).CountAsync()).ShouldBe(0);
        await ann.GetByRole(AriaRole.Button, new() { Name = $"Bring {release} into production" }).ClickAsync();
        await Expect(ben.Locator("#request .mark").First).ToHaveTextAsync("done");
        await Expect(ben).ToHaveTitleAsync($"{release} for production - Towpath");
        (await ben.EvaluateAsync<int>("() => performance.getEntriesByType('navigation').length + window.seen")).ShouldBe(2, "it was never loaded anew");
    }

    /// <summary>One heading, a label for each field, and no wider than a small phone.</summary>
    private static async Task FitsAsync(IPage page)
    {
        foreach (var path in new[] { "/", $"/applications/{Name}", new Uri(page.Url).AbsolutePath })
        {
            await page.GotoAsync(new Uri(new Uri(page.Url), path).ToString());
            await Expect(page.Locator("h1")).ToHaveCountAsync(1);
            await page.SetViewportSizeAsync(Narrow_px, 740);
            (await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(Narrow_px, path);
            (await page.EvaluateAsync<int>("() => [...document.querySelectorAll('input, textarea')].filter(field => field.labels.length !== 1).length")).ShouldBe(0, path);
        }
    }

    private async Task<IPage> EnterAsync(string who, string address)
    {
        var context = await _browser!.NewContextAsync();
        context.SetDefaultTimeout(Patience_ms);
        var page = await context.NewPageAsync();
        // What breaks the policy is told here, too; and each answer that is a refusal, which is asked for.
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)) lock (_faults) _faults.Add($"{who}: {message.Text}");
        };
        page.PageError += (_, fault) => { lock (_faults) _faults.Add($"{who}: {fault}"); };
        await page.GotoAsync(address);
        await page.GetByLabel("Account").FillAsync(who);
        await page.GetByLabel("Password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        // Not for its load as well: a page that follows events may have told of that before anybody waits for it.
        await page.WaitForURLAsync(address, new() { WaitUntil = WaitUntilState.Commit });
        await Expect(page.Locator("#who")).ToHaveTextAsync(who);
        await page.EvaluateAsync("() => { window.seen = 1; }");
        return page;
    }

    private async Task<string> BeginAsync()
    {
        _source = await SourceTree.InitAsync(_towpath.Place(Name));
        (await _towpath.RunAsync(_source.Folder, "up")).ShouldEndWith(ExitCode.Success);
        foreach (var (who, team, role) in new[] { ("ben", "dev", "developer"), ("ann", "ops", "operator"), ("kim", "dev", "viewer") })
        {
            (await _towpath.RunAsync(_source.Folder, "account", "add", who, "--team", team)).ShouldEndWith(ExitCode.Success);
            (await _towpath.RunAsync(_source.Folder, "grant", role, who, "--application", Name)).ShouldEndWith(ExitCode.Success);
            (await _towpath.TellAsync(_source.Folder, Password, "account", "password", who)).ShouldEndWith(ExitCode.Success);
        }

        _source.Write("compose.yaml", $$"""
            name: {{Name}}
            services:
              web:
                image: {{BadInputFixture.Image}}
                ports: ["80"]
                x-towpath: { health: /, route: / }
            """).Write("towpath.yaml", string.Create(CultureInfo.InvariantCulture, $$"""
            application: {{Name}}
            environments:
              staging: { warm: 0s }
              production:
                port: {{_port}}
                warm: 0s
                gates: [request, confirmation: { roles: [dev, ops], distinct: true }]
            """));
        await _source.CommitAsync(Markup);
        var shipped = (await _towpath.RunAsync(_source.Folder, "ship")).ShouldEndWith(ExitCode.Success);
        SetDefaultExpectTimeout(Patience_ms);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Installation.FindOnPath("chromium"), Args = Flags });
        return ReleaseName().Match(shipped.ToString()).Value;
    }

    [GeneratedRegex("r-[0-9a-f]{12}", RegexOptions.None, 1000)]
    private static partial Regex ReleaseName();
}
