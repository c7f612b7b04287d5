using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Core.Releases;
using Towpath.Server;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server;

/// <summary>What a person can ask of the control plane. Its loops do not run: what it stores is what counts.</summary>
public sealed class ControlPlaneTests : IAsyncDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly ServerScene _scene = new() { Signs = true };
    private readonly ControlPlane _plane;

    public ControlPlaneTests() => _plane = ControlPlaneFactory.Create(new ControlPlaneOptions(_scene.Folder.Path, "fake", "test"), _scene.Engine, _scene.Time);

    public async ValueTask DisposeAsync()
    {
        await _plane.DisposeAsync();
        _scene.Dispose();
    }

    [Fact]
    public async Task Promote_GatesHold_AddsOneDeployment()
    {
        Arrived("r-1");
        _scene.Time.Now += TimeSpan.FromHours(1);

        var answer = await PromoteAsync("staging");
        var again = await PromoteAsync("staging");

        (answer.Deployment, answer.Release).ShouldBe(("d-2", "r-1"));
        again.Deployment.ShouldBe("d-2");
        again.Text.ShouldBe("r-1 is on its way into staging");
        _scene.Store.OpenDeployments(ServerScene.Application, "staging").ShouldHaveSingleItem().Actor.ShouldBe("ann");
    }

    [Fact]
    public async Task Promote_OnlyTimeMissing_IsRememberedAndSaysWhatItWaitsFor()
    {
        Arrived("r-1");
        _scene.Time.Now += TimeSpan.FromMinutes(20);

        var answer = await PromoteAsync("staging");

        answer.Deployment.ShouldBeNull();
        answer.Text.ShouldBe("r-1 enters staging as soon as the gates hold: it has run in development for 20 min of the 60 min asked");
        _scene.Ladder.WantedIn(ServerScene.Application, "staging").ShouldBe("r-1");
    }

    [Fact]
    public async Task Promote_NeverRanBelow_IsRefusedAndForgotten()
    {
        _scene.Ship("r-1");

        var failure = await FailureAsync(() => PromoteAsync("staging", "r-1"));

        (failure.Code, failure.ExitCode).ShouldBe(("TP4006", ExitCode.GateClosed));
        failure.Notes.ShouldContain("soak: it has not run in development");
        _scene.Ladder.WantedIn(ServerScene.Application, "staging").ShouldBeNull();
    }

    [Fact]
    public async Task Promote_NothingBelow_SaysSo()
    {
        (await FailureAsync(() => PromoteAsync("staging"))).ShouldSatisfyAllConditions(
            f => f.Code.ShouldBe("TP4005"), f => f.Notes.ShouldContain("Nothing runs in development, the environment below it."));
        (await FailureAsync(() => PromoteAsync("development"))).Notes.ShouldContain("No commit was shipped yet.");
    }

    [Theory]
    [InlineData("nowhere", "staging", null, "TP4001", ExitCode.NotFound)]
    [InlineData("shop", "nowhere", null, "TP4002", ExitCode.NotFound)]
    [InlineData("shop", "staging", "r-9", "TP4003", ExitCode.NotFound)]
    [InlineData("shop", "staging", "r-", "TP4004", ExitCode.Usage)]
    public async Task Promote_UnknownName_IsToldApart(string application, string environment, string? release, string code, ExitCode exitCode)
    {
        _scene.Ship("r-1");
        _scene.Ship("r-2");

        var failure = await FailureAsync(() => _plane.PromoteAsync(application, new PromoteRequest(environment, release, "ann"), Cancel));

        (failure.Code, failure.ExitCode).ShouldBe((code, exitCode));
    }

    [Fact]
    public async Task Promote_ByTheBeginningOfACommit_FindsIt()
    {
        var release = Arrived("r-1");
        _scene.Ship("r-2");
        _scene.Time.Now += TimeSpan.FromHours(1);

        (await PromoteAsync("staging", release.Commit[..8])).Release.ShouldBe("r-1");
    }

    [Fact]
    public async Task Confirm_BeforeAnybodyPromoted_DoesNotPromote()
    {
        InStaging("r-1");

        var answer = await ConfirmAsync("dev", "ann");

        answer.Deployment.ShouldBeNull();
        answer.Text.ShouldBe("confirmed; `towpath promote production` brings it in");
        _scene.Journal.ShouldContain(f => f.Kind == FactKind.ReleaseConfirmed && f.Actor == "ann" && f.Text == "ann confirms r-1 for production as dev");
        _scene.Store.OpenDeployments(ServerScene.Application, "production").ShouldBeEmpty();
    }

    [Fact]
    public async Task Confirm_LastMissingOne_BringsThePromotedReleaseIn()
    {
        InStaging("r-1");
        (await PromoteAsync("production")).Text.ShouldContain("a confirmation by dev and a confirmation by ops");

        (await ConfirmAsync("dev", "ann")).Text.ShouldContain("waits for a confirmation by ops");
        (await ConfirmAsync("ops", "ann")).Deployment.ShouldBeNull("one person can't be two");
        var answer = await ConfirmAsync("ops", "bob");

        answer.Deployment.ShouldNotBeNull();
        _scene.Store.OpenDeployments(ServerScene.Application, "production").ShouldHaveSingleItem().Release.ShouldBe("r-1");
    }

    [Fact]
    public async Task Confirm_RoleThatNobodyAsksFor_IsRefused()
    {
        InStaging("r-1");

        (await FailureAsync(() => ConfirmAsync("boss", "eve"))).Code.ShouldBe("TP4007");

        _scene.Store.Confirmations(ServerScene.Application, "production", "r-1").ShouldBeEmpty();
    }

    [Fact]
    public async Task Confirm_OtherReleaseThanTheWantedOne_DoesNotBringEitherIn()
    {
        InStaging("r-1");
        await PromoteAsync("production");
        InStaging("r-2");

        await _plane.ConfirmAsync(ServerScene.Application, new ConfirmRequest("production", "r-2", "dev", "ann"), Cancel);
        await _plane.ConfirmAsync(ServerScene.Application, new ConfirmRequest("production", "r-2", "ops", "bob"), Cancel);

        _scene.Store.OpenDeployments(ServerScene.Application, "production").ShouldBeEmpty();
        _scene.Ladder.WantedIn(ServerScene.Application, "production").ShouldBe("r-1");
    }

    [Fact]
    public async Task Rollback_WithoutAName_IsTheLastOtherGoodOne()
    {
        foreach (var release in new[] { "r-1", "r-2", "r-3" }) Arrived(release);
        _scene.Fail("development", _scene.Request("development", "r-2").Id);

        var answer = await RollbackAsync("development");

        (answer.Release, answer.Text).ShouldBe(("r-2", "going back to r-2"));
        _scene.Store.OpenDeployments(ServerScene.Application, "development").ShouldHaveSingleItem().Previous.ShouldBe("r-3");
    }

    [Fact]
    public async Task Rollback_NoOtherRanWell_SaysSo()
    {
        Arrived("r-1");

        (await FailureAsync(() => RollbackAsync("development"))).Notes.ShouldContain("No other release ran well in development.");
    }

    [Fact]
    public async Task Rollback_ToOneThatNeverRanThere_IsRefused()
    {
        Arrived("r-1");
        _scene.Ship("r-2");

        var failure = await FailureAsync(() => RollbackAsync("development", "r-2"));

        (failure.Code, failure.ExitCode).ShouldBe(("TP4005", ExitCode.GateClosed));
        _scene.Store.OpenDeployments(ServerScene.Application, null).ShouldBeEmpty();
    }

    [Fact]
    public async Task SetSecret_Declared_IsKeptInTheEnvironmentOnlyAndNeverTold()
    {
        _scene.Ship("r-1", [new Secret("token", SecretSource.Given, null, 0, Models.At())]);

        await _plane.SetSecretAsync(ServerScene.Application, new SecretRequest("staging", "token", "hunter2", "ann"), Cancel);

        _scene.Environments.Folder(ServerScene.Application, "staging").Secrets.Value("token").ShouldBe("hunter2");
        _scene.Environments.Folder(ServerScene.Application, "production").Secrets.Value("token").ShouldBeNull();
        _scene.Journal.ShouldAllBe(f => !f.Text.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Secrets_GivenTwice_AreToldByVersionAndInTheJournalByName()
    {
        _scene.Ship("r-1", [new Secret("token", SecretSource.Given, null, 0, Models.At()), new Secret("made", SecretSource.Generated, null, 32, Models.At())]);
        foreach (var value in new[] { "hunter2", "hunter2", "hunter3" })
            await _plane.SetSecretAsync(ServerScene.Application, new SecretRequest("staging", "token", value, "ann"), Cancel);

        (await _plane.SecretsAsync(ServerScene.Application, "staging", Cancel)).ShouldBe([new SecretAnswer("made", "generated", null), new SecretAnswer("token", "given", 2)]);
        _scene.Journal.Where(f => f.Kind == FactKind.SecretSet).Select(f => f.Text)
            .ShouldBe(["ann gave the secret token of staging a value: version 1", "ann gave the secret token of staging a value: version 2"], "the same value again is no news");
        (await _plane.RotateSecretKeysAsync(new RotateKeysRequest("ann"), Cancel)).Sealed.ShouldBe(2);
        _scene.Store.Facts(null, 0, 100).ShouldContain(f => f.Kind == FactKind.SecretKeysRotated && f.Actor == "ann");
    }

    [Theory]
    [InlineData("other")]
    [InlineData("../../escape")]
    public async Task SetSecret_NotDeclared_IsRefused(string name)
    {
        _scene.Ship("r-1", [new Secret("token", SecretSource.Given, null, 0, Models.At())]);

        var failure = await FailureAsync(async () =>
        {
            await _plane.SetSecretAsync(ServerScene.Application, new SecretRequest("staging", name, "hunter2", "ann"), Cancel);
            return 0;
        });

        failure.Code.ShouldBe("TP4009");
        failure.Headline.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task Status_HalfWayUp_ShowsWhatRunsAndWhatIsNext()
    {
        Arrived("r-1");
        InStaging("r-1");
        Arrived("r-2");

        var status = await _plane.StatusAsync(ServerScene.Application, Cancel);

        status.Environments.Select(e => (e.Name, e.Release)).ShouldBe([("development", "r-2"), ("staging", "r-1"), ("production", null)]);
        status.Environments[1].Next.ShouldBe("r-2");
        status.Environments[2].Next.ShouldBe("r-1");
        status.Environments[2].Gates.Select(g => (g.Name, g.Holds)).ShouldBe([("pipeline", true), ("not-rejected", true), ("signature", true), ("soak", true), ("confirmation", false)]);
    }

    [Fact]
    public async Task Status_ReleaseBeforeIsKeptWarm_CountsOnlyWhatServes()
    {
        Arrived("r-1");
        Arrived("r-2");
        var plan = _scene.Plans.AtRest(ServerScene.Application, "development")!.Upkeep.Plan;
        foreach (var side in new[] { plan.Target, plan.Previous! }) await RunReplicaAsync(side.Service("api")!.Revision);

        var environment = (await _plane.StatusAsync(ServerScene.Application, Cancel)).Environments[0];

        environment.Services.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            s => (s.Desired, s.Running).ShouldBe((1, 1)), s => s.Revision.ShouldBe(plan.Target.Service("api")!.Revision));
        environment.Warm.ShouldBe(new WarmAnswer("r-1", _scene.Time.Now + TimeSpan.FromMinutes(10)));
        environment.Strategy.ShouldBe("rolling");
    }

    [Fact]
    public async Task Status_ClusterThatCannotBeAsked_SaysSoAndShowsTheRest()
    {
        var cluster = new KubernetesSpec { Context = "no-such-context", Registry = "registry.example.org/shop" };
        _scene.Brings = new Ladder([.. ServerScene.Rungs.Environments.Select(e => e.Name == "staging" ? e with { Engine = EngineKind.Kubernetes, Kubernetes = cluster } : e)]);
        Arrived("r-1");
        InStaging("r-1");

        var status = await _plane.StatusAsync(ServerScene.Application, Cancel);

        status.Environments[0].Unseen.ShouldBeNull();
        status.Environments[1].Unseen.ShouldNotBeNullOrEmpty();
        status.Environments[1].Services.ShouldHaveSingleItem().Why.ShouldBeNull("nothing is known of it");
    }

    [Fact]
    public async Task Differences_EnvironmentOfContainers_SaysThatItIsOnNoCluster()
    {
        Arrived("r-1");

        var failure = await Should.ThrowAsync<DiagnosticException>(() => _plane.DifferencesAsync(ServerScene.Application, "development", null, Cancel));

        (failure.ExitCode, failure.Diagnostics[0].Code).ShouldBe((ExitCode.Usage, "TP6449"));
    }

    [Fact]
    public async Task Differences_NothingShipped_SaysThatThereIsNothing() =>
        (await Should.ThrowAsync<DiagnosticException>(() => _plane.DifferencesAsync(ServerScene.Application, "development", null, Cancel))).ExitCode.ShouldBe(ExitCode.NotFound);

    [Fact]
    public async Task Status_HaltedEverywhere_SaysSoInEachEnvironment()
    {
        await _plane.HaltAsync(new HaltRequest(null, null, "television", "ann"), Cancel);

        var status = await _plane.StatusAsync(ServerScene.Application, Cancel);

        status.Environments.ShouldAllBe(e => e.StandsStill.Single().What == "everything" && e.StandsStill.Single().Reason == "television");
    }

    [Fact]
    public async Task Releases_Shipped_NewestFirstWithWhereTheyRun()
    {
        Arrived("r-1");
        _scene.Ship("r-2");

        var releases = (await _plane.ReleasesAsync(ServerScene.Application, new PageRequest(), Cancel)).Items;

        releases.Select(r => r.Id).ShouldBe(["r-2", "r-1"]);
        releases[1].Environments.ShouldBe(["development"]);
    }

    private async Task RunReplicaAsync(string revision)
    {
        _scene.Engine.AddImage("api");
        var labels = ImmutableSortedDictionary<string, string>.Empty
            .Add(ContainerLabels.Application, ServerScene.Application).Add(ContainerLabels.Environment, "development").Add(ContainerLabels.Service, "api")
            .Add(ContainerLabels.Role, ContainerLabels.RoleReplica).Add(ContainerLabels.Revision, revision);
        await _scene.Engine.CreateContainerAsync(new ContainerPlan { Name = $"api-{revision}", Image = "api", Labels = labels }, Cancel);
        await _scene.Engine.StartContainerAsync($"api-{revision}", Cancel);
    }

    private Release Arrived(string id)
    {
        var release = _scene.Store.Release(ServerScene.Application, id) ?? _scene.Ship(id);
        _scene.Arrive("development", id);
        return release;
    }

    private void InStaging(string id)
    {
        Arrived(id);
        _scene.Time.Now += TimeSpan.FromHours(2);
        _scene.Arrive("staging", id);
    }

    private Task<DeploymentAnswer> PromoteAsync(string environment, string? release = null) =>
        _plane.PromoteAsync(ServerScene.Application, new PromoteRequest(environment, release, "ann"), Cancel);

    private Task<DeploymentAnswer> ConfirmAsync(string role, string actor) =>
        _plane.ConfirmAsync(ServerScene.Application, new ConfirmRequest("production", null, role, actor), Cancel);

    private Task<DeploymentAnswer> RollbackAsync(string environment, string? release = null) =>
        _plane.RollbackAsync(ServerScene.Application, new RollbackRequest(environment, release, "ann"), Cancel);

    private static async Task<Failure> FailureAsync<T>(Func<Task<T>> act)
    {
        // Some refusals come before the task.
        var told = await Should.ThrowAsync<DiagnosticException>(async () => await act());
        var diagnostic = told.Diagnostics.ShouldHaveSingleItem();
        return new Failure(diagnostic.Code, told.ExitCode, diagnostic.Headline, diagnostic.Notes);
    }

    private sealed record Failure(string Code, ExitCode ExitCode, string Headline, IReadOnlyList<string> Notes);
}
