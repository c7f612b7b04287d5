using System.Diagnostics;
using System.Text.Json;
using Towpath.Core.Diagnostics;

namespace Towpath.EndToEnd;

/// <summary>What is done to a machine in the middle of a deployment while people use what it runs: nobody notices, and the deployment arrives.</summary>
public sealed class UpkeepOfTheMachineTests : IAsyncDisposable
{
    private readonly Installation _towpath = new();

    public ValueTask DisposeAsync() => _towpath.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Upgrade_OfTowpathInADeployment_GoesOnWithIt(bool killed) => InADeploymentAsync(async application =>
    {
        if (killed) await EndAsync("KILL", _towpath.ControlPlane);
        else (await application.RunAsync("down")).ShouldEndWith(ExitCode.Success);
        _towpath.Upgrade("0.2.9");
        var up = (await application.RunAsync("up", "--output", "json")).ShouldEndWith(ExitCode.Success);
        up.Json.GetProperty("version").GetString().ShouldBe("0.2.9");
    });

    [Theory]
    [InlineData("TERM")]
    [InlineData("KILL")]
    public Task PodmansService_EndedInADeployment_IsStartedAgainAndItGoesOn(string signal) => InADeploymentAsync(async _ =>
    {
        var before = _towpath.PodmanProcess;
        await EndAsync(signal, before);
        using var engine = await _towpath.EngineAsync();
        _towpath.PodmanProcess.ShouldNotBe(before);
    });

    private async Task InADeploymentAsync(Func<LiveApplication, Task> workAsync)
    {
        Assert.SkipWhen(Installation.SkipReason is not null, Installation.SkipReason ?? "");
        await using var application = await LiveApplication.ShipAsync("e2e-upkeep", _towpath);
        var release = (await application.StatusAsync()).GetProperty("release").GetString();
        var (other, gateway, web) = (await application.ContainersAsync("other"), await application.ContainersAsync(null), await application.ContainersAsync("web"));
        application.OpenDoors();

        await application.CommitAsync("2");
        await using var ship = application.Start("ship");
        await ship.UntilAsync("web #1 started");
        await workAsync(application);

        var end = await application.UntilAsync(s => IsAt(s, "Succeeded") && s.GetProperty("release").GetString() != release, "the next release runs");
        end.GetProperty("phase").GetString().ShouldBe("Succeeded");
        TestContext.Current.TestOutputHelper?.WriteLine($"ship ended as {(await ship.EndAsync()).Code}");
        (await application.ContainersAsync("other")).ShouldBe(other, ignoreOrder: true);
        (await application.ContainersAsync(null)).ShouldBe(gateway, ignoreOrder: true);
        (await application.ContainersAsync("web")).Keys.ShouldNotContain(name => web.ContainsKey(name));
        await application.CloseDoorsAsync();
    }

    private static bool IsAt(JsonElement status, string phase) => status.GetProperty("phase").GetString() == phase;

    private static async Task EndAsync(string signal, int pid)
    {
        using var process = Process.GetProcessById(pid);
        await RunningProgram.SignalAsync(signal, pid);
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }
}
