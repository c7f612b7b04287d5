using Towpath.Core.Diagnostics;
using Towpath.Core.Environments;
using Towpath.Core.Journal;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Storage;

/// <summary>What every store promises. Each store has a class of tests that inherits these.</summary>
public abstract partial class StoreContract(IStore store)
{
    protected static string Sha { get; } = new('a', 40);
    private readonly IStore _store = store;

    [Fact]
    public void SaveApplication_Twice_KeepsTheLast()
    {
        _store.SaveApplication("shop", "/a", ".", Models.Ladder("one"));
        _store.SaveApplication("shop", "/b", "sub", Models.Ladder("one", "two"));

        var application = _store.Applications().ShouldHaveSingleItem();
        application.Repository.ShouldBe("/b");
        application.Folder.ShouldBe("sub");
        application.Ladder.Environments.Select(e => e.Name).ShouldBe(["one", "two"]);
        _store.Application("none").ShouldBeNull();
    }

    [Fact]
    public void QueueRun_SameCommitUnfinished_Attaches()
    {
        var (first, attached) = Queue(Sha);
        var (second, again) = Queue(Sha);

        (first.Id, attached).ShouldBe(("p-1", false));
        (second.Id, again).ShouldBe(("p-1", true));
        _store.Facts("shop", 0, 10).ShouldHaveSingleItem().Run.ShouldBe("p-1");
    }

    [Fact]
    public void QueueRun_SameCommitFinished_IsANewRun()
    {
        var (first, _) = Queue(Sha);
        _store.UpdateRun(first.Id, RunState.Failed, null, Models.Noon.AddMinutes(1), Models.Fact(FactKind.PipelineFailed));

        Queue(Sha).Run.Id.ShouldBe("p-2");
        _store.Run("p-1")!.State.ShouldBe(RunState.Failed);
        _store.Run("p-1")!.EndedAt.ShouldBe(Models.Noon.AddMinutes(1));
        _store.UnfinishedRuns("shop").Select(r => r.Id).ShouldBe(["p-2"]);
        _store.RecentRuns("shop", 10).Select(r => r.Id).ShouldBe(["p-2", "p-1"]);
        _store.Run("p-99").ShouldBeNull();
        _store.Run("nonsense").ShouldBeNull();
    }

    [Fact]
    public void SaveEvidence_TwoSteps_ComeBackInOrder()
    {
        var evidence = new EvidenceRecord("p-1", "build:api", true, Models.Noon, TimeSpan.FromMilliseconds(1234.5), "/log", "detail");
        _store.SaveEvidence(evidence, Models.Fact());
        _store.SaveEvidence(evidence with { Step = "test:api", Succeeded = false, LogFile = null });

        _store.Evidence("p-1").ShouldBe([evidence, evidence with { Step = "test:api", Succeeded = false, LogFile = null }]);
        _store.Evidence("p-2").ShouldBeEmpty();
    }

    [Fact]
    public void SaveRelease_SameIdTwice_KeepsTheFirst()
    {
        var release = Models.Release(Sha);
        _store.SaveRelease(release, "p-1", Models.Fact(FactKind.ReleaseCreated));
        _store.SaveRelease(release with { Subject = "changed" }, "p-2");

        _store.Release("shop", release.Id)!.Subject.ShouldBe("A change");
        _store.RunOfRelease("shop", release.Id).ShouldBe("p-1");
        _store.ReleaseOfCommit("shop", Sha)!.Id.ShouldBe(release.Id);
        _store.ReleaseOfCommit("other", Sha).ShouldBeNull();
    }

    [Fact]
    public void Releases_Several_NewestFirst()
    {
        var (a, b) = (Models.Release(Sha), Models.Release(new string('b', 40)));
        _store.SaveRelease(a, "p-1");
        _store.SaveRelease(b, "p-2");

        _store.Releases("shop", 5).Select(r => r.Id).ShouldBe([b.Id, a.Id]);
        _store.Releases("shop", 1).Select(r => r.Id).ShouldBe([b.Id]);
    }

    [Fact]
    public void RemoveRelease_InUse_StaysUntilItIsNot()
    {
        var release = Models.Release(Sha);
        _store.SaveRelease(release, "p-1");
        var lease = Take("one")!;
        var deployment = Deploy(release.Id);

        _store.RemoveRelease("shop", release.Id);
        _store.Release("shop", release.Id).ShouldNotBeNull("a deployment waits for it");

        _store.CompleteDeployment(lease, deployment.Id, "done", "{}", Models.Noon, []);
        _store.RemoveRelease("shop", release.Id);
        _store.Release("shop", release.Id).ShouldNotBeNull("the environment runs it");

        _store.CompleteDeployment(lease, Deploy("r-other").Id, "done", "{}", Models.Noon, []);
        _store.RemoveRelease("shop", release.Id);
        _store.Release("shop", release.Id).ShouldNotBeNull("the environment may go back to it");

        _store.CompleteDeployment(lease, Deploy("r-third").Id, "done", "{}", Models.Noon, []);
        _store.RemoveRelease("shop", release.Id);
        _store.Release("shop", release.Id).ShouldBeNull();
    }

    [Fact]
    public void AddDeployment_Fresh_IsOpenWithItsFirstState()
    {
        var deployment = _store.AddDeployment(
            "shop", "one", "r-1", "r-0", "ann", Models.Noon, id => ("state of " + id, "preparing"), id => [Models.Fact() with { Deployment = id }]);

        deployment.ShouldBe(new DeploymentRecord(
            "d-1", "shop", "one", "r-1", "r-0", "ann", "preparing", false, "state of d-1", Models.Noon, Models.Noon));
        _store.Deployment("d-1").ShouldBe(deployment);
        _store.OpenDeployments(null, null).ShouldBe([deployment]);
        _store.OpenDeployments("shop", "two").ShouldBeEmpty();
        _store.Facts(null, 0, 9).ShouldHaveSingleItem().Deployment.ShouldBe("d-1");
    }

    [Fact]
    public void CompleteDeployment_Held_SetsCurrent()
    {
        var lease = Take("one")!;
        var deployment = Deploy("r-1");
        _store.Current("shop", "one").ShouldBeNull();

        _store.CompleteDeployment(lease, deployment.Id, "succeeded", "end", Models.Noon.AddSeconds(5), [Models.Fact()]);

        _store.Current("shop", "one").ShouldBe(new CurrentRecord("r-1", "d-1", Models.Noon.AddSeconds(5), null));
        _store.OpenDeployments("shop", null).ShouldBeEmpty();
        _store.RecentDeployments("shop", "one", 5).ShouldHaveSingleItem().State.ShouldBe("end");
    }

    [Fact]
    public void TryTakeLease_HeldByAnother_IsNullUntilItExpires()
    {
        var first = Take("one", owner: "a")!;

        Take("one", owner: "b").ShouldBeNull();
        Take("two", owner: "b").ShouldNotBeNull();
        Take("one", owner: "a", at: 5)!.Token.ShouldBe(first.Token, "the owner renews");
        var second = Take("one", owner: "b", at: 16).ShouldNotBeNull();
        second.Token.ShouldBeGreaterThan(first.Token);
    }

    [Fact]
    public void ReleaseLease_ThenTakenAgain_NeverReusesAToken()
    {
        var first = Take("one", owner: "a")!;
        _store.ReleaseLease(first);

        Take("one", owner: "a")!.Token.ShouldBeGreaterThan(first.Token);
    }

    [Fact]
    public void UpdateDeployment_StaleLease_ThrowsAndStoresNothing()
    {
        var stale = Take("one", owner: "a")!;
        var deployment = Deploy("r-1");
        Take("one", owner: "b", at: 60).ShouldNotBeNull();
        var before = _store.LastSequence();

        Should.Throw<StaleLeaseException>(() => _store.UpdateDeployment(stale, deployment.Id, "next", true, "{}", Models.Noon, [Models.Fact()]));
        Should.Throw<StaleLeaseException>(() => _store.CompleteDeployment(stale, deployment.Id, "next", "{}", Models.Noon, [Models.Fact()]));

        _store.Deployment(deployment.Id).ShouldBe(deployment);
        _store.Current("shop", "one").ShouldBeNull();
        _store.LastSequence().ShouldBe(before);
    }

    [Fact]
    public void UpdateDeployment_LeaseOfAnotherEnvironment_StoresNothing()
    {
        var lease = Take("two")!;
        var deployment = Deploy("r-1");

        Should.Throw<InvalidOperationException>(() => _store.UpdateDeployment(lease, deployment.Id, "next", true, "{}", Models.Noon, []));

        _store.Deployment(deployment.Id)!.Ended.ShouldBeFalse();
    }

    [Fact]
    public void LeaseOf_HeldOrNot_TellsWhoeverItIs()
    {
        _store.LeaseOf("shop", "one").ShouldBeNull();
        var lease = Take("one", owner: "b")!;

        _store.LeaseOf("shop", "one").ShouldBe(lease);
        _store.LeaseOf("shop", "two").ShouldBeNull();
        _store.ReleaseLease(lease);
        _store.LeaseOf("shop", "one").ShouldBeNull();
    }

    [Fact]
    public void ChangeValues_OneIsAnotherByNow_StoresNone()
    {
        _store.ChangeValues("shop", [new ValueChange("one", "wish", null, "r-1"), new ValueChange("two", "wish", null, "r-1")], Models.Fact());
        var before = _store.LastSequence();

        Should.Throw<StaleValueException>(() => _store.ChangeValues(
            "shop", [new ValueChange("one", "wish", "r-1", "r-2"), new ValueChange("two", "wish", "r-0", "r-2")], Models.Fact()));
        Should.Throw<StaleValueException>(() => _store.ChangeValues("shop", [new ValueChange("one", "wish", null, "r-2")], Models.Fact()));

        (_store.Value("shop", "one", "wish"), _store.Value("shop", "two", "wish")).ShouldBe(("r-1", "r-1"));
        _store.LastSequence().ShouldBe(before);
    }

    [Fact]
    public void AddDeployment_ValueIsAnotherByNow_AddsNothing()
    {
        _store.SetValue("shop", "one", "wish", "r-1");

        Should.Throw<StaleValueException>(() => _store.AddDeployment(
            "shop", "one", "r-1", null, "ann", Models.Noon, _ => ("{}", "preparing"), _ => [Models.Fact()], _ => [new ValueChange("one", "wish", "r-0", "")]));
        var added = _store.AddDeployment(
            "shop", "one", "r-1", null, "ann", Models.Noon, _ => ("{}", "preparing"), _ => [], id => [new ValueChange("one", "wish", "r-1", id)]);

        _store.OpenDeployments(null, null).ShouldHaveSingleItem().Id.ShouldBe(added.Id);
        _store.Value("shop", "one", "wish").ShouldBe(added.Id);
        _store.Facts(null, 0, 10).ShouldBeEmpty();
    }

    [Fact]
    public void AddDeployment_FactsFail_LeavesNothingAndNoGap()
    {
        _store.Append(Models.Fact());

        Should.Throw<InvalidDataException>(() => _store.AddDeployment(
            "shop", "one", "r-1", null, "ann", Models.Noon, _ => ("{}", "preparing"), _ => throw new InvalidDataException()));

        _store.OpenDeployments(null, null).ShouldBeEmpty();
        Deploy("r-1").Id.ShouldBe("d-1");
        _store.Facts(null, 0, 10).Select(f => f.Sequence).ShouldBe([1, 2]);
    }

    [Fact]
    public void UpdateRun_UnknownRun_StoresNoFact()
    {
        Should.Throw<InvalidOperationException>(() => _store.UpdateRun("p-7", RunState.Running, null, Models.Noon, Models.Fact()));

        _store.LastSequence().ShouldBe(0);
    }

    [Fact]
    public void SaveConfirmation_SamePersonTwice_CountsOnceFromTheLast()
    {
        var yes = new ConfirmationRecord("shop", "one", "r-1", "dev", "ann", Models.Noon, "");
        _store.SaveConfirmation(yes, Models.Fact());
        _store.SaveConfirmation(yes, Models.Fact());
        _store.SaveConfirmation(yes with { Role = "ops" }, Models.Fact());
        _store.SaveConfirmation(yes with { At = Models.Noon.AddHours(1) }, Models.Fact());

        _store.Confirmations("shop", "one", "r-1").ShouldBe([yes with { Role = "ops" }, yes with { At = Models.Noon.AddHours(1) }]);
        _store.LastSequence().ShouldBe(3);
    }

    [Fact]
    public void RemoveValues_Prefix_ForgetsTheseAndNoOthers()
    {
        _store.SetValue("shop", "one", "migrated:r-1:api", "done");
        _store.SetValue("shop", "one", "subnet", "a");
        _store.SetValue("shop", "two", "migrated:r-1:api", "done");

        _store.RemoveValues("shop", "one", "migrated:");

        _store.Value("shop", "one", "migrated:r-1:api").ShouldBeNull();
        _store.Value("shop", "one", "subnet").ShouldBe("a");
        _store.Value("shop", "two", "migrated:r-1:api").ShouldBe("done");
    }

    [Fact]
    public void SetValue_Twice_KeepsTheLast()
    {
        _store.Value("shop", "one", "subnet").ShouldBeNull();
        _store.SetValue("shop", "one", "subnet", "a");
        _store.SetValue("shop", "one", "subnet", "b");

        _store.Value("shop", "one", "subnet").ShouldBe("b");
        _store.Value("shop", "two", "subnet").ShouldBeNull();
    }

    [Fact]
    public void Facts_Stored_ComeBackWhole()
    {
        var fact = Models.Fact() with
        {
            Run = "p-1",
            Environment = "one",
            Duration = TimeSpan.FromMilliseconds(12.5),
            Diagnostic = new Diagnostic("TP3010", Severity.Error, "headline", Models.At(), "label", ["why"], "help"),
        };
        _store.Append(fact, Models.Fact(application: "other"));

        var stored = _store.Facts("shop", 0, 10).ShouldHaveSingleItem();
        stored.Sequence.ShouldBe(1);
        stored.Diagnostic!.Notes.ShouldBe(["why"]);
        (stored with { Diagnostic = null }).ShouldBe(fact with { Sequence = 1, Diagnostic = null });
        _store.Facts(null, 1, 10).ShouldHaveSingleItem().Application.ShouldBe("other");
        _store.Facts(null, 0, 1).ShouldHaveSingleItem().Sequence.ShouldBe(1);
    }

    [Fact]
    public void RemoveApplication_Known_ForgetsAllButTheJournal()
    {
        _store.SaveApplication("shop", "/a", ".", Models.Ladder("one"));
        var (run, _) = Queue(Sha);
        _store.SaveEvidence(new EvidenceRecord(run.Id, "check", true, Models.Noon, TimeSpan.Zero, null, null));
        _store.SaveRelease(Models.Release(Sha), run.Id);
        var stale = Take("one")!;
        Deploy("r-1");
        _store.ChangePorts(_ => PortChange.None with { Taken = [new PortHolding(8000, "shop", "one", PortStanding.Assigned, "ann", Models.Noon)] });

        _store.RemoveApplication("shop");

        _store.Applications().ShouldBeEmpty();
        _store.Run(run.Id).ShouldBeNull();
        _store.Evidence(run.Id).ShouldBeEmpty();
        _store.Releases("shop", 9).ShouldBeEmpty();
        _store.OpenDeployments(null, null).ShouldBeEmpty();
        _store.Ports().ShouldBeEmpty();
        Take("one", owner: "b")!.Token.ShouldBeGreaterThan(stale.Token);
        _store.Facts("shop", 0, 10).ShouldNotBeEmpty();
        Queue(Sha).Run.Id.ShouldBe("p-2");
    }

    [Fact]
    public async Task WaitForFactsAsync_FactComes_Completes()
    {
        var wait = _store.WaitForFactsAsync(0, CancellationToken.None);
        _store.Append(Models.Fact());

        await wait.WaitAsync(TimeSpan.FromSeconds(20));
        await _store.WaitForFactsAsync(0, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task WaitForFactsAsync_Cancelled_Throws()
    {
        using var cancel = new CancellationTokenSource();
        var wait = _store.WaitForFactsAsync(0, cancel.Token);
        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => wait);
    }

    protected (RunRecord Run, bool Attached) Queue(string sha) => _store.QueueRun("shop", sha, "A change", "ann", Models.Noon, Models.Fact());

    protected Lease? Take(string environment, string owner = "a", int at = 0) =>
        _store.TryTakeLease("shop", environment, owner, Models.Noon.AddSeconds(at), TimeSpan.FromSeconds(10));

    protected DeploymentRecord Deploy(string release) =>
        _store.AddDeployment("shop", "one", release, null, "ann", Models.Noon, _ => ("{}", "preparing"), _ => [Models.Fact()]);
}
