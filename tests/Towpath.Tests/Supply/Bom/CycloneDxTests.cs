using System.Text.Json;
using Towpath.Core.Supply.Bom;
using Towpath.Core.Supply.Packages;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Supply.Bom;

public sealed class CycloneDxTests
{
    private static readonly string[] ComponentTypes = ["application", "container", "library", "operating-system"]; // of the schema's list, those that are used

    private static readonly ImageInventory Inventory = new(
        "sha256:" + new string('1', 64), new ImageSystem("debian", "12", "Debian GNU/Linux 12"),
        [
            new Package(PackageKind.Deb, "libssl3", "3.0", "pkg:deb/debian/libssl3@3.0", "var/lib/dpkg/status") { Source = "openssl", Licenses = ["Apache-2.0"] },
            new Package(PackageKind.Npm, "core", "7", "pkg:npm/%40babel/core@7", "app/node_modules/@babel/core/package.json") { Scope = "@babel" },
        ],
        ["x: no JSON"]);

    [Fact]
    public void Write_Release_HasWhatTheSchemaAsksFor()
    {
        var bom = Parse(Text());

        bom.GetProperty("bomFormat").GetString().ShouldBe("CycloneDX");
        bom.GetProperty("specVersion").GetString().ShouldBe("1.6");
        bom.GetProperty("version").GetInt32().ShouldBe(1);
        var serial = bom.GetProperty("serialNumber").GetString()!;
        serial.ShouldStartWith("urn:uuid:");
        Guid.TryParseExact(serial["urn:uuid:".Length..], "D", out var number).ShouldBeTrue();
        number.Version.ShouldBe(8);
        bom.GetProperty("metadata").GetProperty("timestamp").GetString().ShouldBe("2026-03-04T12:00:00Z");
        var components = Components(bom).ToList();
        components.Select(c => c.GetProperty("type").GetString()).ShouldAllBe(t => ComponentTypes.Contains(t));
        components.ShouldAllBe(c => c.GetProperty("name").GetString()!.Length > 0);
        var references = components.Select(c => c.GetProperty("bom-ref").GetString()!).Append(bom.GetProperty("metadata").GetProperty("component").GetProperty("bom-ref").GetString()!).ToList();
        references.Distinct().Count().ShouldBe(references.Count, "a reference is unique in a document");
    }

    [Fact]
    public void Write_Packages_StandUnderTheirImage()
    {
        var image = Parse(Text()).GetProperty("components")[0];

        image.GetProperty("name").GetString().ShouldBe("db");
        image.GetProperty("hashes")[0].GetProperty("content").GetString().ShouldBe(new string('1', 64));
        image.GetProperty("components").EnumerateArray().Select(c => c.GetProperty("name").GetString()).ShouldBe(["debian", "libssl3", "core"]);
        var libssl = image.GetProperty("components")[1];
        libssl.GetProperty("purl").GetString().ShouldBe("pkg:deb/debian/libssl3@3.0");
        libssl.GetProperty("licenses")[0].GetProperty("license").GetProperty("name").GetString().ShouldBe("Apache-2.0");
        libssl.GetProperty("properties").EnumerateArray().Select(p => p.GetProperty("value").GetString()).ShouldBe(["var/lib/dpkg/status", "openssl"]);
        image.GetProperty("components")[2].GetProperty("group").GetString().ShouldBe("@babel");
        image.GetProperty("properties").EnumerateArray().Last().GetProperty("value").GetString().ShouldBe("x: no JSON");
    }

    [Fact]
    public void Write_SameTwice_IsTheSameToTheByte_AndOtherContentHasAnotherNumber()
    {
        Text().ShouldBe(Text());
        var other = CycloneDx.Write(Models.Release("c1"), [("db", Inventory with { Warnings = [] })]);
        Parse(other).GetProperty("serialNumber").GetString().ShouldNotBe(Parse(Text()).GetProperty("serialNumber").GetString());
    }

    private static string Text() => CycloneDx.Write(Models.Release("c1"), [("db", Inventory)]);

    private static JsonElement Parse(string text) => JsonDocument.Parse(text).RootElement;

    private static IEnumerable<JsonElement> Components(JsonElement element) => element.TryGetProperty("components", out var list)
        ? list.EnumerateArray().SelectMany(c => Components(c).Prepend(c))
        : [];
}
