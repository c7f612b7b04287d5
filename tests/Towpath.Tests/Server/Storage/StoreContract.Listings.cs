using Towpath.Core.Journal;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Storage;

// Parts of what is stored, page by page.
public abstract partial class StoreContract
{
    [Fact]
    public void ApplicationNames_AreInOrder()
    {
        foreach (var name in new[] { "shop", "blog" }) _store.SaveApplication(name, "/a", ".", Models.Ladder("one"));
        _store.ApplicationNames().ShouldBe(["blog", "shop"]);
    }

    [Fact]
    public void RunPage_ByNumber_IsNewestFirstAndOfOneApplication()
    {
        foreach (var c in "abcd") Queue(new string(c, 40));
        _store.QueueRun("blog", new string('e', 40), "subject", "ada", Models.Noon, Models.Fact());

        _store.RunPage("shop", null, 3).Select(r => r.Id).ShouldBe(["p-4", "p-3", "p-2"]);
        _store.RunPage("shop", 2, 3).Select(r => r.Id).ShouldBe(["p-1"]);
        _store.RunPage("shop", 1, 3).ShouldBeEmpty();
        _store.RunPage("none", null, 3).ShouldBeEmpty();
    }

    [Fact]
    public void DeploymentPage_ByNumber_IsNewestFirstAndOfOneEnvironment()
    {
        foreach (var environment in new[] { "one", "two", "one", "one" })
            _store.AddDeployment("shop", environment, "r-1", null, "ada", Models.Noon, _ => ("{}", "Requested"), id => [Models.Fact() with { Deployment = id }]);

        _store.DeploymentPage("shop", "one", null, 2).Select(d => d.Id).ShouldBe(["d-4", "d-3"]);
        _store.DeploymentPage("shop", "one", 3, 2).Select(d => d.Id).ShouldBe(["d-1"]);
        _store.FactsOfDeployment("d-3", 10).ShouldHaveSingleItem().Sequence.ShouldBe(3);
        _store.FactsOfDeployment("d-9", 10).ShouldBeEmpty();
    }

    [Fact]
    public void ReleasePage_AfterOneWasRemovedAndOneAdded_GoesOnWhereItWas()
    {
        var releases = "abcde".Select(c => Models.Release(new string(c, 40))).ToList();
        foreach (var release in releases.Take(4)) _store.SaveRelease(release, $"p-{release.Commit[0]}");
        var first = _store.ReleasePage(releases[0].Application.Name, null, 2);
        first.Select(r => (r.Release.Id, r.Run)).ShouldBe([(releases[3].Id, "p-d"), (releases[2].Id, "p-c")]);

        _store.SaveRelease(releases[4], "p-e");
        _store.RemoveRelease(releases[0].Application.Name, releases[2].Id);
        _store.ReleasePage(releases[0].Application.Name, first[^1].Number, 2).Select(r => r.Release.Id).ShouldBe([releases[1].Id, releases[0].Id]);
    }

    [Fact]
    public void EvidenceOf_SeveralRuns_IsThatOfTheseInOrder()
    {
        var evidence = new EvidenceRecord("p-1", "check", true, Models.Noon, TimeSpan.FromSeconds(1), null, null);
        _store.SaveEvidence(evidence);
        _store.SaveEvidence(evidence with { Run = "p-2" });
        _store.SaveEvidence(evidence with { Run = "p-3" });
        _store.SaveEvidence(evidence with { Step = "build:api" });

        _store.EvidenceOf(["p-1", "p-3"]).Select(e => (e.Run, e.Step)).ShouldBe([("p-1", "check"), ("p-1", "build:api"), ("p-3", "check")]);
        _store.EvidenceOf([]).ShouldBeEmpty();
    }

    [Fact]
    public void CurrentReleases_OfAnApplication_AreThoseOfItsEnvironments()
    {
        var lease = Take("one")!;
        _store.CompleteDeployment(lease, Deploy("r-1").Id, "done", "{}", Models.Noon, []);
        _store.CurrentReleases("shop").ShouldBe(new Dictionary<string, string> { ["one"] = "r-1" });
        _store.CurrentReleases("none").ShouldBeEmpty();
    }
}
