using System.Diagnostics;
using System.Text;
using Towpath.Core.Compose;
using Towpath.Engines.Git;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Engines.Git;

public sealed class FolderFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FolderFilesTests()
    {
        _folder.Write("root/a/file", "inside");
        _folder.Write("outside/file", "outside");
        _folder.Write("root2/file", "a sibling whose name begins like the root's");
    }

    private FolderFiles Files => new(_folder["root"]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("root/a/file", FileState.Found)]
    [InlineData("root/a/none", FileState.Missing)]
    [InlineData("root/a", FileState.NotAFile)]
    [InlineData("root/a/file/below", FileState.Missing)]
    [InlineData("outside/file", FileState.Outside)]
    [InlineData("root2/file", FileState.Outside)]
    [InlineData("root/\0", FileState.Missing)]
    public void Read_Path_SaysWhatItIs(string path, FileState expected) => Files.Read(_folder[path]).State.ShouldBe(expected);

    [Fact]
    public void Read_FoundFile_GivesItsBytes() =>
        Encoding.UTF8.GetString(Files.Read(_folder["root/a/file"]).Bytes.Span).ShouldBe("inside");

    [Theory]
    [InlineData("../../outside/file", FileState.Outside)]
    [InlineData("file", FileState.Found)]
    [InlineData("none", FileState.Missing)]
    [InlineData("link", FileState.Missing)]
    public void Read_Link_CountsWhereItLeads(string target, FileState expected)
    {
        File.CreateSymbolicLink(_folder["root/a/link"], target);

        Files.Read(_folder["root/a/link"]).State.ShouldBe(expected);
    }

    [Fact]
    public void Read_LinkedFolder_CountsWhereItLeads()
    {
        File.CreateSymbolicLink(_folder["root/out"], _folder["outside"]);
        File.CreateSymbolicLink(_folder["root/in"], _folder["root/a"]);

        Files.Read(_folder["root/out/file"]).State.ShouldBe(FileState.Outside);
        Files.Read(_folder["root/in/file"]).State.ShouldBe(FileState.Found);
        Files.FolderExists(_folder["root/out"]).ShouldBeFalse();
        Files.FolderExists(_folder["root/in"]).ShouldBeTrue();
    }

    [Fact]
    public void Read_RootReachedByLink_IsInside()
    {
        File.CreateSymbolicLink(_folder["linked-root"], _folder["root"]);

        new FolderFiles(_folder["linked-root"]).Read(_folder["linked-root/a/file"]).State.ShouldBe(FileState.Found);
    }

    [Fact]
    public void Read_PathThatTheUserNamed_MayLieOutside() => Files.Read(_folder["outside/file"], anywhere: true).State.ShouldBe(FileState.Found);

    [Fact]
    public void Read_LargerThanTheLimit_IsNotRead()
    {
        var reading = new FolderFiles(_folder["root"], maxBytes: 5).Read(_folder["root/a/file"]);

        reading.ShouldSatisfyAllConditions(r => r.State.ShouldBe(FileState.TooLarge), r => r.Length.ShouldBe(6));
    }

    [Fact]
    public void Read_Pipe_DoesNotWait()
    {
        using (var made = Process.Start("mkfifo", [_folder["root/pipe"]]))
        {
            made.WaitForExit();
        }

        Files.Read(_folder["root/pipe"]).State.ShouldBe(FileState.NotAFile);
    }

    [Fact]
    public void Read_DeviceWithoutEnd_GivesNothing() => Files.Read("/dev/zero", anywhere: true).Bytes.Length.ShouldBe(0);

    [Fact]
    public void FolderExists_FileOrOutside_IsFalse()
    {
        Files.FolderExists(_folder["root"]).ShouldBeTrue();
        Files.FolderExists(_folder["root/a/file"]).ShouldBeFalse();
        Files.FolderExists(_folder["outside"]).ShouldBeFalse();
    }
}
