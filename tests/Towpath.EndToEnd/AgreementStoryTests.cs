using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Towpath.Core.Diagnostics;

namespace Towpath.EndToEnd;

/// <summary>
/// Two teams with a signed agreement bring a commit to production by the real program, and try each way around it: request, channel, green pipeline, confirmations, production,
/// record. What needs another clock is in the tests of the server.
/// </summary>
public sealed partial class AgreementStoryTests : IAsyncDisposable
{
    private const string Name = "e2e-agreed";
    private const string ChannelKey = "0123456789abcdef-channel";
    private const string HookKey = "0123456789abcdef-hook";
    private const string Password = "four words of ann's";

    private readonly Installation _towpath = new();
    private readonly HttpClient _browser = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false });
    private readonly Dictionary<string, string> _tokens = [];
    private readonly int _port = Ports.Next();
    private SourceTree _source = null!;
    private ChatReceiver _channel = null!;

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _towpath.DisposeAsync();
        if (_channel is not null) await _channel.DisposeAsync();
    }

    [Fact]
    public async Task Commit_OfTwoTeams_ComesIntoProductionByTheAgreementAndByNoOtherWay()
    {
        Assert.SkipWhen(Installation.SkipReason is not null, Installation.SkipReason ?? "");
        await BeginAsync();

        // A green pipeline: pushed by Dev, built, tried and brought into staging.
        (await PushAsync("ben", "one")).ShouldContain("runs in staging");
        var first = await ReleaseAsync("staging");
        await OnlyWishedAsync(first);
        await RefusedAsync("ben", ExitCode.Forbidden, "TP4401", "promote", "production", first);

        await RequestAsync();
        await SignAsync();
        await ConfirmAsync(first);
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}/");
        (await _browser.GetAsync(url)).StatusCode.ShouldBe(HttpStatusCode.OK, "it answers in production");

        await AnotherReleaseAsync(first);
        await ForgedCallsAsync();
        await RecordAsync(first);
    }

    /// <summary>Each item that is missing is named, the channel hears of it, and nobody else's words count.</summary>
    private async Task RequestAsync()
    {
        var open = await AsAsync("ben", "request", "production", "--field", "what=a first page", "why=the demo");
        open.ShouldEndWith(ExitCode.GateClosed);
        foreach (var missing in new[] { "risk", "rollback", "contact" }) open.ToString().ShouldContain(missing);
        (await AsAsync("ben", "request", "production", "--field", "risk=none", "rollback=remove it", "contact=ben")).ShouldEndWith(ExitCode.Success);
        (await _channel.UntilAsync("request.handed.in")).GetProperty("actor").GetString().ShouldBe("ben");
        await RefusedAsync("kim", ExitCode.Forbidden, "TP4401", "request", "production", "--field", "what=mine");
    }

    private async Task SignAsync()
    {
        var text = (await AsAsync("ben", "agreement", "--output", "json")).ShouldEndWith(ExitCode.Success).Json;
        var hash = text.GetProperty("hash").GetString()!;
        (await AsAsync("ben", "agreement", "sign", "--side", "dev", "--hash", hash)).ShouldEndWith(ExitCode.Success);
        await RefusedAsync("eve", ExitCode.Forbidden, "TP4626", "agreement", "sign", "--side", "ops", "--hash", hash);
        (await AsAsync("ann", "agreement", "sign", "--side", "ops", "--hash", hash)).ShouldEndWith(ExitCode.Success);
    }

    private async Task ConfirmAsync(string release)
    {
        // One person for both, somebody of no team, twice the same: none of it is the yes of the other side.
        (await AsAsync("ben", "confirm", "production", release, "--role", "dev")).ShouldEndWith(ExitCode.Success);
        (await AsAsync("ben", "confirm", "production", release, "--role", "dev")).ShouldEndWith(ExitCode.Success);
        await RefusedAsync("ben", ExitCode.Forbidden, "TP4402", "confirm", "production", release, "--role", "ops");
        await RefusedAsync("eve", ExitCode.Forbidden, "TP4402", "confirm", "production", release, "--role", "ops");
        // A yes for another environment is none for this one.
        await AsAsync("ann", "confirm", "staging", release, "--role", "ops");
        (await GateAsync("confirmation", release)).Holds.ShouldBeFalse();

        // Edited after the approval: it is void.
        (await AsAsync("ben", "request", "production", "--field", "risk=the sums may be wrong")).ShouldEndWith(ExitCode.Success);
        (await GateAsync("confirmation", release)).Evidence.ShouldContain("dev");
        (await AsAsync("ben", "confirm", "production", release, "--role", "dev")).ShouldEndWith(ExitCode.Success);

        // The channel carries a link for the side that is missing; Ops follows it.
        var link = (await AsAsync("ann", "confirm", "production", release, "--role", "ops", "--link")).ShouldEndWith(ExitCode.Success).Out.Trim();
        (await FollowAsync(link[..^4] + "AAAA", "ann", Password)).Body.ShouldContain("TP4730");
        (await FollowAsync(link, "ann", "a guess of hers")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await FollowAsync(link, "ann", Password)).Body.ShouldContain("Confirmed");
        (await FollowAsync(link, "ann", Password)).Body.ShouldContain("TP4732");

        // The wish from the beginning comes true with the last yes.
        await UntilRunsAsync(release);
        (await _channel.UntilAsync("deployment.succeeded")).GetProperty("application").GetString().ShouldBe(Name);
        (await AsAsync("ben", "requests", "production", "--output", "json")).Json.ToString().ShouldContain("\"done\"");
    }

    /// <summary>What was said of one release is not said of the next, and a rejected one comes in by no path.</summary>
    private async Task AnotherReleaseAsync(string first)
    {
        (await PushAsync("ben", "two")).ShouldContain("runs in staging");
        var second = await ReleaseAsync("staging");
        second.ShouldNotBe(first);
        await OnlyWishedAsync(second);
        (await GateAsync("confirmation", second)).Holds.ShouldBeFalse();
        (await GateAsync("request", second)).Holds.ShouldBeFalse();
        (await AsAsync("ann", "reject", second, "--reason", "it lost an order")).ShouldEndWith(ExitCode.Success);
        foreach (var path in new string[][] { ["promote", "production", second], ["rollback", "production", second], ["promote", "production", second, "--emergency", "--reason", "the demo"] })
            (await AsAsync("ann", path)).Code.ShouldNotBe((int)ExitCode.Success, string.Join(' ', path));
        (await ReleaseAsync("production")).ShouldBe(first);

        // Gates are in the commit; who may only ship can't open them.
        _source.Write("towpath.yaml", Ladder(gates: ""));
        (await PushAsync("ben", "open the gates")).ShouldContain("TP4401");
        (await ReleaseAsync("production")).ShouldBe(first);
    }

    private async Task ForgedCallsAsync()
    {
        var call = new Uri($"{_towpath.Url}hooks/elsewhere");
        foreach (var signature in new[] { "", "sha256=00", $"sha256={new string('0', 64)}" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, call) { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
            request.Headers.TryAddWithoutValidation("X-Hub-Signature-256", signature);
            request.Headers.TryAddWithoutValidation("X-GitHub-Event", "push");
            (await _browser.SendAsync(request)).StatusCode.ShouldBeOneOf(HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden);
        }

        _channel.Forged.ShouldBe(0);
    }

    /// <summary>Who, what, when: sealed, and with nothing missing.</summary>
    private async Task RecordAsync(string release)
    {
        var seal = (await _towpath.RunAsync(_source.Folder, "audit", "verify")).ShouldEndWith(ExitCode.Success).Out.Trim();
        (await _towpath.RunAsync(_source.Folder, "audit", "verify", "--seal", seal)).ShouldEndWith(ExitCode.Success);
        var facts = await _towpath.JournalAsync(Name);
        var told = facts.Where(f => f.GetProperty("kind").GetString() is "request.opened" or "request.handed.in" or "agreement.signed" or "release.confirmed" or "release.rejected" or "deployment.succeeded")
            .Select(f => $"{f.GetProperty("kind").GetString()} {ShopFixture.Text(f, "environment")} {ShopFixture.Text(f, "actor")}").ToList();
        told.ShouldContain("request.opened production ben");
        told.IndexOf("request.handed.in production ben").ShouldBeLessThan(told.IndexOf("release.confirmed production ann"));
        told.Count(t => t.StartsWith("agreement.signed", StringComparison.Ordinal)).ShouldBe(2);
        told.IndexOf("release.confirmed production ann").ShouldBeLessThan(told.LastIndexOf(told.Last(t => t.StartsWith("deployment.succeeded production", StringComparison.Ordinal))));
        (await _towpath.RunAsync(_source.Folder, "audit", "export")).ShouldEndWith(ExitCode.Success).Out.ShouldContain(release);
        _channel.Heard.Select(m => m.GetProperty("id").GetString()).ShouldBeUnique();
    }

    private async Task BeginAsync()
    {
        _channel = await ChatReceiver.StartAsync(ChannelKey);
        _source = await SourceTree.InitAsync(_towpath.Place(Name));
        var folder = _towpath.Place("configuration");
        var file = Path.Combine(folder, "server.yaml");
        await File.WriteAllTextAsync(file, $$"""
            url: {{_towpath.Url}}
            announce:
              - { name: team, kind: webhook, url: "{{_channel.Url}}", secret: "{{ChannelKey}}" }
            sources:
              - { name: elsewhere, url: "file:///nowhere/at/all", every: 24h, hook: github, secret: "{{HookKey}}" }
            """);
        await using (var up = _towpath.Start(_source.Folder, new Dictionary<string, string> { ["TOWPATH_CONFIG"] = file }, "", "up")) (await up.EndAsync()).ShouldEndWith(ExitCode.Success);
        await AccountAsync("ben", "dev", "developer");
        await AccountAsync("ann", "ops", "operator");
        await AccountAsync("eve", null, "operator");
        await AccountAsync("kim", "dev", "viewer");
        (await _towpath.TellAsync(_source.Folder, Password, "account", "password", "ann")).ShouldEndWith(ExitCode.Success);
        _source.Write("AGREEMENT.md", "Ops deploys nothing without a request, a green pipeline and a yes of both sides.\n").Write("towpath.yaml", Ladder(
            "gates: [agreement, request, confirmation: { roles: [dev, ops], distinct: true, valid: 1h }]"));
    }

    private string Ladder(string gates) => string.Create(CultureInfo.InvariantCulture, $$"""
        application: {{Name}}
        agreement: AGREEMENT.md
        environments:
          staging: { warm: 0s }
          production:
            port: {{_port}}
            warm: 0s
            {{gates}}
        """);

    private async Task AccountAsync(string name, string? team, string role)
    {
        (await _towpath.RunAsync(_source.Folder, ["account", "add", name, .. team is null ? Array.Empty<string>() : ["--team", team]])).ShouldEndWith(ExitCode.Success);
        (await _towpath.RunAsync(_source.Folder, "grant", role, name, "--application", Name)).ShouldEndWith(ExitCode.Success);
        _tokens[name] = (await _towpath.RunAsync(_source.Folder, "token", "create", "--account", name)).ShouldEndWith(ExitCode.Success).Out.Trim();
    }

    private async Task<Outcome> AsAsync(string who, params string[] arguments)
    {
        await using var running = _towpath.Start(_source.Folder, new Dictionary<string, string> { ["TOWPATH_TOKEN"] = _tokens[who] }, "", arguments);
        return await running.EndAsync();
    }

    private async Task RefusedAsync(string who, ExitCode code, string diagnostic, params string[] arguments) => (await AsAsync(who, arguments)).ShouldEndWith(code).ShouldReport(diagnostic);

    /// <summary>An operator's wish is remembered, and opens nothing.</summary>
    private async Task OnlyWishedAsync(string release)
    {
        var before = ShopFixture.Text(await StatusAsync("production"), "release");
        (await AsAsync("ann", "promote", "production", release)).ShouldEndWith(ExitCode.Success).Out.ShouldContain("as soon as the gates hold");
        ShopFixture.Text(await StatusAsync("production"), "release").ShouldBe(before);
    }

    private async Task<string> PushAsync(string who, string version)
    {
        _source.Write("compose.yaml", $$"""
            name: {{Name}}
            services:
              web:
                image: {{BadInputFixture.Image}}
                environment: { VERSION: "{{version}}" }
                ports: ["80"]
                x-towpath: { health: /, route: / }
            """);
        await _source.CommitAsync(version);
        return await _source.PushAsync($"{new UriBuilder(_towpath.Url) { UserName = who, Password = _tokens[who], Path = $"/git/{Name}.git" }}");
    }

    private async Task<string> ReleaseAsync(string environment) => ShopFixture.Text(await StatusAsync(environment), "release")!;

    private async Task UntilRunsAsync(string release)
    {
        for (var i = 0; i < 600; i++)
        {
            var now = await StatusAsync("production");
            if (ShopFixture.Text(now, "release") == release && ShopFixture.Text(now, "phase") == "Succeeded") return;
            await Task.Delay(100);
        }

        throw new TimeoutException($"{release} never ran in production");
    }

    private async Task<System.Text.Json.JsonElement> StatusAsync(string environment) =>
        (await _towpath.RunAsync(_source.Folder, "status", "--output", "json")).ShouldEndWith(ExitCode.Success).Json.GetProperty("environments").EnumerateArray()
            .Single(e => e.GetProperty("name").GetString() == environment);

    private async Task<(bool Holds, string Evidence)> GateAsync(string gate, string release)
    {
        var gates = (await AsAsync("ann", "gates", "production", "--release", release, "--output", "json")).Json;
        var all = gates.ValueKind == System.Text.Json.JsonValueKind.Array ? gates[0].GetProperty("gates") : gates.GetProperty("environments")[0].GetProperty("gates");
        var found = all.EnumerateArray().Single(g => g.GetProperty("name").GetString() == gate);
        return (found.GetProperty("holds").GetBoolean(), found.GetProperty("evidence").GetString()!);
    }

    private async Task<(HttpStatusCode Status, string Body)> FollowAsync(string link, string account, string password)
    {
        var address = new Uri(link);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["link"] = LinkOf().Match(address.Query).Groups["link"].Value, ["account"] = account, ["password"] = password, ["token"] = "" });
        using var answer = await _browser.PostAsync(new Uri(address.GetLeftPart(UriPartial.Path)), form);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    [GeneratedRegex("link=(?<link>[^&]+)", RegexOptions.None, 1000)]
    private static partial Regex LinkOf();
}
