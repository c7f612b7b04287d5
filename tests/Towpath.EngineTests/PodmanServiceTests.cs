using System.Collections.Immutable;
using System.Diagnostics;
using System.Formats.Tar;
using Towpath.Core.Containers;
using Towpath.Engines.Containers;

namespace Towpath.EngineTests;

/// <summary>Podman's service as Towpath starts it, and Podman with storage of its own.</summary>
public sealed class PodmanServiceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("towpath-podman-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Start_Twice_UsesTheRunningService()
    {
        SkipWithoutPodman();
        var options = new PodmanServiceOptions(_folder);
        var service = new PodmanService(options, TimeProvider.System);
        using var first = await service.StartAsync(Cancel);
        var pid = await File.ReadAllTextAsync(options.PidPath, Cancel);

        using var second = await new PodmanService(options, TimeProvider.System).StartAsync(Cancel);

        second.Kind.ShouldBe(DockerApiEngine.Podman);
        (await File.ReadAllTextAsync(options.PidPath, Cancel)).ShouldBe(pid);
        await service.StopAsync(Cancel);
        Directory.Exists($"/proc/{pid}").ShouldBeFalse();
        await service.StopAsync(Cancel);
        (await Should.ThrowAsync<EngineException>(() => first.VersionAsync(Cancel))).Error.ShouldBe(EngineError.Unreachable);
    }

    [Fact]
    public async Task Start_ServiceWasKilled_StartsAnother()
    {
        SkipWithoutPodman();
        var options = new PodmanServiceOptions(_folder);
        var service = new PodmanService(options, TimeProvider.System);
        (await service.StartAsync(Cancel)).Dispose();
        await KillAsync(options);

        using var engine = await service.StartAsync(Cancel);

        (await engine.VersionAsync(Cancel)).ShouldNotBeEmpty();
        await service.StopAsync(Cancel);
    }

    [Fact]
    public async Task Watch_ServiceWasKilled_StartsAnotherForTheSameClients()
    {
        SkipWithoutPodman();
        var options = new PodmanServiceOptions(_folder);
        var service = new PodmanService(options, TimeProvider.System);
        using var engine = await service.StartAsync(Cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var told = new TaskCompletionSource<string>();
        var watch = service.WatchAsync(told.SetResult, stop.Token);

        using (var process = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(options.PidPath, Cancel), null))) process.Kill();

        (await told.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel)).ShouldBe("Podman's service had ended; it runs again");
        (await engine.VersionAsync(Cancel)).ShouldNotBeEmpty();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => watch);
        await service.StopAsync(Cancel);
    }

    [Fact]
    public async Task Build_StorageIsFull_IsDiskFullAndTheServiceLives()
    {
        SkipWithoutPodman();
        var storage = Path.Combine(_folder, "storage");
        Directory.CreateDirectory(storage);
        await CommandAsync("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", storage);
        var service = new PodmanService(
            new PodmanServiceOptions(_folder, Path.Combine(storage, "root"), Path.Combine(_folder, "run")), TimeProvider.System);
        try
        {
            using var engine = await service.StartAsync(Cancel);
            var request = new BuildRequest(
                WriteBigContextAsync, "Dockerfile", Target: null, new Dictionary<string, string>(), new Dictionary<string, string>(), ["docker.io/towpath-test/full:1"]);

            var failure = await Should.ThrowAsync<EngineException>(() => engine.BuildImageAsync(request, _ => { }, Cancel));

            failure.Error.ShouldBe(EngineError.DiskFull);
            (await engine.ListImagesAsync([], Cancel)).ShouldBeEmpty();
        }
        finally
        {
            await service.StopAsync(CancellationToken.None);
            foreach (var mount in MountsUnder(_folder))
            {
                await CommandAsync("umount", mount);
            }
        }
    }

    /// <summary>Podman leaves containers that are half made and half removed; whatever it left, the next call goes on from there.</summary>
    [Fact]
    public async Task CreateAndRemove_ServiceIsKilledMeanwhile_CanAlwaysBeDoneAgain()
    {
        SkipWithoutPodman();
        var options = new PodmanServiceOptions(_folder, Path.Combine(_folder, "root"), Path.Combine(_folder, "run"));
        var service = new PodmanService(options, TimeProvider.System);
        try
        {
            using var engine = await service.StartAsync(Cancel);
            await engine.BuildImageAsync(
                new BuildRequest(WriteSmallContextAsync, "Dockerfile", Target: null, new Dictionary<string, string>(), new Dictionary<string, string>(), ["docker.io/towpath-test/small:1"]), _ => { }, Cancel);
            for (var round = 0; round < 40; round++)
            {
                var plan = new ContainerPlan { Name = $"small-{round}", Image = "docker.io/towpath-test/small:1", Labels = ImmutableSortedDictionary<string, string>.Empty, Command = ["/big"] };
                if (round % 2 == 1) await engine.CreateContainerAsync(plan, Cancel);
                var call = round % 2 == 1 ? engine.RemoveContainerAsync(plan.Name, Cancel) : engine.CreateContainerAsync(plan, Cancel);
                // Either takes about 30 ms.
                await Task.Delay(round * 3 / 4, Cancel);
                await KillAsync(options);
                await call.ContinueWith(_ => { }, TaskScheduler.Default);
                (await service.StartAsync(Cancel)).Dispose();

                (await engine.ListContainersAsync([], Cancel)).Count.ShouldBeLessThanOrEqualTo(1);
                if (await engine.InspectContainerAsync(plan.Name, Cancel) is null) await engine.CreateContainerAsync(plan, Cancel);
                await engine.StopContainerAsync(plan.Name, TimeSpan.FromSeconds(1), Cancel);
                await engine.RemoveContainerAsync(plan.Name, Cancel);
                (await engine.ListContainersAsync([], Cancel)).ShouldBeEmpty();
            }
        }
        finally
        {
            await service.StopAsync(CancellationToken.None);
            foreach (var mount in MountsUnder(_folder)) await CommandAsync("umount", mount);
        }
    }

    private static async Task KillAsync(PodmanServiceOptions options)
    {
        using var process = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(options.PidPath, Cancel), null));
        process.Kill();
        await process.WaitForExitAsync(Cancel);
    }

    private static async Task WriteSmallContextAsync(Stream stream, CancellationToken cancellationToken)
    {
        await using var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true);
        using var dockerfile = new MemoryStream("FROM scratch\nCOPY Dockerfile /big\n"u8.ToArray());
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "Dockerfile") { DataStream = dockerfile }, cancellationToken);
    }

    private static async Task WriteBigContextAsync(Stream stream, CancellationToken cancellationToken)
    {
        await using var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true);
        using var dockerfile = new MemoryStream("FROM scratch\nCOPY big /big\n"u8.ToArray());
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "Dockerfile") { DataStream = dockerfile }, cancellationToken);
        using var big = new MemoryStream(new byte[32 << 20]);
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "big") { DataStream = big }, cancellationToken);
    }

    private static IEnumerable<string> MountsUnder(string folder) =>
        File.ReadAllLines("/proc/self/mounts").Select(line => line.Split(' ')[1]).Where(path => path.StartsWith(folder, StringComparison.Ordinal)).Reverse();

    private static async Task CommandAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(CancellationToken.None);
        process.ExitCode.ShouldBe(0);
    }

    private static void SkipWithoutPodman()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        Assert.SkipUnless(File.Exists("/usr/bin/podman"), "podman is not installed");
    }
}
