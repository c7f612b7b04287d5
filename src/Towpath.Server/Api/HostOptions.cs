using Towpath.Core.Identity;

namespace Towpath.Server.Api;

/// <summary>How the API listens.</summary>
/// <param name="Port">Port on 127.0.0.1; 0 for a free one.</param>
/// <param name="TokenHash">SHA-256 of the accepted token, 64 hexadecimal digits; see <see cref="ApiToken"/>.</param>
public sealed record HostOptions(int Port, string TokenHash)
{
    /// <summary>The port where nothing else is said.</summary>
    public const int DefaultPort = 7420;

    /// <summary>Who may come in, and by which name.</summary>
    public FrontDoor Door { get; init; } = FrontDoor.Loopback;

    /// <summary>Where it listens beside the loopback port; null for nowhere.</summary>
    public OuterPort? Outer { get; init; }

    /// <summary>Largest accepted request body, in bytes.</summary>
    public long MaxBodyBytes { get; init; } = 1024 * 1024;

    /// <summary>Connections at one time, streams included.</summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>Requests that are answered at one time, without streams; a few more wait, the rest get 429.</summary>
    public int MaxConcurrentRequests { get; init; } = 128;

    /// <summary>Requests that one token may make at once after a rest; more get 429.</summary>
    public int RequestBurst { get; init; } = 400;

    /// <summary>Requests that a token's allowance gains in a second.</summary>
    public int RequestsPerSecond { get; init; } = 100;

    /// <summary>Streams that are open at one time: of events, and of logs.</summary>
    public int MaxStreams { get; init; } = 512;

    /// <summary>As <see cref="MaxStreams"/>, with one token.</summary>
    public int MaxStreamsOfCaller { get; init; } = 64;

    /// <summary>After so long without a fact, a stream of events carries a comment.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A reader of events who takes nothing for so long is cut off.</summary>
    public TimeSpan SlowestReader { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After it an ordinary call is given up with 504. Streams have no limit, removal has ten minutes.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
