using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Journal;
using Towpath.Core.Supply.Advisories;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Storage;

// Inventories, provenance, advisories.
public abstract partial class StoreContract
{
    [Fact]
    public void SaveInventory_Twice_KeepsTheSecond()
    {
        _store.Inventory("sha256:1").ShouldBeNull();
        _store.SaveInventory("sha256:1", "one", Models.Noon);
        _store.SaveInventory("sha256:1", "two", Models.Noon);

        _store.Inventory("sha256:1").ShouldBe("two");
    }

    [Fact]
    public void RemoveInventories_OldOnesOfImagesThatAreGone_AreForgotten()
    {
        foreach (var (digest, days) in new[] { ("sha256:1", -9), ("sha256:2", -9), ("sha256:3", 0) }) _store.SaveInventory(digest, digest, Models.Noon.AddDays(days));

        _store.RemoveInventories(new HashSet<string> { "sha256:1" }, Models.Noon.AddDays(-1));

        new[] { "sha256:1", "sha256:2", "sha256:3" }.Where(d => _store.Inventory(d) is not null).ShouldBe(["sha256:1", "sha256:3"]);
    }

    [Fact]
    public void SaveProvenance_Twice_KeepsTheFirst_AndGoesWithTheApplication()
    {
        _store.SaveProvenance("shop", "r-1", "one");
        _store.SaveProvenance("shop", "r-1", "two");
        _store.SaveProvenance("blog", "r-1", "three");

        _store.Provenance("shop", "r-1").ShouldBe("one");
        _store.RemoveApplication("shop");
        _store.Provenance("shop", "r-1").ShouldBeNull();
        _store.Provenance("blog", "r-1").ShouldBe("three");
    }

    [Fact]
    public void RemoveRelease_WithProvenance_ForgetsIt()
    {
        var release = Models.Release("c1");
        _store.SaveRelease(release, "p-1", []);
        _store.SaveProvenance("shop", release.Id, "one");

        _store.RemoveRelease("shop", release.Id);

        _store.Provenance("shop", release.Id).ShouldBeNull();
    }

    [Fact]
    public void SaveAdvisories_OfAPackage_ComeBackByEcosystemAndName()
    {
        _store.SaveAdvisories([Known("B", "npm", "a", "a"), Known("A", "npm", "a"), Known("C", "Debian:12", "a")]);

        _store.Advisories("npm", "a").Select(a => a.Id).ShouldBe(["A", "B", "B"]);
        _store.Advisories("npm", "a")[0].Affected.Ranges.Single().ShouldBe([new RangeEvent(RangeStep.Introduced, "0")]);
        _store.Advisories("npm", "b").ShouldBeEmpty();
        _store.Advisories("Debian:11", "a").ShouldBeEmpty();
    }

    [Fact]
    public void SaveAdvisories_Again_TakesThePlaceAndWithdrawnOnesGo()
    {
        _store.SaveAdvisories([Known("A", "npm", "a"), Known("B", "npm", "a")]);
        _store.SaveAdvisories([Known("A", "npm", "b"), Known("B", "npm", "a") with { Withdrawn = true }]);

        _store.Advisories("npm", "a").ShouldBeEmpty();
        _store.Advisories("npm", "b").ShouldHaveSingleItem().Id.ShouldBe("A");
    }

    [Fact]
    public void FinishImport_SeveralAtTheSameTime_AreSeveralTimes()
    {
        var times = Enumerable.Range(0, 3).Select(_ =>
        {
            _store.FinishImport(["npm"], Models.Noon);
            return _store.Imports()["npm"];
        }).ToList();

        times.ShouldBeUnique();
        times.ShouldAllBe(at => at >= Models.Noon && at < Models.Noon.AddMilliseconds(1));
    }

    [Fact]
    public void FinishImport_Families_AreTimedEach()
    {
        _store.Imports().ShouldBeEmpty();
        _store.FinishImport(["Debian", "npm"], Models.Noon, Models.Fact(FactKind.VulnerabilitiesImported));
        _store.FinishImport(["npm"], Models.Noon.AddDays(1));

        _store.Imports().ShouldBe(new Dictionary<string, DateTimeOffset> { ["Debian"] = Models.Noon, ["npm"] = Models.Noon.AddDays(1) }, ignoreOrder: true);
        _store.Facts(null, 0, 9).ShouldHaveSingleItem().Kind.ShouldBe(FactKind.VulnerabilitiesImported);
    }

    private static Advisory Known(string id, string ecosystem, params ImmutableArray<string> packages) => new(
        id, ["CVE-1"], "bad", false, [.. packages.Select(p => new AffectedPackage(ecosystem, p, VulnerabilitySeverity.High, 7.5, [[new RangeEvent(RangeStep.Introduced, "0")]], []))]);
}
