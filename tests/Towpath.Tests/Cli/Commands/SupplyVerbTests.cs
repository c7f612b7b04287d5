using System.IO.Compression;
using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Core.Supply.Advisories;
using Towpath.Server.Api;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Cli.Commands;

public sealed class SupplyVerbTests : IDisposable
{
    private const string Record = """{ "id": "GHSA-1", "affected": [ { "package": { "ecosystem": "npm", "name": "a" } } ] }""";
    private readonly TestProgram _program = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Sbom_ToStandardOutput_IsTheDocumentAlone()
    {
        (await _program.RunAsync("sbom", "r-1", "--service", "api")).ShouldBe(ExitCode.Success);

        _program.Plane.Asked.ShouldBe(["sbom shop r-1 api"]);
        _program.Out.ToString().Trim().ShouldBe("{ \"bomFormat\": \"CycloneDX\" }");
        _program.Error.ToString().ShouldContain("r-1 api: 2 packages (2 deb)");
    }

    [Fact]
    public async Task Sbom_ToAFile_WritesIt()
    {
        (await _program.RunAsync("sbom", "--output-file", _folder["bom.json"])).ShouldBe(ExitCode.Success);

        File.ReadAllText(_folder["bom.json"]).ShouldBe("{ \"bomFormat\": \"CycloneDX\" }\n");
        _program.Out.ToString().ShouldBeEmpty();
        (await _program.RunAsync("sbom", "--output-file", _folder["no/such/folder"])).ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public async Task PackagesDiff_TwoReleases_ShowsWhatChanged()
    {
        (await _program.RunAsync("packages", "diff", "r-1", "r-2")).ShouldBe(ExitCode.Success);

        _program.Out.ToString().ShouldBe("r-1 to r-2:\n  api: 1 changed\n    ~ deb zlib1g 1.2 -> 1.3\n", StringCompareShould.IgnoreLineEndings);
    }

    [Fact]
    public async Task Provenance_Broken_EndsAsTamperedWhereItIsVerified()
    {
        _program.Plane.OnProvenance = _program.Plane.OnProvenance with { Broken = "it was changed" };

        (await _program.RunAsync("provenance")).ShouldBe(ExitCode.Success);
        (await _program.RunAsync("provenance", "--verify")).ShouldBe(ExitCode.Tampered);
        _program.Error.ToString().ShouldContain("TP4754");
    }

    [Fact]
    public async Task Provenance_Good_IsSaidToBe()
    {
        (await _program.RunAsync("provenance", "r-1", "--verify")).ShouldBe(ExitCode.Success);

        _program.Out.ToString().ShouldContain("signed by this control plane");
    }

    [Fact]
    public async Task Vulnerabilities_OfARelease_AreATable()
    {
        var finding = new Finding("CVE-1", [], "", VulnerabilitySeverity.High, 7.5, "zlib", "pkg:npm/zlib@1", "1.0", null, "package.json");
        _program.Plane.OnVulnerabilities = new VulnerabilitiesAnswer("r-1", ["db"], 0, new Dictionary<string, DateTimeOffset?> { ["npm"] = null }, [new FindingAnswer("api", finding)]);

        (await _program.RunAsync("vulnerabilities")).ShouldBe(ExitCode.Success);

        _program.Out.ToString().ShouldContain("high 7.5");
        _program.Error.ToString().ShouldContain("no advisories of npm are there");
        _program.Error.ToString().ShouldContain("images of db");
    }

    [Fact]
    public async Task Import_FolderWithZipAndBadFiles_TellsOfThemByNameAndSendsTheRest()
    {
        File.WriteAllText(_folder["one.json"], Record);
        File.WriteAllText(_folder["bad.json"], "{");
        File.WriteAllText(_folder["readme.txt"], "no");
        using (var zip = ZipFile.Open(_folder["all.zip"], ZipArchiveMode.Create))
        {
            using var entry = zip.CreateEntry("DSA-1.json").Open();
            entry.Write(Encoding.UTF8.GetBytes("""{ "id": "DSA-1", "affected": [ { "package": { "ecosystem": "Debian:12", "name": "b" } } ] }"""));
        }

        (await _program.RunAsync("vulnerabilities", "import", _folder.Path)).ShouldBe(ExitCode.Success);

        _program.Plane.Asked.OfType<AdvisoriesRequest>().SelectMany(r => r.Advisories).Select(a => a.Id).ShouldBe(["GHSA-1", "DSA-1"], ignoreOrder: true);
        var done = _program.Plane.Asked.OfType<ImportRequest>().Single();
        done.Families.ShouldBe(["Debian", "npm"]);
        done.Count.ShouldBe(2);
        _program.Error.ToString().ShouldContain("TP4752");
        _program.Error.ToString().ShouldContain("bad.json");
    }

    [Theory]
    [InlineData("none", "", "TP4750")]
    [InlineData("broken.zip", "no zip", "TP4750")]
    [InlineData("go.json", """{ "id": "GO-1", "affected": [ { "package": { "ecosystem": "Go", "name": "x" } } ] }""", "TP4751")]
    public async Task Import_NothingOfUse_IsRefusedAndNothingEnds(string name, string content, string code)
    {
        if (content.Length > 0) File.WriteAllText(_folder[name], content);

        (await _program.RunAsync("vulnerabilities", "import", _folder[name])).ShouldBe(ExitCode.InvalidInput);

        _program.Error.ToString().ShouldContain(code);
        _program.Plane.Asked.ShouldNotContain(a => a is ImportRequest);
    }
}
