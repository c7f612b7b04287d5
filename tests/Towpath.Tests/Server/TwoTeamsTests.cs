using Microsoft.AspNetCore.Builder;
using Towpath.Cli.Client;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Server;
using Towpath.Server.Api;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server;

/// <summary>Dev and Ops on one control plane, over its real API with a real store: what each may do, and each way around it.</summary>
public sealed class TwoTeamsTests : IAsyncLifetime
{
    private const string Shop = ServerScene.Application;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly ServerScene _scene = new() { Signs = true };
    private readonly ControlPlane _plane;
    private readonly WebApplication _host;
    private readonly List<ControlPlaneClient> _clients = [];
    private readonly string _ownersToken = ApiToken.Create();
    private ControlPlaneClient _owner = null!;
    private ControlPlaneClient _dev = null!;
    private ControlPlaneClient _ops = null!;

    public TwoTeamsTests()
    {
        _plane = ControlPlaneFactory.Create(new ControlPlaneOptions(_scene.Folder.Path, "fake", "test"), _scene.Engine, _scene.Time);
        _host = ControlPlaneHost.Build(_plane, new HostOptions(0, ApiToken.Hash(_ownersToken)) { RequestBurst = 1_000_000 });
    }

    public async ValueTask InitializeAsync()
    {
        await _host.StartAsync(Cancel);
        _owner = With(_ownersToken);
        _dev = await AccountAsync("ben", "dev", Role.Developer, Shop);
        _ops = await AccountAsync("ann", "ops", Role.Operator, Shop);
        _scene.Ship("r-1");
        _scene.Arrive("development", "r-1");
        _scene.Time.Now += TimeSpan.FromHours(2);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        await _host.DisposeAsync();
        await _plane.DisposeAsync();
        _scene.Dispose();
    }

    [Fact]
    public async Task Release_OnItsWayUp_NeedsBothTeams()
    {
        await RefusedAsync(() => _dev.PromoteAsync(Shop, new PromoteRequest("staging", null, "ben"), Cancel), ExitCode.Forbidden, "TP4401");
        (await _ops.PromoteAsync(Shop, new PromoteRequest("staging", null, "ann"), Cancel)).Deployment.ShouldNotBeNull();
        _scene.Arrive("staging", "r-1");
        (await _ops.PromoteAsync(Shop, new PromoteRequest("production", null, "ann"), Cancel)).Deployment.ShouldBeNull();

        (await ConfirmAsync(_dev, "dev")).Deployment.ShouldBeNull();
        await RefusedAsync(() => ConfirmAsync(_dev, "ops"), ExitCode.Forbidden, "TP4402");
        (await ConfirmAsync(_ops, "ops")).Deployment.ShouldNotBeNull();
        Actors(FactKind.ReleaseConfirmed).ShouldBe(["ben", "ann"]);
    }

    [Fact]
    public async Task Confirm_InTheNameOfSomebodyElse_CountsForTheAccount()
    {
        // In both teams, and still one person.
        await _owner.ChangeAccountAsync("ben", new AccountChangeRequest(null, ["dev", "ops"], "eve"), Cancel);
        _scene.Arrive("staging", "r-1");
        await _ops.PromoteAsync(Shop, new PromoteRequest("production", null, "ann"), Cancel);

        await ConfirmAsync(_dev, "dev", "somebody");
        await ConfirmAsync(_dev, "ops", "another");

        Actors(FactKind.ReleaseConfirmed).ShouldBe(["ben", "ben"]);
        _scene.Store.OpenDeployments(Shop, "production").ShouldBeEmpty();
        (await _dev.GatesAsync(Shop, "production", "r-1", Cancel)).Single().MayEnter.ShouldBeFalse();
    }

    [Fact]
    public async Task AnotherApplicationsAccount_SeesNothingOfThisOne()
    {
        _scene.Store.SaveApplication("blog", "/blog", ".", ServerScene.Rungs);
        var other = await AccountAsync("max", "ops", Role.Administrator, "blog");

        (await other.ApplicationsAsync(Cancel)).ShouldBe(["blog"]);
        await RefusedAsync(() => other.StatusAsync(Shop, Cancel), ExitCode.NotFound, "TP4001");
        await RefusedAsync(() => other.PromoteAsync(Shop, new PromoteRequest("staging", "r-1", "ann"), Cancel), ExitCode.NotFound, "TP4001");
        await RefusedAsync(() => other.RemoveApplicationAsync(Shop, Cancel), ExitCode.NotFound, "TP4001");
        await RefusedAsync(() => other.HaltAsync(new HaltRequest(null, null, "x", "ann"), Cancel), ExitCode.Forbidden, "TP4401");
        var told = await RefusedAsync(() => other.StatusAsync(Shop, Cancel), ExitCode.NotFound, "TP4001");
        var none = await RefusedAsync(() => other.StatusAsync("nowhere", Cancel), ExitCode.NotFound, "TP4001");
        (told.Headline, string.Join('|', told.Notes)).ShouldBe((none.Headline.Replace("nowhere", Shop), "Known are: blog."));
        await foreach (var fact in other.JournalAsync(null, 0, false, Cancel)) fact.Application.ShouldNotBe(Shop);
        _scene.Store.Halts().ShouldBeEmpty();
        (await _owner.ApplicationsAsync(Cancel)).ShouldBe(["blog", Shop]);
    }

    [Fact]
    public async Task RoleInOneEnvironment_IsNoneInAnother()
    {
        var staging = await AccountAsync("sue", "ops", Role.Operator, Shop, "staging");
        _scene.Arrive("staging", "r-1");
        await staging.HaltAsync(new HaltRequest(Shop, "staging", "tv", "sue"), Cancel);
        await RefusedAsync(() => staging.HaltAsync(new HaltRequest(Shop, "production", "tv", "sue"), Cancel), ExitCode.Forbidden, "TP4401");
        await RefusedAsync(() => staging.HaltAsync(new HaltRequest(Shop, null, "tv", "sue"), Cancel), ExitCode.Forbidden, "TP4401");
        await RefusedAsync(() => staging.PromoteAsync(Shop, new PromoteRequest("production", null, "sue"), Cancel), ExitCode.Forbidden, "TP4401");
        _scene.Store.Halts().ShouldHaveSingleItem().Environment.ShouldBe("staging");
    }

    [Fact]
    public async Task Token_ThatEnded_IsRefused()
    {
        var token = await _owner.CreateTokenAsync("ann", new TokenRequest(null, null, null, 1, "eve"), Cancel);
        var client = With(token.Token);
        (await client.WhoAmIAsync(Cancel)).Account.ShouldBe("ann");

        await _owner.ChangeAccountAsync("ann", new AccountChangeRequest(true, null, "eve"), Cancel);
        await RefusedAsync(() => client.StatusAsync(Shop, Cancel), ExitCode.NotSignedIn, "TP4405");
        await _owner.ChangeAccountAsync("ann", new AccountChangeRequest(false, null, "eve"), Cancel);
        _scene.Time.Now += TimeSpan.FromDays(1);
        await RefusedAsync(() => client.StatusAsync(Shop, Cancel), ExitCode.NotSignedIn, "TP4403");
        await _owner.RevokeTokenAsync(token.Id, new RevokeRequest("eve"), Cancel);
        await RefusedAsync(() => client.StatusAsync(Shop, Cancel), ExitCode.NotSignedIn, "TP4404");
        await RefusedAsync(() => With(token.Token + "x").StatusAsync(Shop, Cancel), ExitCode.ControlPlaneUnavailable, "TP7002");
    }

    [Fact]
    public async Task NarrowedToken_CanNotWidenItself()
    {
        var admin = await AccountAsync("eve", "ops", Role.Administrator, null);
        var token = await admin.CreateTokenAsync("eve", new TokenRequest(Role.Developer, Shop, null, 30, "eve"), Cancel);
        var narrow = With(token.Token);

        await RefusedAsync(() => narrow.CreateTokenAsync("eve", new TokenRequest(null, null, null, 30, "eve"), Cancel), ExitCode.Forbidden, "TP4401");
        await RefusedAsync(() => narrow.GrantAsync("ben", new GrantRequest(Role.Administrator, null, null, "eve"), Cancel), ExitCode.Forbidden, "TP4401");
        await RefusedAsync(() => narrow.SetPasswordAsync("eve", new PasswordRequest("correct horse battery", null, "eve"), Cancel), ExitCode.Forbidden, "TP4401");
        await RefusedAsync(() => narrow.SetPasswordAsync("eve", new PasswordRequest("correct horse battery", "guessed", "eve"), Cancel), ExitCode.NotSignedIn, "TP4410");
        await RefusedAsync(() => _ops.GrantAsync("ann", new GrantRequest(Role.Administrator, Shop, null, "eve"), Cancel), ExitCode.Forbidden, "TP4401");
    }

    [Fact]
    public async Task Session_FromLoginToLogout_IsTheAccount()
    {
        await _owner.SetPasswordAsync("ben", new PasswordRequest("correct horse battery", null, "eve"), Cancel);
        var anonymous = With(null);
        await RefusedAsync(() => anonymous.LoginAsync(new SessionRequest("ben", "wrong"), Cancel), ExitCode.NotSignedIn, "TP4410");
        await RefusedAsync(() => anonymous.StatusAsync(Shop, Cancel), ExitCode.ControlPlaneUnavailable, "TP7002");

        var session = With((await anonymous.LoginAsync(new SessionRequest("ben", "correct horse battery"), Cancel)).Token);
        (await session.WhoAmIAsync(Cancel)).Account.ShouldBe("ben");
        await session.SetPasswordAsync("ben", new PasswordRequest("another good one, truly", "correct horse battery", "x"), Cancel);
        await RefusedAsync(() => session.WhoAmIAsync(Cancel), ExitCode.NotSignedIn, "TP4404");

        session = With((await anonymous.LoginAsync(new SessionRequest("ben", "another good one, truly"), Cancel)).Token);
        await session.LogoutAsync(Cancel);
        await RefusedAsync(() => session.WhoAmIAsync(Cancel), ExitCode.NotSignedIn, "TP4404");
        await RefusedAsync(() => _dev.LogoutAsync(Cancel), ExitCode.Usage, "TP4416");
        await RefusedAsync(() => _owner.LogoutAsync(Cancel), ExitCode.Usage, "TP4416");
        (await _dev.WhoAmIAsync(Cancel)).Account.ShouldBe("ben");
    }

    [Fact]
    public async Task Login_GuessedByManyAtOnce_KeepsTheOthersGoing()
    {
        await _owner.SetPasswordAsync("ben", new PasswordRequest("correct horse battery", null, "eve"), Cancel);
        var anonymous = With(null);
        var codes = new System.Collections.Concurrent.ConcurrentBag<string>();
        var guessing = Parallel.ForEachAsync(Enumerable.Range(0, 2000), new ParallelOptions { MaxDegreeOfParallelism = 50, CancellationToken = Cancel }, async (i, token) =>
        {
            var refused = await Should.ThrowAsync<DiagnosticException>(() => anonymous.LoginAsync(new SessionRequest(i % 2 == 0 ? "ben" : $"a{i}", "wrong"), token));
            codes.Add(refused.Diagnostics.Single().Code);
        });
        var answered = 0;
        while (!guessing.IsCompleted)
        {
            (await _dev.WhoAmIAsync(Cancel)).Account.ShouldBe("ben");
            answered++;
        }

        await guessing;
        // The clock stands still: what is in hand is all that is looked at.
        codes.Count(c => c == "TP4410").ShouldBe(LoginThrottle.InHand);
        codes.Count(c => c == "TP4411").ShouldBe(2000 - LoginThrottle.InHand);
        answered.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Ship_CommitThatOpensAGate_NeedsAnOperator()
    {
        using var repository = new TemporaryRepository();
        repository.Write("compose.yaml", "services: { api: { image: \"api:1\" } }\n");
        var same = Ladder(repository, "confirmation: { roles: [dev, ops], distinct: true }");
        var open = Ladder(repository, "confirmation: { roles: [dev] }");

        await RefusedAsync(() => ShipAsync(_dev, repository, open), ExitCode.Forbidden, "TP4401");
        _scene.Known.Ladder.Environment("production")!.Gates.Confirmation!.Roles.ShouldBe(["dev", "ops"]);
        _scene.Store.UnfinishedRuns(Shop).ShouldBeEmpty();
        (await ShipAsync(_dev, repository, same)).Application.ShouldBe(Shop);
        _scene.Store.UnfinishedRuns(Shop).ShouldHaveSingleItem().Actor.ShouldBe("ben");
        (await ShipAsync(_ops, repository, open)).Application.ShouldBe(Shop);
        _scene.Known.Ladder.Environment("production")!.Gates.Confirmation!.Roles.ShouldBe(["dev"]);
    }

    [Fact]
    public async Task Ship_AnotherApplication_IsRefusedWhetherOrNotThereIsOne()
    {
        var other = await AccountAsync("max", "dev", Role.Developer, "blog");
        using var repository = new TemporaryRepository();
        repository.Write("compose.yaml", "services: { api: { image: \"api:1\" } }\n");
        var commit = Ladder(repository, "confirmation: { roles: [dev, ops], distinct: true }");
        var told = await RefusedAsync(() => ShipAsync(other, repository, commit), ExitCode.Forbidden, "TP4401");
        _scene.Store.RemoveApplication(Shop);
        (await RefusedAsync(() => ShipAsync(other, repository, commit), ExitCode.Forbidden, "TP4401")).Notes.ShouldBe(told.Notes);
        _scene.Store.Applications().ShouldBeEmpty();
    }

    [Fact]
    public async Task CancelRun_OfAnotherApplication_LeavesIt()
    {
        var other = await AccountAsync("max", "dev", Role.Administrator, "blog");
        var (run, _) = _scene.Store.QueueRun(Shop, new string('c', 40), "s", "ben", _scene.Time.Now, Models.Fact());
        await other.CancelRunAsync(run.Id, Cancel);
        _scene.Store.Run(run.Id)!.State.ShouldBe(RunState.Queued);
        await _dev.CancelRunAsync(run.Id, Cancel);
    }

    [Fact]
    public async Task Owner_SaysWhoHeIs_AsBefore()
    {
        await _owner.HaltAsync(new HaltRequest(Shop, null, "tv", "grace"), Cancel);
        Actors(FactKind.WorldStopped).ShouldBe(["grace"]);
        (await _owner.WhoAmIAsync(Cancel)).Account.ShouldBeNull();
    }

    private static string Ladder(TemporaryRepository repository, string production)
    {
        repository.Write("towpath.yaml", $$"""
            application: shop
            environments:
              development: {}
              staging: { gates: [ { soak: 1h } ] }
              production: { gates: [ { {{production}} } ] }

            """);
        return repository.Commit("ladder");
    }

    private static Task<ShipAnswer> ShipAsync(ControlPlaneClient client, TemporaryRepository repository, string commit) =>
        client.ShipAsync(new ShipRequest(repository.Path, ".", commit, "mallory"), Cancel);

    private static Task<DeploymentAnswer> ConfirmAsync(ControlPlaneClient client, string role, string actor = "mallory") =>
        client.ConfirmAsync(Shop, new ConfirmRequest("production", "r-1", role, actor), Cancel);

    private static async Task<Diagnostic> RefusedAsync(Func<Task> act, ExitCode exitCode, string code)
    {
        var refused = await Should.ThrowAsync<DiagnosticException>(act);
        refused.Diagnostics.Single().Code.ShouldBe(code);
        refused.ExitCode.ShouldBe(exitCode);
        return refused.Diagnostics.Single();
    }

    private IEnumerable<string?> Actors(string kind) => _scene.Store.Facts(null, 0, 1000).Where(f => f.Kind == kind).Select(f => f.Actor);

    private async Task<ControlPlaneClient> AccountAsync(string name, string team, Role role, string? application, string? environment = null)
    {
        await _owner.AddAccountAsync(new AccountRequest(name, AccountKind.Person, [team], "eve"), Cancel);
        await _owner.GrantAsync(name, new GrantRequest(role, application, environment, "eve"), Cancel);
        return With((await _owner.CreateTokenAsync(name, new TokenRequest(null, null, null, 30, "eve"), Cancel)).Token);
    }

    private ControlPlaneClient With(string? token)
    {
        var client = new ControlPlaneClient(_host.Urls.Single(), token);
        _clients.Add(client);
        return client;
    }
}
