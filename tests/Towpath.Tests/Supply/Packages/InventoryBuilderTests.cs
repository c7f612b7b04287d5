using System.Text;
using Towpath.Core.Supply;
using Towpath.Core.Supply.Packages;

namespace Towpath.Tests.Supply.Packages;

public sealed class InventoryBuilderTests
{
    private const string Digest = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
    private const string Bookworm = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nVERSION_ID=\"12\"\n";

    private const string Status = """
        Package: libssl3
        Status: install ok installed
        Source: openssl
        Architecture: amd64
        Version: 3.0.11-1~deb12u2
        Description: text
         Package: not a field

        Package: gone
        Status: deinstall ok config-files
        Version: 1.0

        Package: libc-bin
        Status: install ok installed
        Source: glibc (2.36-9+deb12u4)
        Architecture: amd64
        Version: 2.36-9+deb12u4+b1

        Package: broken
        Status: install ok installed
        """;

    [Fact]
    public void Build_DpkgStatus_HasInstalledPackagesWithTheirSources()
    {
        var inventory = Read(("etc/os-release", Bookworm), ("var/lib/dpkg/status", Status));

        inventory.System.ShouldBe(new ImageSystem("debian", "12", "Debian GNU/Linux 12 (bookworm)"));
        inventory.Packages.Select(p => p.Purl).ShouldBe(
        [
            "pkg:deb/debian/libc-bin@2.36-9%2Bdeb12u4%2Bb1?arch=amd64&distro=debian-12",
            "pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12",
        ]);
        (inventory.Packages[0].Source, inventory.Packages[0].SourceVersion).ShouldBe(("glibc", "2.36-9+deb12u4"));
        (inventory.Packages[1].Source, inventory.Packages[1].SourceVersion).ShouldBe(("openssl", null));
        inventory.Warnings.ShouldBe(["var/lib/dpkg/status: an entry without a name or version (broken)"]);
        inventory.Summary.ShouldBe("2 packages (2 deb), 1 could not be read");
    }

    [Fact]
    public void Build_Distroless_ReadsTheFilesOfStatusD()
    {
        var inventory = Read(
            ("var/lib/dpkg/status.d/base", "Package: base-files\nVersion: 12.4\nArchitecture: amd64\n"), ("var/lib/dpkg/status.d/base.md5sums", "0 x"), ("usr/lib/os-release", Bookworm));

        inventory.Packages.ShouldHaveSingleItem().Purl.ShouldBe("pkg:deb/debian/base-files@12.4?arch=amd64&distro=debian-12");
        inventory.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void Build_MachineReadableCopyright_NamesLicenses()
    {
        var inventory = Read(
            ("var/lib/dpkg/status", "Package: zlib1g\nVersion: 1\nStatus: install ok installed\n"),
            ("usr/share/doc/zlib1g/copyright", "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: Zlib\n\nFiles: debian/*\nLicense: GPL-2+\n"));

        inventory.Packages.Single().Licenses.ShouldBe(["GPL-2+", "Zlib"]);
    }

    [Fact]
    public void Build_ApkDatabase_HasOriginsAndLicenses()
    {
        var inventory = Read(
            ("etc/os-release", "ID=alpine\nVERSION_ID=3.19.1\n"),
            ("lib/apk/db/installed", "C:Q1abc\nP:libcrypto3\nV:3.1.4-r5\nA:x86_64\nL:Apache-2.0\no:openssl\nF:lib\nR:libcrypto.so.3\n\nP:busybox\nV:1.36.1-r15\no:busybox\n\nP:nothing\n\n"));

        inventory.Packages.Select(p => (p.Purl, p.Source)).ShouldBe(
        [
            ("pkg:apk/alpine/busybox@1.36.1-r15?distro=alpine-3.19.1", null),
            ("pkg:apk/alpine/libcrypto3@3.1.4-r5?arch=x86_64&distro=alpine-3.19.1", "openssl"),
        ]);
        inventory.Packages[1].Licenses.ShouldBe(["Apache-2.0"]);
        inventory.Warnings.ShouldHaveSingleItem().ShouldContain("nothing");
    }

    [Fact]
    public void Build_InstalledNpmPackages_HaveScopesAndHideTheLockBesideThem()
    {
        var inventory = Read(
            ("app/package-lock.json", """{ "packages": { "": {}, "node_modules/left-pad": { "version": "9.9.9" } } }"""),
            ("app/node_modules/left-pad/package.json", """{ "name": "left-pad", "version": "1.3.0", "license": "WTFPL" }"""),
            ("app/node_modules/@babel/core/package.json", """{ "name": "@babel/core", "version": "7.1.0", "licenses": [ { "type": "MIT" } ] }"""),
            ("app/node_modules/left-pad/test/package.json", """{ "name": "no", "version": "1.0.0" }"""));

        inventory.Packages.Select(p => p.Purl).ShouldBe(["pkg:npm/%40babel/core@7.1.0", "pkg:npm/left-pad@1.3.0"]);
        inventory.Packages.Select(p => p.FullName).ShouldBe(["@babel/core", "left-pad"]);
        inventory.Packages.SelectMany(p => p.Licenses).ShouldBe(["MIT", "WTFPL"]);
    }

    [Fact]
    public void Build_LockAlone_NamesWhatIsNotForDevelopment()
    {
        var inventory = Read(
            ("srv/package-lock.json", """
                { "lockfileVersion": 3, "packages": {
                  "": { "version": "1.0.0" },
                  "node_modules/a": { "version": "1.0.0" }, "node_modules/a/node_modules/@x/b": { "version": "2.0.0" },
                  "node_modules/c": { "version": "3.0.0", "dev": true }, "node_modules/d": { "link": true, "version": "1.0.0" } } }
                """),
            ("old/package-lock.json", """{ "dependencies": { "e": { "version": "1.0.0", "dependencies": { "f": { "version": "2.0.0" } } }, "g": { "version": "1.0.0", "dev": true } } }"""));

        inventory.Packages.Select(p => p.Purl).ShouldBe(["pkg:npm/%40x/b@2.0.0", "pkg:npm/a@1.0.0", "pkg:npm/e@1.0.0", "pkg:npm/f@2.0.0"]);
    }

    [Fact]
    public void Build_PythonMetadata_NamesPackages()
    {
        var inventory = Read(
            ("usr/local/lib/python3.11/site-packages/Foo_Bar-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: Foo_Bar\nVersion: 1.0\nLicense: BSD\n\nVersion: no\n"),
            ("usr/lib/python3/dist-packages/old.egg-info/PKG-INFO", "Name: old\nVersion: 0.1\nLicense: UNKNOWN\n"),
            ("usr/lib/python3/dist-packages/bad.egg-info", "Name: bad\n"));

        inventory.Packages.Select(p => p.Purl).ShouldBe(["pkg:pypi/foo-bar@1.0", "pkg:pypi/old@0.1"]);
        inventory.Packages[0].Licenses.ShouldBe(["BSD"]);
        inventory.Packages[1].Licenses.ShouldBeEmpty();
        inventory.Warnings.ShouldHaveSingleItem().ShouldContain("bad.egg-info");
    }

    [Fact]
    public void Build_DepsJson_NamesPackagesOnly()
    {
        var inventory = Read(("app/shop.deps.json", """
            { "libraries": {
              "shop/1.0.0": { "type": "project" }, "Npgsql/8.0.1": { "type": "package" },
              "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1": { "type": "runtimepack" }, "noversion": { "type": "package" } } }
            """));

        inventory.Packages.Select(p => p.Purl).ShouldBe(["pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@8.0.1", "pkg:nuget/Npgsql@8.0.1"]);
        inventory.Warnings.ShouldHaveSingleItem().ShouldContain("noversion");
    }

    [Fact]
    public void Build_FilesThatTheDistributionBrought_AreItsPackages()
    {
        const string path = "usr/lib/python3/dist-packages/six-1.16.0.egg-info";
        var inventory = Read(
            (path, "Name: six\nVersion: 1.16.0\n"), ("var/lib/dpkg/info/python3-six.list", $"/.\n/{path}\n"),
            ("usr/local/lib/python3.11/site-packages/six-1.17.0.dist-info/METADATA", "Name: six\nVersion: 1.17.0\n"));

        inventory.Packages.Select(p => p.Purl).ShouldBe(["pkg:pypi/six@1.17.0"]);
    }

    [Fact]
    public void Build_Rpm_SaysThatItIsNotRead() =>
        Read(("var/lib/rpm/rpmdb.sqlite", "x")).Warnings.ShouldBe(["var/lib/rpm/rpmdb.sqlite: packages of rpm are not read"]);

    [Fact]
    public void Build_SamePackageInTwoPlaces_StandsOnce() =>
        Read(("b/node_modules/a/package.json", """{ "name": "a", "version": "1.0.0" }"""), ("a/node_modules/a/package.json", """{ "name": "a", "version": "1.0.0" }"""))
            .Packages.ShouldHaveSingleItem().FoundIn.ShouldBe("a/node_modules/a/package.json");

    [Fact]
    public void Build_AnyOrderOfFiles_GivesTheSame()
    {
        (string, string)[] files = [("etc/os-release", Bookworm), ("var/lib/dpkg/status", Status), ("a/node_modules/a/package.json", """{ "name": "a", "version": "1.0.0" }"""), ("x/bad.egg-info", "")];

        SupplyText.Write(Read([.. files.Reverse()])).ShouldBe(SupplyText.Write(Read(files)));
        SupplyText.Write(SupplyText.ReadInventory(SupplyText.Write(Read(files)))).ShouldBe(SupplyText.Write(Read(files)));
    }

    [Fact]
    public void Add_AnyBytes_NeverThrowsAndWarnsWithinBounds()
    {
        string[] paths =
        [
            "etc/os-release", "var/lib/dpkg/status", "var/lib/dpkg/info/a.list", "usr/share/doc/a/copyright", "lib/apk/db/installed", "a/node_modules/b/package.json",
            "package-lock.json", "a.dist-info/METADATA", "b.egg-info", "c.deps.json",
        ];
        string[] seeds =
        [
            Status, Bookworm, "P:a\nV:1\n\n", """{"name":"\ud800","version":"1","packages":{"node_modules/":{"version":"1"}},"dependencies":[1],"libraries":{"a/":{"type":"package"}}}""",
            """{"packages":[],"libraries":3,"license":{"type":7},"licenses":[null]}""", "[]", "null", "", "\uFEFF{}", new string('[', 5000),
        ];
        var random = new Random(4750);
        for (var round = 0; round < 3000; round++)
        {
            var builder = new InventoryBuilder(Digest);
            foreach (var path in paths)
            {
                var bytes = Encoding.UTF8.GetBytes(seeds[random.Next(seeds.Length)]);
                for (var change = random.Next(8); change > 0 && bytes.Length > 0; change--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                builder.Add(path, bytes.AsMemory(0, random.Next(bytes.Length + 1)));
            }

            var inventory = builder.Build();
            inventory.Warnings.Length.ShouldBeLessThanOrEqualTo(ImageInventory.MostWarnings);
            SupplyText.ReadInventory(SupplyText.Write(inventory)).Packages.Length.ShouldBe(inventory.Packages.Length);
        }
    }

    [Theory]
    [InlineData("var/lib/dpkg/info/a.md5sums")]
    [InlineData("node_modules/a/lib/package.json")]
    [InlineData("app/package.json")]
    [InlineData("app/node_modules/@a/package.json")]
    [InlineData("usr/share/doc/a/b/copyright")]
    [InlineData("bin/sh")]
    public void IsWanted_OtherFiles_AreNot(string path) => InventoryBuilder.IsWanted(path).ShouldBeFalse();

    private static ImageInventory Read(params (string Path, string Text)[] files)
    {
        var builder = new InventoryBuilder(Digest);
        foreach (var (path, text) in files)
        {
            InventoryBuilder.IsWanted(path).ShouldBe(!path.EndsWith(".md5sums", StringComparison.Ordinal) && path != "app/node_modules/left-pad/test/package.json", path);
            builder.Add(path, Encoding.UTF8.GetBytes(text));
        }

        return builder.Build();
    }
}
