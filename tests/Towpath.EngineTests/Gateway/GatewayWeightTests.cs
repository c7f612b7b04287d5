using System.Net.Http.Json;
using Towpath.Core.Containers;

namespace Towpath.EngineTests.Gateway;

public sealed class GatewayWeightTests : IAsyncLifetime
{
    private readonly GatewayHarness _harness = new();
    private EchoReplica _old = null!;
    private EchoReplica _new = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(LocalHaproxyEngine.SkipReason is not null, LocalHaproxyEngine.SkipReason ?? "");
        _old = await EchoReplica.StartAsync("api");
        _new = await EchoReplica.StartAsync("api");
        await _harness.EnsureAsync(_old.Server);
        await _harness.Gateway.AdmitAsync(_new.Server with { Weight = 0 }, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _harness.DisposeAsync();
        if (_old is null) return;
        await _old.DisposeAsync();
        await _new.DisposeAsync();
    }

    [Fact]
    public async Task Admit_WithoutWeight_IsUpAndGetsNoRequest()
    {
        await AskAsync("/api/x", 50);
        _new.Requests.ShouldBe(0);
        var server = (await _harness.Gateway.ServersAsync(CancellationToken.None)).Single(s => s.Name == _new.Name);
        server.InService.ShouldBeTrue();
        server.Weight.ShouldBe(0);
    }

    [Fact]
    public async Task Share_TwoServers_IsWhatRequestsSeeAndWhatARestartFinds()
    {
        await ShareAsync((_old.Name, 75), (_new.Name, 25), ("gone", 9));
        await AskAsync("/api/x", 200);
        _new.Requests.ShouldBeInRange(48, 52);
        HaproxyConfiguration.ServersOf(_harness.Configuration).Select(s => (s.Name, s.Weight)).ShouldBe([(_old.Name, 75), (_new.Name, 25)], ignoreOrder: true);

        await ShareAsync((_old.Name, 0), (_new.Name, 100));
        var before = _old.Requests;
        await AskAsync("/api/x", 50);
        _old.Requests.ShouldBe(before);
    }

    [Fact]
    public async Task Share_BackAndForthUnderLoad_FailsNoRequest()
    {
        await using var traffic = new Traffic(_harness.Public("/api/orders"));
        for (var round = 0; round < 20; round++)
        {
            await ShareAsync(round % 2 == 0 ? [(_old.Name, 0), (_new.Name, 100)] : [(_old.Name, 100), (_new.Name, 0)]);
            await traffic.MoreAsync(20);
        }

        var report = await traffic.EndAsync();
        report.Total.Failed.ShouldBe(0, string.Join('\n', report.Samples));
    }

    [Fact]
    public async Task PrivateRoute_ServerWithoutWeight_AnswersThereOnly()
    {
        var (echo, answered) = await AskPrivatelyAsync("/api/orders", _new.Name);
        answered.ShouldBe(_new.Name);
        echo!.Name.ShouldBe(_new.Name);
        echo.Path.ShouldBe("/orders");

        // At the public entry the header is nobody's word.
        using var request = new HttpRequestMessage(HttpMethod.Get, _harness.Public("/api/orders"));
        request.Headers.Add(HaproxyConfiguration.ServerHeader, _new.Name);
        using var http = new HttpClient();
        using var response = await http.SendAsync(request, CancellationToken.None);
        (await response.Content.ReadFromJsonAsync<Echo>())!.Name.ShouldBe(_old.Name);
        response.Headers.Contains(HaproxyConfiguration.ServerHeader).ShouldBeFalse();
    }

    [Fact]
    public async Task PrivateRoute_UnknownServer_IsAnsweredUnderAnotherName()
    {
        var (_, answered) = await AskPrivatelyAsync("/api/orders", "nobody");
        answered.ShouldNotBe("nobody");
    }

    [Fact]
    public async Task Observe_AnswersOfEveryKind_AreCounted()
    {
        await AskAsync("/api/x", 10);
        await AskAsync("/api/fail", 3);
        await AskAsync("/api/x/slow", 2);
        await AskAsync("/api/broken", 1);
        await AskAsync("/api/x", 1);
        var told = await _harness.Gateway.ObserveAsync(CancellationToken.None);
        var counters = told.Servers.Single(s => s.Name == _old.Name).Counters;
        counters.Slow.ShouldBe(2);
        // A read that broke off is tried again, and counts each time.
        counters.Errors.ShouldBeGreaterThanOrEqualTo(4);
        counters.Requests.ShouldBe(13 + counters.Errors);
        told.Servers.Single(s => s.Name == _new.Name).Counters.ShouldBe(default);
        (told.Entry.Requests, told.Entry.Errors, told.Entry.Slow).ShouldBe((17, 4, 2));
    }

    private Task ShareAsync(params (string Name, int Weight)[] weights) =>
        _harness.Gateway.ShareAsync("api", weights.ToDictionary(w => w.Name, w => w.Weight), CancellationToken.None);

    private async Task AskAsync(string path, int times)
    {
        for (var time = 0; time < times; time++)
        {
            using var response = await _harness.SendAsync(_harness.Public(path));
            await response.Content.ReadAsStringAsync();
        }
    }

    private async Task<(Echo? Echo, string? Answered)> AskPrivatelyAsync(string path, string server)
    {
        using var route = _harness.Gateway.PrivateRoute();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("http://gateway" + path));
        request.Headers.Add(HaproxyConfiguration.ServerHeader, server);
        using var response = await route.SendAsync(request, CancellationToken.None);
        var answered = response.Headers.TryGetValues(HaproxyConfiguration.ServerHeader, out var names) ? names.Single() : null;
        return (response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<Echo>() : null, answered);
    }
}
