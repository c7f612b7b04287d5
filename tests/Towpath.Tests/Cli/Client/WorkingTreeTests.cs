using Towpath.Cli.Client;
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
    public async Task CheckAsync_WrongKey_TellsItsPlace()
    {
        _folder.Write("compose.yaml", "services:\n  web:\n    imagee: nginx\n");

        var diagnostics = await WorkingTree.CheckAsync(_folder.Path, CancellationToken.None);

        diagnostics.Select(d => (d.Code, d.Location?.Line)).ShouldContain(("TP1030", 3));
    }
}
