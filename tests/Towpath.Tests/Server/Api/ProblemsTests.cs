using System.Net;
using System.Net.Http.Json;
using System.Text;
using Towpath.Core.Diagnostics;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Api;

public sealed class ProblemsTests
{
    [Theory]
    [InlineData(ExitCode.Usage, 400)]
    [InlineData(ExitCode.InvalidInput, 422)]
    [InlineData(ExitCode.GateClosed, 409)]
    [InlineData(ExitCode.Busy, 429)]
    [InlineData(ExitCode.NotFound, 404)]
    [InlineData(ExitCode.EngineUnavailable, 503)]
    [InlineData(ExitCode.Internal, 500)]
    public async Task Ship_RefusedByTheControlPlane_KeepsDiagnosticsAndExitCode(ExitCode code, int status)
    {
        var location = new Location("compose.yaml", 3, 5, 3, 9, "  web:");
        var diagnostic = new Diagnostic("TP1001", Severity.Error, "unknown key `imag`", location, "here", ["a note"], "write `image`");
        var plane = new FakeControlPlane { OnShip = _ => throw new DiagnosticException(code, diagnostic) };
        await using var api = await RunningApi.StartAsync(plane);

        using var request = api.Request(HttpMethod.Post, "/api/v1/ship");
        request.Content = JsonContent.Create(new ShipRequest("/repo", ".", "abc", "ada"), options: ApiJson.Options);
        using var response = await api.Http.SendAsync(request);
        ((int)response.StatusCode).ShouldBe(status);

        var refused = await Should.ThrowAsync<DiagnosticException>(() => api.Client.ShipAsync(new ShipRequest("/repo", ".", "abc", "ada"), default));
        refused.ExitCode.ShouldBe(code);
        var came = refused.Diagnostics.ShouldHaveSingleItem();
        came.Location.ShouldBe(location);
        came.Notes.ShouldBe(["a note"]);
        (came with { Notes = diagnostic.Notes }).ShouldBe(diagnostic);
    }

    [Fact]
    public async Task About_WithUnexpectedException_TellsTheClientNothingOfIt()
    {
        var plane = new FakeControlPlane { OnAbout = () => throw new InvalidOperationException("password=hunter2") };
        await using var api = await RunningApi.StartAsync(plane);
        using var response = await api.Http.SendAsync(api.Request(HttpMethod.Get, "/api/v1/about"));
        response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        var body = await response.Content.ReadAsStringAsync();
        body.ShouldContain("TP7001");
        body.ShouldNotContain("hunter2");
        body.ShouldNotContain("   at ");
    }

    [Theory]
    [InlineData("GET", "/api/v1/nothing", null, 404, "TP7008")]
    [InlineData("POST", "/api/v1/about", null, 405, "TP7030")]
    [InlineData("GET", "/v1/about", null, 404, "TP7008")]
    [InlineData("GET", "/nonesuch", null, 404, "TP7008")]
    [InlineData("GET", "/api/v1/applications?limit=0", null, 400, "TP7032")]
    [InlineData("GET", "/api/v1/applications?limit=201", null, 400, "TP7032")]
    [InlineData("GET", "/api/v1/applications?cursor=*", null, 400, "TP7032")]
    [InlineData("GET", "/api/v1/applications/shop/runs/p-1/steps/check/log?tail=2001", null, 400, "TP7032")]
    [InlineData("POST", "/api/v1/ship", "{ not json", 400, "TP7006")]
    [InlineData("POST", "/api/v1/ship", null, 400, "TP7006")]
    [InlineData("GET", "/api/v1/journal?after=abc", null, 400, "TP7006")]
    [InlineData("GET", "/api/v1/events?after=abc", null, 400, "TP7006")]
    public async Task Request_ThatCannotBeServed_GetsAProblem(string method, string path, string? body, int status, string code)
    {
        await using var api = await RunningApi.StartAsync();
        using var request = api.Request(new HttpMethod(method), path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await api.Http.SendAsync(request);
        ((int)response.StatusCode).ShouldBe(status);
        var problem = await response.Content.ReadFromJsonAsync<ProblemAnswer>(ApiJson.Options);
        problem!.Diagnostics.Single().Code.ShouldBe(code);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (problem.Type, problem.Status, problem.Code, problem.Detail).ShouldBe(($"urn:towpath:problem:{code}", status, code, problem.Diagnostics[0].Headline));
        problem.Title.ShouldBe(DiagnosticPages.Page(code)!.Title);
    }

    [Fact]
    public async Task Request_OfAnotherMethod_SaysWhichThereAre()
    {
        await using var api = await RunningApi.StartAsync();
        using var response = await api.Http.SendAsync(api.Request(HttpMethod.Put, "/api/v1/accounts"));
        var problem = await response.Content.ReadFromJsonAsync<ProblemAnswer>(ApiJson.Options);
        problem!.Diagnostics.Single().Notes.Single().ShouldContain("POST");
        response.Content.Headers.Allow.ShouldBe(["GET", "POST"], ignoreOrder: true);
    }

    [Fact]
    public async Task Ship_WithABodyThatIsNoJson_GetsAProblem()
    {
        await using var api = await RunningApi.StartAsync();
        using var request = api.Request(HttpMethod.Post, "/api/v1/ship");
        request.Content = new StringContent("repository=/repo", Encoding.UTF8, "application/x-www-form-urlencoded");
        using var response = await api.Http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await response.Content.ReadFromJsonAsync<ProblemAnswer>(ApiJson.Options))!.Code.ShouldBe("TP7031");
    }

    [Fact]
    public async Task Ship_WithBodyOverTheLimit_GetsAProblem()
    {
        await using var api = await RunningApi.StartAsync(change: options => options with { MaxBodyBytes = 1000 });
        using var request = api.Request(HttpMethod.Post, "/api/v1/ship");
        request.Content = JsonContent.Create(new ShipRequest("/repo", ".", new string('a', 2000), "ada"), options: ApiJson.Options);
        using var response = await api.Http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await response.Content.ReadFromJsonAsync<ProblemAnswer>(ApiJson.Options))!.Diagnostics.Single().Code.ShouldBe("TP7004");
        api.Plane.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task About_OverTheConcurrencyLimit_IsRefused()
    {
        var never = new TaskCompletionSource<AboutAnswer>();
        var plane = new FakeControlPlane { OnAbout = () => never.Task };
        await using var api = await RunningApi.StartAsync(plane, options => options with { MaxConcurrentRequests = 1 });
        var first = api.Http.SendAsync(api.Request(HttpMethod.Get, "/api/v1/about"));
        var rest = Enumerable.Range(0, 40).Select(_ => api.Http.SendAsync(api.Request(HttpMethod.Get, "/api/v1/about"))).Append(first).ToList();
        using var refused = await await Task.WhenAny(rest);
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        never.SetResult(new AboutAnswer("1", "podman", "4", 1, "/"));
        foreach (var response in await Task.WhenAll(rest))
        {
            response.Dispose();
        }
    }
}
