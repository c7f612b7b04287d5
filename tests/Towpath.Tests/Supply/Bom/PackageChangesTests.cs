using Towpath.Core.Supply.Bom;
using Towpath.Core.Supply.Packages;

namespace Towpath.Tests.Supply.Bom;

public sealed class PackageChangesTests
{
    [Fact]
    public void Between_TwoImages_TellsWhatCameWentAndChanged()
    {
        var changes = PackageChanges.Between(Image(("a", "1"), ("b", "1"), ("c", "1"), ("c", "2"), ("e", "1")), Image(("b", "2"), ("c", "2"), ("d", "1"), ("e", "1")));

        changes.Select(c => $"{c.Package} {string.Join(',', c.Before)}>{string.Join(',', c.After)}").ShouldBe(["a 1>", "b 1>2", "c 1,2>2", "d >1"]);
    }

    [Fact]
    public void Between_NoImageBefore_AllIsNew() => PackageChanges.Between(null, Image(("a", "1"))).ShouldHaveSingleItem().Before.ShouldBeEmpty();

    [Fact]
    public void Between_SamePackagesElsewhere_IsNothing() =>
        PackageChanges.Between(Image(("a", "1")), new ImageInventory("sha256:2", null, [new Package(PackageKind.Npm, "a", "1", "pkg:npm/a@1", "elsewhere")], [])).ShouldBeEmpty();

    private static ImageInventory Image(params (string Name, string Version)[] packages) =>
        new("sha256:1", null, [.. packages.Select(p => new Package(PackageKind.Npm, p.Name, p.Version, $"pkg:npm/{p.Name}@{p.Version}", "x"))], []);
}
