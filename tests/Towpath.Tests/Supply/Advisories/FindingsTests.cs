using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Supply.Advisories;
using Towpath.Core.Supply.Packages;

namespace Towpath.Tests.Supply.Advisories;

public sealed class FindingsTests
{
    private static readonly ImageSystem Bookworm = new("debian", "12", "Debian");

    [Theory]
    [InlineData("0.9", false)]
    [InlineData("1.0", true)]
    [InlineData("1.4", true)]
    [InlineData("1.5", false)]
    [InlineData("2.0", true)]
    [InlineData("2.3", true)]
    [InlineData("2.4", false)]
    [InlineData("7.7", true)]
    [InlineData("no version", false)]
    public void IsAffected_Events_AreTakenInTheirOrder(string version, bool affected)
    {
        // In no order in the record, as the schema allows.
        var package = Affected("npm", "a", ["7.7"], [(RangeStep.Fixed, "1.5"), (RangeStep.Introduced, "2.0"), (RangeStep.Introduced, "1.0"), (RangeStep.LastAffected, "2.3")]);

        AdvisoryMatch.IsAffected(PackageKind.Npm, version, package).ShouldBe(affected);
    }

    [Fact]
    public void IsAffected_FixedAndIntroducedAtOneVersion_IsAffected() =>
        AdvisoryMatch.IsAffected(PackageKind.Npm, "1.5.0", Affected("npm", "a", [], [(RangeStep.Introduced, "1.5.0"), (RangeStep.Introduced, "0"), (RangeStep.Fixed, "1.5.0")])).ShouldBeTrue();

    [Fact]
    public void IsAffected_BeyondTheLimit_IsNot()
    {
        var package = Affected("npm", "a", [], [(RangeStep.Introduced, "0"), (RangeStep.Limit, "2.0.0")]);

        AdvisoryMatch.IsAffected(PackageKind.Npm, "1.9.0", package).ShouldBeTrue();
        AdvisoryMatch.IsAffected(PackageKind.Npm, "2.0.0", package).ShouldBeFalse();
    }

    [Fact]
    public void IsAffected_ZeroOfDebian_IsBeforeTildes() =>
        AdvisoryMatch.IsAffected(PackageKind.Deb, "0~git1", Affected("Debian:12", "a", [], [(RangeStep.Introduced, "0"), (RangeStep.Fixed, "1")])).ShouldBeTrue();

    [Fact]
    public void Of_DebianPackage_IsLookedUpByItsSourceAndRelease()
    {
        var libssl = new Package(PackageKind.Deb, "libssl3", "3.0.11-1+b1", "pkg:deb/debian/libssl3@3.0.11-1", "var/lib/dpkg/status") { Source = "openssl", SourceVersion = "3.0.11-1" };
        var asked = new List<(string, string)>();

        var found = Findings.Of(Inventory(Bookworm, libssl), (ecosystem, package) =>
        {
            asked.Add((ecosystem, package));
            return [Advisory("DSA-1", ["CVE-1"], Affected("Debian:12", "openssl", [], [(RangeStep.Introduced, "0"), (RangeStep.Fixed, "3.0.11-1+deb12u1")]))];
        });

        asked.ShouldBe([("Debian:12", "openssl")]);
        found.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            f => f.Package.ShouldBe("libssl3"), f => f.Installed.ShouldBe("3.0.11-1+b1"), f => f.FixedIn.ShouldBe("3.0.11-1+deb12u1"), f => f.FoundIn.ShouldBe("var/lib/dpkg/status"));
    }

    [Fact]
    public void Of_TwoDatabasesOnOneVulnerability_IsOneFindingWithTheWorstSeverity()
    {
        var everything = (RangeStep.Introduced, "0");
        var found = Findings.Of(Inventory(null, Npm("a", "1.0.0")), (_, _) =>
        [
            Advisory("GHSA-1", ["CVE-1"], Affected("npm", "a", [], [everything]) with { Severity = VulnerabilitySeverity.Medium }),
            Advisory("CVE-1", ["GHSA-1"], Affected("npm", "a", [], [everything]) with { Severity = VulnerabilitySeverity.High }),
            Advisory("GHSA-2", [], Affected("npm", "a", [], [everything]) with { Severity = VulnerabilitySeverity.Critical }),
        ]);

        found.Select(f => (f.Id, f.Severity)).ShouldBe([("GHSA-2", VulnerabilitySeverity.Critical), ("CVE-1", VulnerabilitySeverity.High)]);
        found[1].IsCalled("ghsa-1").ShouldBeTrue();
    }

    [Theory]
    [InlineData("CVE-1", false)]
    [InlineData("CVE-1 CVE-2", true)]
    [InlineData("DSA-1", true)]
    [InlineData("GHSA-7", true)]
    [InlineData("CVE-3", false)]
    public void IsExcepted_AdvisoryOfSeveral_NeedsAllOfThem(string exceptions, bool excepted) =>
        new Finding("DSA-1", ["CVE-1", "CVE-2", "GHSA-7"], "", VulnerabilitySeverity.High, null, "a", "pkg:npm/a@1", "1", null, "x")
            .IsExcepted(id => exceptions.Split(' ').Contains(id)).ShouldBe(excepted);

    [Fact]
    public void Asked_PackagesOfAnUnknownDistribution_AreCounted()
    {
        var deb = new Package(PackageKind.Deb, "a", "1", "pkg:deb/mint/a@1", "x");

        Findings.Asked(Inventory(new ImageSystem("linuxmint", "21", "Mint"), deb, Npm("b", "1.0.0"))).ShouldSatisfyAllConditions(
            a => a.Families.ShouldBe(["npm"]), a => a.Unknown.ShouldBe(1));
        Findings.Asked(Inventory(Bookworm, deb)).Families.ShouldBe(["Debian"]);
        Findings.Asked(Inventory(new ImageSystem("alpine", "3.19.1", "Alpine"), deb with { Kind = PackageKind.Apk })).Families.ShouldBe(["Alpine"]);
    }

    private static Package Npm(string name, string version) => new(PackageKind.Npm, name, version, $"pkg:npm/{name}@{version}", "x");

    private static ImageInventory Inventory(ImageSystem? system, params ImmutableArray<Package> packages) => new("sha256:1", system, packages, []);

    private static PackageAdvisory Advisory(string id, ImmutableArray<string> names, AffectedPackage affected) => new(id, names, "", affected);

    private static AffectedPackage Affected(string ecosystem, string package, ImmutableArray<string> versions, (RangeStep Step, string Version)[] range) =>
        new(ecosystem, package, VulnerabilitySeverity.High, null, [[.. range.Select(e => new RangeEvent(e.Step, e.Version))]], versions);
}
