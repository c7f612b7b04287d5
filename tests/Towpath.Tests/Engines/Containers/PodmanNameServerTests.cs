using System.Diagnostics;
using System.Globalization;
using Towpath.Engines.Containers;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Engines.Containers;

public sealed class PodmanNameServerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _bin = new();
    private readonly PodmanNameServer _server;

    public PodmanNameServerTests()
    {
        // Writes itself down as the real one does, and goes on until it is ended.
        File.WriteAllText(_bin["aardvark-dns"], "#!/bin/sh\necho $$ > \"$2/aardvark.pid\"\nread nothing < \"$0.fifo\"\n");
        File.SetUnixFileMode(_bin["aardvark-dns"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var fifo = Process.Start("mkfifo", _bin["aardvark-dns.fifo"]);
        fifo.WaitForExit();
        _server = new PodmanNameServer(_folder.Path, _bin["aardvark-dns"], TimeProvider.System, _ => { });
    }

    public void Dispose()
    {
        if (Pid() is { } pid)
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }

        _folder.Dispose();
        _bin.Dispose();
    }

    [Fact]
    public async Task EnsureAsync_NoNetwork_StartsNothing() => (await _server.EnsureAsync(TestContext.Current.CancellationToken)).ShouldBeFalse();

    [Fact]
    public async Task EnsureAsync_ItHasEnded_IsStartedOnce()
    {
        File.WriteAllText(_folder["shop-production"], "10.213.0.1\n");
        File.WriteAllText(_folder["aardvark.pid"], "4194305");

        (await _server.EnsureAsync(TestContext.Current.CancellationToken)).ShouldBeTrue();

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (Pid() is null) await Task.Delay(10, patience.Token);
        (await _server.EnsureAsync(TestContext.Current.CancellationToken)).ShouldBeFalse();
    }

    private int? Pid()
    {
        var file = _folder["aardvark.pid"];
        return File.Exists(file) && int.TryParse(File.ReadAllText(file), NumberStyles.None | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var pid)
            && Directory.Exists($"/proc/{pid}") ? pid : null;
    }
}
