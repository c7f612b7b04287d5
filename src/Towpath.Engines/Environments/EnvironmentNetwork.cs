using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;
using Towpath.Core.Rollouts;
using Towpath.Engines.Containers;

namespace Towpath.Engines.Environments;

/// <summary>
/// The network of one environment and the addresses in it. Addresses are given out here: the engines give a container another one
/// at each start, and the gateway would then send requests into the void.
/// </summary>
/// <param name="engine">Makes the network.</param>
/// <param name="names">Names of the environment.</param>
/// <param name="memory">Where the subnet is remembered.</param>
/// <param name="hostSubnets">Subnets that this machine is in; null to look. Another engine beside this one has networks that this one does not list.</param>
public sealed class EnvironmentNetwork(
    IContainerEngine engine, EnvironmentNames names, IEnvironmentMemory memory, Func<IEnumerable<IPNetwork>>? hostSubnets = null)
{
    private readonly Func<IEnumerable<IPNetwork>> _hostSubnets = hostSubnets ?? HostSubnets;

    private const int FirstHost = 10;
    private const int LastHost = 250;
    private const int FirstGatewayHost = 2;
    private const int Subnets = 256;
    private const string GatewayKey = "gateway-host";
    private const string LostKey = "lost-addresses";

    private readonly Lock _turn = new();
    private readonly HashSet<string> _given = new(StringComparer.Ordinal);
    private int _last = FirstHost - 1;

    /// <summary>First three numbers of the subnet with their dots, such as <c>10.213.4.</c>.</summary>
    private string Prefix => memory.Read("subnet") is { } subnet
        ? subnet[..(subnet.LastIndexOf('.') + 1)]
        : throw new InvalidOperationException("the environment's network has not been prepared");

    /// <summary>Address of the gateway.</summary>
    public string GatewayAddress => Prefix + GatewayHost.ToString(CultureInfo.InvariantCulture);

    private int GatewayHost => memory.Read(GatewayKey) is { } host ? int.Parse(host, CultureInfo.InvariantCulture) : FirstGatewayHost;

    /// <summary>The engine gives the gateway's address to nobody: it has another one from now on.</summary>
    public void LoseGatewayAddress() =>
        memory.Write(GatewayKey, (GatewayHost + 1 < FirstHost ? GatewayHost + 1 : FirstGatewayHost).ToString(CultureInfo.InvariantCulture));

    /// <summary>Creates the network where it is missing, in the first subnet that no other network has.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (await engine.InspectNetworkAsync(names.Network, cancellationToken) is { Subnet: { } present })
        {
            memory.Write("subnet", present);
            return;
        }
        var taken = (await engine.ListNetworksAsync([], cancellationToken)).Select(n => n.Subnet).OfType<string>().Select(IPNetwork.Parse)
            .Concat(_hostSubnets()).ToList();
        var remembered = memory.Read("subnet");
        var candidates = Enumerable.Range(0, Subnets).Select(i => string.Create(CultureInfo.InvariantCulture, $"10.213.{i}.0/24"));
        foreach (var subnet in remembered is null ? candidates : candidates.Prepend(remembered))
        {
            var network = IPNetwork.Parse(subnet);
            if (taken.Exists(t => t.Contains(network.BaseAddress) || network.Contains(t.BaseAddress))) continue;
            try
            {
                await engine.CreateNetworkAsync(new NetworkPlan(names.Network, subnet, names.Labels), cancellationToken);
                memory.Write("subnet", subnet);
                return;
            }
            catch (EngineException e) when (e.Error == EngineError.SubnetTaken)
            {
                // A route or network outside the engine has it: the next one may be free.
            }
        }
        throw new DiagnosticException(ExitCode.EngineUnavailable, RolloutDiagnostics.NoSubnet(names.Environment));
    }

    private static IEnumerable<IPNetwork> HostSubnets() => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(i => i.GetIPProperties().UnicastAddresses)
        .Where(a => a.Address.AddressFamily == AddressFamily.InterNetwork && a.PrefixLength is > 0 and <= 32)
        .Select(a => Subnet(a.Address, a.PrefixLength));

    private static IPNetwork Subnet(IPAddress address, int prefixLength)
    {
        var bits = BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes()) & (uint.MaxValue << (32 - prefixLength));
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, bits);
        return new IPNetwork(new IPAddress(bytes), prefixLength);
    }

    /// <summary>An address that the engine gives to nobody is not given out again.</summary>
    public void Lose(string address)
    {
        lock (_turn)
            memory.Write(LostKey, string.Join(' ', Lost().Add(address)));
    }

    private ImmutableHashSet<string> Lost() => [.. (memory.Read(LostKey) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>
    /// An address that no container has. They are given out in turn, so that one that was just freed is not used again while
    /// somebody may still send to it.
    /// </summary>
    public string NextAddress(IEnumerable<ObservedContainer> containers)
    {
        var used = containers.Select(c => c.Label(ContainerLabels.Address)).OfType<string>().ToHashSet(StringComparer.Ordinal);
        lock (_turn)
        {
            // A control plane that was started anew begins after the highest address in use, not at the first.
            if (_last < FirstHost)
                _last = used.Select(a => int.Parse(a[(a.LastIndexOf('.') + 1)..], CultureInfo.InvariantCulture)).Where(h => h >= FirstHost).DefaultIfEmpty(_last).Max();
            if (NextFree(used.Union(Lost()).ToHashSet(StringComparer.Ordinal)) is { } free) return free;
            // A restart of the machine frees the lost ones. Where only those are left that were given out lately, one that is in nobody's use is better than none.
            _given.Clear();
            memory.Write(LostKey, "");
            return NextFree(used) ?? throw new InvalidOperationException($"all addresses of {names.Network} are in use");
        }
    }

    private string? NextFree(HashSet<string> used)
    {
        for (var tried = 0; tried <= LastHost - FirstHost; tried++)
        {
            _last = _last >= LastHost ? FirstHost : _last + 1;
            var address = Prefix + _last.ToString(CultureInfo.InvariantCulture);
            if (used.Contains(address) || !_given.Add(address)) continue;
            // Given out lately and perhaps not visible yet; half the range is enough to tell it from free ones.
            if (_given.Count > (LastHost - FirstHost) / 2) _given.Clear();
            return address;
        }
        return null;
    }
}
