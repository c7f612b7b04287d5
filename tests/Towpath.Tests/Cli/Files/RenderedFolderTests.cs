using Towpath.Cli.Files;
using Towpath.Core.Diagnostics;
using Towpath.Core.Kubernetes.Layouts;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Cli.Files;

public sealed class RenderedFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _outside = new();

    public void Dispose()
    {
        _folder.Dispose();
        _outside.Dispose();
    }

    [Fact]
    public void Write_Twice_ChangesNothing()
    {
        Write(("a.yaml", "1\n"), ("b/c.yaml", "2\n")).ShouldBe(["a.yaml written", "b/c.yaml written"]);
        var before = Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).ToDictionary(f => f, File.GetLastWriteTimeUtc);

        Write(("a.yaml", "1\n"), ("b/c.yaml", "2\n")).ShouldBe(["a.yaml unchanged", "b/c.yaml unchanged"]);

        Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).ToDictionary(f => f, File.GetLastWriteTimeUtc).ShouldBe(before);
    }

    [Fact]
    public void Write_WithoutAFile_RemovesItAndItsFolder()
    {
        Write(("a.yaml", "1\n"), ("b/c.yaml", "2\n"));

        Write(("a.yaml", "3\n")).ShouldBe(["a.yaml written", "b/c.yaml removed"]);

        Directory.Exists(_folder["b"]).ShouldBeFalse();
        File.ReadAllText(_folder["a.yaml"]).ShouldBe("3\n");
    }

    [Fact]
    public void Write_FilesOfOthers_Stay()
    {
        _folder.Write("b/mine.txt", "mine");
        _folder.Write("notes.yaml", LayoutFile.Header + "mine");
        Write(("b/c.yaml", "2\n"));

        Write(("a.yaml", "1\n"));

        File.Exists(_folder["b/mine.txt"]).ShouldBeTrue();
        File.Exists(_folder["notes.yaml"]).ShouldBeTrue();
    }

    [Fact]
    public void Write_AFileThatSomebodyChanged_IsNeitherWrittenOverNorRemoved()
    {
        Write(("a.yaml", "1\n"), ("b.yaml", "2\n"));
        _folder.Write("a.yaml", "mine");
        File.WriteAllBytes(_folder["b.yaml"], [0xFF, 0xFE, 0xFF]);

        Should.Throw<DiagnosticException>(() => Write(("a.yaml", "1\n"))).Diagnostics[0].Code.ShouldBe("TP7155");
        Write(("c.yaml", "3\n")).ShouldBe(["c.yaml written", "a.yaml kept", "b.yaml kept"]);

        File.ReadAllText(_folder["a.yaml"]).ShouldBe("mine");
        File.ReadAllBytes(_folder["b.yaml"]).ShouldBe([0xFF, 0xFE, 0xFF]);
    }

    [Fact]
    public void Write_OverForeignFiles_NeedsForceAndWritesNothingWithout()
    {
        _folder.Write("b.yaml", "mine");

        Should.Throw<DiagnosticException>(() => Write(("a.yaml", "1\n"), ("b.yaml", "2\n"))).Diagnostics[0].Code.ShouldBe("TP7155");
        File.Exists(_folder["a.yaml"]).ShouldBeFalse();
        RenderedFolder.Write(_folder.Path, [new LayoutFile("b.yaml", "2\n")], force: true);

        File.ReadAllText(_folder["b.yaml"]).ShouldBe("2\n");
    }

    [Fact]
    public void Write_ThroughALinkThatLeadsOut_Refuses()
    {
        Directory.CreateSymbolicLink(_folder["b"], _outside.Path);

        Should.Throw<DiagnosticException>(() => Write(("b/c.yaml", "2\n"))).Diagnostics[0].Code.ShouldBe("TP7141");

        Directory.EnumerateFileSystemEntries(_outside.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Write_AnIndexThatNamesFilesOutside_RemovesNothingThere()
    {
        _outside.Write("victim", "1\n");
        var name = Path.GetRelativePath(_folder.Path, _outside["victim"]);
        _folder.Write(LayoutIndex.Name, LayoutIndex.Of([new LayoutFile(name, "1\n"), new LayoutFile("link/victim", "1\n")]).ToString());
        Directory.CreateSymbolicLink(_folder["link"], _outside.Path);

        Write(("a.yaml", "1\n")).ShouldBe(["a.yaml written", $"{name} kept", "link/victim kept"]);

        File.Exists(_outside["victim"]).ShouldBeTrue();
    }

    [Fact]
    public void Write_AfterOneThatWasKilledHalfWay_GoesOn()
    {
        Write(("a.yaml", "1\n"), ("b.yaml", "1\n"));
        // The index knew both texts, and one of two files was written.
        _folder.Write(LayoutIndex.Name, LayoutIndex.Of([new LayoutFile("a.yaml", "2\n"), new LayoutFile("b.yaml", "2\n")], LayoutIndex.Parse(File.ReadAllText(_folder[LayoutIndex.Name]))).ToString());
        _folder.Write("a.yaml", "2\n");

        Write(("a.yaml", "3\n"), ("b.yaml", "3\n")).ShouldBe(["a.yaml written", "b.yaml written"]);
    }

    private IEnumerable<string> Write(params (string Path, string Text)[] files) =>
        RenderedFolder.Write(_folder.Path, [.. files.Select(f => new LayoutFile(f.Path, f.Text))], force: false).Select(f => $"{f.Path} {f.Change}");
}
