using System.Net;
using System.Net.Http.Json;
using Towpath.Server.Api;

namespace Towpath.Tests.Server.Api;

public sealed class DoorkeeperTests
{
    [Theory]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer wrong")]
    [InlineData("Basic dXNlcjpwYXNz")]
    public async Task About_WithWrongHeader_IsRefusedWithAProblem(string header)
    {
        await using var api = await RunningApi.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/about");
        request.Headers.TryAddWithoutValidation("Authorization", header);
        using var response = await api.Http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        var problem = await response.Content.ReadFromJsonAsync<ProblemAnswer>(ApiJson.Options);
        problem!.Diagnostics.Single().Code.ShouldBe("TP7002");
    }

    [Fact]
    public async Task About_WithTwoTokens_IsRefused()
    {
        await using var api = await RunningApi.StartAsync();
        using var request = api.Request(HttpMethod.Get, "/api/v1/about");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer other");
        using var response = await api.Http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task UnknownPath_WithoutToken_IsRefusedLikeAnyOther()
    {
        await using var api = await RunningApi.StartAsync();
        using var response = await api.Http.GetAsync("/api/v1/nothing/here");
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("[::1]", HttpStatusCode.OK)]
    [InlineData("towpath.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("127.0.0.1.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("10.0.0.1", HttpStatusCode.MisdirectedRequest)]
    public async Task About_ByHostName_IsAnsweredOnlyForLoopback(string host, HttpStatusCode expected)
    {
        await using var api = await RunningApi.StartAsync();
        using var request = api.Request(HttpMethod.Get, "/api/v1/about");
        request.Headers.Host = $"{host}:{api.Url.Port}";
        using var response = await api.Http.SendAsync(request);
        response.StatusCode.ShouldBe(expected);
    }
}
