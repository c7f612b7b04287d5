using Towpath.Cli.Client;
using Towpath.Core.Diagnostics;
using Towpath.Core.Identity;
using Towpath.Core.Journal;
using Towpath.Server.Api;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server;

/// <summary>Dev and Ops on one control plane, over its real API with a real store: what each may do, and each way around it.</summary>
public sealed class TwoTeamsTests : IAsyncLifetime
{
    private const string Shop = PeopleScene.Shop;

    private PeopleScene _people = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ServerScene Scene => _people.Scene;

    public async ValueTask InitializeAsync()
    {
        // Thousands of guesses are for the throttle of logins to stop, not for that of requests.
        _people = await PeopleScene.StartAsync(change: options => options with { RequestBurst = 1_000_000 });
        Scene.Ship("r-1");
        Scene.Arrive("development", "r-1");
        Scene.Time.Now += TimeSpan.FromHours(2);
    }

    public ValueTask DisposeAsync() => _people.DisposeAsync();

    [Fact]
    public async Task Release_OnItsWayUp_NeedsBothTeams()
    {
        await PeopleScene.RefusedAsync(() => _people.Dev.PromoteAsync(Shop, new PromoteRequest("staging", null, "ben"), Cancel), ExitCode.Forbidden, "TP4401");
        (await _people.Ops.PromoteAsync(Shop, new PromoteRequest("staging", null, "ann"), Cancel)).Deployment.ShouldNotBeNull();
        Scene.Arrive("staging", "r-1");
        (await _people.Ops.PromoteAsync(Shop, new PromoteRequest("production", null, "ann"), Cancel)).Deployment.ShouldBeNull();

        (await ConfirmAsync(_people.Dev, "dev")).Deployment.ShouldBeNull();
        await PeopleScene.RefusedAsync(() => ConfirmAsync(_people.Dev, "ops"), ExitCode.Forbidden, "TP4402");
        (await ConfirmAsync(_people.Ops, "ops")).Deployment.ShouldNotBeNull();
        _people.Actors(FactKind.ReleaseConfirmed).ShouldBe(["ben", "ann"]);
    }

    [Fact]
    public async Task Confirm_InTheNameOfSomebodyElse_CountsForTheAccount()
    {
        // In both teams, and still one person.
        await _people.Owner.ChangeAccountAsync("ben", new AccountChangeRequest(null, ["dev", "ops"], "eve"), Cancel);
        Scene.Arrive("staging", "r-1");
        await _people.Ops.PromoteAsync(Shop, new PromoteRequest("production", null, "ann"), Cancel);

        await ConfirmAsync(_people.Dev, "dev", "somebody");
        await ConfirmAsync(_people.Dev, "ops", "another");

        _people.Actors(FactKind.ReleaseConfirmed).ShouldBe(["ben", "ben"]);
        Scene.Store.OpenDeployments(Shop, "production").ShouldBeEmpty();
        (await _people.Dev.GatesAsync(Shop, "production", "r-1", Cancel)).Single().MayEnter.ShouldBeFalse();
    }

    [Fact]
    public async Task AnotherApplicationsAccount_SeesNothingOfThisOne()
    {
        Scene.Store.SaveApplication("blog", "/blog", ".", ServerScene.Rungs);
        var other = await _people.AccountAsync("max", ["ops"], Role.Administrator, "blog");

        (await other.ApplicationsAsync(Cancel)).ShouldBe(["blog"]);
        await PeopleScene.RefusedAsync(() => other.StatusAsync(Shop, Cancel), ExitCode.NotFound, "TP4001");
        await PeopleScene.RefusedAsync(() => other.PromoteAsync(Shop, new PromoteRequest("staging", "r-1", "ann"), Cancel), ExitCode.NotFound, "TP4001");
        await PeopleScene.RefusedAsync(() => other.RemoveApplicationAsync(Shop, Cancel), ExitCode.NotFound, "TP4001");
        await PeopleScene.RefusedAsync(() => other.HaltAsync(new HaltRequest(null, null, "x", "ann"), Cancel), ExitCode.Forbidden, "TP4401");
        var told = await PeopleScene.RefusedAsync(() => other.StatusAsync(Shop, Cancel), ExitCode.NotFound, "TP4001");
        var none = await PeopleScene.RefusedAsync(() => other.StatusAsync("nowhere", Cancel), ExitCode.NotFound, "TP4001");
        (told.Headline, string.Join('|', told.Notes)).ShouldBe((none.Headline.Replace("nowhere", Shop), "Known are: blog."));
        await foreach (var fact in other.JournalAsync(null, 0, false, Cancel)) fact.Application.ShouldNotBe(Shop);
        Scene.Store.Halts().ShouldBeEmpty();
        (await _people.Owner.ApplicationsAsync(Cancel)).ShouldBe(["blog", Shop]);
    }

    [Fact]
    public async Task RoleInOneEnvironment_IsNoneInAnother()
    {
        var staging = await _people.AccountAsync("sue", ["ops"], Role.Operator, Shop, "staging");
        Scene.Arrive("staging", "r-1");
        await staging.HaltAsync(new HaltRequest(Shop, "staging", "tv", "sue"), Cancel);
        await PeopleScene.RefusedAsync(() => staging.HaltAsync(new HaltRequest(Shop, "production", "tv", "sue"), Cancel), ExitCode.Forbidden, "TP4401");
        await PeopleScene.RefusedAsync(() => staging.HaltAsync(new HaltRequest(Shop, null, "tv", "sue"), Cancel), ExitCode.Forbidden, "TP4401");
        await PeopleScene.RefusedAsync(() => staging.PromoteAsync(Shop, new PromoteRequest("production", null, "sue"), Cancel), ExitCode.Forbidden, "TP4401");
        Scene.Store.Halts().ShouldHaveSingleItem().Environment.ShouldBe("staging");
    }

    [Fact]
    public async Task Token_ThatEnded_IsRefused()
    {
        var token = await _people.Owner.CreateTokenAsync("ann", new TokenRequest(null, null, null, 1, "eve"), Cancel);
        var client = _people.With(token.Token);
        (await client.WhoAmIAsync(Cancel)).Account.ShouldBe("ann");

        await _people.Owner.ChangeAccountAsync("ann", new AccountChangeRequest(true, null, "eve"), Cancel);
        await PeopleScene.RefusedAsync(() => client.StatusAsync(Shop, Cancel), ExitCode.NotSignedIn, "TP4405");
        await _people.Owner.ChangeAccountAsync("ann", new AccountChangeRequest(false, null, "eve"), Cancel);
        Scene.Time.Now += TimeSpan.FromDays(1);
        await PeopleScene.RefusedAsync(() => client.StatusAsync(Shop, Cancel), ExitCode.NotSignedIn, "TP4403");
        await _people.Owner.RevokeTokenAsync(token.Id, new RevokeRequest("eve"), Cancel);
        await PeopleScene.RefusedAsync(() => client.StatusAsync(Shop, Cancel), ExitCode.NotSignedIn, "TP4404");
        await PeopleScene.RefusedAsync(() => _people.With(token.Token + "x").StatusAsync(Shop, Cancel), ExitCode.ControlPlaneUnavailable, "TP7002");
    }

    [Fact]
    public async Task NarrowedToken_CanNotWidenItself()
    {
        var admin = await _people.AccountAsync("eve", ["ops"], Role.Administrator, null);
        var token = await admin.CreateTokenAsync("eve", new TokenRequest(Role.Developer, Shop, null, 30, "eve"), Cancel);
        var narrow = _people.With(token.Token);

        await PeopleScene.RefusedAsync(() => narrow.CreateTokenAsync("eve", new TokenRequest(null, null, null, 30, "eve"), Cancel), ExitCode.Forbidden, "TP4401");
        await PeopleScene.RefusedAsync(() => narrow.GrantAsync("ben", new GrantRequest(Role.Administrator, null, null, "eve"), Cancel), ExitCode.Forbidden, "TP4401");
        await PeopleScene.RefusedAsync(() => narrow.SetPasswordAsync("eve", new PasswordRequest("correct horse battery", null, "eve"), Cancel), ExitCode.Forbidden, "TP4401");
        await PeopleScene.RefusedAsync(() => narrow.SetPasswordAsync("eve", new PasswordRequest("correct horse battery", "guessed", "eve"), Cancel), ExitCode.NotSignedIn, "TP4410");
        await PeopleScene.RefusedAsync(() => _people.Ops.GrantAsync("ann", new GrantRequest(Role.Administrator, Shop, null, "eve"), Cancel), ExitCode.Forbidden, "TP4401");
    }

    [Fact]
    public async Task Session_FromLoginToLogout_IsTheAccount()
    {
        await _people.Owner.SetPasswordAsync("ben", new PasswordRequest("correct horse battery", null, "eve"), Cancel);
        var anonymous = _people.With(null);
        await PeopleScene.RefusedAsync(() => anonymous.LoginAsync(new SessionRequest("ben", "wrong"), Cancel), ExitCode.NotSignedIn, "TP4410");
        await PeopleScene.RefusedAsync(() => anonymous.StatusAsync(Shop, Cancel), ExitCode.ControlPlaneUnavailable, "TP7002");

        var session = _people.With((await anonymous.LoginAsync(new SessionRequest("ben", "correct horse battery"), Cancel)).Token);
        (await session.WhoAmIAsync(Cancel)).Account.ShouldBe("ben");
        await session.SetPasswordAsync("ben", new PasswordRequest("another good one, truly", "correct horse battery", "x"), Cancel);
        await PeopleScene.RefusedAsync(() => session.WhoAmIAsync(Cancel), ExitCode.NotSignedIn, "TP4404");

        session = _people.With((await anonymous.LoginAsync(new SessionRequest("ben", "another good one, truly"), Cancel)).Token);
        await session.LogoutAsync(Cancel);
        await PeopleScene.RefusedAsync(() => session.WhoAmIAsync(Cancel), ExitCode.NotSignedIn, "TP4404");
        await PeopleScene.RefusedAsync(() => _people.Dev.LogoutAsync(Cancel), ExitCode.Usage, "TP4416");
        await PeopleScene.RefusedAsync(() => _people.Owner.LogoutAsync(Cancel), ExitCode.Usage, "TP4416");
        (await _people.Dev.WhoAmIAsync(Cancel)).Account.ShouldBe("ben");
    }

    [Fact]
    public async Task Login_GuessedByManyAtOnce_KeepsTheOthersGoing()
    {
        await _people.Owner.SetPasswordAsync("ben", new PasswordRequest("correct horse battery", null, "eve"), Cancel);
        var anonymous = _people.With(null);
        var codes = new System.Collections.Concurrent.ConcurrentBag<string>();
        var guessing = Parallel.ForEachAsync(Enumerable.Range(0, 2000), new ParallelOptions { MaxDegreeOfParallelism = 50, CancellationToken = Cancel }, async (i, token) =>
        {
            var refused = await Should.ThrowAsync<DiagnosticException>(() => anonymous.LoginAsync(new SessionRequest(i % 2 == 0 ? "ben" : $"a{i}", "wrong"), token));
            codes.Add(refused.Diagnostics.Single().Code);
        });
        var answered = 0;
        while (!guessing.IsCompleted)
        {
            (await _people.Dev.WhoAmIAsync(Cancel)).Account.ShouldBe("ben");
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

        await PeopleScene.RefusedAsync(() => ShipAsync(_people.Dev, repository, open), ExitCode.Forbidden, "TP4401");
        Scene.Known.Ladder.Environment("production")!.Gates.Confirmation!.Roles.ShouldBe(["dev", "ops"]);
        Scene.Store.UnfinishedRuns(Shop).ShouldBeEmpty();
        (await ShipAsync(_people.Dev, repository, same)).Application.ShouldBe(Shop);
        Scene.Store.UnfinishedRuns(Shop).ShouldHaveSingleItem().Actor.ShouldBe("ben");
        (await ShipAsync(_people.Ops, repository, open)).Application.ShouldBe(Shop);
        Scene.Known.Ladder.Environment("production")!.Gates.Confirmation!.Roles.ShouldBe(["dev"]);
    }

    [Fact]
    public async Task Ship_AnotherApplication_IsRefusedWhetherOrNotThereIsOne()
    {
        var other = await _people.AccountAsync("max", ["dev"], Role.Developer, "blog");
        using var repository = new TemporaryRepository();
        repository.Write("compose.yaml", "services: { api: { image: \"api:1\" } }\n");
        var commit = Ladder(repository, "confirmation: { roles: [dev, ops], distinct: true }");
        var told = await PeopleScene.RefusedAsync(() => ShipAsync(other, repository, commit), ExitCode.Forbidden, "TP4401");
        Scene.Store.RemoveApplication(Shop);
        (await PeopleScene.RefusedAsync(() => ShipAsync(other, repository, commit), ExitCode.Forbidden, "TP4401")).Notes.ShouldBe(told.Notes);
        Scene.Store.Applications().ShouldBeEmpty();
    }

    [Fact]
    public async Task CancelRun_OfAnotherApplication_LeavesIt()
    {
        var other = await _people.AccountAsync("max", ["dev"], Role.Administrator, "blog");
        var (run, _) = Scene.Store.QueueRun(Shop, new string('c', 40), "s", "ben", Scene.Time.Now, Models.Fact());
        await other.CancelRunAsync(run.Id, Cancel);
        Scene.Store.Run(run.Id)!.State.ShouldBe(RunState.Queued);
        await _people.Dev.CancelRunAsync(run.Id, Cancel);
    }

    [Fact]
    public async Task Owner_SaysWhoHeIs_AsBefore()
    {
        await _people.Owner.HaltAsync(new HaltRequest(Shop, null, "tv", "grace"), Cancel);
        _people.Actors(FactKind.WorldStopped).ShouldBe(["grace"]);
        (await _people.Owner.WhoAmIAsync(Cancel)).Account.ShouldBeNull();
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
}
