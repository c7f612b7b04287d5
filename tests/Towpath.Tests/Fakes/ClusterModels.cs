using System.Collections.Immutable;
using Towpath.Core.Applications;

namespace Towpath.Tests.Fakes;

/// <summary>What is asked of a cluster, every property set.</summary>
internal static class ClusterModels
{
    private static readonly ImmutableSortedDictionary<string, string> Map = ImmutableSortedDictionary<string, string>.Empty.Add("A", "1");

    public static ClusterVolume Volume { get; } = new("claim", 1L << 33, new NfsShare("10.0.0.9", "/export", ["ro"]));

    public static ClusterSettings Settings { get; } = new()
    {
        Mode = ClusterMode.Global,
        ReservedCpus = 0.25,
        ReservedMemory = 1L << 20,
        Devices = ImmutableSortedDictionary<string, int>.Empty.Add("nvidia.com/gpu", 2),
        Constraints = [new PlacementConstraint("zone", true, "east", Models.At())],
        SpreadOver = ["rack"],
        MostPerNode = 2,
        UpdateParallelism = 3,
        UpdateStopsFirst = true,
        NameServers = ["10.0.0.2"],
        SearchDomains = ["example.org"],
        ResolverOptions = ["ndots:2"],
        Domain = "shop",
        IsPrivileged = true,
        HostNetwork = true,
        HostProcesses = true,
        HostMemory = true,
        Runtime = "gvisor",
        AfterStart = [["one", "two"]],
        BeforeStop = [["three"]],
        PullPolicy = "Always",
        OpenInput = true,
        Terminal = true,
        Annotations = Map,
        Networks = [new NetworkMembership("back", true)],
        Aliases = ["store"],
        WritableRoot = true,
        NamesRestart = true,
        AppArmor = "unconfined",
        Seccomp = "profile.json",
        SeLinux = Map,
        StartInterval = TimeSpan.FromSeconds(2),
    };

    public static KubernetesSpec Environment { get; } = new()
    {
        Context = "kind",
        Namespace = "shop",
        Entry = EntryKind.GatewayApi,
        EntryClass = "haproxy",
        Gateway = "infra/public",
        Host = "shop.example.org",
        TlsSecret = "shop-tls",
        TlsIssuer = "internal",
        Registry = "registry.example.org/shop",
        PullSecret = "pull",
        WaitImage = "wait:1",
        ProxyImage = "haproxy:3",
        NodePort = 30080,
        StorageClass = "fast",
        VolumeSize = 1L << 31,
        Volumes = ImmutableSortedDictionary<string, VolumeClaimSpec>.Empty.Add("data", new VolumeClaimSpec(1L << 34, "slow", Models.At())),
        QuotaPercent = 150,
        EntryNamespace = Map,
        Git = new GitDeliverySpec("https://git.example.org/environments.git")
        {
            Branch = "live",
            Path = "teams/shop",
            Layout = GitLayout.Flux,
            User = "towpath",
            PasswordSecret = "git-token",
            Within = TimeSpan.FromMinutes(3),
            Location = Models.At(),
        },
        Location = Models.At(),
    };
}
