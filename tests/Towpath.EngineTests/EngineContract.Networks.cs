using System.Net.Sockets;
using Towpath.Core.Applications;
using Towpath.Core.Containers;
using Towpath.Engines.Containers;

namespace Towpath.EngineTests;

public abstract partial class EngineContract
{
    private const string Serve = "perl -MIO::Socket::INET -e '$s=IO::Socket::INET->new(LocalPort=>80,Listen=>5,ReuseAddr=>1)or die;print \"ready\\n\";$|=1;while($c=$s->accept){print $c \"hello\\n\";close $c}'";

    [Fact]
    public async Task Network_FixedAddressAndAlias_AreFoundByName()
    {
        var (network, prefix) = await NetworkAsync("names");
        await RunAsync(Plan("db", "sleep", "600") with { Network = network, Address = $"{prefix}.77", Aliases = ["db", "database"] });
        await RunAsync(Plan("client", "sleep", "600") with { Network = network });

        (await Engine.InspectContainerAsync(Name("db"), Cancel))!.Address.ShouldBe($"{prefix}.77");
        (await ShellInAsync(Name("client"), "getent ahostsv4 db | head -1 | cut -d' ' -f1")).ShouldBe($"{prefix}.77");
        (await ShellInAsync(Name("client"), "getent ahostsv4 database | head -1 | cut -d' ' -f1")).ShouldBe($"{prefix}.77");
        (await ShellInAsync(Name("client"), "getent hosts nobody || echo none")).ShouldBe("none");

        await Engine.StopContainerAsync(Name("db"), TimeSpan.Zero, Cancel);
        await Engine.StartContainerAsync(Name("db"), Cancel);
        (await Engine.InspectContainerAsync(Name("db"), Cancel))!.Address.ShouldBe($"{prefix}.77");
    }

    /// <summary>Whoever spoke with a container just before must reach it right after its next start: with another hardware address it could not.</summary>
    [Fact]
    public async Task Network_FixedAddress_HasTheSameHardwareAddressAfterARestart()
    {
        const string hardware = "cat /sys/class/net/eth0/address";
        var (network, prefix) = await NetworkAsync("hardware");
        await RunAsync(Plan("db", "sleep", "600") with { Network = network, Address = $"{prefix}.77" });
        var before = await ShellInAsync(Name("db"), hardware);

        await Engine.StopContainerAsync(Name("db"), TimeSpan.Zero, Cancel);
        await Engine.StartContainerAsync(Name("db"), Cancel);

        (await ShellInAsync(Name("db"), hardware)).ShouldBe(before);
        before.ShouldEndWith(":4d");
    }

    /// <summary>What the gateway's proxies live in: they come and go, address and published port stay.</summary>
    [Fact]
    public async Task Network_OfAnotherContainer_IsSharedWithItsAddressAndPort()
    {
        var (network, prefix) = await NetworkAsync("shared");
        var port = FreePort();
        await RunAsync(Plan("anchor", "sleep", "600") with { Network = network, Address = $"{prefix}.9", Ports = [new ContainerPort("127.0.0.1", port, 80)] });
        foreach (var name in new[] { "first", "second" })
        {
            await RunAsync(Shell(name, Serve) with { NetworkOf = Name("anchor") });
            await ReadyAsync(name);
            (await ShellInAsync(Name(name), "hostname -I")).ShouldBe($"{prefix}.9");
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port, Cancel);
            using var reader = new StreamReader(client.GetStream());
            (await reader.ReadLineAsync(Cancel)).ShouldBe("hello");
            await Engine.RemoveContainerAsync(Name(name), Cancel);
        }
    }

    [Fact]
    public async Task Network_AnotherNetwork_CannotBeReached()
    {
        var (left, leftPrefix) = await NetworkAsync("left");
        var (right, _) = await NetworkAsync("right");
        await RunAsync(Shell("server", Serve) with { Network = left, Address = $"{leftPrefix}.20", Aliases = ["server"] });
        await RunAsync(Plan("friend", "sleep", "600") with { Network = left });
        await RunAsync(Plan("stranger", "sleep", "600") with { Network = right });
        await ReadyAsync("server");

        var ask = $"timeout 1 bash -c 'cat < /dev/tcp/{leftPrefix}.20/80' 2>/dev/null || echo refused";
        (await ShellInAsync(Name("friend"), ask)).ShouldBe("hello");
        (await ShellInAsync(Name("stranger"), ask)).ShouldBe("refused");
        (await ShellInAsync(Name("stranger"), "getent hosts server || echo none")).ShouldBe("none");
    }

    [Fact]
    public async Task Network_PublishedPort_AnswersOnTheHost()
    {
        var (network, _) = await NetworkAsync("public");
        var port = FreePort();
        await RunAsync(Shell("web", Serve) with { Network = network, Ports = [new ContainerPort("127.0.0.1", port, 80)] });
        await ReadyAsync("web");

        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, Cancel);
        using var reader = new StreamReader(client.GetStream());

        (await reader.ReadLineAsync(Cancel)).ShouldBe("hello");
    }

    [Fact]
    public async Task CreateNetwork_SameNameOrSameSubnet_IsLeftAloneOrRefused()
    {
        var (network, prefix) = await NetworkAsync("one");
        var plan = new NetworkPlan(network, $"{prefix}.0/24", Labels);

        await Engine.CreateNetworkAsync(plan, Cancel);
        (await Engine.ListNetworksAsync([Mark], Cancel)).ShouldHaveSingleItem().Subnet.ShouldBe($"{prefix}.0/24");
        var failure = await FailureAsync(() => Engine.CreateNetworkAsync(plan with { Name = Name("other"), Subnet = $"{prefix}.0/25" }, Cancel));

        failure.Error.ShouldBe(EngineError.SubnetTaken);
        await Engine.RemoveNetworkAsync(network, Cancel);
        await Engine.RemoveNetworkAsync(network, Cancel);
        (await Engine.InspectNetworkAsync(network, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task CreateContainer_AddressTaken_IsToldSo()
    {
        var (network, prefix) = await NetworkAsync("address");
        await RunAsync(Plan("first", "sleep", "600") with { Network = network, Address = $"{prefix}.5" });

        var failure = await FailureAsync(() => RunAsync(Plan("second", "sleep", "600") with { Network = network, Address = $"{prefix}.5" }));

        failure.Error.ShouldBe(AddressTaken);
    }

    [Fact]
    public async Task Volume_ContainersComeAndGo_DataStays()
    {
        await Engine.CreateVolumeAsync(Name("data"), Labels, Cancel);
        await Engine.CreateVolumeAsync(Name("data"), Labels, Cancel);
        var mount = new ContainerMount(MountKind.Volume, Name("data"), "/data", ReadOnly: false);

        await CompleteAsync(Shell("writer", "echo kept > /data/x") with { Mounts = [mount] });
        (await Engine.ListVolumeUsersAsync(Name("data"), Cancel)).ShouldBe([Name("writer")]);
        (await FailureAsync(() => Engine.RemoveVolumeAsync(Name("data"), Cancel))).Error.ShouldBe(EngineError.Conflict);
        await Engine.RemoveContainerAsync(Name("writer"), Cancel);

        (await CompleteAsync(Shell("reader", "cat /data/x") with { Mounts = [mount with { ReadOnly = true }] })).Output.ShouldBe("kept");
        await Engine.RemoveContainerAsync(Name("reader"), Cancel);
        (await Engine.ListVolumesAsync([Mark], Cancel)).ShouldBe([Name("data")]);
        (await Engine.ListVolumeUsersAsync(Name("data"), Cancel)).ShouldBeEmpty();
        await Engine.RemoveVolumeAsync(Name("data"), Cancel);
        await Engine.RemoveVolumeAsync(Name("data"), Cancel);
        (await Engine.ListVolumesAsync([Mark], Cancel)).ShouldBeEmpty();
    }
}
