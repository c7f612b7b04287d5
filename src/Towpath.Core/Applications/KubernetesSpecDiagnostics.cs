using Towpath.Core.Diagnostics;

namespace Towpath.Core.Applications;

/// <summary>TP2070 to TP2079: an environment on Kubernetes.</summary>
public static class KubernetesSpecDiagnostics
{
    /// <summary>What a cluster has, in an environment that is on none.</summary>
    public static Diagnostic KubernetesUnused(Location place, string environment) => new(
        "TP2070",
        Severity.Warning,
        $"`kubernetes` has no effect: `{environment}` runs as containers",
        place,
        "left out",
        Help: "write `engine: kubernetes` beside it, or remove it");

    /// <summary>A public host name that is none.</summary>
    public static Diagnostic BadHost(Location place, string host) => new(
        "TP2071",
        Severity.Error,
        $"`{host}` is no host name",
        place,
        Notes: ["it is what people type: lower-case letters, digits and hyphens between dots, without scheme, port or path"],
        Help: "write it as `host: shop.example.org`");

    /// <summary>A certificate without a name that it is for.</summary>
    public static Diagnostic TlsWithoutHost(Location place) => new(
        "TP2072",
        Severity.Error,
        "TLS needs a host name",
        place,
        "for which name?",
        Notes: ["a certificate is for a name, and what answers chooses it by the name that is asked for"],
        Help: "add `host:` beside it");

    /// <summary>A port that nodes don't open.</summary>
    public static Diagnostic BadNodePort(Location place, int port, int least, int most) => new(
        "TP2073",
        Severity.Error,
        $"nodes of a cluster do not open the port {port}",
        place,
        "out of range",
        Notes: [$"with `entry: proxy` it is the port of the proxy on each node, {least} to {most}"],
        Help: $"choose one from {least} to {most}, or leave it out");

    /// <summary>A key that this way in does not have.</summary>
    /// <param name="place">The key.</param>
    /// <param name="key">Its name.</param>
    /// <param name="entry">How requests come in.</param>
    /// <param name="means">What the key means where it counts.</param>
    public static Diagnostic NoEffectWithEntry(Location place, string key, string entry, string means) => new(
        "TP2074",
        Severity.Warning,
        $"`{key}` has no effect with `entry: {entry}`",
        place,
        "left out",
        Notes: [means]);

    /// <summary>A registry that images can't be named by.</summary>
    public static Diagnostic BadRegistry(Location place, string registry) => new(
        "TP2075",
        Severity.Error,
        $"images can't be named by the registry `{registry}`",
        place,
        Notes: ["the names of images begin with it: a host, its port if it has one, and a path in lower case"],
        Help: "write it without scheme, tag and digest, as `registry: registry.example.org/shop`");

    /// <summary>A quota that is no percentage.</summary>
    public static Diagnostic BadQuota(Location place, string quota) => new(
        "TP2076",
        Severity.Error,
        $"a quota can't be `{quota}`",
        place,
        Notes: ["it says how much of what the services may use at once the namespace may use, new replicas beside the old ones counted"],
        Help: "write a whole percentage from 100% on, such as `quota: 200%`, or `quota: off`");

    /// <summary>A namespace that belongs to the cluster.</summary>
    public static Diagnostic ReservedNamespace(Location place, string name) => new(
        "TP2077",
        Severity.Error,
        $"the namespace `{name}` is the cluster's own",
        place,
        Notes: ["an environment owns its namespace: its policies and its quota hold for all that is in it"],
        Help: "give the environment a namespace of its own, or leave the key out for APPLICATION-ENVIRONMENT");

    /// <summary>A repository that nothing can be pushed to. Its address is not shown: it may hold a password.</summary>
    /// <param name="place">Where it is named.</param>
    /// <param name="why">Why not, as the end of a sentence.</param>
    public static Diagnostic BadRepository(Location place, string why) => new(
        "TP2078",
        Severity.Error,
        $"objects can't be committed there: {why}",
        place,
        Notes: ["Towpath pushes to it and a controller in the cluster reads from it; the address ends up in files of the repository"],
        Help: "write it as `url: https://git.example.org/team/environments.git` or `ssh://git@…`, and name the secret with the token under `password`");

    /// <summary>A key that this delivery does not have.</summary>
    /// <param name="place">The key.</param>
    /// <param name="key">Its name.</param>
    /// <param name="delivery">How objects come into the cluster.</param>
    /// <param name="means">What the key means, or what is done in its place.</param>
    public static Diagnostic NoEffectWithDelivery(Location place, string key, string delivery, string means) => new(
        "TP2079",
        Severity.Warning,
        $"`{key}` has no effect with `delivery: {delivery}`",
        place,
        "left out",
        Notes: [means]);
}
