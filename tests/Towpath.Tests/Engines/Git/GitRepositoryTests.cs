using System.Formats.Tar;
using System.Text;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Git;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Engines.Git;

public sealed class GitRepositoryTests : IDisposable
{
    private readonly TemporaryRepository _repository = new();
    private readonly TemporaryFolder _target = new();

    public void Dispose()
    {
        _repository.Dispose();
        _target.Dispose();
    }

    [Fact]
    public async Task OpenAsync_FolderInside_IsTheTop()
    {
        _repository.Write("a/b/file", "x");

        (await GitRepository.OpenAsync(Path.Combine(_repository.Path, "a/b"), default)).Folder.ShouldBe(_repository.Path);
        (await GitRepository.OpenAsync(Path.Combine(_repository.Path, "a/b/file"), default)).Folder.ShouldBe(_repository.Path);
    }

    [Fact]
    public async Task OpenAsync_NoRepository_IsADiagnostic() => (await CodeOf(() => GitRepository.OpenAsync(_target.Path, default))).ShouldBe("TP3001");

    [Fact]
    public async Task ResolveAsync_BranchTagAndPart_IsTheFullName()
    {
        var sha = _repository.Commit("First line\n\nmore");
        _repository.Git("tag", "-a", "-m", "tag", "v1");
        var git = await Open();

        foreach (var name in new[] { "main", "v1", "HEAD", sha, sha[..8] })
            (await git.ResolveAsync(name, default)).ShouldBe(sha);
        (await git.SubjectAsync(sha, default)).ShouldBe("First line");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("")]
    [InlineData("--output=x")]
    [InlineData("HEAD main")]
    [InlineData("HEAD:file")]
    [InlineData("HEAD\n")]
    public async Task ResolveAsync_NotACommit_IsADiagnostic(string name)
    {
        _repository.Write("file", "x");
        _repository.Commit("c");
        var git = await Open();

        (await CodeOf(() => git.ResolveAsync(name, default))).ShouldBe("TP3002");
    }

    [Fact]
    public async Task ExportAsync_Top_IsTheCommitNotTheWorkingTree()
    {
        _repository.Write("run.sh", "committed");
        File.SetUnixFileMode(Path.Combine(_repository.Path, "run.sh"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _repository.Write("sub/é ü.txt", "text");
        _repository.Link("sub/link", "../run.sh");
        var sha = _repository.Commit("c");
        _repository.Write("run.sh", "changed");
        _repository.Write("untracked", "x");

        await (await Open()).ExportAsync(sha, ".", _target["out"], default);

        File.ReadAllText(_target["out/run.sh"]).ShouldBe("committed");
        File.GetUnixFileMode(_target["out/run.sh"]).HasFlag(UnixFileMode.UserExecute).ShouldBeTrue();
        File.ReadAllText(_target["out/sub/é ü.txt"]).ShouldBe("text");
        new FileInfo(_target["out/sub/link"]).LinkTarget.ShouldBe("../run.sh");
        File.Exists(_target["out/untracked"]).ShouldBeFalse();
    }

    [Fact]
    public async Task ExportAsync_Folder_IsItsContentOnly()
    {
        _repository.Write("apps/shop/compose.yaml", "services:");
        _repository.Write("other", "x");
        var sha = _repository.Commit("c");

        await (await Open()).ExportAsync(sha, "apps/shop", _target["out"], default);

        Directory.EnumerateFileSystemEntries(_target["out"]).Select(Path.GetFileName).ShouldBe(["compose.yaml"]);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("file")]
    [InlineData("../x")]
    [InlineData("/etc")]
    public async Task ExportAsync_NoSuchFolder_IsADiagnostic(string folder)
    {
        _repository.Write("file", "x");
        var sha = _repository.Commit("c");

        (await CodeOf(async () => await (await Open()).ExportAsync(sha, folder, _target["out"], default))).ShouldBe("TP3003");
        Directory.Exists(_target["out"]).ShouldBeFalse();
    }

    [Theory]
    [InlineData("link", "/etc/passwd")]
    [InlineData("link", "../outside")]
    [InlineData("a/b/link", "../../../outside")]
    public async Task ExportAsync_LinkLeavesRoot_IsADiagnosticAndLeavesNothing(string name, string target)
    {
        _repository.Link(name, target);
        var sha = _repository.Commit("c");

        (await CodeOf(async () => await (await Open()).ExportAsync(sha, ".", _target["out"], default))).ShouldBe("TP3007");
        Directory.Exists(_target["out"]).ShouldBeFalse();
    }

    [Fact]
    public async Task ExportAsync_LinkThroughLink_IsFollowedAsTheKernelWould()
    {
        // In the text, y leads to a; through x, which is the root's a, it leads out.
        _repository.Write("a/b/c/file", "x");
        _repository.Link("a/b/c/x", "../../../a");
        _repository.Link("y", "a/b/c/x/../..");
        var sha = _repository.Commit("c");

        (await CodeOf(async () => await (await Open()).ExportAsync(sha, ".", _target["out"], default))).ShouldBe("TP3007");
    }

    [Fact]
    public async Task ExportAsync_Cancelled_LeavesNothing()
    {
        _repository.Write("file", "x");
        var sha = _repository.Commit("c");
        var git = await Open();

        await Should.ThrowAsync<OperationCanceledException>(() => git.ExportAsync(sha, ".", _target["out"], new CancellationToken(canceled: true)));

        Directory.Exists(_target["out"]).ShouldBeFalse();
    }

    [Fact]
    public async Task ExtractAsync_PathLeavesRoot_WritesNothingOutside()
    {
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Gnu, leaveOpen: true))
            await writer.WriteEntryAsync(new GnuTarEntry(TarEntryType.RegularFile, "../evil") { DataStream = new MemoryStream("x"u8.ToArray()) });
        tar.Position = 0;

        (await CodeOf(() => CommitArchive.ExtractAsync(tar, _target["out"], default))).ShouldBe("TP3007");
        File.Exists(_target["evil"]).ShouldBeFalse();
    }

    [Fact]
    public async Task ExtractAsync_FileThroughLink_IsNotWrittenThroughIt()
    {
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Gnu, leaveOpen: true))
        {
            await writer.WriteEntryAsync(new GnuTarEntry(TarEntryType.SymbolicLink, "dir") { LinkName = _target["victim"] });
            await writer.WriteEntryAsync(new GnuTarEntry(TarEntryType.RegularFile, "dir/evil") { DataStream = new MemoryStream("x"u8.ToArray()) });
        }

        tar.Position = 0;
        Directory.CreateDirectory(_target["victim"]);

        await Should.ThrowAsync<Exception>(() => CommitArchive.ExtractAsync(tar, _target["out"], default));
        Directory.EnumerateFileSystemEntries(_target["victim"]).ShouldBeEmpty();
    }

    [Fact]
    public void TryRead_CommitFiles_StaysInside()
    {
        _target.Write("root/.env", "A=1");
        _target.Write("secret", "s");
        File.CreateSymbolicLink(_target["root/out"], "../secret");
        File.CreateSymbolicLink(_target["root/in"], ".env");
        var files = new CommitFiles(_target["root"]);

        Encoding.UTF8.GetString(files.TryRead("./.env")!.Value.Span).ShouldBe("A=1");
        Encoding.UTF8.GetString(files.TryRead("in")!.Value.Span).ShouldBe("A=1");
        foreach (var path in new[] { "out", "../secret", _target["secret"], "none", "." })
            files.TryRead(path).ShouldBeNull(path);
        files.FolderExists(".").ShouldBeTrue();
        files.FolderExists("..").ShouldBeFalse();
        files.FolderExists(".env").ShouldBeFalse();
    }

    [Fact]
    public void TryRead_BigFile_IsADiagnostic()
    {
        using (var file = File.Create(_target["big"]))
            file.SetLength(11 << 20);

        Should.Throw<DiagnosticException>(() => new CommitFiles(_target.Path).TryRead("big")).Diagnostics[0].Code.ShouldBe("TP3009");
    }

    private Task<GitRepository> Open() => GitRepository.OpenAsync(_repository.Path, default);

    private static async Task<string> CodeOf(Func<Task> call) => (await Should.ThrowAsync<DiagnosticException>(call)).Diagnostics[0].Code;
}
