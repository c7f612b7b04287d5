using Towpath.Cli.Client;
using Towpath.Cli.Demo;
using Towpath.Core.Diagnostics;

namespace Towpath.Tests.Cli.Client;

public sealed class LocalCommitTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("towpath-commit-test").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task ResolveAsync_InAFolderOfARepository_GivesTopFolderAndCommit()
    {
        foreach (var folder in new[] { "home/examples/shop/api", "home/examples/changes/2-discounts", "home/examples/changes/3-broken" })
        {
            Directory.CreateDirectory(Path.Combine(_folder, folder));
            await File.WriteAllTextAsync(Path.Combine(_folder, folder, "message.txt"), folder);
            await File.WriteAllTextAsync(Path.Combine(_folder, folder, "file"), folder);
        }

        var repository = Path.Combine(_folder, "repository");
        var commits = await new DemoRepository(repository).MakeAsync(new DemoFiles(Path.Combine(_folder, "home")), DemoStep.OnContainers, default);
        (await LocalCommit.ResolveAsync(repository, "HEAD", default)).ShouldBe(new LocalCommit(repository, ".", commits[2].Commit));
        (await LocalCommit.ResolveAsync(Path.Combine(repository, "api"), "HEAD~2", default)).ShouldBe(new LocalCommit(repository, "api", commits[0].Commit));
        (await CodeAsync(repository, "v9")).ShouldBe("TP7111");
        (await CodeAsync(repository, "--help")).ShouldBe("TP7111");
    }

    [Theory]
    [InlineData("")]
    [InlineData("missing")]
    public async Task ResolveAsync_OutsideARepository_GivesADiagnostic(string folder) =>
        (await CodeAsync(Path.Combine(_folder, folder), "HEAD")).ShouldBe("TP7110");

    private static async Task<string> CodeAsync(string path, string name)
    {
        var refused = await Should.ThrowAsync<DiagnosticException>(() => LocalCommit.ResolveAsync(path, name, default));
        refused.ExitCode.ShouldBe(ExitCode.InvalidInput);
        return refused.Diagnostics.Single().Code;
    }
}
