using System.Collections.Immutable;
using System.Net;
using Towpath.Core.Compose;

namespace Towpath.Core.Configuration;

/// <summary><c>url: https://…</c> and <c>listen: { addresses, port, tls | behind-proxy }</c>: how people and programs elsewhere reach the control plane.</summary>
internal sealed class ListenReader(NodeReader values)
{
    private const int MostAddresses = 20;
    private static readonly KeyTable Keys = new("listen", "addresses port tls behind-proxy");
    private static readonly KeyTable TlsKeys = new("tls of listen", "certificate key");

    /// <summary>Where people reach it: nothing may follow the path, since paths are added to it.</summary>
    /// <param name="node">Its node.</param>
    /// <param name="isWhole">Whether all of that host is this control plane's, since people log in there.</param>
    public Uri? Url(YamlNode? node, bool isWhole)
    {
        if (values.NonEmpty(node, "url") is not { } text) return null;
        var problem = ChannelReader.UrlProblem(text) ?? (text.Contains('?', StringComparison.Ordinal) ? "it holds a part after ?" : null);
        if (problem is null && isWhole && new Uri(text).AbsolutePath != "/") problem = "with `listen` or `login` it ends with the host: what others serve at the same host would get the cookies";
        if (problem is null) return new Uri(text.TrimEnd('/') + "/");
        values.Bag.Add(ConfigurationDiagnostics.BadUrl(node!.Location, problem));
        return null;
    }

    /// <summary>What it says, or null where it is not there or after an error.</summary>
    /// <param name="node">The node of <c>listen</c>.</param>
    /// <param name="file">The whole file.</param>
    /// <param name="url">What <see cref="Url"/> read of it.</param>
    public ListenPolicy? Read(YamlNode? node, YamlMapping? file, Uri? url)
    {
        if (node is null || values.Mapping(node, Keys) is not { } listen || file is null) return null;
        values.Require(file.Get("url"), listen, "a file with `listen`", "url");
        if (url is not null && url.Scheme != Uri.UriSchemeHttps)
            values.Bag.Add(ConfigurationDiagnostics.BadUrl(file.Get("url")!.Location, "with `listen` it begins with https://"));
        values.Require(listen.Get("addresses"), listen, "listen", "addresses");
        var addresses = Parsed<IPAddress>(listen.Get("addresses"), "addresses", text => IPAddress.TryParse(text, out var address) ? [address] : []);
        var proxies = Parsed(listen.Get("behind-proxy"), "behind-proxy", Network);
        var tls = Tls(listen.Get("tls"));
        var (hasTls, hasProxy) = (listen.Get("tls") is not null, listen.Get("behind-proxy") is not null);
        if (!hasTls && !hasProxy) values.Bag.Add(ConfigurationDiagnostics.UnprotectedListen(node.Location));
        if (hasTls && hasProxy) values.Bag.Add(ConfigurationDiagnostics.BadListen(listen.Get("tls")!.Location, "`tls` and `behind-proxy` exclude each other", "leave out the one that does not end TLS"));
        var port = values.Integer(listen.Get("port"), "port", 1, 65535) ?? ListenPolicy.DefaultPort;
        return addresses.IsEmpty || (tls is null && proxies.IsEmpty) ? null : new ListenPolicy(addresses, port, tls, proxies);
    }

    private CertificatePaths? Tls(YamlNode? node)
    {
        if (node is null || values.Mapping(node, TlsKeys) is not { } tls) return null;
        var certificate = values.Require(tls.Get("certificate"), tls, "tls of listen", "certificate") ? values.NonEmpty(tls.Get("certificate"), "certificate") : null;
        var key = values.Require(tls.Get("key"), tls, "tls of listen", "key") ? values.NonEmpty(tls.Get("key"), "key") : null;
        return certificate is null || key is null ? null : new CertificatePaths(certificate, key);
    }

    private ImmutableArray<T> Parsed<T>(YamlNode? node, string key, Func<string, ImmutableArray<T>> parse)
    {
        if (node is null) return [];
        var items = values.OneOrMore(node, key);
        if (items.Length is 0 or > MostAddresses) values.Bag.Add(ConfigurationDiagnostics.BadListen(node.Location, $"`{key}` has {items.Length} entries", $"write 1 to {MostAddresses}"));
        var found = ImmutableArray.CreateBuilder<T>();
        foreach (var item in items.Take(MostAddresses))
        {
            if (values.NonEmpty(item, $"an entry of {key}") is not { } text) continue;
            if (parse(text) is [var parsed]) found.Add(parsed);
            else values.Bag.Add(ConfigurationDiagnostics.BadListen(item.Location, $"this is no entry of `{key}`", key == "addresses" ? "write an IP address of this machine, or 0.0.0.0 for all" : "write the IP address of the proxy, or a network such as 10.1.0.0/16"));
        }

        return found.ToImmutable();
    }

    private static ImmutableArray<IPNetwork> Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? [network]
        : IPAddress.TryParse(text, out var address) ? [new IPNetwork(address, address.GetAddressBytes().Length * 8)] : [];
}
