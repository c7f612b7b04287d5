using System.Collections.Immutable;
using System.Net;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Engines.Containers;
using Towpath.Engines.Environments;
using Towpath.Tests.Fakes;

namespace Towpath.Tests.Engines.Environments;

public sealed class EnvironmentNetworkTests
{
    private static readonly EnvironmentNames Names = new("shop", "production");
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly FakeContainerEngine _engine = new();
    private readonly Memory _memory = new();
    private readonly List<IPNetwork> _host = [];
    private readonly EnvironmentNetwork _network;

    public EnvironmentNetworkTests() => _network = new EnvironmentNetwork(_engine, Names, _memory, () => _host);

    [Fact]
    public async Task Ensure_OthersHaveSubnets_TakesTheFirstFreeOne()
    {
        await TakeAsync("a", "10.213.0.0/24");
        await TakeAsync("b", "10.213.1.128/25");
        await TakeAsync("c", "10.213.2.0/23");
        await TakeAsync("d", "fd00:1::/64");

        await _network.EnsureAsync(Cancel);

        (await _engine.InspectNetworkAsync("shop-production", Cancel))!.Subnet.ShouldBe("10.213.4.0/24");
        _network.GatewayAddress.ShouldBe("10.213.4.2");
    }

    [Fact]
    public async Task Ensure_NetworkOfAnotherEngine_IsNotTakenASecondTime()
    {
        _host.Add(IPNetwork.Parse("10.213.0.0/24"));

        await _network.EnsureAsync(Cancel);

        _network.GatewayAddress.ShouldBe("10.213.1.2");
    }

    [Fact]
    public async Task Ensure_NetworkIsThere_KeepsIt()
    {
        await TakeAsync("shop-production", "10.99.7.0/24");

        await _network.EnsureAsync(Cancel);
        await _network.EnsureAsync(Cancel);

        _network.GatewayAddress.ShouldBe("10.99.7.2");
        _engine.Calls.Count(c => c.StartsWith("create-network", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Ensure_NetworkWasRemovedBehindOurBack_GetsItsSubnetAgain()
    {
        await TakeAsync("other", "10.213.0.0/24");
        await _network.EnsureAsync(Cancel);
        await _engine.RemoveNetworkAsync("other", Cancel);
        await _engine.RemoveNetworkAsync("shop-production", Cancel);

        await _network.EnsureAsync(Cancel);

        _network.GatewayAddress.ShouldBe("10.213.1.2");
    }

    [Fact]
    public async Task Ensure_SubnetTakenOutsideTheEngine_TriesTheNext()
    {
        var tries = 0;
        _engine.OnCall = (call, _) => call.StartsWith("create-network", StringComparison.Ordinal) && ++tries <= 2
            ? throw new EngineException(EngineError.SubnetTaken, "a route has it")
            : Task.CompletedTask;

        await _network.EnsureAsync(Cancel);

        _network.GatewayAddress.ShouldBe("10.213.2.2");
    }

    [Fact]
    public async Task Ensure_AllTaken_IsTP5012()
    {
        await TakeAsync("all", "10.213.0.0/16");

        var failure = await Should.ThrowAsync<DiagnosticException>(() => _network.EnsureAsync(Cancel));

        failure.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("TP5012");
    }

    [Fact]
    public async Task NextAddress_OneWasJustFreed_IsNotGivenOutAgainSoon()
    {
        await _network.EnsureAsync(Cancel);
        var given = Enumerable.Range(0, 100).Select(_ => _network.NextAddress([])).ToList();

        given.Distinct().Count().ShouldBe(100);
        given[0].ShouldBe("10.213.0.10");
    }

    [Fact]
    public async Task NextAddress_AfterARestart_BeginsAfterTheHighestInUse()
    {
        await _network.EnsureAsync(Cancel);

        _network.NextAddress([Container("10.213.0.12"), Container("10.213.0.40"), Container("10.213.0.2")]).ShouldBe("10.213.0.41");
    }

    [Fact]
    public async Task NextAddress_ManyRounds_NeverGivesOneThatIsInUse()
    {
        await _network.EnsureAsync(Cancel);
        var used = new Queue<string>();
        for (var round = 0; round < 1000; round++)
        {
            var address = _network.NextAddress(used.Select(Container));
            used.ShouldNotContain(address);
            used.Enqueue(address);
            if (used.Count > 200) used.Dequeue();
        }
    }

    [Fact]
    public async Task NextAddress_AllInUse_SaysSo()
    {
        await _network.EnsureAsync(Cancel);
        var used = Enumerable.Range(10, 241).Select(h => Container($"10.213.0.{h}")).ToList();

        Should.Throw<InvalidOperationException>(() => _network.NextAddress(used)).Message.ShouldContain("shop-production");
    }

    [Fact]
    public async Task NextAddress_Lost_IsNotGivenOutAgainWhileThereAreOthers()
    {
        await _network.EnsureAsync(Cancel);
        var lost = _network.NextAddress([]);
        _network.Lose(lost);
        var used = Enumerable.Range(11, 240).Select(h => Container($"10.213.0.{h}")).ToList();

        // Neither now nor by a control plane that comes later.
        Enumerable.Range(0, 500).Select(_ => _network.NextAddress([])).ShouldNotContain(lost);
        Enumerable.Range(0, 500).Select(_ => new EnvironmentNetwork(_engine, Names, _memory, () => _host).NextAddress([])).ShouldNotContain(lost);
        _network.NextAddress(used).ShouldBe(lost);
    }

    [Fact]
    public async Task LoseGatewayAddress_GivesAnotherOneThatNoReplicaGets()
    {
        await _network.EnsureAsync(Cancel);

        var addresses = Enumerable.Range(0, 9).Select(_ =>
        {
            _network.LoseGatewayAddress();
            return _network.GatewayAddress;
        }).ToList();

        addresses[..8].ShouldBe(["10.213.0.3", "10.213.0.4", "10.213.0.5", "10.213.0.6", "10.213.0.7", "10.213.0.8", "10.213.0.9", "10.213.0.2"]);
        new EnvironmentNetwork(_engine, Names, _memory, () => _host).GatewayAddress.ShouldBe(addresses[8]);
    }

    private Task TakeAsync(string name, string subnet) =>
        _engine.CreateNetworkAsync(new NetworkPlan(name, subnet, ImmutableDictionary<string, string>.Empty), Cancel);

    private static ObservedContainer Container(string address) => new(
        "1", "x", "sha256:1", ContainerState.Running, Models.Noon, ImmutableDictionary<string, string>.Empty.Add(ContainerLabels.Address, address));

    private sealed class Memory : IEnvironmentMemory
    {
        private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

        public string? Read(string key) => _values.GetValueOrDefault(key);

        public void Write(string key, string value) => _values[key] = value;

        public void Forget(string prefix)
        {
            foreach (var key in _values.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal)).ToList()) _values.Remove(key);
        }
    }
}
