using Towpath.Core.Journal;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Storage;

// Evidence of pipelines elsewhere.
public abstract partial class StoreContract
{
    private static readonly CiEvidenceRecord Ran = new("shop", new string('c', 40), new string('1', 64), "{ \"ä\": 1 }", "ci", null, Models.Noon);
    private static readonly EvidenceKeyRecord Vouching = new("shop", "gitlab", new string('f', 64), "pem", "ann", Models.Noon);

    [Fact]
    public void SaveCiEvidence_ComesBackNewestFirst_AndTheSameFileOnce()
    {
        var second = Ran with { Hash = new string('2', 64), Key = Vouching.Fingerprint, At = Models.Noon.AddDays(-1) };
        HandIn(Ran);
        HandIn(second);
        HandIn(Ran with { Actor = "another", At = Models.Noon.AddDays(1) });
        // Another voucher for the same file is another thing.
        HandIn(Ran with { Key = Vouching.Fingerprint });

        _store.CiEvidence("shop", Ran.Commit, 9).ShouldBe([Ran with { Key = Vouching.Fingerprint }, second, Ran]);
        _store.CiEvidence("shop", null, 1).ShouldBe([Ran with { Key = Vouching.Fingerprint }]);
        _store.CiEvidence("shop", new string('d', 40), 9).ShouldBeEmpty();
        _store.CiEvidence("blog", Ran.Commit, 9).ShouldBeEmpty();
        _store.Facts("shop", 0, 9).Count.ShouldBe(3);
    }

    [Fact]
    public void SaveCiEvidence_BeyondTheMost_ForgetsTheOldestOfThatApplication()
    {
        HandIn(Ran with { Application = "blog" }, 2);
        for (var i = 1; i <= 4; i++) HandIn(Ran with { Hash = $"{i}" }, 2);

        _store.CiEvidence("shop", null, 9).Select(e => e.Hash).ShouldBe(["4", "3"]);
        _store.CiEvidence("blog", null, 9).ShouldHaveSingleItem();
    }

    [Fact]
    public void EvidenceKeys_AreAddedOnceAndTakenAway()
    {
        var another = Vouching with { Name = "another", Fingerprint = new string('e', 64) };
        _store.AddEvidenceKey(Vouching, Models.Fact()).ShouldBeTrue();
        _store.AddEvidenceKey(Vouching with { Fingerprint = new string('d', 64) }, Models.Fact()).ShouldBeFalse();
        _store.AddEvidenceKey(Vouching with { Name = "twice" }, Models.Fact()).ShouldBeFalse();
        _store.AddEvidenceKey(another, Models.Fact()).ShouldBeTrue();
        _store.EvidenceKeys("shop").ShouldBe([another, Vouching]);

        _store.RemoveEvidenceKey("shop", "gitlab", Models.Fact()).ShouldBeTrue();
        _store.RemoveEvidenceKey("shop", "gitlab", Models.Fact()).ShouldBeFalse();
        _store.RemoveEvidenceKey("blog", "another", Models.Fact()).ShouldBeFalse();
        _store.EvidenceKeys("shop").ShouldBe([another]);
        _store.Facts("shop", 0, 9).Count.ShouldBe(3);
    }

    [Fact]
    public void RemoveApplication_WithEvidence_ForgetsItAndItsKeys()
    {
        HandIn(Ran);
        HandIn(Ran with { Application = "blog" });
        _store.AddEvidenceKey(Vouching, Models.Fact());
        _store.RemoveApplication("shop");

        _store.CiEvidence("shop", null, 9).ShouldBeEmpty();
        _store.EvidenceKeys("shop").ShouldBeEmpty();
        _store.CiEvidence("blog", null, 9).ShouldHaveSingleItem();
    }

    private void HandIn(CiEvidenceRecord evidence, int most = 100) => _store.SaveCiEvidence(evidence, most, Models.Fact(FactKind.EvidenceAccepted, evidence.Application));
}
