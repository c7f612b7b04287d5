using System.Collections;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Api;

/// <summary>Every route that there is, from the server's own list, asked by everybody who must not. A new route is in these tests by itself.</summary>
public sealed class RouteRightsTests
{
    private const string Marker = "only-for-who-may-see-shop";
    private const string Login = "POST /api/v1/sessions";
    private const string Life = "GET /healthz";
    private const string BrowserLogin = "POST /api/v1/session";
    private const string CodeLogin = "POST /api/v1/sessions/code";
    private const string Description = "GET /api/v1/openapi.json";

    // Judged by its signature: HookTests.
    private const string Hook = "POST /hooks/{source}";

    // What anybody may ask who has any role anywhere; what it shows is filtered.
    private static readonly string[] Open = ["GET /api/v1/about", "GET /api/v1/applications", "GET /api/v1/journal", "GET /api/v1/events", "GET /api/v1/ports", "GET /api/v1/sources", "GET /api/v1/whoami", Description];

    // About a browser's session, or a login's: nothing for a token.
    private static readonly string[] OfSession = ["DELETE /api/v1/sessions", "GET /api/v1/session", "DELETE /api/v1/session"];

    private static readonly string[] ForViewers =
    [
        .. Open, "GET /api/v1/applications/{application}/releases", "GET /api/v1/applications/{application}/status", "GET /api/v1/applications/{application}/gates",
        "GET /api/v1/applications/{application}/agreement", "GET /api/v1/applications/{application}/releases/{release}",
        "GET /api/v1/applications/{application}/environments/{environment}/deployments", "GET /api/v1/applications/{application}/deployments/{deployment}",
        "GET /api/v1/applications/{application}/runs", "GET /api/v1/applications/{application}/runs/{run}",
        "GET /api/v1/applications/{application}/environments/{environment}/secrets",
        "GET /api/v1/applications/{application}/evidence", "GET /api/v1/applications/{application}/evidence/keys",
        "POST /git/{application}.git/git-upload-pack",
        "GET /api/v1/applications/{application}/requests",
        "GET /api/v1/applications/{application}/environments/{environment}/approval",
        "GET /api/v1/applications/{application}/deliveries",
        "GET /api/v1/applications/{application}/escalations",
        "GET /api/v1/applications/{application}/review",
        "GET /api/v1/applications/{application}/reviews",
        "GET /api/v1/applications/{application}/sbom",
        "GET /api/v1/applications/{application}/packages",
        "GET /api/v1/applications/{application}/provenance",
        "GET /api/v1/applications/{application}/vulnerabilities",
    ];

    [Theory]
    [InlineData(null, "TP7002")]
    [InlineData("nonsense", "TP7002")]
    [InlineData("tp_0123456789abcdef_nonsense", "TP7002")]
    [InlineData("expired", "TP4403")]
    [InlineData("revoked", "TP4404")]
    [InlineData("disabled", "TP4405")]
    public async Task EveryRoute_WithoutATokenThatCounts_IsRefused(string? token, string code)
    {
        await using var api = await StartAsync();
        foreach (var route in Routes(api).Where(r => r.Name is not (Login or BrowserLogin or CodeLogin)))
        {
            var (status, body) = await AskAsync(api, route, token);
            status.ShouldBe(HttpStatusCode.Unauthorized, route.Name);
            body.ShouldContain(code, customMessage: route.Name);
        }

        api.Plane.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Life_AskedByAnybody_SaysOkAndNothingElse()
    {
        await using var api = await StartAsync();
        All(api).ShouldContain(r => r.Name == Life);
        using var response = await api.Http.GetAsync("/healthz");
        (response.StatusCode, await response.Content.ReadAsStringAsync()).ShouldBe((HttpStatusCode.OK, "ok\n"));
        response.Headers.Concat(response.Content.Headers).Select(h => h.Key).ShouldBeSubsetOf(["Date", "Content-Type", "Content-Length", "Transfer-Encoding", "ETag", "Cache-Control"]);
        (await api.Http.PostAsync("/healthz", null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await api.Http.GetAsync("/healthz/more")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        api.Plane.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_OfTheLoginAndTheDashboard_AreAllThatIsShownToWhoeverComes()
    {
        await using var api = await StartAsync();
        All(api).Select(r => r.Name).Where(n => !n.Contains(" /api/v1/", StringComparison.Ordinal) && !n.Contains(" /git/", StringComparison.Ordinal)).ShouldBe(
            [Life, Hook, "GET /confirm", "POST /confirm", "GET /login", "POST /login", "POST /logout", "GET /login/oidc", "GET /login/oidc/callback", "GET /first", "POST /first", "GET /login/terminal", "POST /login/terminal", "GET ", "GET /applications/{**page}", "GET /assets/{name}"], ignoreOrder: true);
        foreach (var path in new[] { "/index.html", "/applicationsx", "/login/", "/Login", "/login/more", "/login/oidc/callback/x", "/first/x", "/logout/x", "/login/../api/v1/about", "/api/v1/about?x=/login" })
            (await api.Http.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
        api.Plane.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Login_WithoutAToken_IsByPasswordOrByCodeOnly()
    {
        await using var api = await StartAsync();
        Routes(api).ShouldContain(r => r.Name == Login);
        (await AskAsync(api, Routes(api).Single(r => r.Name == Login), null)).Status.ShouldBe(HttpStatusCode.OK);
        (await AskAsync(api, Routes(api).Single(r => r.Name == CodeLogin), null)).Status.ShouldBe(HttpStatusCode.OK);
        (await api.Http.GetAsync("/api/v1/sessions/code")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await api.Http.PostAsync("/api/v1/sessions/code/more", null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await api.Http.PostAsync("/api/v1/sessions/more", null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await api.Http.PutAsync("/api/v1/sessions", null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await api.Http.GetAsync("/confirm/more")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await api.Http.PutAsync("/confirm", null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task EveryRoute_ByAnAccountOfAnotherApplication_ShowsAndDoesNothing()
    {
        await using var api = await StartAsync();
        api.Plane.Principals["other"] = Account(Role.Administrator, "other", null);
        foreach (var route in Routes(api).Where(r => r.Name is not (Login or BrowserLogin or CodeLogin)))
        {
            var (status, body) = await AskAsync(api, route, "other");
            if (Open.Contains(route.Name)) status.ShouldBe(HttpStatusCode.OK, route.Name);
            // A run of an application that one may not see is none.
            else if (route.Name == "POST /api/v1/runs/{run}/cancel") status.ShouldBe(HttpStatusCode.NoContent);
            else if (OfSession.Contains(route.Name)) status.ShouldBe(HttpStatusCode.BadRequest);
            else status.ShouldBeOneOf([HttpStatusCode.Forbidden, HttpStatusCode.NotFound], route.Name);
            body.ShouldNotContain(Marker, customMessage: route.Name);
            // Named back at most, where the question named it.
            if (!route.Name.Contains("{application}", StringComparison.Ordinal) && !route.NamesApplication) body.ShouldNotContain("\"shop\"", customMessage: route.Name);
        }

        api.Plane.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task EveryRoute_ByAnAccountOfAnotherApplication_AnswersAsIfThereWereNone()
    {
        await using var api = await StartAsync();
        api.Plane.Principals["other"] = Account(Role.Administrator, "other", null);
        foreach (var route in Routes(api).Where(r => r.Name.Contains("{application}", StringComparison.Ordinal)))
        {
            var (status, body) = await AskAsync(api, route, "other");
            var (without, none) = await AskAsync(api, route, "other", "nowhere");
            (status, body).ShouldBe((without, none.Replace("nowhere", "shop", StringComparison.Ordinal)), route.Name);
        }
    }

    [Fact]
    public async Task EveryRoute_ByAViewer_OnlyShows()
    {
        await using var api = await StartAsync();
        api.Plane.Principals["viewer"] = Account(Role.Viewer, null, null);
        foreach (var route in Routes(api).Where(r => r.Name is not (Login or BrowserLogin or CodeLogin) && !OfSession.Contains(r.Name)))
        {
            var (status, body) = await AskAsync(api, route, "viewer");
            status.ShouldBe(ForViewers.Contains(route.Name) ? HttpStatusCode.OK : HttpStatusCode.Forbidden, route.Name);
            if (status == HttpStatusCode.Forbidden) body.ShouldContain("TP4401");
        }

        api.Plane.Asked.ShouldBe(
            [
                "releases shop", "release shop release", "deployments shop production", "deployment shop deployment", "runs shop", "run shop run",
                "gates  ", "agreement shop ", "secrets shop production", "evidence shop ", "evidence keys shop", "git-upload-pack shop ben", "requests shop ", "approval shop production ", "deliveries shop ", "escalations shop ", "review shop", "reviews shop",
                "sbom shop  ", "packages shop  ", "provenance shop ", "vulnerabilities shop ",
            ], ignoreOrder: true);
    }

    [Fact]
    public async Task EveryRoute_ByAnAccountWithoutAnyRole_OnlySaysWhoItIs()
    {
        await using var api = await StartAsync();
        api.Plane.Principals["nobody"] = new Principal("ben", AccountKind.Person, [], []);
        foreach (var route in Routes(api).Where(r => r.Name is not (Login or BrowserLogin or CodeLogin or "POST /api/v1/runs/{run}/cancel") && !OfSession.Contains(r.Name)))
        {
            var (status, body) = await AskAsync(api, route, "nobody");
            if (route.Name is "GET /api/v1/whoami" or "GET /api/v1/applications" or Description) status.ShouldBe(HttpStatusCode.OK);
            else status.ShouldBeOneOf([HttpStatusCode.Forbidden, HttpStatusCode.NotFound], route.Name);
            body.ShouldNotContain(Marker, customMessage: route.Name);
        }

        api.Plane.Asked.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/promote", Role.Operator)]
    [InlineData("/rollback", Role.Operator)]
    [InlineData("/pause", Role.Operator)]
    [InlineData("/resume", Role.Operator)]
    [InlineData("/abort", Role.Operator)]
    [InlineData("/proceed", Role.Operator)]
    [InlineData("/applications/{application}/secrets", Role.Operator)]
    [InlineData("/applications/{application}/ports", Role.Operator)]
    [InlineData("/ports/release", Role.Operator)]
    [InlineData("/api/v1/halt", Role.Operator)]
    [InlineData("/api/v1/unhalt", Role.Operator)]
    [InlineData("/request/refuse", Role.Operator)]
    [InlineData("/request", Role.Developer)]
    [InlineData("/deliver", Role.Developer)]
    [InlineData("/escalation/raise", Role.Developer)]
    [InlineData("{application}/confirm", Role.Developer)]
    [InlineData("/confirm/link", Role.Developer)]
    [InlineData("/links/confirm", Role.Developer)]
    [InlineData("/logs", Role.Developer)]
    public async Task RouteOfAnEnvironment_NeedsItsRoleThereAndNowhereElse(string end, Role role)
    {
        await using var api = await StartAsync();
        var route = Routes(api).Single(r => r.Name.EndsWith(end, StringComparison.Ordinal));
        api.Plane.Principals["there"] = Account(role, "shop", "production");
        api.Plane.Principals["elsewhere"] = Account(Role.Administrator, "shop", "staging");
        api.Plane.Principals["less"] = Account(role - 1, null, null);

        (await AskAsync(api, route, "elsewhere")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await AskAsync(api, route, "less")).Status.ShouldBe(HttpStatusCode.Forbidden);
        api.Plane.Asked.ShouldBeEmpty();
        ((int)(await AskAsync(api, route, "there")).Status).ShouldBeInRange(200, 204);
        api.Plane.Asked.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("POST /api/v1/ship", Role.Developer, "shop")]
    [InlineData("POST /api/v1/runs/{run}/cancel", Role.Developer, "shop")]
    [InlineData("POST /api/v1/applications/{application}/reject", Role.Operator, "shop")]
    [InlineData("POST /api/v1/applications/{application}/agreement/sign", Role.Developer, "shop")]
    [InlineData("POST /api/v1/applications/{application}/evidence", Role.Developer, "shop")]
    [InlineData("POST /api/v1/applications/{application}/evidence/keys", Role.Operator, "shop")]
    [InlineData("POST /api/v1/applications/{application}/evidence/keys/remove", Role.Operator, "shop")]
    [InlineData("DELETE /api/v1/applications/{application}", Role.Administrator, "shop")]
    [InlineData("GET /api/v1/applications/{application}/runs/{run}/steps/{step}/log", Role.Developer, "shop")]
    [InlineData("GET /api/v1/audit", Role.Administrator, null)]
    [InlineData("GET /api/v1/announcements", Role.Administrator, null)]
    [InlineData("POST /api/v1/announcements/replay", Role.Administrator, null)]
    [InlineData("POST /api/v1/channels/{channel}/test", Role.Administrator, null)]
    [InlineData("GET /api/v1/accounts", Role.Administrator, null)]
    [InlineData("POST /api/v1/accounts", Role.Administrator, null)]
    [InlineData("POST /api/v1/accounts/{account}", Role.Administrator, null)]
    [InlineData("POST /api/v1/accounts/{account}/password", Role.Administrator, null)]
    [InlineData("POST /api/v1/accounts/{account}/grants", Role.Administrator, null)]
    [InlineData("POST /api/v1/accounts/{account}/tokens", Role.Administrator, null)]
    [InlineData("POST /api/v1/accounts/{account}/link", Role.Administrator, null)]
    [InlineData("GET /api/v1/tokens", Role.Administrator, null)]
    [InlineData("POST /api/v1/tokens/{token}/revoke", Role.Administrator, null)]
    [InlineData("GET /git/{application}.git/info/refs", Role.Developer, "shop")]
    [InlineData("POST /git/{application}.git/git-receive-pack", Role.Developer, "shop")]
    public async Task RouteOfMore_NeedsItsRoleOverAllOfIt(string name, Role role, string? application)
    {
        await using var api = await StartAsync();
        var route = Routes(api).Single(r => r.Name == name);
        api.Plane.Principals["enough"] = Account(role, application, null);
        api.Plane.Principals["part"] = Account(Role.Administrator, application ?? "shop", "production");
        api.Plane.Principals["less"] = Account(role - 1, null, null);
        if (application is null) api.Plane.Principals["narrow"] = Account(Role.Administrator, null, null) with { Narrowing = new Narrowing(null, new Extent("shop", null)) };

        foreach (var token in api.Plane.Principals.Keys.Where(k => k != "enough"))
            (await AskAsync(api, route, token)).Status.ShouldBe(HttpStatusCode.Forbidden, token);
        api.Plane.Asked.ShouldBeEmpty();
        ((int)(await AskAsync(api, route, "enough")).Status).ShouldBeInRange(200, 204);
    }

    [Fact]
    public async Task FirstLink_IsForTheOwnerOfTheMachineOnly()
    {
        await using var api = await StartAsync();
        api.Plane.Principals["ann"] = Account(Role.Administrator, null, null);
        var route = Routes(api).Single(r => r.Name == "POST /api/v1/first-link");
        var (status, body) = await AskAsync(api, route, "ann");
        status.ShouldBe(HttpStatusCode.Forbidden);
        body.ShouldContain("TP4428");
        api.Plane.Asked.ShouldBeEmpty();
        (await AskAsync(api, route, api.Token)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task AnnouncementsOfAnApplication_AreForItsDevelopers_AndForOthersThereIsNone()
    {
        await using var api = await StartAsync();
        var route = new Route("GET", "/api/v1/announcements?application={application}", null);
        api.Plane.Principals["enough"] = Account(Role.Developer, "shop", null);
        api.Plane.Principals["part"] = Account(Role.Administrator, "shop", "production");
        api.Plane.Principals["less"] = Account(Role.Viewer, null, null);
        api.Plane.Principals["other"] = Account(Role.Administrator, "other", null);

        foreach (var token in new[] { "part", "less" }) (await AskAsync(api, route, token)).Status.ShouldBe(HttpStatusCode.Forbidden, token);
        var (status, body) = await AskAsync(api, route, "other");
        status.ShouldBe(HttpStatusCode.NotFound);
        body.ShouldBe((await AskAsync(api, route, "other", "nowhere")).Body.Replace("nowhere", "shop", StringComparison.Ordinal));
        api.Plane.Asked.ShouldBeEmpty();

        (await AskAsync(api, route, "enough")).Body.ShouldContain(Marker);
        api.Plane.Asked.ShouldBe(["announcements shop  "]);
    }

    [Fact]
    public async Task Sources_AreForWhoOperatesTheWholeApplication()
    {
        await using var api = await StartAsync();
        var route = new Route("GET", "/api/v1/sources", null);
        api.Plane.Principals["enough"] = Account(Role.Operator, "shop", null);
        api.Plane.Principals["part"] = Account(Role.Administrator, "shop", "production");
        api.Plane.Principals["less"] = Account(Role.Developer, null, null);

        (await AskAsync(api, route, "enough")).Body.ShouldContain(Marker);
        foreach (var token in new[] { "part", "less" }) (await AskAsync(api, route, token)).Body.ShouldBe("[]", token);
    }

    [Fact]
    public async Task EveryRoute_ThatTakesAnActor_GetsTheAccountsNameInItsPlace()
    {
        await using var api = await StartAsync();
        api.Plane.Principals["ben"] = Account(Role.Administrator, null, null) with { Teams = ["dev"] };
        var spoken = Routes(api).Where(r => r.Body?.GetProperty("Actor") is not null).ToList();
        spoken.Count.ShouldBeGreaterThan(15);
        foreach (var route in spoken)
        {
            api.Plane.Asked.Clear();
            await AskAsync(api, route, "ben");
            var asked = api.Plane.Asked.ShouldHaveSingleItem(route.Name);
            ActorOf(asked).ShouldBe("ben", route.Name);

            api.Plane.Asked.Clear();
            await AskAsync(api, route, api.Token);
            ActorOf(api.Plane.Asked.ShouldHaveSingleItem(route.Name)).ShouldBe("mallory", route.Name);
        }
    }

    private static string? ActorOf(object asked)
    {
        var request = asked is System.Runtime.CompilerServices.ITuple { Length: 2 } named ? named[1]! : asked;
        return (string?)request.GetType().GetProperty("Actor")!.GetValue(request);
    }

    private static Principal Account(Role role, string? application, string? environment) =>
        new("ben", AccountKind.Person, ["dev"], [new Grant(role, new Extent(application, environment))]);

    private static async Task<RunningApi> StartAsync()
    {
        var plane = new FakeControlPlane { OnStatus = application => new StatusAnswer(application, [], [new RunAnswer("p-1", Marker, "Running")]) };
        plane.Add(Facts.Of(FactKind.ReleaseCreated, 0) with { Text = Marker });
        plane.Add(Facts.Of(FactKind.AccountAdded, 1) with { Application = "", Text = Marker });
        plane.OnReleases = () => [new ReleaseAnswer("r-1", Marker, Marker, Facts.Start, new Dictionary<string, string>(), [], [])];
        plane.OnAnnouncements = () => [new AnnouncementAnswer("a-1", "team", default, "release.created", "shop", null, Marker, Facts.Start, 0, null, null, null, "k")];
        plane.Ports = plane.Ports with { Held = [new PortAnswer(8084, "shop", "production", "assigned", Marker)] };
        plane.OnLogs = () => [new LogAnswer(Facts.Start, "production", "api", "c", "stdout", Marker)];
        plane.OnAuthenticate = token => token switch
        {
            "expired" => throw Ended(IdentityDiagnostics.TokenExpired("1", Facts.Start)),
            "revoked" => throw Ended(IdentityDiagnostics.TokenRevoked("1", Facts.Start)),
            "disabled" => throw Ended(IdentityDiagnostics.AccountDisabled("ben")),
            _ => plane.Principals.GetValueOrDefault(token),
        };
        plane.Evidence = plane.Evidence with { Commit = Marker };
        plane.EvidenceKey = plane.EvidenceKey with { Fingerprint = Marker };
        plane.Sources = [new SourceAnswer("shop", "shop", "https://git.example.org/shop.git", "main", TimeSpan.FromMinutes(1), null, null, Marker, 0, null, null, false)];
        plane.Run = plane.Run with { Subject = Marker };
        plane.Deployment = plane.Deployment with { Actor = Marker };
        return await RunningApi.StartAsync(plane, options => options with { Heartbeat = TimeSpan.FromMilliseconds(20) });
    }

    private static DiagnosticException Ended(Diagnostic diagnostic) => new(ExitCode.NotSignedIn, diagnostic);

    /// <summary>All that asks who calls. Pages, webhooks and what says <c>ok</c> judge their callers themselves: see their own tests.</summary>
    private static List<Route> Routes(RunningApi api) =>
        [.. All(api).Where(r => r.Pattern.StartsWith("/api/v1/", StringComparison.Ordinal) || r.Pattern.StartsWith("/git/", StringComparison.Ordinal))];

    private static List<Route> All(RunningApi api)
    {
        var routes = api.Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(e => e.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
                .Select(method => new Route(method, e.RoutePattern.RawText!.TrimEnd('/'), e.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType)))
            .ToList();
        routes.Count.ShouldBeGreaterThan(30);
        return routes;
    }

    private static async Task<(HttpStatusCode Status, string Body)> AskAsync(RunningApi api, Route route, string? token, string application = "shop")
    {
        var path = route.Pattern.Replace("{application}", application, StringComparison.Ordinal).Replace("{environment}", "production", StringComparison.Ordinal)
            .Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal)
            + (route.Pattern.EndsWith("/events", StringComparison.Ordinal) ? "?after=0" : "");
        using var request = token is null ? new HttpRequestMessage(new HttpMethod(route.Method), path) : api.Request(new HttpMethod(route.Method), path, token);
        if (route.Body is { } body) request.Content = JsonContent.Create(Filled(body, application), body, options: ApiJson.Options);
        using var response = await api.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var answer = response.Content.Headers.ContentType?.MediaType == EventStream.MediaType ? await UntilQuietAsync(response) : await response.Content.ReadAsStringAsync();
        if ((int)response.StatusCode >= 400) response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        return (response.StatusCode, answer);
    }

    /// <summary>A stream of events never ends: what it gives before it has nothing more to say.</summary>
    private static async Task<string> UntilQuietAsync(HttpResponseMessage response)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var all = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line && !line.StartsWith(": ", StringComparison.Ordinal)) all.AppendLine(line);
        return all.ToString();
    }

    /// <summary>A request with something in each field, so that only rights can be what is wrong with it.</summary>
    private static object Filled(Type body, string application) => body.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First() is var constructor
        ? constructor.Invoke([.. constructor.GetParameters().Select(p => p.Name switch
        {
            "Application" => application,
            "Environment" => "production",
            "Actor" => "mallory",
            "Role" when p.ParameterType == typeof(string) => "dev",
            "Side" => "dev",
            _ => ValueOf(p.ParameterType),
        })])
        : throw new InvalidOperationException();

    private static object? ValueOf(Type type) => type switch
    {
        _ when type == typeof(string) => "x",
        _ when Nullable.GetUnderlyingType(type) is not null => null,
        _ when type.IsValueType => Activator.CreateInstance(type),
        _ when type.IsAssignableFrom(typeof(Dictionary<string, string>)) && type != typeof(object) => new Dictionary<string, string>(),
        _ when type.IsAssignableFrom(typeof(string[])) && type != typeof(object) => Array.Empty<string>(),
        _ when typeof(IEnumerable).IsAssignableFrom(type) => Array.CreateInstance(type.GetGenericArguments()[0], 0),
        _ => throw new NotSupportedException($"give {nameof(ValueOf)} a value of {type}"),
    };

    private sealed record Route(string Method, string Pattern, Type? Body)
    {
        public string Name => $"{Method} {Pattern}";

        public bool NamesApplication => Body?.GetProperty("Application") is not null;
    }
}
