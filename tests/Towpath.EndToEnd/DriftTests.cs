using System.Net.Sockets;
using System.Text;
using Towpath.Core.Diagnostics;

namespace Towpath.EndToEnd;

/// <summary>Somebody works on the machine by hand, past Towpath: it is told, and put right or left alone, as the environment says.</summary>
public sealed class DriftTests : IAsyncDisposable
{
    private readonly Installation _towpath = new();

    public ValueTask DisposeAsync() => _towpath.DisposeAsync();

    [Fact]
    public async Task ChangedByHand_ToBeMended_IsToldAndMendedWhilePeopleUseIt()
    {
        await using var application = await ShipAsync("e2e-mend", "drift: mend");
        var replicas = (await application.ContainersAsync("web")).Keys.Order(StringComparer.Ordinal).ToList();
        application.OpenDoors();
        foreach (var change in Enum.GetValues<Change>())
        {
            var found = await CountAsync("drift.found");
            await ChangeAsync(change, replicas[^1]);

            // It may be mended before anybody asks: what was told stays in the journal.
            await UntilAsync(async () => await CountAsync("drift.found") > found, $"{change} is told");
            await UntilAsync(async () => await CountAsync("drift.mended") == await CountAsync("drift.found"), $"{change} is mended");
            LiveApplication.DriftOf(await application.StatusAsync()).ShouldBeEmpty();
            (await application.ContainersAsync("web")).Keys.Order(StringComparer.Ordinal).ShouldBe(replicas);
            (await WeightAsync(replicas[^1])).ShouldBe("100", $"after {change}");
        }

        await application.CloseDoorsAsync();
        async Task<int> CountAsync(string kind) =>
            (await _towpath.JournalAsync("e2e-mend")).Count(f => f.GetProperty("kind").GetString() == kind);
    }

    [Fact]
    public async Task ChangedByHand_ToBeReported_IsToldByStatusAndLeftAlone()
    {
        await using var application = await ShipAsync("e2e-report", "drift: report");
        var replica = (await application.ContainersAsync("web")).Keys.Order(StringComparer.Ordinal).Last();

        await ChangeAsync(Change.Weight, replica);
        await ToldAsync("weight", "has weight 10 at the gateway, not 100");
        (await application.RunAsync("status")).ShouldEndWith(ExitCode.Success).Out.ShouldContain("production has drifted");
        (await WeightAsync(replica)).ShouldBe("10");
        await TellGatewayAsync($"set server web/{replica} weight 100");
        await application.UntilAsync(s => LiveApplication.DriftOf(s).Count == 0, "what was put right by hand is no drift");

        await ChangeAsync(Change.Stopped, replica);
        await ToldAsync("replica", "has ended with exit code");
        await ChangeAsync(Change.Removed, replica);
        // Upkeep looks once a second: it had its chances.
        await Task.Delay(TimeSpan.FromSeconds(3));
        (await application.ContainersAsync("web")).Keys.ShouldNotContain(replica);
        LiveApplication.DriftOf(await application.StatusAsync()).ShouldHaveSingleItem();

        async Task ToldAsync(string kind, string words)
        {
            await application.UntilAsync(s => LiveApplication.DriftOf(s).Count == 1, $"the status tells that the {kind} drifted");
            (await _towpath.JournalAsync("e2e-report")).Last(f => f.GetProperty("kind").GetString() == "drift.found").GetProperty("text").GetString()!.ShouldContain(words);
        }
    }

    private async Task<LiveApplication> ShipAsync(string name, string drift)
    {
        Assert.SkipWhen(Installation.SkipReason is not null, Installation.SkipReason ?? "");
        return await LiveApplication.ShipAsync(name, _towpath, $"warm: 0s, {drift}");
    }

    private async Task ChangeAsync(Change change, string replica)
    {
        using var engine = await _towpath.EngineAsync();
        switch (change)
        {
            case Change.Weight:
                await TellGatewayAsync($"set server web/{replica} weight 10");
                break;
            case Change.Stopped:
                await engine.StopContainerAsync(replica, TimeSpan.FromSeconds(10), CancellationToken.None);
                break;
            default:
                await engine.RemoveContainerAsync(replica, CancellationToken.None);
                break;
        }
    }

    private async Task<string> WeightAsync(string replica) => (await TellGatewayAsync($"get weight web/{replica}")).Split(' ')[0];

    /// <summary>Says something to the running HAProxy, as somebody with a shell on the machine can.</summary>
    private async Task<string> TellGatewayAsync(string command)
    {
        var path = Directory.EnumerateFiles(Path.Combine(_towpath.State, "environments"), "haproxy.sock", SearchOption.AllDirectories).Single();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    private static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        for (var tries = 0; tries < 300; tries++)
        {
            if (await holds()) return;
            await Task.Delay(100);
        }

        throw new TimeoutException($"never: {what}");
    }

    private enum Change
    {
        Weight,
        Stopped,
        Removed,
    }
}
