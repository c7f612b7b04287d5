using System.Collections.Immutable;
using System.Runtime.Versioning;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Containers;

namespace Towpath.Tests.Engines.Containers;

[UnsupportedOSPlatform("windows")]
public sealed class MmdebstrapRootFileSystemTests : IDisposable
{
    /// <summary>Finds the two arguments that are no options.</summary>
    private const string Target = "for a; do case $a in -*) ;; *) suite=${target:-}; target=$a ;; esac; done; ";

    private readonly string _folder = Directory.CreateTempSubdirectory("towpath-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Make_ProgramSucceeds_GivesItsArchiveAndDeletesItAfterwards()
    {
        var program = Script(Target + "echo \"I: $1 $suite\" >&2; printf archive > \"$target\"");
        var progress = new List<string>();
        string path;
        await using (var tar = (FileStream)await new MmdebstrapRootFileSystem(program, _folder).MakeAsync(progress.Add, CancellationToken.None))
        {
            path = tar.Name;
            using var reader = new StreamReader(tar, leaveOpen: true);
            (await reader.ReadToEndAsync()).ShouldBe("archive");
        }

        File.Exists(path).ShouldBeFalse();
        progress.ShouldBe(["I: --variant=minbase bookworm"]);
    }

    [Fact]
    public async Task Make_ProgramFails_IsADiagnosticWithItsLastLinesAndLeavesNothing()
    {
        var program = Script(Target + "echo \"$target\" > \"$0.path\"; printf torn > \"$target\"; for i in 1 2 3 4 5 6 7 8 9; do echo \"line $i\" >&2; done; exit 25");

        var exception = await Should.ThrowAsync<DiagnosticException>(() => new MmdebstrapRootFileSystem(program, _folder).MakeAsync(Ignore, CancellationToken.None));

        var diagnostic = exception.Diagnostics.ShouldHaveSingleItem();
        diagnostic.Code.ShouldBe("TP6042");
        diagnostic.Headline.ShouldEndWith("25");
        diagnostic.Notes.ShouldBe(Enumerable.Range(2, 8).Select(i => $"line {i}").ToImmutableArray());
        File.Exists((await File.ReadAllTextAsync(program + ".path")).Trim()).ShouldBeFalse();
    }

    [Fact]
    public async Task Make_ProgramMissing_IsADiagnosticThatSaysHowToInstallIt()
    {
        var exception = await Should.ThrowAsync<DiagnosticException>(
            () => new MmdebstrapRootFileSystem(Path.Combine(_folder, "none"), _folder).MakeAsync(Ignore, CancellationToken.None));

        exception.Diagnostics[0].Code.ShouldBe("TP6041");
        exception.Diagnostics[0].Help.ShouldBe("apt-get install mmdebstrap");
    }

    [Fact]
    public async Task Make_Cancelled_EndsTheProgram()
    {
        var program = Script("echo \"$$\" > \"$0.pid\"; echo started >&2; exec sleep 600");
        using var cancellation = new CancellationTokenSource();

        await Should.ThrowAsync<OperationCanceledException>(
            () => new MmdebstrapRootFileSystem(program, _folder).MakeAsync(_ => cancellation.Cancel(), cancellation.Token));

        Directory.Exists("/proc/" + (await File.ReadAllTextAsync(program + ".pid")).Trim()).ShouldBeFalse();
    }

    [Fact]
    public void HostSources_StanzasOfTheSuite_AreHandedOverAsAFile()
    {
        var stanzas = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "sources.list.d")).FullName, "debian.sources");
        File.WriteAllText(stanzas, "Types: deb\nURIs: http://mirror.example.org/debian\nSuites: bookworm bookworm-updates\nComponents: main\n");

        new MmdebstrapRootFileSystem("x", _folder).HostSources().ShouldBe([stanzas]);
    }

    [Fact]
    public void HostSources_OtherSuite_LeavesTheDefaults()
    {
        var stanzas = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "sources.list.d")).FullName, "debian.sources");
        File.WriteAllText(stanzas, "Types: deb\nURIs: http://mirror.example.org/debian\nSuites: trixie\nComponents: main\n");

        new MmdebstrapRootFileSystem("x", _folder).HostSources().ShouldBeEmpty();
    }

    [Fact]
    public void HostSources_Lines_TakeTheSuiteAndNoOtherVendor()
    {
        File.WriteAllLines(Path.Combine(_folder, "sources.list"),
        [
            "# deb http://a/debian bookworm main",
            "deb http://a/debian bookworm main contrib",
            "deb http://a/debian-security bookworm-security main",
            "deb-src http://a/debian bookworm main",
            "deb https://vendor.example.org/apt cloud-bookworm main",
            "deb https://vendor.example.org/apt bookworm stable",
        ]);

        new MmdebstrapRootFileSystem("x", _folder).HostSources().ShouldBe(
            ["deb http://a/debian bookworm main contrib", "deb http://a/debian-security bookworm-security main"]);
    }

    private static void Ignore(string line)
    {
    }

    private string Script(string body)
    {
        var path = Path.Combine(_folder, "program");
        File.WriteAllText(path, "#!/bin/sh\n" + body + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
