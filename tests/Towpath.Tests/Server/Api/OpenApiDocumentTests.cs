using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Api;

/// <summary>The API's description is the one that is committed, says something of every route, and is true of what is answered.</summary>
public sealed class OpenApiDocumentTests
{
    private static readonly string Committed = RepositoryRoot.Combine("docs", "api", "openapi.json");

    private const string ApiRoot = "/api/v1";

    [Fact]
    public async Task Document_IsTheCommittedOne()
    {
        await using var api = await RunningApi.StartAsync();
        var served = await TextAsync(api) + "\n";
        if (Environment.GetEnvironmentVariable("TOWPATH_ACCEPT") == "1") await File.WriteAllTextAsync(Committed, served);
        var committed = await File.ReadAllTextAsync(Committed);
        (committed == served).ShouldBeTrue("docs/api/openapi.json is not what the server gives: run this test with TOWPATH_ACCEPT=1, and read the difference");
    }

    [Fact]
    public async Task Operations_All_HaveANameASummaryATagAndTypedAnswers()
    {
        await using var api = await RunningApi.StartAsync();
        using var document = JsonDocument.Parse(await TextAsync(api));
        document.RootElement.GetProperty("openapi").GetString()!.ShouldStartWith("3.1");
        var names = new HashSet<string>();
        foreach (var (name, operation) in Operations(document))
        {
            names.Add(operation.GetProperty("operationId").GetString()!).ShouldBeTrue(name);
            operation.GetProperty("summary").GetString().ShouldNotBeNullOrWhiteSpace(name);
            operation.GetProperty("tags").GetArrayLength().ShouldBe(1, name);
            var responses = operation.GetProperty("responses").EnumerateObject().ToList();
            responses.ShouldContain(r => r.Name.StartsWith('2'), customMessage: name);
            foreach (var response in responses.Where(r => r.Name != "204"))
            {
                var content = response.Value.GetProperty("content").EnumerateObject().ShouldHaveSingleItem($"{name} {response.Name}");
                content.Value.TryGetProperty("schema", out _).ShouldBeTrue($"{name} {response.Name}");
                if (!response.Name.StartsWith('2')) content.Name.ShouldBe(ApiJson.ProblemMediaType, name);
            }

            foreach (var status in new[] { "400", "401", "403", "404", "429", "500" }) responses.ShouldContain(r => r.Name == status, customMessage: name);
        }

        names.Count.ShouldBeGreaterThan(40);
    }

    [Fact]
    public async Task Routes_All_AreInTheDocument()
    {
        await using var api = await RunningApi.StartAsync();
        using var document = JsonDocument.Parse(await TextAsync(api));
        var routes = api.Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(e => e.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Select(method => $"{method} {e.RoutePattern.RawText!.TrimEnd('/')}"))
            .Where(route => route != $"GET {OpenApiDocument.Path}" && route != $"GET {Routes.Liveness}")
            .ToLookup(route => route.Contains($" {ApiRoot}/", StringComparison.Ordinal));
        Operations(document).Select(o => o.Name).ShouldBe(routes[true], ignoreOrder: true);
        // The forms of git and of webhooks are not ours to describe, and pages are for people; nothing else is outside.
        routes[false].Select(route => route.Split('/').ElementAtOrDefault(1)).Distinct().ShouldBe(["git", "hooks", "confirm", "login", "logout", "first", null, "applications", "assets"], ignoreOrder: true);
    }

    [Fact]
    public async Task Security_IsATokenEverywhereButForLogin()
    {
        await using var api = await RunningApi.StartAsync();
        using var document = JsonDocument.Parse(await TextAsync(api));
        document.RootElement.GetProperty("security")[0].TryGetProperty("token", out _).ShouldBeTrue();
        document.RootElement.GetProperty("components").GetProperty("securitySchemes").GetProperty("token").GetProperty("scheme").GetString().ShouldBe("bearer");
        Operations(document).Where(o => o.Operation.TryGetProperty("security", out var own) && own.GetArrayLength() == 0).Select(o => o.Name).ShouldBe(["POST /api/v1/sessions", "POST /api/v1/session"]);
    }

    [Fact]
    public async Task Answers_OfEveryReadingRoute_KeepToTheirSchemas()
    {
        var plane = new FakeControlPlane
        {
            OnStatus = application => new StatusAnswer(application, [Environment1()], [new RunAnswer("p-1", "c", "Running")]),
            OnReleases = () => [new ReleaseAnswer("r-1", "c", "First", Facts.Start, new Dictionary<string, string> { ["api"] = "sha256:1" }, ["staging"], [new EvidenceAnswer("check", "succeeded", TimeSpan.FromSeconds(1.5), null, "fine")])],
            OnGates = () => [new GatesAnswer("production", "r-1", false, [new GateAnswer("soak", false, "runs for 2 min") { HoldsAt = Facts.Start }])],
            OnAnnouncements = () => [new AnnouncementAnswer("a-1", "team", default, "release.created", "shop", null, "made", Facts.Start, 0, null, null, null, "k")],
        };
        plane.Add(Facts.GoodPipeline);
        await using var api = await RunningApi.StartAsync(plane);
        using var document = JsonDocument.Parse(await TextAsync(api));
        var asked = 0;
        // A token has no browser's session.
        foreach (var (name, operation) in Operations(document).Where(o => o.Name.StartsWith("GET ", StringComparison.Ordinal) && o.Name != "GET /api/v1/session"))
        {
            if (!operation.GetProperty("responses").GetProperty("200").GetProperty("content").TryGetProperty("application/json", out var content)) continue;
            var path = name["GET ".Length..].Replace("{application}", "shop", StringComparison.Ordinal).Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);
            using var response = await api.Http.SendAsync(api.Request(HttpMethod.Get, path));
            ((int)response.StatusCode).ShouldBe(200, name);
            using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            new SchemaReading(document.RootElement).Faults(answer.RootElement, content.GetProperty("schema"), "$").ShouldBeEmpty(name);
            asked++;
        }

        asked.ShouldBeGreaterThan(15);
    }

    [Fact]
    public async Task Problems_KeepToTheirSchema()
    {
        var located = new Diagnostic("TP1001", Severity.Error, "unknown key `imag`", new Location("compose.yaml", 3, 5, 3, 9, "  web:"), "here", ["a note"], "write `image`");
        var plane = new FakeControlPlane { OnStatus = _ => throw new DiagnosticException(ExitCode.InvalidInput, located, located with { Location = null }) };
        await using var api = await RunningApi.StartAsync(plane);
        using var document = JsonDocument.Parse(await TextAsync(api));
        var schema = document.RootElement.GetProperty("paths").GetProperty("/api/v1/about").GetProperty("get").GetProperty("responses").GetProperty("404")
            .GetProperty("content").GetProperty(ApiJson.ProblemMediaType).GetProperty("schema");
        foreach (var path in new[] { "/api/v1/applications/shop/status", "/api/v1/nothing", "/api/v1/applications?limit=0" })
        {
            using var response = await api.Http.SendAsync(api.Request(HttpMethod.Get, path));
            using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            new SchemaReading(document.RootElement).Faults(answer.RootElement, schema, "$").ShouldBeEmpty(path);
        }

        // The reading itself must be able to fail.
        using var wrong = JsonDocument.Parse("""{"diagnostics": "none"}""");
        new SchemaReading(document.RootElement).Faults(wrong.RootElement, schema, "$").ShouldNotBeEmpty();
    }

    private static EnvironmentAnswer Environment1() => new(
        "production", "http://127.0.0.1:8080", "r-1", "c", Facts.Start, "d-1", "Succeeded", "r-2", [new GateAnswer("soak", true, "held")],
        [new ServiceAnswer("api", "abc", 2, 2, "sha256:1")])
    {
        Strategy = "canary",
        Warm = new WarmAnswer("r-0", Facts.Start),
        StandsStill = [new StandingAnswer("everything", "ada", null, Facts.Start)],
        Shares = [new ShareAnswer("api", 10, 1, 3, true)],
        Drift = ["a replica was stopped"],
    };

    private static IEnumerable<(string Name, JsonElement Operation)> Operations(JsonDocument document) =>
        from path in document.RootElement.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select ($"{operation.Name.ToUpperInvariant()} {path.Name}", operation.Value);

    private static async Task<string> TextAsync(RunningApi api)
    {
        using var response = await api.Http.SendAsync(api.Request(HttpMethod.Get, OpenApiDocument.Path));
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadAsStringAsync()).ReplaceLineEndings("\n");
    }
}
