using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Towpath.Core.Applications;
using Towpath.Core.Containers;
using Towpath.Core.Diagnostics;

namespace Towpath.Engines.Containers.Gateways;

/// <summary>The containers of one environment's gateway: an anchor, and the proxies that follow one another in its network.</summary>
/// <param name="Name">Name of the anchor, unique on the engine; the proxies have it with a number.</param>
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

    /// <summary>
    /// A container that does nothing but hold address and port, so that proxies can come and go: each joins its network, takes the
    /// listeners over from the one before and leaves them to the next. It outlives all of them.
    /// </summary>
    internal ContainerPlan Anchor(HaproxyOptions options) => new()
    {
        Name = Name,
        Image = Image,
        Labels = Labels.SetItem(ContainerLabels.Role, ContainerLabels.RoleAnchor)
            .SetItem(ContainerLabels.Address, Address)
            .SetItem(ContainerLabels.Revision, AnchorRevision),
        Network = Network,
        Address = Address,
        Entrypoint = ["sleep"],
        Command = ["infinity"],
        Ports = [new ContainerPort(PublishedAddress, PublishedPort, options.PublicPort)],
        Restart = RestartPolicy.Always,
        User = "65534:65534",
        CapDrop = ["ALL"],
        ReadOnly = true,
        // The first process of a container ignores the usual signals, and there is nothing to end in order.
        StopSignal = "SIGKILL",
    };

    /// <summary>A proxy; <see cref="ContainerLabels.Revision"/> tells one made from an older plan apart.</summary>
    /// <param name="generation">Its number, from 1.</param>
    /// <param name="folder">The gateway's folder on this machine.</param>
    /// <param name="options">Where HAProxy finds it.</param>
    internal ContainerPlan Proxy(int generation, string folder, HaproxyOptions options)
    {
        var number = generation.ToString(CultureInfo.InvariantCulture);
        return new ContainerPlan
        {
            Name = $"{Name}-{number}",
            Image = Image,
            Labels = Labels.SetItem(ContainerLabels.Role, ContainerLabels.RoleGateway)
                .SetItem(ContainerLabels.Gateway, Name)
                .SetItem(ContainerLabels.Generation, number)
                .SetItem(ContainerLabels.Revision, ProxyRevision(folder)),
            NetworkOf = Name,
            Environment = ImmutableSortedDictionary<string, string>.Empty.Add(HaproxyConfiguration.GenerationVariable, number),
            Entrypoint = ["haproxy"],
            // Master and worker, so that a signal reloads; in the foreground, so that the log reaches the engine. The listeners come
            // from the proxy before, where there is one; where there is none HAProxy says so and makes its own.
            Command =
            [
                "-W", "-db", "-S", $"{options.MasterSocketPath(generation)},mode,600,level,operator", "-x", options.SocketPath, "-f", options.ConfigurationPath,
            ],
            Mounts = [new ContainerMount(MountKind.Bind, folder, options.Folder, ReadOnly: false)],
            // One that was told to finish ends with 0 and must stay so; one that crashed must not.
            Restart = RestartPolicy.OnFailure,
            // Root of the container, with one capability: services may listen on ports below 1024, and the sockets stay Towpath's.
            User = "0:0",
            CapDrop = ["ALL"],
            CapAdd = ["NET_BIND_SERVICE"],
            ReadOnly = true,
            StopSignal = "SIGUSR1",
            StopGracePeriod = TimeSpan.FromSeconds(5),
        };
    }

    /// <summary>Hash of what can't change without a new address or port, and so not without an interruption.</summary>
    internal string AnchorRevision => Hash(Name, Network, Address, PublishedAddress, PublishedPort.ToString(CultureInfo.InvariantCulture));

    /// <summary>Hash of what a running proxy can't change.</summary>
    internal string ProxyRevision(string folder) => Hash(Name, Image, folder);

    private static string Hash(params string[] parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))))[..12];
}
