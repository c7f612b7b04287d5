using System.Net;
using System.Net.Http.Json;
using Towpath.Core.Identity;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Api;

public sealed class RequestLimitsTests
{
    [Fact]
    public async Task Requests_OverATokensAllowance_AreRefusedAndLeaveOthersTheirs()
    {
        var plane = new FakeControlPlane();
        plane.Principals["one"] = Account("1");
        plane.Principals["two"] = Account("2");
        await using var api = await RunningApi.StartAsync(plane, options => options with { RequestBurst = 3, RequestsPerSecond = 1 });
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 10; i++)
        {
            using var response = await api.Http.SendAsync(api.Request(HttpMethod.Get, "/api/v1/whoami", "one"));
            statuses.Add(response.StatusCode);
            if (response.StatusCode != HttpStatusCode.TooManyRequests) continue;
            (await response.Content.ReadFromJsonAsync<ProblemAnswer>(ApiJson.Options))!.Code.ShouldBe("TP7033");
            response.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 60);
        }

        statuses.Take(3).ShouldAllBe(s => s == HttpStatusCode.OK);
        statuses.ShouldContain(HttpStatusCode.TooManyRequests);
        using var other = await api.Http.SendAsync(api.Request(HttpMethod.Get, "/api/v1/whoami", "two"));
        other.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static Principal Account(string token) => new("ben", AccountKind.Person, [], [new Grant(Role.Viewer, Extent.All)]) { Token = token };
}
