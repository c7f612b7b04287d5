namespace Towpath.Server.Api;

/// <summary>How the API listens.</summary>
/// <param name="Port">Port on 127.0.0.1; 0 for a free one.</param>
/// <param name="TokenHash">SHA-256 of the accepted token, 64 hexadecimal digits; see <see cref="ApiToken"/>.</param>
public sealed record HostOptions(int Port, string TokenHash)
{
    /// <summary>The port where nothing else is said.</summary>
    public const int DefaultPort = 7420;

    /// <summary>Host under which people reach the page behind links through a proxy, and nothing but that page; null for none.</summary>
    public string? PublicHost { get; init; }

    /// <summary>Largest accepted request body, in bytes.</summary>
    public long MaxBodyBytes { get; init; } = 1024 * 1024;

    /// <summary>Connections at one time, streams included.</summary>
    public int MaxConnections { get; init; } = 256;

    /// <summary>Requests that are answered at one time, streams included; a few more wait, the rest get 429.</summary>
    public int MaxConcurrentRequests { get; init; } = 128;

    /// <summary>After it an ordinary call is given up with 504. Streams have no limit, removal has ten minutes.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
