using System.Diagnostics;
using Towpath.Engines.Containers;

namespace Towpath.EngineTests;

/// <summary>A real engine for the tests of one class, or the reason why there is none.</summary>
public abstract class EngineFixture : IAsyncLifetime
{
    public const string BaseImage = "docker.io/library/debian:bookworm-slim";

    private static readonly Lazy<Task<string>> BaseFileSystem = new(MakeBaseFileSystemAsync);
    // Classes that run at once have fixtures of their own on one engine.
    private static int _nextSubnet;

    public DockerApiEngine? Engine { get; protected set; }

    public string SkipReason { get; protected set; } = "";

    public string Folder { get; } = Directory.CreateTempSubdirectory("towpath-engine-").FullName;

    /// <summary>Second byte group of the subnets: the two engines of one run must not meet.</summary>
    protected abstract int FirstSubnet { get; }

    public string NextSubnet() => $"10.221.{FirstSubnet + Interlocked.Increment(ref _nextSubnet)}";

    public async ValueTask InitializeAsync()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            SkipReason = "needs root";
            return;
        }

        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Engine?.Dispose();
        await StopAsync();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected abstract Task StartAsync();

    protected abstract Task StopAsync();

    protected static bool IsInstalled(string program) =>
        new[] { "/usr/bin", "/usr/sbin", "/usr/local/bin", "/bin", "/sbin" }.Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Gives the engine the image that the tests run, made here where no registry can be reached.</summary>
    protected static async Task ImportBaseImageAsync(DockerApiEngine engine)
    {
        if (await engine.InspectImageAsync(BaseImage, CancellationToken.None) is null)
        {
            await using var stream = File.OpenRead(await BaseFileSystem.Value);
            await engine.ImportImageAsync(stream, BaseImage, ["CMD [\"bash\"]"], CancellationToken.None);
        }
    }

    /// <summary>Debian's smallest system as a tar, from its own packages: half a minute, once for both engines and all later runs.</summary>
    private static async Task<string> MakeBaseFileSystemAsync()
    {
        var tar = Path.Combine(Path.GetTempPath(), "towpath-engine-tests-bookworm.tar");
        if (File.Exists(tar))
        {
            return tar;
        }

        var half = $"{tar}.{Environment.ProcessId}.tar";
        using var process = Process.Start(new ProcessStartInfo("mmdebstrap", ["--quiet", "--variant=minbase", "bookworm", half]))!;
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
        File.Move(half, tar, overwrite: true);
        return tar;
    }
}

/// <summary>Podman by Towpath's own service, over the machine's storage.</summary>
public sealed class PodmanFixture : EngineFixture
{
    private PodmanService? _service;

    protected override int FirstSubnet => 10;

    protected override async Task StartAsync()
    {
        if (!IsInstalled("podman"))
        {
            SkipReason = "podman is not installed";
            return;
        }

        _service = new PodmanService(new PodmanServiceOptions(Folder), TimeProvider.System);
        var engine = await _service.StartAsync(CancellationToken.None);
        await ImportBaseImageAsync(engine);
        Engine = engine;
    }

    protected override Task StopAsync() => _service?.StopAsync(CancellationToken.None) ?? Task.CompletedTask;
}

/// <summary>All tests on Docker, one class after the other: two daemons would want the same networks.</summary>
[CollectionDefinition(nameof(DockerTests))]
public sealed class DockerTests : ICollectionFixture<DockerFixture>;

/// <summary>A Docker daemon of the tests' own, with its storage in a temporary folder.</summary>
public sealed class DockerFixture : EngineFixture
{
    private Process? _daemon;

    protected override int FirstSubnet => 110;

    protected override async Task StartAsync()
    {
        if (!IsInstalled("dockerd"))
        {
            SkipReason = "dockerd is not installed";
            return;
        }

        Launch();
        var engine = await ConnectAsync(SocketPath);
        await ImportBaseImageAsync(engine);
        Engine = engine;
    }

    /// <summary>Ends the daemon in order and starts it again, as an upgrade of Docker does.</summary>
    /// <param name="settings">Further options that it has from now on.</param>
    public async Task RestartAsync(params string[] settings)
    {
        await EndDaemonAsync();
        Launch(settings);
        using var engine = await ConnectAsync(SocketPath);
    }

    private string SocketPath => Path.Combine(Folder, "docker.sock");

    private void Launch(params string[] settings)
    {
        _daemon = Process.Start(new ProcessStartInfo("dockerd", [
            "--data-root", Path.Combine(Folder, "data"),
            "--exec-root", Path.Combine(Folder, "exec"),
            "--pidfile", Path.Combine(Folder, "pid"),
            "--host", $"unix://{SocketPath}",
            "--bip", "10.221.109.1/24",
            "--log-level", "error",
            .. settings])
        { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        _daemon.ErrorDataReceived += (_, _) => { };
        _daemon.OutputDataReceived += (_, _) => { };
        _daemon.BeginErrorReadLine();
        _daemon.BeginOutputReadLine();
    }

    protected override async Task StopAsync()
    {
        await EndDaemonAsync();
        // With live-restore the daemon leaves its storage mounted for the containers that run on.
        var data = Path.Combine(Folder, "data");
        if (!(await File.ReadAllTextAsync("/proc/self/mounts")).Contains($" {data} ", StringComparison.Ordinal)) return;
        using var unmount = Process.Start("umount", [data]);
        await unmount.WaitForExitAsync();
    }

    private async Task EndDaemonAsync()
    {
        if (_daemon is { HasExited: false })
        {
            // SIGTERM: the daemon stops its containerd and takes its mounts down.
            using (var kill = Process.Start("kill", ["-TERM", $"{_daemon.Id}"]))
            {
                await kill.WaitForExitAsync();
            }

            await _daemon.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        }

        _daemon?.Dispose();
    }

    private static async Task<DockerApiEngine> ConnectAsync(string socket)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await DockerApiEngine.ConnectAsync(socket, TimeProvider.System, CancellationToken.None);
            }
            catch (EngineException) when (attempt < 300)
            {
                await Task.Delay(100);
            }
        }
    }
}
