using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Towpath.Core.Applications;
using Towpath.Core.Containers;
using Towpath.Engines.Containers;

namespace Towpath.EngineTests;

public abstract partial class EngineContract
{
    [Fact]
    public async Task Container_FromCreateToRemove_IsObservedInEachState()
    {
        var plan = Plan("life", "sleep", "600");
        var id = await Engine.CreateContainerAsync(plan, Cancel);
        (await Engine.InspectContainerAsync(plan.Name, Cancel))!.State.ShouldBe(ContainerState.Created);

        await Engine.StartContainerAsync(plan.Name, Cancel);
        await Engine.StartContainerAsync(plan.Name, Cancel);
        var running = (await Engine.InspectContainerAsync(plan.Name, Cancel))!;
        running.State.ShouldBe(ContainerState.Running);
        running.Pid.ShouldBeGreaterThan(0);
        running.StartedAt.ShouldNotBeNull();
        running.Id.ShouldBe(id);
        running.ImageId.ShouldBe((await Engine.InspectImageAsync(BaseImage, Cancel))!.Id);

        var listed = (await Engine.ListContainersAsync([Mark], Cancel)).ShouldHaveSingleItem();
        (listed.Id, listed.Name, listed.State, listed.ImageId).ShouldBe((id, plan.Name, ContainerState.Running, running.ImageId));
        listed.Label(TestLabel).ShouldBe(Id);

        await Engine.SignalContainerAsync(plan.Name, "SIGKILL", Cancel);
        (await Engine.WaitContainerAsync(plan.Name, Cancel)).ShouldBe(137);
        var ended = (await Engine.InspectContainerAsync(plan.Name, Cancel))!;
        (ended.State, ended.ExitCode).ShouldBe((ContainerState.Exited, 137));

        await Engine.RemoveContainerAsync(plan.Name, Cancel);
        await Engine.RemoveContainerAsync(plan.Name, Cancel);
        (await Engine.InspectContainerAsync(plan.Name, Cancel)).ShouldBeNull();
        (await Engine.ListContainersAsync([Mark], Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task CreateContainer_NameTaken_IsConflict()
    {
        await Engine.CreateContainerAsync(Plan("twice", "true"), Cancel);

        (await FailureAsync(() => Engine.CreateContainerAsync(Plan("twice", "true"), Cancel))).Error.ShouldBe(EngineError.Conflict);
    }

    [Fact]
    public async Task CreateContainer_ImageMissing_IsNotFoundAndLeavesNothing()
    {
        var plan = Plan("noimage", "true") with { Image = "docker.io/towpath-test/none:1" };

        (await FailureAsync(() => Engine.CreateContainerAsync(plan, Cancel))).Error.ShouldBe(EngineError.NotFound);
        (await Engine.ListContainersAsync([Mark], Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task ListContainers_SeveralLabels_WantsAllOfThem()
    {
        await Engine.CreateContainerAsync(Plan("one", "true") with { Labels = Labels.Add("color", "red") }, Cancel);
        await Engine.CreateContainerAsync(Plan("two", "true") with { Labels = Labels.Add("color", "blue") }, Cancel);

        (await Engine.ListContainersAsync([Mark, "color"], Cancel)).Count.ShouldBe(2);
        (await Engine.ListContainersAsync([Mark, "color=red"], Cancel)).ShouldHaveSingleItem().Name.ShouldBe(Name("one"));
        (await Engine.ListContainersAsync([Mark, "color=r"], Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task StopContainer_ProcessEndsInItsGrace_ExitCodeIsItsOwn()
    {
        await RunAsync(Shell("graceful", "trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done"));
        await ReadyAsync("graceful");

        await Engine.StopContainerAsync(Name("graceful"), TimeSpan.FromSeconds(10), Cancel);

        (await Engine.InspectContainerAsync(Name("graceful"), Cancel))!.ExitCode.ShouldBe(7);
    }

    [Fact]
    public async Task StopContainer_ProcessIgnoresTheSignal_IsKilledAfterTheGrace()
    {
        await RunAsync(Shell("stubborn", "trap '' TERM; echo ready; while :; do sleep 0.05; done"));
        await ReadyAsync("stubborn");

        await Engine.StopContainerAsync(Name("stubborn"), TimeSpan.FromSeconds(1), Cancel);

        var ended = (await Engine.InspectContainerAsync(Name("stubborn"), Cancel))!;
        (ended.State, ended.ExitCode).ShouldBe((ContainerState.Exited, 137));
        await Engine.StopContainerAsync(Name("stubborn"), TimeSpan.Zero, Cancel);
        await Engine.StopContainerAsync(Name("nobody"), TimeSpan.Zero, Cancel);
    }

    [Fact]
    public async Task InspectContainer_GraceGiven_TellsIt()
    {
        await Engine.CreateContainerAsync(Plan("patient", "true") with { StopGracePeriod = TimeSpan.FromSeconds(42) }, Cancel);

        (await Engine.InspectContainerAsync(Name("patient"), Cancel))!.StopGracePeriod.ShouldBe(TimeSpan.FromSeconds(42));
    }

    [Fact]
    public async Task StopContainer_StopSignalGiven_IsTheOneSent()
    {
        await RunAsync(Shell("signal", "trap 'exit 9' USR1; echo ready; while :; do sleep 0.05; done") with { StopSignal = "SIGUSR1" });
        await ReadyAsync("signal");

        await Engine.StopContainerAsync(Name("signal"), TimeSpan.FromSeconds(10), Cancel);

        (await Engine.InspectContainerAsync(Name("signal"), Cancel))!.ExitCode.ShouldBe(9);
    }

    [Fact]
    public async Task RemoveContainer_RunningWithLongGrace_IsGoneAtOnce()
    {
        var plan = Shell("long", "trap '' TERM; sleep 600") with { StopGracePeriod = TimeSpan.FromMinutes(10) };
        await RunAsync(plan);

        await Engine.RemoveContainerAsync(plan.Name, Cancel).WaitAsync(TimeSpan.FromSeconds(60), Cancel);

        (await Engine.InspectContainerAsync(plan.Name, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task CreateContainer_EnvironmentEntrypointUserAndFolder_AreTheProcesses()
    {
        var plan = Plan("env", "-c", "echo $GREETING; pwd; id -u; hostname; echo \"$0\"", "zero") with
        {
            Entrypoint = ["/bin/sh"],
            Environment = Labels.Clear().Add("GREETING", "good day = ü"),
            WorkingDirectory = "/usr/share",
            User = "65534",
            Hostname = "harbour",
        };

        var (code, output) = await CompleteAsync(plan);

        code.ShouldBe(0);
        output.Split('\n').ShouldBe(["good day = ü", "/usr/share", "65534", "harbour", "zero"]);
    }

    [Fact]
    public async Task CreateContainer_Init_IsTheFirstProcess()
    {
        Assert.SkipWhen(Engine.Kind == DockerApiEngine.Podman && !File.Exists("/usr/libexec/podman/catatonit"), "catatonit is not installed");

        var (_, output) = await CompleteAsync(Shell("init", "echo $$") with { Init = true });

        output.ShouldNotBe("1");
    }

    [Fact]
    public async Task CreateContainer_Limits_StandInTheCgroup()
    {
        await RunAsync(Plan("limits", "sleep", "600") with { Limits = new Limits(0.5, 64 << 20, 42) });

        var cgroup = "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null | head -1;"
            + "cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max 2>/dev/null | head -1";
        (await ShellInAsync(Name("limits"), cgroup)).Split('\n').ShouldBe([$"{64 << 20}", "42"]);
    }

    [Fact]
    public async Task CreateContainer_KernelSettings_HoldForItsProcesses()
    {
        var plan = Shell("kernel", "ulimit -Sn; ulimit -Hn; cat /proc/sys/net/core/somaxconn; id -G; grep NoNewPrivs /proc/self/status; cat /proc/self/oom_score_adj") with
        {
            Kernel = new KernelSettings
            {
                Ulimits = ImmutableSortedDictionary<string, Ulimit>.Empty.Add("nofile", new Ulimit(1000, 2000)),
                Sysctls = ImmutableSortedDictionary<string, string>.Empty.Add("net.core.somaxconn", "333"),
                Groups = ["4321"],
                NoNewPrivileges = true,
                OomScore = 77,
                CpuShares = 512,
                MemoryReservation = 8 << 20,
            },
        };

        var (code, output) = await CompleteAsync(plan);

        code.ShouldBe(0, output);
        var lines = output.Split('\n');
        (lines[0], lines[1], lines[2], lines[4], lines[5]).ShouldBe(("1000", "2000", "333", "NoNewPrivs:\t1", "77"));
        lines[3].Split(' ').ShouldContain("4321");
    }

    [Fact]
    public async Task CreateContainer_ReadOnlyRoot_OnlyMountsCanBeWritten()
    {
        var plan = Shell("readonly", "touch /x && echo root; touch /tmp/x && echo tmp; df -k /tmp | tail -1 | awk '{print $2}'") with
        {
            ReadOnly = true,
            Mounts = [new ContainerMount(MountKind.Tmpfs, Source: null, "/tmp", ReadOnly: false, 1 << 20)],
        };

        var (_, output) = await CompleteAsync(plan);

        output.Split('\n').Where(line => !line.StartsWith("touch", StringComparison.Ordinal)).ShouldBe(["tmp", "1024"]);
    }

    [Fact]
    public async Task CreateContainer_FileBound_HasTheHostsTextAndMode()
    {
        var file = Path.Combine(Folder, $"{Id}.secret");
        await File.WriteAllTextAsync(file, "swordfish\n", Cancel);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        var plan = Shell("bind", "cat /run/secrets/key; stat -c %a /run/secrets/key; echo x >> /run/secrets/key") with
        {
            Mounts = [new ContainerMount(MountKind.Bind, file, "/run/secrets/key", ReadOnly: true)],
        };

        var (code, output) = await CompleteAsync(plan);

        code.ShouldNotBe(0);
        output.Split('\n').ShouldBeSubsetOf(["swordfish", "440", "sh: 1: cannot create /run/secrets/key: Read-only file system"]);
        output.Split('\n').Length.ShouldBe(3);
        (await File.ReadAllTextAsync(file, Cancel)).ShouldBe("swordfish\n");
    }

    [Fact]
    public async Task RestartPolicy_OnFailure_StartsAgainOnlyAfterAFailure()
    {
        await Engine.CreateVolumeAsync(Name("tries"), Labels, Cancel);
        var plan = Shell("retry", "echo x >> /v/tries; [ $(wc -l < /v/tries) -ge 3 ]") with
        {
            Restart = RestartPolicy.OnFailure,
            Mounts = [new ContainerMount(MountKind.Volume, Name("tries"), "/v", ReadOnly: false)],
        };

        await RunAsync(plan);

        await UntilAsync(async () => await Engine.InspectContainerAsync(plan.Name, Cancel) is { State: ContainerState.Exited, ExitCode: 0 });
        (await CompleteAsync(Shell("count", "wc -l < /v/tries") with { Mounts = plan.Mounts })).Output.ShouldBe("3");
    }

    [Fact]
    public async Task WaitContainer_ProcessEnds_GivesItsCode()
    {
        await RunAsync(Shell("code", "sleep 0.2; exit 42"));

        (await Engine.WaitContainerAsync(Name("code"), Cancel)).ShouldBe(42);
    }

    [Fact]
    public async Task StartContainer_CommandMissing_FailsAndThePortIsFreeAgain()
    {
        var (network, _) = await NetworkAsync("ports");
        var port = FreePort();
        var broken = Plan("broken", "/no/such/program") with { Network = network, Ports = [new ContainerPort("127.0.0.1", port, 80)] };
        await Engine.CreateContainerAsync(broken, Cancel);

        await FailureAsync(() => Engine.StartContainerAsync(broken.Name, Cancel));
        await Engine.RemoveContainerAsync(broken.Name, Cancel);

        await RunAsync(broken with { Name = Name("mended"), Command = ["sleep", "600"] });
        (await Engine.InspectContainerAsync(Name("mended"), Cancel))!.State.ShouldBe(ContainerState.Running);
    }

    [Fact]
    public async Task StartContainer_PortTaken_SaysSoAndLeavesNothingBehind()
    {
        var (network, _) = await NetworkAsync("taken");
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;
        var plan = Plan("taken", "sleep", "600") with { Network = network, Ports = [new ContainerPort("127.0.0.1", port, 80)] };
        await Engine.CreateContainerAsync(plan, Cancel);

        (await FailureAsync(() => Engine.StartContainerAsync(plan.Name, Cancel))).Error.ShouldBe(EngineError.PortTaken);

        await Engine.RemoveContainerAsync(plan.Name, Cancel);
        holder.Stop();
        await RunAsync(plan);
        (await Engine.InspectContainerAsync(plan.Name, Cancel))!.State.ShouldBe(ContainerState.Running);
    }

    [Fact]
    public async Task Exec_Command_GivesOutputAndCode()
    {
        await RunAsync(Plan("exec", "sleep", "600"));

        for (var i = 0; i < 5; i++)
        {
            var result = await Engine.ExecAsync(Name("exec"), ["sh", "-c", "echo out; echo err >&2; exit 3"], Short, Cancel);
            result.ExitCode.ShouldBe(3);
            result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["out", "err"], ignoreOrder: true);
        }

        (await Engine.ExecAsync(Name("exec"), ["/no/such"], Short, Cancel)).ExitCode.ShouldBeOneOf(126, 127);
        (await FailureAsync(() => Engine.ExecAsync(Name("nobody"), ["true"], Short, Cancel))).Error.ShouldBe(EngineError.NotFound);
    }

    [Fact]
    public async Task Exec_TakesTooLong_IsTimedOutAndEnded()
    {
        await RunAsync(Plan("slow", "sleep", "600"));

        var failure = await FailureAsync(() => Engine.ExecAsync(Name("slow"), ["sleep", "601"], TimeSpan.FromSeconds(0.5), Cancel));

        failure.Error.ShouldBe(EngineError.TimedOut);
        await UntilAsync(async () =>
            await ShellInAsync(Name("slow"), "cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -c 'sleep 60[1]'") == "0");
    }

    private async Task ReadyAsync(string suffix) =>
        await UntilAsync(async () => (await Engine.TailLogsAsync(Name(suffix), 10, Cancel)).Contains("ready"));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var attempt = 1; !await condition(); attempt++)
        {
            attempt.ShouldBeLessThan(300, "the condition never held");
            await Task.Delay(50, Cancel);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
