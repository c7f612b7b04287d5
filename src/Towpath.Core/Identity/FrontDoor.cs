using System.Collections.Immutable;
using System.Net;

namespace Towpath.Core.Identity;

/// <summary>What is known of a request before anybody knows whose it is.</summary>
/// <param name="IsOuter">It came in beside the loopback port.</param>
/// <param name="Host">Its Host header, with the port where there is one.</param>
/// <param name="From">Who holds the other end of the connection; null where that is unknown.</param>
/// <param name="ForwardedScheme">Its header X-Forwarded-Proto, or null.</param>
public sealed record Arrival(bool IsOuter, string Host, IPAddress? From, string? ForwardedScheme);

/// <summary>Where a request came in.</summary>
/// <param name="IsOuter">Beside the loopback port: over TLS, and nobody's token but an account's counts.</param>
/// <param name="Origin">Origin of the pages there, as a browser says it: <c>https://towpath.example.org</c>.</param>
public sealed record Door(bool IsOuter, string Origin)
{
    /// <summary>Whether cookies may say <c>Secure</c>.</summary>
    public bool IsSecure => Origin.StartsWith("https:", StringComparison.Ordinal);
}

/// <summary>Decides whether a request may come in at all.</summary>
/// <param name="Url">Where people reach the control plane; null where it is only on this machine.</param>
/// <param name="Proxies">Who may connect to the outer port; empty where it ends TLS itself.</param>
public sealed record FrontDoor(Uri? Url, ImmutableArray<IPNetwork> Proxies)
{
    /// <summary>Only the loopback port.</summary>
    public static FrontDoor Loopback { get; } = new(null, []);

    /// <summary>The door that a request came in by; null where it has no business here, and then why not.</summary>
    public (Door? Door, string? Why) Admit(Arrival arrival)
    {
        if (!arrival.IsOuter)
        {
            // A web page could otherwise reach the port through a name of its own that it points at 127.0.0.1.
            return IsLoopback(arrival.Host) ? (new Door(false, $"http://{arrival.Host}".ToLowerInvariant()), null) : (null, "here it answers to loopback names only");
        }

        if (Url is null) return (null, "it has no name");
        if (!Proxies.IsEmpty)
        {
            var from = arrival.From is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : arrival.From;
            if (from is null || !Proxies.Any(p => p.BaseAddress.AddressFamily == from.AddressFamily && p.Contains(from))) return (null, "connections come from its proxy only");
            if (arrival.ForwardedScheme != Uri.UriSchemeHttps) return (null, "the proxy must say `X-Forwarded-Proto: https`");
        }

        return arrival.Host.Equals(Url.Authority, StringComparison.OrdinalIgnoreCase)
            ? (new Door(true, Url.GetLeftPart(UriPartial.Authority)), null)
            : (null, $"here it answers to {Url.Authority} only");
    }

    private static bool IsLoopback(string authority)
    {
        if (!authority.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or ':' or '[' or ']' or '-')) return false;
        var host = Uri.TryCreate($"http://{authority}/", UriKind.Absolute, out var url) ? url.Host.Trim('[', ']') : "";
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
    }
}
