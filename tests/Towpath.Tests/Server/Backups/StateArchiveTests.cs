using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Towpath.Core.Diagnostics;
using Towpath.Server.Backups;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Backups;

public sealed class StateArchiveTests : IDisposable
{
    private static readonly CancellationToken Cancel = CancellationToken.None;
    private readonly TemporaryFolder _folder = new();

    private string State => _folder["state"];

    private string Backup => _folder["backup.tar.gz"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Restore_StateFolderDestroyed_AllIsBack()
    {
        Begin();
        var made = await StateArchive.WriteAsync(State, Backup, Models.Noon, Cancel);
        Directory.Delete(State, recursive: true);
        Directory.CreateDirectory(State);

        (await StateArchive.RestoreAsync(Backup, State, replace: false, Cancel)).ShouldBe(made);

        using var store = Open();
        store.Facts(null, 0, 10).Select(f => f.Text).ShouldBe(["one", "two"]);
        store.Value("shop", "production", "key").ShouldBe("value");
        File.ReadAllText(Secret).ShouldBe("hunter2");
        File.GetUnixFileMode(Path.GetDirectoryName(Secret)!).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.GetUnixFileMode(Path.GetDirectoryName(Mounted)!).HasFlag(UnixFileMode.OtherExecute).ShouldBeTrue("containers of any user read what is mounted");
        File.Exists(Path.Combine(State, "logs", "line")).ShouldBeFalse("what containers wrote is no part of it");
        File.GetUnixFileMode(Backup).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Leftovers().ShouldBeEmpty();
    }

    [Fact]
    public async Task Write_WhileAnotherWrites_IsOfOneMoment()
    {
        Begin();
        using var store = Open();
        using var done = new CancellationTokenSource();
        var writer = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                // Two in one transaction: a copy with an odd number would be of no moment.
                store.Append(Models.Fact(), Models.Fact());
            }
        });
        for (var n = 0; n < 5; n++)
        {
            var manifest = await StateArchive.WriteAsync(State, _folder[$"{n}.tar.gz"], Models.Noon, Cancel);
            (manifest.Facts % 2).ShouldBe(0);
            await StateArchive.RestoreAsync(_folder[$"{n}.tar.gz"], _folder[$"restored-{n}"], replace: false, Cancel);
        }
        await done.CancelAsync();
        await writer;
    }

    [Fact]
    public async Task Restore_StateIsThere_IsRefusedUnlessItMayBeReplaced()
    {
        Begin();
        await StateArchive.WriteAsync(State, Backup, Models.Noon, Cancel);
        using (var store = Open()) store.Append(Models.Fact(text: "three"));

        (await CodeAsync(() => StateArchive.RestoreAsync(Backup, State, replace: false, Cancel))).ShouldBe("TP7022");
        await StateArchive.RestoreAsync(Backup, State, replace: true, Cancel);

        using var now = Open();
        now.LastSequence().ShouldBe(2);
        using var before = new SqliteStore(Path.Combine(State, "towpath.db.before-restore"));
        before.LastSequence().ShouldBe(3);
    }

    [Fact]
    public async Task Restore_CutOffAnywhere_ChangesNothing()
    {
        Begin();
        await StateArchive.WriteAsync(State, Backup, Models.Noon, Cancel);
        var whole = await File.ReadAllBytesAsync(Backup);
        foreach (var cut in Enumerable.Range(0, 60).Select(i => whole.Length * i / 60)) (await IsRefusedAsync(whole[..cut])).ShouldBeTrue($"cut off at {cut} of {whole.Length}");
    }

    [Fact]
    public async Task Restore_DamagedAnywhere_ChangesNothing()
    {
        Begin();
        await StateArchive.WriteAsync(State, Backup, Models.Noon, Cancel);
        await StateArchive.RestoreAsync(Backup, _folder["whole"], replace: false, Cancel);
        var (whole, right) = (await File.ReadAllBytesAsync(Backup), FilesOf("whole"));
        foreach (var at in Enumerable.Range(1, 59).Select(i => whole.Length * i / 60))
        {
            if (await IsRefusedAsync([.. whole[..at], (byte)(whole[at] ^ 0xff), .. whole[(at + 1)..]])) continue;
            // In what is compressed, one of several ways to say the same may have become another.
            FilesOf("other").ShouldBe(right, $"altered at {at} of {whole.Length}");
            Directory.Delete(_folder["other"], recursive: true);
        }
    }

    [Theory]
    [InlineData("../escaped")]
    [InlineData("/tmp/escaped")]
    [InlineData("environments/../../escaped")]
    [InlineData("control-plane.json")]
    public async Task Restore_FileThatBelongsElsewhere_IsRefused(string name)
    {
        await PackAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream([1]) });

        (await FailureAsync(() => StateArchive.RestoreAsync(Backup, State, replace: false, Cancel))).Headline.ShouldContain("does not belong into a state folder");
        File.Exists(_folder["escaped"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Restore_LinkInTheArchive_IsRefused()
    {
        await PackAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "environments/x") { LinkName = "/etc" });

        var failure = await FailureAsync(() => StateArchive.RestoreAsync(Backup, State, replace: false, Cancel));
        (failure.Code, failure.Headline).ShouldBe(("TP7021", $"{Backup} is not a backup that can be restored: environments/x is not a regular file"));
    }

    [Fact]
    public async Task Write_NothingThereOrAFileInTheWay_IsRefused()
    {
        (await CodeAsync(() => StateArchive.WriteAsync(_folder["nowhere"], Backup, Models.Noon, Cancel))).ShouldBe("TP7020");
        Begin();
        await File.WriteAllTextAsync(Backup, "the last good one");

        (await CodeAsync(() => StateArchive.WriteAsync(State, Backup, Models.Noon, Cancel))).ShouldBe("TP7023");

        (await File.ReadAllTextAsync(Backup)).ShouldBe("the last good one");
    }

    private string Secret => Path.Combine(State, "environments", "shop", "production", "secrets", "token", "1");

    private string Mounted => Path.Combine(State, "releases", "shop", "r-1", "files", "secrets", "page");

    private void Begin()
    {
        Write(Mounted, "a page");
        Write(Secret, "hunter2");
        Write(Path.Combine(State, "logs", "line"), "a line");
        Write(Path.Combine(State, "signing.key"), "a key");
        File.CreateSymbolicLink(Path.Combine(State, "environments", "link"), "/etc/passwd");
        using var store = Open();
        store.Append(Models.Fact(text: "one"));
        store.Append(Models.Fact(text: "two"));
        store.SetValue("shop", "production", "key", "value");
    }

    /// <summary>A backup of one entry, whole in its form.</summary>
    private async Task PackAsync(TarEntry entry)
    {
        using var packed = new MemoryStream();
        await using (var tar = new TarWriter(packed, TarEntryFormat.Pax, leaveOpen: true)) await tar.WriteEntryAsync(entry, Cancel);
        await using var gzip = new GZipStream(File.Create(Backup), CompressionLevel.Fastest);
        await gzip.WriteAsync(packed.ToArray(), Cancel);
        await gzip.WriteAsync(SHA256.HashData(packed.ToArray()), Cancel);
    }

    /// <summary>A backup is refused as damaged, and nothing of it is there.</summary>
    private async Task<bool> IsRefusedAsync(byte[] damaged)
    {
        await File.WriteAllBytesAsync(Backup, damaged);
        Directory.CreateDirectory(_folder["other"]);
        try
        {
            await StateArchive.RestoreAsync(Backup, _folder["other"], replace: false, Cancel);
            return false;
        }
        catch (DiagnosticException exception)
        {
            exception.Diagnostics[0].Code.ShouldBe("TP7021");
            Directory.EnumerateFileSystemEntries(_folder["other"]).ShouldBeEmpty();
            return true;
        }
    }

    private Dictionary<string, string> FilesOf(string folder) => Directory.EnumerateFiles(_folder[folder], "*", SearchOption.AllDirectories)
        .ToDictionary(path => Path.GetRelativePath(_folder[folder], path), path => Convert.ToHexString(File.ReadAllBytes(path)), StringComparer.Ordinal);

    private IEnumerable<string> Leftovers() => Directory.EnumerateFileSystemEntries(State).Select(p => Path.GetFileName(p)!).Where(n => n.StartsWith("copy-", StringComparison.Ordinal) || n.StartsWith("packed-", StringComparison.Ordinal) || n.StartsWith("restore-", StringComparison.Ordinal));

    private SqliteStore Open() => new(Path.Combine(State, StateArchive.StoreFile));

    private static void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    private static async Task<string> CodeAsync(Func<Task> ask) => (await FailureAsync(ask)).Code;

    private static async Task<Diagnostic> FailureAsync(Func<Task> ask) => (await Should.ThrowAsync<DiagnosticException>(ask)).Diagnostics[0];
}
