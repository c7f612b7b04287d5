using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;

namespace Towpath.Engines.Containers.Gateways;

/// <summary>The container of one environment's gateway.</summary>
/// <param name="Name">Container name, unique on the engine.</param>
/// <param name="Network">The environment's network.</param>
/// <param name="Address">Fixed IPv4 address in it: replicas know every service under it.</param>
/// <param name="PublishedAddress">Host address of the public entry.</param>
/// <param name="PublishedPort">Host port of the public entry.</param>
/// <param name="Labels">Application, environment and role; see <see cref="ContainerLabels"/>.</param>
/// <param name="Image">Image with HAProxy 2.6 or newer, Lua in it.</param>
public sealed record GatewayPlan(
    string Name,
    string Network,
    string Address,
    string PublishedAddress,
    int PublishedPort,
    ImmutableSortedDictionary<string, string> Labels,
    string Image = GatewayPlan.DefaultImage)
{
    /// <summary>Where the user's files ask for the port, or null where Towpath chose it.</summary>
    public Location? PortLocation { get; init; }

    /// <summary>The official image of the line that facts were gathered on.</summary>
    public const string DefaultImage = "docker.io/library/haproxy:2.6";

    /// <summary>The container; <see cref="ContainerLabels.Revision"/> tells one made from an older plan apart.</summary>
    /// <param name="folder">The gateway's folder on this machine.</param>
    /// <param name="options">Where HAProxy finds it.</param>
    internal ContainerPlan Container(string folder, HaproxyOptions options) => new()
    {
        Name = Name,
        Image = Image,
        Labels = Labels.SetItem(ContainerLabels.Role, ContainerLabels.RoleGateway)
            .SetItem(ContainerLabels.Address, Address)
            .SetItem(ContainerLabels.Revision, Revision(folder)),
        Network = Network,
        Address = Address,
        Entrypoint = ["haproxy"],
        // Master and worker, so that a signal reloads; in the foreground, so that the log reaches the engine.
        Command = ["-W", "-db", "-S", $"{options.MasterSocketPath},mode,600,level,operator", "-f", options.ConfigurationPath],
        Mounts = [new ContainerMount(MountKind.Bind, folder, options.Folder, ReadOnly: false)],
        Ports = [new ContainerPort(PublishedAddress, PublishedPort, options.PublicPort)],
        Restart = RestartPolicy.Always,
        // Root of the container, with one capability: services may listen on ports below 1024, and the sockets stay Towpath's.
        User = "0:0",
        CapDrop = ["ALL"],
        CapAdd = ["NET_BIND_SERVICE"],
        ReadOnly = true,
        StopSignal = "SIGUSR1",
        StopGracePeriod = TimeSpan.FromSeconds(5),
    };

    /// <summary>Hash of what a running container can't change.</summary>
    internal string Revision(string folder)
    {
        var text = string.Join('\n', Name, Image, Network, Address, PublishedAddress, PublishedPort.ToString(CultureInfo.InvariantCulture), folder);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
    }
}
