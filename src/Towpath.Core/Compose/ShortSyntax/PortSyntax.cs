using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace Towpath.Core.Compose.ShortSyntax;

/// <summary>One port of the short syntax.</summary>
/// <param name="Target">Container port.</param>
/// <param name="Published">First host port, or null for any.</param>
/// <param name="PublishedEnd">Last host port, where the engine may choose within a range; else equal to <paramref name="Published"/>.</param>
/// <param name="HostAddress">Host address, or null for all.</param>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>sctp</c>.</param>
internal sealed record PortEntry(int Target, int? Published, int? PublishedEnd, string? HostAddress, string Protocol);

/// <summary><c>[[ADDRESS:]HOST:]CONTAINER[/PROTOCOL]</c>, where HOST and CONTAINER may be ranges.</summary>
internal static class PortSyntax
{
    private const int MaxRange = 1000;

    /// <summary>The ports, or an empty list and what is wrong.</summary>
    public static ImmutableArray<PortEntry> Parse(string text, out string? problem)
    {
        var slash = text.LastIndexOf('/');
        var protocol = slash < 0 ? "tcp" : text[(slash + 1)..].ToLowerInvariant();
        var rest = slash < 0 ? text : text[..slash];
        problem = protocol is "tcp" or "udp" or "sctp" ? null : $"`{protocol}` is no protocol";
        var container = After(ref rest);
        var host = After(ref rest);
        var address = rest.Length == 0 ? null : rest.Trim('[', ']');
        if (problem is null && address is not null && (!IPAddress.TryParse(address, out _) || !address.AsSpan().ContainsAny('.', ':')))
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
            return [.. Enumerable.Range(first, last - first + 1).Select(port => new PortEntry(port, null, null, address, protocol))];
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

        return [.. Enumerable.Range(0, last - first + 1).Select(i => new PortEntry(first + i, host.First + i, host.First + i, address, protocol))];
    }

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
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65535;
}
