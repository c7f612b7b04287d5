using System.Buffers;

namespace Towpath.Core.Containers;

/// <summary>
/// What may stand in a configuration or command of the gateway. Both are plain text without a safe form of quoting for every
/// place, so whatever is not a plain token is refused.
/// </summary>
public static class GatewayTokens
{
    private const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const int LongestName = 200;
    private const int LongestPath = 1000;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(Alphanumeric + "_.-");

    // The characters of RFC 3986's path, but for the single quote that the configuration is quoted with.
    private static readonly SearchValues<char> PathCharacters = SearchValues.Create(Alphanumeric + "_.~!$&()*+,;=:@%/-");

    /// <summary>A name of a service or replica.</summary>
    /// <exception cref="ArgumentException">It is not one.</exception>
    public static string Name(string text) =>
        text.Length is > 0 and <= LongestName && !text.AsSpan().ContainsAnyExcept(NameCharacters)
            ? text
            : throw new ArgumentException($"Not a name for the gateway: {text}", nameof(text));

    /// <summary>A path of a URL, without query.</summary>
    /// <exception cref="ArgumentException">It is not one.</exception>
    public static string Path(string text) =>
        text.Length <= LongestPath && text.StartsWith('/') && !text.AsSpan().ContainsAnyExcept(PathCharacters)
            ? text
            : throw new ArgumentException($"Not a path for the gateway: {text}", nameof(text));

    /// <summary>A TCP port.</summary>
    /// <exception cref="ArgumentException">It is not one.</exception>
    public static int Port(int port) =>
        port is > 0 and <= ushort.MaxValue ? port : throw new ArgumentException($"Not a TCP port: {port}", nameof(port));

    /// <summary>A weight of a replica.</summary>
    /// <exception cref="ArgumentException">It is not one.</exception>
    public static int Weight(int weight) =>
        weight is >= 0 and <= GatewayServer.MaxWeight ? weight : throw new ArgumentException($"Not a weight: {weight}", nameof(weight));

    /// <summary>An IPv4 address in its usual form.</summary>
    /// <exception cref="ArgumentException">It is not one.</exception>
    public static string Address(string text) =>
        System.Net.IPAddress.TryParse(text, out var parsed)
        && parsed.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
        && string.Equals(parsed.ToString(), text, StringComparison.Ordinal)
            ? text
            : throw new ArgumentException($"Not an IPv4 address: {text}", nameof(text));
}
