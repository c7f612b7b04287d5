using Towpath.Cli.Client;
using Towpath.Core.Diagnostics;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Cli.Client;

public sealed class WorkingTreeTests : IDisposable
{
    private const string Compose = "services: { web: { image: nginx, ports: ['80'] } }\n";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ApplicationName_LadderAbove_IsItsName()
    {
        _folder.Write("towpath.yaml", "# the ladder\napplication: 'shop'  # ours\n");
        _folder.Write("web/html/index.html", "");

        WorkingTree.ApplicationName(_folder["web/html"]).ShouldBe("shop");
    }

    [Fact]
    public void ApplicationName_ComposeFileOnly_IsItsNameElseTheFolders()
    {
        _folder.Write("My_Site/compose.yaml", Compose);
        _folder.Write("other/compose.yaml", "name: shop\n" + Compose);

        WorkingTree.ApplicationName(_folder["My_Site"]).ShouldBe("my-site");
        WorkingTree.ApplicationName(_folder["other"]).ShouldBe("shop");
    }

    [Fact]
    public void ApplicationName_NothingThatCanBeRead_IsNull()
    {
        _folder.Write("compose.yaml", "services: [\n");

        WorkingTree.ApplicationName(_folder.Path).ShouldBeNull();
    }

    [Fact]
    public async Task Check_GoodFiles_FindsNoError()
    {
        _folder.Write("compose.yaml", "services:\n  web:\n    image: nginx\n    ports: [\"80\"]\n    x-towpath: { route: / }\n");
        _folder.Write("towpath.yaml", "application: shop\nenvironments:\n  production: {}\n");

        (await Errors()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Check_ErrorsInBothFiles_ShowsEachAtItsPlace()
    {
        _folder.Write("compose.yaml", "services:\n  web:\n    imag: nginx\n    build: ./web\n");
        _folder.Write("towpath.yaml", "application: shop\nenvironments:\n  production:\n    gates: [sok]\n");

        (await Errors()).ShouldBe(["TP1030 compose.yaml:3:5", "TP1065 compose.yaml:4:12", "TP2004 towpath.yaml:4:13"]);
    }

    [Fact]
    public async Task Check_NoComposeFile_IsAnError() => (await Errors()).ShouldBe(["TP1001 "]);

    [Fact]
    public async Task Check_LinkThatLeadsOut_IsNotFollowed()
    {
        _folder.Write("outside/.env", "SECRET=1\n");
        _folder.Write("project/compose.yaml", "services:\n  web:\n    image: nginx\n    env_file: link.env\n");
        File.CreateSymbolicLink(_folder["project/link.env"], _folder["outside/.env"]);

        (await Errors(_folder["project"])).ShouldBe(["TP1059 compose.yaml:4:15"]);
    }

    [Fact]
    public async Task Check_WorkingTree_IsHeldToTheContract()
    {
        _folder.Write("compose.yaml", "services:\n  proxy:\n    image: traefik:3\n    volumes: [\"/var/run/docker.sock:/var/run/docker.sock\"]\n");
        _folder.Write("towpath.yaml", "application: shop\nenvironments: { production: }\ncontract: { rules: { TP2215: off } }\n");

        var reading = await WorkingTree.CheckAsync(_folder.Path, CancellationToken.None);

        reading.Diagnostics.Where(d => d.Severity == Severity.Error).Select(d => d.Code).ShouldBe(["TP2221"]);
        reading.RulesOff.ShouldBe(["owner-named"]);
    }

    private async Task<string[]> Errors(string? folder = null) =>
    [
        .. (await WorkingTree.CheckAsync(folder ?? _folder.Path, CancellationToken.None)).Diagnostics
            .Where(d => d.Severity == Severity.Error)
            .Select(d => $"{d.Code} {d.Location}"),
    ];
}
