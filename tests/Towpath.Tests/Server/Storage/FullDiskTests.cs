using System.Diagnostics;
using Towpath.Core.Journal;
using Towpath.Server.Storage;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Server.Storage;

/// <summary>SQLite on a disk of its own that is full, and then has room again.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly bool _isMounted;

    public FullDiskTests() => _isMounted = Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", _folder.Path);

    public void Dispose()
    {
        if (_isMounted) Run("umount", "--lazy", _folder.Path);
        _folder.Dispose();
    }

    [Fact]
    public void Append_DiskIsFull_IsUnavailableAndKeepsWhatWasAcknowledged()
    {
        Assert.SkipUnless(_isMounted, "a disk of one's own can't be mounted here");
        using var store = new SqliteStore(_folder["state.db"]);
        var fact = Models.Fact(text: new string('x', 20_000));
        var acknowledged = 0;

        var failure = Should.Throw<StoreUnavailableException>(() =>
        {
            for (; acknowledged < 1000; acknowledged++) store.Append(fact);
        });

        failure.Diagnostic.Headline.ShouldBe("the store can't be used for now: the disk is full");
        acknowledged.ShouldBeGreaterThan(10);
        store.LastSequence().ShouldBe(acknowledged);
        Run("mount", "-o", "remount,size=20m", _folder.Path).ShouldBeTrue();
        store.Append(fact);
        var audit = store.Sealed(0, 10_000).Aggregate(SealAudit.Start, (audit, sealedFact) => audit.After(sealedFact, null)).End(store.LastSequence(), null);
        (audit.Facts, audit.Broken).ShouldBe((acknowledged + 1, null));
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
