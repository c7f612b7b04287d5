using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Towpath.Core.Compose.Canonical;

namespace Towpath.Core.Compose.ShortSyntax;

/// <summary>One port of the short syntax.</summary>
/// <param name="Target">Container port.</param>
/// <param name="Published">First host port, or null for any.</param>
/// <param name="PublishedEnd">Last host port, where the engine may choose within a range; else equal to <paramref name="Published"/>.</param>
/// <param name="HostAddress">Host address, or null for all.</param>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>sctp</c>.</param>
internal sealed record PortEntry(int Target, int? Published, int? PublishedEnd, string? HostAddress, string Protocol)
{
    /// <summary>The long form, standing where the text stands.</summary>
    public YamlMapping ToNode(YamlNode at)
    {
        var target = Target.ToString(CultureInfo.InvariantCulture);
        var published = Published?.ToString(CultureInfo.InvariantCulture);
        return Nodes.Map(
            at,
            ("mode", Nodes.Text(at, "ingress")),
            ("host_ip", HostAddress is null ? null : Nodes.Text(at, HostAddress)),
            ("target", Nodes.Plain(at, target)),
            ("published", published is null ? null : Nodes.Text(at, Published == PublishedEnd ? published : $"{published}-{PublishedEnd}")),
            ("protocol", Nodes.Text(at, Protocol)));
    }
}

/// <summary><c>[[ADDRESS:]HOST:]CONTAINER[/PROTOCOL]</c>, where HOST and CONTAINER may be ranges.</summary>
internal static class PortSyntax
{
    private const int MaxRange = 1000;

    /// <summary>The ports, or an empty list and what is wrong.</summary>
    public static ImmutableArray<PortEntry> Parse(string text, out string? problem)
    {
        var slash = text.LastIndexOf('/');
        var protocol = slash < 0 || slash + 1 == text.Length ? "tcp" : text[(slash + 1)..].ToLowerInvariant();
        var rest = slash < 0 ? text : text[..slash];
        problem = protocol is "tcp" or "udp" or "sctp" ? null : $"`{protocol}` is no protocol";
        var container = After(ref rest);
        var host = After(ref rest);
        var address = rest.Length == 0 ? null : rest.Trim('[', ']');
        if (problem is null && address is not null && !IsAddress(address))
        {
            problem = $"`{address}` is no address";
        }

        if (problem is not null)
        {
            return [];
        }

        if (!TryRange(container, out var first, out var last))
        {
            problem = $"`{container}` is no container port";
            return [];
        }

        (int First, int Last)? published = null;
        if (host.Length > 0)
        {
            if (!TryRange(host, out var hostFirst, out var hostLast))
            {
                problem = $"`{host}` is no host port";
                return [];
            }

            published = (hostFirst, hostLast);
        }

        return Pair(first, last, published, address, protocol, ref problem);
    }

    private static ImmutableArray<PortEntry> Pair(int first, int last, (int First, int Last)? published, string? address, string protocol, ref string? problem)
    {
        if (published is not { } host)
        {
            return InOrder(first, last, port => new PortEntry(port, null, null, address, protocol));
        }

        if (first == last)
        {
            return [new PortEntry(first, host.First, host.Last, address, protocol)];
        }

        if (host.Last - host.First != last - first)
        {
            problem = "the two ranges differ in length";
            return [];
        }

        return InOrder(first, last, port => new PortEntry(port, host.First + port - first, host.First + port - first, address, protocol));
    }

    /// <summary>Whether a text is an address of IPv4, with all four parts, or of IPv6.</summary>
    public static bool IsAddress(string text) => IPAddress.TryParse(text, out _) && !text.Contains('%') && (text.Contains(':') || text.AsSpan().Count('.') == 3);

    // As text: 10 comes before 9, the order that other programs print.
    private static ImmutableArray<PortEntry> InOrder(int first, int last, Func<int, PortEntry> port) => first == last
        ? [port(first)]
        : [.. Enumerable.Range(first, last - first + 1).OrderBy(p => p.ToString(CultureInfo.InvariantCulture) + "/", StringComparer.Ordinal).Select(port)];

    // Takes the part after the last colon that does not stand inside the brackets of an IPv6 address.
    private static string After(ref string rest)
    {
        var colon = rest.LastIndexOf(':');
        if (colon < 0 || rest.IndexOf(']', colon) >= 0)
        {
            var whole = rest;
            rest = "";
            return whole;
        }

        var part = rest[(colon + 1)..];
        rest = rest[..colon];
        return part;
    }

    private static bool TryRange(string text, out int first, out int last)
    {
        var dash = text.IndexOf('-');
        last = 0;
        return TryPort(dash < 0 ? text : text[..dash], out first)
            && TryPort(dash < 0 ? text : text[(dash + 1)..], out last)
            && last >= first
            && last - first < MaxRange;
    }

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 0 and <= 65535;
}
