using Towpath.Core.Diagnostics;

namespace Towpath.EndToEnd;

/// <summary>People who press Ctrl-C, and people who ship at the same time.</summary>
[Collection(nameof(SmallApplications))]
public sealed class InterruptionTests(BadInputFixture fixture)
{
    [Fact]
    public async Task Ship_InterruptedInABuild_CancelsItAndLeavesNothing()
    {
        var application = await MakeAsync("e2e-cancel", "    build: .");

        // A duration that nothing else on the machine sleeps for.
        application.Source.Write("Dockerfile", $"FROM {BadInputFixture.Image}\nRUN sleep 61.173\n");
        await application.Source.CommitAsync("slow build");
        await using var ship = application.Towpath.Start(application.Source.Folder, "ship");
        await UntilAsync(() => Sleeps("61.173"));

        await ship.InterruptAsync();

        (await ship.EndAsync()).ShouldEndWith(ExitCode.Cancelled).Error.ShouldContain("is cancelled; nothing was deployed");
        await UntilAsync(() => !Sleeps("61.173"));
        await SettledAsync(application);
        await application.ShouldLeaveNothingAsync();
    }

    [Fact]
    public async Task Ship_InterruptedInATest_RemovesItsContainer()
    {
        var application = await MakeAsync("e2e-cancel-test", "    x-towpath: { test: { command: [sleep, \"62.173\"] } }");
        await using var ship = application.Towpath.Start(application.Source.Folder, "ship");
        await UntilAsync(() => Sleeps("62.173"));

        await ship.InterruptAsync();

        (await ship.EndAsync()).ShouldEndWith(ExitCode.Cancelled);
        await SettledAsync(application);
        await application.ShouldLeaveNothingAsync();
    }

    [Fact]
    public async Task Ship_InterruptedInADeployment_LetsItGoOn()
    {
        var application = await MakeAsync("e2e-detach", """    command: [sh, -c, "sleep 4; exec nginx -g 'daemon off;'"]""");
        await using var ship = application.Towpath.Start(application.Source.Folder, "ship");
        await ship.UntilAsync("web #1 started");

        await ship.InterruptAsync();

        (await ship.EndAsync()).ShouldEndWith(ExitCode.Cancelled).Error.ShouldContain("goes on without this terminal");
        await UntilAsync(async () => (await StatusAsync(application)).GetProperty("phase").GetString() == "Succeeded");
    }

    [Fact]
    public async Task Ship_SameCommitTwiceAtOnce_IsOneRun()
    {
        var application = await MakeAsync("e2e-twice", "    x-towpath: { test: { command: [sleep, \"2\"] } }");
        await using var first = application.Towpath.Start(application.Source.Folder, "ship", "--output", "json");
        await first.UntilAsync("test:web began");
        await using var second = application.Towpath.Start(application.Source.Folder, "ship", "--output", "json");

        var one = (await first.EndAsync()).ShouldEndWith(ExitCode.Success);
        var two = (await second.EndAsync()).ShouldEndWith(ExitCode.Success);

        two.Error.ShouldContain("is being shipped already");
        two.Json.GetProperty("run").GetString().ShouldBe(one.Json.GetProperty("run").GetString());
        two.Json.GetProperty("release").GetString().ShouldBe(one.Json.GetProperty("release").GetString());
    }

    [Fact]
    public async Task Ship_AnotherCommitMeanwhile_WaitsItsTurnAndBothEndWell()
    {
        var application = await MakeAsync("e2e-turns", "    x-towpath: { test: { command: [sleep, \"2\"] } }");
        await using var first = application.Towpath.Start(application.Source.Folder, "ship", "--output", "json");
        await first.UntilAsync("test:web began");
        application.Source.Replace("compose.yaml", "    ports:", "    environment: { LATER: yes }\n    ports:");
        await application.Source.CommitAsync("second");
        await using var second = application.Towpath.Start(application.Source.Folder, "ship", "--output", "json");

        var one = (await first.EndAsync()).ShouldEndWith(ExitCode.Success).Json;
        var two = (await second.EndAsync()).ShouldEndWith(ExitCode.Success).Json;

        two.GetProperty("run").GetString().ShouldNotBe(one.GetProperty("run").GetString());
        two.GetProperty("release").GetString().ShouldNotBe(one.GetProperty("release").GetString());
        (await StatusAsync(application)).GetProperty("release").GetString().ShouldBe(two.GetProperty("release").GetString());
    }

    private async Task<SmallApplication> MakeAsync(string name, string service)
    {
        Assert.SkipWhen(Installation.SkipReason is not null, Installation.SkipReason ?? "");
        return await fixture.MakeAsync(name, service);
    }

    private static async Task<System.Text.Json.JsonElement> StatusAsync(SmallApplication application) =>
        (await application.RunAsync("status", "--output", "json")).ShouldEndWith(ExitCode.Success).Json.GetProperty("environments")[0];

    /// <summary>Waits until the run that was cancelled is written down as such: the terminal was let go of before.</summary>
    private static Task SettledAsync(SmallApplication application) => UntilAsync(async () =>
        (await application.RunAsync("status", "--output", "json")).Json.GetProperty("runs").EnumerateArray().All(r => r.GetProperty("state").GetString() == "Cancelled"));

    private static Task UntilAsync(Func<bool> holds) => UntilAsync(() => Task.FromResult(holds()));

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var tries = 0; tries < 300; tries++)
        {
            if (await holds())
            {
                return;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException("it did not come about within half a minute");
    }

    /// <summary>Whether a process on this machine, in a container or not, sleeps for just that long.</summary>
    private static bool Sleeps(string duration) => Directory.EnumerateDirectories("/proc").Any(process =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Contains($"sleep\0{duration}\0", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    });
}
