using System.Net;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Api;

public sealed class EntityTagsTests
{
    private const string Status = "/api/v1/applications/shop/status";

    [Fact]
    public async Task Get_AgainWithItsTag_GivesNothingUntilTheAnswerIsAnother()
    {
        await using var api = await RunningApi.StartAsync();
        using var first = await api.Http.SendAsync(api.Request(HttpMethod.Get, Status));
        var tag = first.Headers.ETag!.Tag;
        (await first.Content.ReadAsStringAsync()).ShouldContain("\"shop\"");

        using var again = await AskAsync(api, $"\"other\", W/{tag}");
        again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        again.Headers.ETag!.Tag.ShouldBe(tag);
        (await again.Content.ReadAsStringAsync()).ShouldBeEmpty();

        api.Plane.OnStatus = application => new StatusAnswer(application, [], [new RunAnswer("p-1", "c", "Running")]);
        using var changed = await AskAsync(api, tag);
        changed.StatusCode.ShouldBe(HttpStatusCode.OK);
        changed.Headers.ETag!.Tag.ShouldNotBe(tag);
        (await changed.Content.ReadAsStringAsync()).ShouldContain("p-1");
    }

    [Fact]
    public async Task Problem_HasNoTag()
    {
        await using var api = await RunningApi.StartAsync(new FakeControlPlane { OnStatus = _ => throw new InvalidOperationException("x") });
        using var response = await AskAsync(api, "*");
        response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        response.Headers.ETag.ShouldBeNull();
        (await response.Content.ReadAsStringAsync()).ShouldContain("TP7001");
    }

    [Fact]
    public async Task Get_WithAnotherToken_IsJudgedBeforeAnyTagIsLookedAt()
    {
        await using var api = await RunningApi.StartAsync();
        using var request = api.Request(HttpMethod.Get, Status, "nobody");
        request.Headers.TryAddWithoutValidation("If-None-Match", "*");
        using var response = await api.Http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private static Task<HttpResponseMessage> AskAsync(RunningApi api, string known)
    {
        var request = api.Request(HttpMethod.Get, Status);
        request.Headers.TryAddWithoutValidation("If-None-Match", known);
        return api.Http.SendAsync(request);
    }
}
