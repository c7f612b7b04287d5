using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Supply.Advisories;

namespace Towpath.Tests.Supply.Advisories;

public sealed class OsvReaderTests
{
    [Fact]
    public void Read_Record_KeepsWhatTowpathCompares()
    {
        var advisory = Read("""
            { "schema_version": "1.6.0", "id": "GHSA-1", "aliases": ["CVE-2024-1", "GHSA-1"], "upstream": ["CVE-2024-2"], "summary": "Bad\nthing", "modified": "2024-01-01T00:00:00Z",
              "severity": [ { "type": "CVSS_V4", "score": "CVSS:4.0/AV:N" }, { "type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" } ],
              "affected": [
                { "package": { "ecosystem": "PyPI", "name": "Foo.Bar_Baz" }, "versions": ["1.0"],
                  "ranges": [ { "type": "GIT", "events": [ { "introduced": "0" } ] }, { "type": "ECOSYSTEM", "events": [ { "introduced": "0" }, { "fixed": "1.1" } ] } ] },
                { "package": { "ecosystem": "Go", "name": "example.org/x" } },
                { "package": { "ecosystem": "Debian:12", "name": "foo" }, "ranges": [ { "type": "ECOSYSTEM", "events": [ { "introduced": "0" }, { "last_affected": "1-1" } ] } ] } ] }
            """).ShouldNotBeNull();

        (advisory.Id, advisory.Summary, advisory.Withdrawn).ShouldBe(("GHSA-1", "Bad", false));
        advisory.Names.ShouldBe(["CVE-2024-1", "CVE-2024-2"]);
        advisory.Affected.Select(a => (a.Ecosystem, a.Package, a.Severity, a.Score)).ShouldBe(
            [("PyPI", "foo-bar-baz", VulnerabilitySeverity.Critical, 9.8), ("Debian:12", "foo", VulnerabilitySeverity.Critical, 9.8)]);
        advisory.Affected[0].Ranges.ShouldHaveSingleItem().ShouldBe([new RangeEvent(RangeStep.Introduced, "0"), new RangeEvent(RangeStep.Fixed, "1.1")]);
        advisory.Affected[0].Versions.ShouldBe(["1.0"]);
        advisory.Affected[1].Ranges.Single()[1].ShouldBe(new RangeEvent(RangeStep.LastAffected, "1-1"));
    }

    [Theory]
    [InlineData("""{ "id": "A", "database_specific": { "severity": "MODERATE" }, "affected": [ { "package": { "ecosystem": "npm", "name": "a" } } ] }""", VulnerabilitySeverity.Medium)]
    [InlineData("""{ "id": "A", "severity": [ { "type": "CVSS_V4", "score": "CVSS:4.0/x" } ], "database_specific": { "severity": "CRITICAL" }, "affected": [ { "package": { "ecosystem": "npm", "name": "a" } } ] }""", VulnerabilitySeverity.Critical)]
    [InlineData("""{ "id": "A", "severity": [ { "type": "Ubuntu", "score": "low" } ], "affected": [ { "package": { "ecosystem": "npm", "name": "a" } } ] }""", VulnerabilitySeverity.Low)]
    [InlineData("""{ "id": "A", "affected": [ { "package": { "ecosystem": "npm", "name": "a" }, "severity": [ { "type": "CVSS_V3", "score": "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N" } ] } ] }""", VulnerabilitySeverity.High)]
    [InlineData("""{ "id": "A", "affected": [ { "package": { "ecosystem": "npm", "name": "a" } } ] }""", VulnerabilitySeverity.Unknown)]
    public void Read_Severity_IsTheVectorsOrTheWord(string json, VulnerabilitySeverity severity) => Read(json)!.Affected.Single().Severity.ShouldBe(severity);

    [Theory]
    [InlineData("", "it: no JSON, line 1")]
    [InlineData("[]", "it: no JSON object")]
    [InlineData("{}", "it has no id")]
    [InlineData("""{ "id": 7 }""", "it has no id")]
    public void Read_NoRecord_SaysWhy(string json, string why)
    {
        OsvReader.Read(Encoding.UTF8.GetBytes(json), out var told).ShouldBeNull();
        told.ShouldBe(why);
    }

    [Fact]
    public void Read_Withdrawn_SaysSo() => Read("""{ "id": "A", "withdrawn": "2024-01-01T00:00:00Z" }""")!.Withdrawn.ShouldBeTrue();

    [Fact]
    public void Read_ChangedBytes_NeverThrows()
    {
        var seed = Encoding.UTF8.GetBytes("""{"id":"A","aliases":["b",1],"summary":"\ud800x","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L"}],"affected":[{"package":{"ecosystem":"npm","name":"a"},"versions":["\udc00"],"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":[]}]}]}]}""");
        var random = new Random(1985);
        for (var round = 0; round < 20000; round++)
        {
            var bytes = (byte[])seed.Clone();
            for (var change = random.Next(5); change >= 0; change--) bytes[random.Next(bytes.Length)] = (byte)random.Next(32, 127);
            OsvReader.Read(bytes, out _);
        }
    }

    private static Advisory? Read(string json) => OsvReader.Read(Encoding.UTF8.GetBytes(json), out _);
}
