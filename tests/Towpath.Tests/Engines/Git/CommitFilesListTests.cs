using Towpath.Engines.Git;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Engines.Git;

public sealed class CommitFilesListTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void List_Folder_IsInOrderWithoutLinksAndGitsOwnFiles()
    {
        _folder.Write("b/c.txt", "three");
        _folder.Write("a.txt", "x");
        _folder.Write(".git/config", "x");
        File.CreateSymbolicLink(_folder["link.txt"], "/etc/passwd");

        new CommitFiles(_folder.Path).List().Select(f => $"{f.Path} {f.Length}").ShouldBe(["a.txt 1", "b/c.txt 5"]);
    }

    [Fact]
    public void List_GivenPaths_AreThoseThatExist()
    {
        _folder.Write("a.txt", "x");
        _folder.Write("ignored.txt", "x");

        new CommitFiles(_folder.Path, null, ["gone.txt", "a.txt", "../out"]).List().Select(f => f.Path).ShouldBe(["a.txt"]);
    }
}
