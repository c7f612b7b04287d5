using Towpath.Core.Supply.Packages;
using Towpath.Core.Supply.Versions;

namespace Towpath.Tests.Supply.Versions;

/// <summary>Each list is in order, oldest first; versions between bars are equal. From the projects' own tests and documents.</summary>
public sealed class VersionOrderTests
{
    // dpkg's lib/dpkg/t/t-version.c and deb-version(7).
    private const string Deb = """
        1.0~~ 1.0~~a 1.0~ 1.0~rc1-1 1.0~rc1-1.1 1.0|1.0-0|0:1.0|01.0 1.0-1~bpo1 1.0-1 1.0-1+b1 1.0-1+deb12u1 1.0-1.1 1.0-2 1.0-10 1.0a 1.0+dfsg-1 1.0.1 1.2 1.10 1:0.1 2:0.0.44-1 2:0.0.44-nobin
        """;

    // apk-tools' test/version.data, and apk-package(5).
    private const string Apk = """
        0.1_alpha 0.1_alpha1 0.1_beta 0.1_pre2 0.1_rc1 0.1_rc1-r1 0.1 0.1-r1|0.1-r01 0.1-r10 0.1_cvs20080101 0.1_git20081014 0.1_hg1 0.1_p1 0.1_p1_p1 0.1a 0.1b 0.1.0 0.1.01 0.1.2 0.1.10 0.2 1.0 1.0.3-r0 1.36.1-r15 1.36.1-r29 2.0 12 20050718
        """;

    // Semantic Versioning 2.0.0, section 11.
    private const string Npm = """
        0.0.0-0 0.9.9 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0|1.0.0+build.5|v1.0.0|1.0 1.2.3-4-foo 1.2.3 1.9.0 1.10.0 1.11.0 2.0.0 99999999999999999999.0.0
        """;

    // PEP 440, "Summary of permitted suffixes and relative ordering", and packaging's tests.
    private const string PyPi = """
        1.0.dev456 1.0a1 1.0a2.dev456 1.0a12.dev456 1.0a12 1.0b1.dev456 1.0b2 1.0b2.post345.dev456 1.0b2.post345 1.0b2-346 1.0c1.dev456 1.0c1|1.0rc1|1.0-RC.1 1.0rc2 1.0|1|1.0.0|v1.0 1.0+abc.5 1.0+abc.7 1.0+5 1.0.post456.dev34 1.0.post456|1.0-456 1.1.dev1 1.1 2.0 1!0.1
        """;

    // NuGet's "Package versioning", and NuGet.Versioning's tests.
    private const string NuGet = """
        1.0.0-alpha 1.0.0-alpha.1 1.0.0-Beta|1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0|1.0|1|1.0.0.0|01.0.0|1.0.0+meta 1.0.0.1 1.0.1-aaa 1.0.1 1.9 1.10 2.0.0.0
        """;

    [Theory]
    [InlineData(PackageKind.Deb, Deb)]
    [InlineData(PackageKind.Apk, Apk)]
    [InlineData(PackageKind.Npm, Npm)]
    [InlineData(PackageKind.PyPi, PyPi)]
    [InlineData(PackageKind.NuGet, NuGet)]
    public void Compare_KnownOrder_Holds(PackageKind kind, string list)
    {
        var ranks = list.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .SelectMany((versions, rank) => versions.Split('|').Select(version => (Version: version, Rank: rank))).ToList();
        foreach (var (left, leftRank) in ranks)
        {
            foreach (var (right, rightRank) in ranks)
                Math.Sign(VersionOrder.Compare(kind, left, right).ShouldNotBeNull($"{left} {right}")).ShouldBe(leftRank.CompareTo(rightRank), $"{left} against {right}");
        }
    }

    [Theory]
    [InlineData(PackageKind.Apk, "latest")]
    [InlineData(PackageKind.Npm, "latest")]
    [InlineData(PackageKind.Npm, "1.2.3.4")]
    [InlineData(PackageKind.PyPi, "1.0-unknown-thing")]
    [InlineData(PackageKind.NuGet, "1.2.3.4.5")]
    public void Compare_NoVersion_IsNull(PackageKind kind, string version)
    {
        VersionOrder.Compare(kind, version, "1.0.0").ShouldBeNull();
        VersionOrder.Compare(kind, "1.0.0", version).ShouldBeNull();
    }

    [Fact]
    public void Compare_AnyText_IsAntisymmetricAndReflexive()
    {
        const string signs = "0019.~-+:_ab rcp!vdevpost";
        var random = new Random(440);
        for (var round = 0; round < 20000; round++)
        {
            var (left, right) = (Text(), Text());
            foreach (var kind in Enum.GetValues<PackageKind>())
            {
                var order = VersionOrder.Compare(kind, left, right);
                var turned = VersionOrder.Compare(kind, right, left);
                (order is null).ShouldBe(turned is null, $"{kind} {left} {right}");
                if (order is { } known) Math.Sign(known).ShouldBe(-Math.Sign(turned!.Value), $"{kind} {left} {right}");
                if (VersionOrder.Compare(kind, left, left) is { } same) same.ShouldBe(0, $"{kind} {left}");
            }
        }

        string Text() => new([.. Enumerable.Range(0, random.Next(1, 10)).Select(_ => signs[random.Next(signs.Length)])]);
    }
}
