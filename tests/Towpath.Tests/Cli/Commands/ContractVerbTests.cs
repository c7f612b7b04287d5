using System.Text.Json;
using Towpath.Cli.Client;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Cli.Commands;

public sealed class ContractVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestProgram _program = new();

    public ContractVerbTests()
    {
        _program.Surroundings = _program.Surroundings with { Folder = _folder.Path, Check = WorkingTree.CheckAsync };
        _folder.Write("compose.yaml", "name: shop\nservices:\n  web:\n    image: nginx:1.27\n    ports: [\"80:80\"]\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Contract_OfAFolder_PrintsTheSheetInMarkdown()
    {
        (await _program.RunAsync("contract")).ShouldBe(ExitCode.Success);
        _program.Out.ToString().ShouldStartWith("# shop: what Dev hands to Ops\n\n## Open points\n");
        _program.Out.ToString().ShouldContain("TP2001");
    }

    [Fact]
    public async Task Contract_IntoAFile_WritesItThereAlone()
    {
        (await _program.RunAsync("contract", "--format", "html", "--file", "handover.html")).ShouldBe(ExitCode.Success);
        File.ReadAllText(_folder["handover.html"]).ShouldStartWith("<!doctype html>\n");
        _program.Out.ToString().ShouldBeEmpty();
        (await _program.RunAsync("contract", "--file", "../handover.html")).ShouldBe(ExitCode.InvalidInput);
    }

    [Fact]
    public async Task Contract_InJson_IsTheSheet()
    {
        (await _program.RunAsync("contract", "-o", "json")).ShouldBe(ExitCode.Success);
        using var document = JsonDocument.Parse(_program.Out.ToString());
        document.RootElement.GetProperty("application").GetString().ShouldBe("shop");
        document.RootElement.GetProperty("services")[0].GetProperty("facts")[0].GetProperty("name").GetString().ShouldBe("Owner");
        document.RootElement.GetProperty("open")[0].GetProperty("side").GetString().ShouldBe("dev");
    }

    [Fact]
    public async Task Contract_OfABrokenFile_TellsWhatIsWrong()
    {
        _folder.Write("compose.yaml", "services: { web: { imag: x } }\n");
        (await _program.RunAsync("contract")).ShouldBe(ExitCode.InvalidInput);
        _program.Error.ToString().ShouldContain("error[TP1030]");
    }
}
