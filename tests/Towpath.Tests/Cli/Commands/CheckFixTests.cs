using System.Text.Json;
using Towpath.Cli.Client;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Cli.Commands;

public sealed class CheckFixTests : IDisposable
{
    private const string Broken = "\uFEFFversion: '3'\r\n# the shop\r\nservices:\r\n  web:\r\n    imag: nginx   # pinned below\r\n    restart: allways\r\n    depends_on: [dq]\r\n  db: { image: postgres }\r\n";
    private const string Mended = "\uFEFF# the shop\r\nservices:\r\n  web:\r\n    image: nginx   # pinned below\r\n    restart: always\r\n    depends_on: [db]\r\n  db: { image: postgres }\r\n";
    private readonly TemporaryFolder _folder = new();
    private readonly TestProgram _program = new();

    public CheckFixTests() => _program.Surroundings = _program.Surroundings with { Folder = _folder.Path, Check = WorkingTree.CheckAsync };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Check_WithFix_ChangesOnlyWhatIsWrongAndReadsAgain()
    {
        _folder.Write("compose.yaml", Broken);
        File.SetUnixFileMode(_folder["compose.yaml"], (UnixFileMode)Convert.ToInt32("640", 8));
        (await _program.RunAsync("check", "--fix")).ShouldBe(ExitCode.Success);
        File.ReadAllBytes(_folder["compose.yaml"]).ShouldBe(System.Text.Encoding.UTF8.GetBytes(Mended));
        File.GetUnixFileMode(_folder["compose.yaml"]).ShouldBe((UnixFileMode)Convert.ToInt32("640", 8));
        _program.Out.ToString().ShouldBe("4 mended; no errors\n");
        Directory.GetFiles(_folder.Path).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Check_WithFixDryRun_PrintsAPatchAndWritesNothing()
    {
        _folder.Write("compose.yaml", Broken);
        (await _program.RunAsync("check", "--fix", "--dry-run")).ShouldBe(ExitCode.Success);
        _program.Out.ToString().ShouldContain("-    imag: nginx   # pinned below\r\n");
        _program.Out.ToString().ShouldContain("+    image: nginx   # pinned below\r\n");
        File.ReadAllText(_folder["compose.yaml"]).ShouldBe(Broken.TrimStart('\uFEFF'));
    }

    [Fact]
    public async Task Check_WithFixInJson_NamesWhatWasMended()
    {
        _folder.Write("compose.yaml", Broken);
        await _program.RunAsync("check", "--fix", "-o", "json");
        using var document = JsonDocument.Parse(_program.Out.ToString());
        document.RootElement.GetProperty("fixed").GetArrayLength().ShouldBe(4);
        document.RootElement.GetProperty("fixed")[0].GetProperty("title").GetString().ShouldBe("remove `version`");
    }

    [Fact]
    public async Task Check_WithFixOfAFileBehindALinkInside_KeepsTheLink()
    {
        _folder.Write("real.yaml", Broken);
        File.CreateSymbolicLink(_folder["compose.yaml"], "real.yaml");
        (await _program.RunAsync("check", "--fix")).ShouldBe(ExitCode.Success);
        new FileInfo(_folder["compose.yaml"]).LinkTarget.ShouldBe("real.yaml");
        File.ReadAllText(_folder["real.yaml"]).ShouldBe(Mended.TrimStart('\uFEFF'));
    }

    [Fact]
    public async Task Check_WithFixThatLeadsOutOfTheFolder_RefusesIt()
    {
        using var outside = new TemporaryFolder();
        outside.Write("compose.yaml", "imag: x\n");
        File.CreateSymbolicLink(_folder["linked.yaml"], outside["compose.yaml"]);
        _program.Surroundings = _program.Surroundings with { Check = (_, _) => Task.FromResult(new TreeReading(_program.CheckResult, [])) };
        _program.CheckResult = [Renaming("linked.yaml")];
        (await _program.RunAsync("check", "--fix")).ShouldBe(ExitCode.InvalidInput);
        _program.Error.ToString().ShouldContain("TP7141");
        File.ReadAllText(outside["compose.yaml"]).ShouldBe("imag: x\n");
    }

    [Fact]
    public async Task Check_WithFixOfALineThatIsNotTheSameAnyMore_LeavesItAndSaysSo()
    {
        _folder.Write("compose.yaml", "other: x\n");
        _program.Surroundings = _program.Surroundings with { Check = (_, _) => Task.FromResult(new TreeReading(_program.CheckResult, [])) };
        _program.CheckResult = [Renaming("compose.yaml")];
        await _program.RunAsync("check", "--fix");
        _program.Error.ToString().ShouldContain("TP7140");
        File.ReadAllText(_folder["compose.yaml"]).ShouldBe("other: x\n");
    }

    [Fact]
    public async Task Check_WithDryRunAlone_EndsAsUsage() => (await _program.RunAsync("check", "--dry-run")).ShouldBe(ExitCode.Usage);

    [Theory]
    [InlineData("sarif", "\"uri\": \"shop/compose.yaml\"")]
    [InlineData("gitlab", "\"path\": \"shop/compose.yaml\"")]
    public async Task Check_AsAReport_CountsPathsFromTheTopOfTheRepository(string output, string part)
    {
        Directory.CreateDirectory(_folder[".git"]);
        _folder.Write("shop/compose.yaml", Broken);
        (await _program.RunAsync("check", "--path", "shop", "--output", output)).ShouldBe(ExitCode.InvalidInput);
        JsonDocument.Parse(_program.Out.ToString()).Dispose();
        _program.Out.ToString().ShouldContain(part);
    }

    [Fact]
    public async Task OtherVerbs_AskedForAReport_EndAsUsage() => (await _program.RunAsync("releases", "--output", "sarif")).ShouldBe(ExitCode.Usage);

    private static Diagnostic Renaming(string file)
    {
        var place = new Location(file, 1, 1, 1, 5, "imag: x");
        return new Diagnostic("TP1030", Severity.Error, "unknown key `imag` in a service", place, Fix: Fix.Rename(place, "imag", "image"));
    }
}
