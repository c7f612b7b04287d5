using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Towpath.Cli.Client;
using Towpath.Core.Applications;
using Towpath.Core.Configuration;
using Towpath.Core.Environments;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Core.Rollouts;
using Towpath.Core.Trackers;
using Towpath.Server;
using Towpath.Server.Api;

namespace Towpath.Tests.Server.Trackers;

/// <summary>An issue in GitLab that brings a release into production: over the real file, the real host, its loops and the real API.</summary>
public sealed class TrackerEndToEndTests : IAsyncLifetime
{
    private const string Key = "CANARY-0123456789-HOOK";

    private readonly ServerScene _scene = new();
    private readonly GitLabServer _server = new();
    private readonly ConcurrentQueue<string> _log = new();
    private readonly HttpClient _there = new(new SocketsHttpHandler { UseProxy = false });
    private readonly string _ownersToken = ApiToken.Create();
    private ControlPlane _plane = null!;
    private WebApplication _host = null!;
    private ControlPlaneClient _owner = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        _scene.Time.Now = DateTimeOffset.UtcNow;
        var production = ServerScene.Rungs.Environment("production")! with { Gates = new GateSpecs { Request = true, Confirmation = new ConfirmationSpec(["ops"], Distinct: true) } };
        _scene.Brings = new Ladder([.. ServerScene.Rungs.Environments.Take(2), production]);
        _scene.Store.SaveApplication("shop", "/repository", ".", _scene.Brings);
        _scene.Ship("r-1");
        _scene.Arrive("staging", "r-1");
        // What a container engine would do is done by the test.
        foreach (var environment in new[] { "development", "staging", "production" }) _scene.Store.TryTakeLease("shop", environment, "scene", DateTimeOffset.UtcNow, TimeSpan.FromHours(1)).ShouldNotBeNull();
        var yaml = $"url: https://towpath.example.org\ntrackers:\n  - {{ name: forge, kind: gitlab, url: \"{_server.Url}\", project: {_server.Project}, applications: shop, token: \"${{TOKEN}}\", secret: \"${{HOOK}}\", every: 24h, accounts: {{ ben.there: ben }} }}\n";
        var reading = ConfigurationReader.Read(
            "server.yaml", Encoding.UTF8.GetBytes(yaml), new ConfigurationInputs(new Dictionary<string, string> { ["TOKEN"] = TrackerServer.Token, ["HOOK"] = Key }, _ => new SecretFile(null, "none")));
        reading.Diagnostics.ShouldBeEmpty();
        _plane = ControlPlaneFactory.Create(new ControlPlaneOptions(_scene.Folder.Path, "fake", "test", _log.Enqueue) { Configuration = reading.Configuration! }, _scene.Engine, TimeProvider.System);
        _host = ControlPlaneHost.Build(_plane, new HostOptions(0, ApiToken.Hash(_ownersToken)));
        await _host.StartAsync(Cancel);
        _there.BaseAddress = new Uri(_host.Urls.Single());
        _owner = new ControlPlaneClient(_host.Urls.Single(), _ownersToken);
        await _owner.AddAccountAsync(new AccountRequest("ben", AccountKind.Person, [], "eve"), Cancel);
        await _owner.GrantAsync("ben", new GrantRequest(Role.Developer, "shop", null, "eve"), Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _owner.Dispose();
        await _host.DisposeAsync();
        await _plane.DisposeAsync();
        await _server.DisposeAsync();
        _there.Dispose();
        _scene.Dispose();
    }

    [Fact]
    public async Task Issue_FromAMissingItemToProduction()
    {
        _server.Write(12, TrackerScene.Partly);
        _plane.Start();
        await UntilAsync(() => Has(RequestState.Open));
        _server.CommentsOf(12).Single().ShouldContain("- risk, what could go wrong");

        _server.Write(12, TrackerScene.Whole);
        (await CallAsync("CANARY-another")).ShouldBe(HttpStatusCode.Unauthorized);
        (await CallAsync(Key)).ShouldBe(HttpStatusCode.Accepted);
        await UntilAsync(() => Has(RequestState.Complete));
        (await _owner.RequestsAsync("shop", "production", Cancel)).Single().ShouldSatisfyAllConditions(r => r.Actor.ShouldBe("ben"), r => r.Fields["contact"].ShouldBe("ben"));

        (await _owner.PromoteAsync("shop", new PromoteRequest("production", "r-1", "ann"), Cancel)).Deployment.ShouldBeNull();
        var deployment = (await _owner.ConfirmAsync("shop", new ConfirmRequest("production", "r-1", "ops", "bob"), Cancel)).Deployment.ShouldNotBeNull();
        await UntilAsync(() => Has(RequestState.Confirmed));
        Arrive(deployment);
        await UntilAsync(() => Has(RequestState.Done) && !_server.Issue(12).IsOpen && _server.CommentsOf(12).Count == 3);

        _server.CommentsOf(12).Count.ShouldBe(3);
        _server.CommentsOf(12)[0].ShouldContain("for production: done");
        _server.CommentsOf(12)[1].ShouldContain("bob confirms r-1 for production as ops");
        _server.CommentsOf(12)[2].ShouldContain("r-1 runs in production");
        _server.Wrong.ShouldBeEmpty();
        (await _owner.TestChannelAsync("forge", new ChannelTestRequest("ann"), Cancel)).ShouldSatisfyAllConditions(t => t.Taken.ShouldBeTrue(), t => t.Answer.ShouldContain("can be read"));
        await SecretsAppearNowhereAsync();
    }

    private async Task SecretsAppearNowhereAsync()
    {
        var shown = new List<string> { string.Join('\n', _log), JsonSerializer.Serialize(await _plane.AnnouncementsAsync(null, null, null, Cancel), ApiJson.Options), string.Join('\n', _server.CommentsOf(12)) };
        await foreach (var fact in _plane.JournalAsync(null, 0, follow: false, Cancel)) shown.Add(JsonSerializer.Serialize(fact, ApiJson.Options));
        foreach (var file in Directory.EnumerateFiles(_scene.Folder.Path, "towpath.db*"))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            shown.Add(await reader.ReadToEndAsync(Cancel));
        }

        shown.ShouldAllBe(text => !text.Contains("CANARY", StringComparison.Ordinal));
    }

    private bool Has(RequestState state) => _server.Issue(12).Labels.Contains(IssueWords.Label(TrackerKind.GitLab, state)) && _server.CommentsOf(12).Count > 0;

    private void Arrive(string deployment)
    {
        var now = DateTimeOffset.UtcNow;
        _scene.Store.CompleteDeployment(
            _scene.Store.LeaseOf("shop", "production")!, deployment, nameof(DeploymentPhase.Succeeded), RolloutsJson.Write(DeploymentMachine.Initial(now) with { Phase = DeploymentPhase.Succeeded }), now,
            [new Fact { At = now, Kind = FactKind.DeploymentSucceeded, Application = "shop", Environment = "production", Release = "r-1", Deployment = deployment, Text = "r-1 runs in production" }]);
    }

    private async Task<HttpStatusCode> CallAsync(string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hooks/forge") { Content = new StringContent("{\"object_kind\":\"issue\"}", Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Gitlab-Token", key);
        using var answer = await _there.SendAsync(request, Cancel);
        return answer.StatusCode;
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(40));
        while (!holds()) await Task.Delay(50, limit.Token);
    }
}
