using System.Text.Json;
using Towpath.Cli.Client;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Cli.Commands;

public sealed class InitVerbTests : IDisposable
{
    private const string Compose = "services:\n  web:\n    image: nginx:1.27 # pages\n    ports: [\"80:80\"]\n";
    private readonly TemporaryFolder _folder = new();
    private readonly TestProgram _program = new();

    public InitVerbTests()
    {
        _program.Surroundings = _program.Surroundings with { Folder = _folder.Path, Check = WorkingTree.CheckAsync };
        _folder.Write("compose.yaml", Compose);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Init_WithoutATerminal_AsksNothingAndWritesBothFiles()
    {
        (await _program.RunAsync("init", "--owner", "frontend", "--app", "shop")).ShouldBe(ExitCode.Success);
        File.ReadAllText(_folder["compose.yaml"]).ShouldBe(Compose + "    x-towpath:\n      owner: frontend\n      route: /\n");
        File.ReadAllText(_folder["towpath.yaml"]).ShouldStartWith("application: shop\n");
        _program.Out.ToString().ShouldStartWith("wrote compose.yaml and towpath.yaml; `towpath check` finds no errors and ");
        _program.Error.ToString().ShouldContain("web      owner  frontend  what you said");
        (await _program.RunAsync("check")).ShouldBe(ExitCode.Success);
    }

    [Fact]
    public async Task Init_AsADryRun_PrintsAPatchAndWritesNothing()
    {
        (await _program.RunAsync("init", "--dry-run")).ShouldBe(ExitCode.Success);
        _program.Out.ToString().ShouldContain("+    x-towpath:\n+      route: /\n");
        _program.Out.ToString().ShouldContain("--- /dev/null\n+++ b/towpath.yaml\n");
        File.ReadAllText(_folder["compose.yaml"]).ShouldBe(Compose);
        Directory.GetFiles(_folder.Path).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Init_WithALadderInTheFolder_KeepsItUnlessForced()
    {
        _folder.Write("towpath.yaml", "application: mine\nenvironments: { production: {} }\n");
        await _program.RunAsync("init");
        File.ReadAllText(_folder["towpath.yaml"]).ShouldStartWith("application: mine\n");
        await _program.RunAsync("init", "--force", "--app", "shop", "--environments", "staging,production");
        File.ReadAllText(_folder["towpath.yaml"]).ShouldStartWith("application: shop\n");
        File.ReadAllText(_folder["towpath.yaml"]).ShouldNotContain("development");
    }

    [Fact]
    public async Task Init_AtATerminal_AsksWithDefaults()
    {
        _program.Surroundings = _program.Surroundings with { IsInteractive = true, In = new StringReader("test,live\nfrontend\n") };
        await _program.RunAsync("init");
        _program.Error.ToString().ShouldContain("Environments, lowest first [development,staging,production]:");
        File.ReadAllText(_folder["towpath.yaml"]).ShouldContain("  test:");
        File.ReadAllText(_folder["compose.yaml"]).ShouldContain("      owner: frontend\n");
    }

    [Fact]
    public async Task Init_AtATerminalWithYes_AsksNothing()
    {
        _program.Surroundings = _program.Surroundings with { IsInteractive = true, In = new StringReader("test,live\nfrontend\n") };
        await _program.RunAsync("init", "--yes");
        File.ReadAllText(_folder["towpath.yaml"]).ShouldContain("  development:");
    }

    [Fact]
    public async Task Init_WithNothingToStartFrom_SaysSo()
    {
        File.Delete(_folder["compose.yaml"]);
        (await _program.RunAsync("init")).ShouldBe(ExitCode.InvalidInput);
        _program.Error.ToString().ShouldContain("error[TP2500]");
    }

    [Fact]
    public async Task Init_WithANameThatNoEnvironmentCanHave_EndsAsUsage() =>
        (await _program.RunAsync("init", "--environments", "Staging,production")).ShouldBe(ExitCode.Usage);

    [Fact]
    public async Task Init_InJson_NamesFilesFindingsAndOpenPoints()
    {
        (await _program.RunAsync("init", "-o", "json")).ShouldBe(ExitCode.Success);
        using var document = JsonDocument.Parse(_program.Out.ToString());
        document.RootElement.GetProperty("files").GetArrayLength().ShouldBe(2);
        document.RootElement.GetProperty("findings")[0].GetProperty("key").GetString().ShouldBe("route");
        document.RootElement.GetProperty("open")[0].GetProperty("code").GetString().ShouldBe("TP2503");
    }

    [Fact]
    public async Task Init_WithAFileBehindALinkThatLeadsOut_WritesNothingThere()
    {
        using var outside = new TemporaryFolder();
        outside.Write("towpath.yaml", "");
        File.CreateSymbolicLink(_folder["towpath.yaml"], outside["towpath.yaml"]);
        (await _program.RunAsync("init", "--force")).ShouldBe(ExitCode.InvalidInput);
        File.ReadAllText(outside["towpath.yaml"]).ShouldBeEmpty();
        File.ReadAllText(_folder["compose.yaml"]).ShouldBe(Compose);
    }
}
