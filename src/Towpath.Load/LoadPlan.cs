using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Towpath.Load;

/// <summary>
/// Requests that arrive at a steady rate, however fast they are answered (an open loop): a server that stalls meets a growing
/// crowd, as it would in life, and every one of the crowd counts with the time since it wanted to start.
/// </summary>
public sealed record LoadPlan
{
    /// <summary><c>http://</c>, a loopback or private IPv4 address, and a port.</summary>
    public required Uri Target { get; init; }

    /// <summary>Requests that start in a second, all kinds together; 0.1 to 20000.</summary>
    public required double ArrivalsPerSecond { get; init; }

    /// <summary>Kinds of requests; at least one, with distinct names.</summary>
    public required ImmutableArray<LoadRequest> Requests { get; init; }

    /// <summary>Requests at once; one that arrives above it is not sent and counts as failed.</summary>
    public int MaxInFlight { get; init; } = 1000;

    /// <summary>After it no request starts.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Decides the order of the kinds: the same seed gives the same order.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Called once for each request when its outcome is known, from any thread; must be quick. Null for nobody.</summary>
    public Action<LoadOutcome>? Observe { get; init; }

    /// <summary>A plan's end point, with everything else checked too.</summary>
    /// <exception cref="ArgumentException">A limit is broken, or the target is not on this machine or its bridges.</exception>
    internal static IPEndPoint Check(LoadPlan plan)
    {
        var requests = plan.Requests;
        if (plan.ArrivalsPerSecond is not (>= 0.1 and <= 20_000))
            throw new ArgumentException("Between 0.1 and 20000 requests may start in a second.", nameof(plan));
        if (plan.MaxInFlight is < 1 or > 100_000) throw new ArgumentException("Between 1 and 100000 requests may run at once.", nameof(plan));
        if (requests.IsDefaultOrEmpty) throw new ArgumentException("There is no request to send.", nameof(plan));
        if (requests.FirstOrDefault(r => !r.CanBeSent) is { } wrong) throw new ArgumentException($"Request {wrong.Name} can't be sent.", nameof(plan));
        if (requests.Select(r => r.Name).Distinct(StringComparer.Ordinal).Count() != requests.Length)
            throw new ArgumentException("Two kinds of requests have one name.", nameof(plan));
        return EndPointOf(plan.Target);
    }

    // A load generator is a weapon in the wrong direction: it only ever points at this machine and its bridges.
    private static IPEndPoint EndPointOf(Uri target)
    {
        var host = target.Host == "localhost" ? "127.0.0.1" : target.Host;
        if (target.Scheme != "http" || !IPAddress.TryParse(host, out var address) || !IsNear(address))
            throw new ArgumentException($"Load goes only to http on loopback and private IPv4 addresses, not to {target}.", nameof(target));
        return new IPEndPoint(address, target.Port);
    }

    private static bool IsNear(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetwork) return false;
        var bytes = address.GetAddressBytes();
        return bytes[0] is 127 or 10 || (bytes[0] == 192 && bytes[1] == 168) || (bytes[0] == 172 && bytes[1] is >= 16 and <= 31);
    }
}

/// <summary>Whether a request has a connection of its own.</summary>
public enum LoadConnectionKind
{
    /// <summary>One that an earlier request left open, if there is any.</summary>
    Kept,

    /// <summary>A new one, closed after the answer.</summary>
    Fresh,
}

/// <summary>One kind of request.</summary>
public sealed record LoadRequest
{
    /// <summary>In the report.</summary>
    public required string Name { get; init; }

    /// <summary>HTTP method.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>Path and query.</summary>
    public required string Path { get; init; }

    /// <summary>Body by the request's sequence number, so that a write can carry an identifier of its own; null for no body.</summary>
    public Func<long, ReadOnlyMemory<byte>>? Body { get; init; }

    /// <summary>Media type of the body.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>
    /// More headers by the request's sequence number, such as a key that makes a write safe to repeat; null for none. Names and values are
    /// printable ASCII; a request with any other can't be sent and counts as failed.
    /// </summary>
    public Func<long, ImmutableArray<(string Name, string Value)>>? Headers { get; init; }

    /// <summary>Whether it has a connection of its own.</summary>
    public LoadConnectionKind Connection { get; init; } = LoadConnectionKind.Kept;

    /// <summary>Share of the requests against other kinds, 1 to 1000.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Statuses that count as good.</summary>
    public ImmutableArray<int> Expected { get; init; } = [200];

    /// <summary>From the moment of sending to the last byte of the answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    internal bool CanBeSent =>
        Method.Length > 0 && Method.All(char.IsAsciiLetterUpper)
        && Path.StartsWith('/') && Path.All(c => c is > ' ' and < (char)127)
        && ContentType.All(c => c is >= ' ' and < (char)127)
        && Weight is >= 1 and <= 1000
        && Timeout > TimeSpan.Zero;
}

/// <summary>How a request failed.</summary>
public enum LoadFailure
{
    /// <summary>A status that was not expected.</summary>
    Status,

    /// <summary>The connection broke off before the end of the answer.</summary>
    Reset,

    /// <summary>There was no connection to be had.</summary>
    Refused,

    /// <summary>No whole answer in its time.</summary>
    TimedOut,

    /// <summary>Too many requests were under way to send another.</summary>
    NotSent,

    /// <summary>Something else.</summary>
    Other,
}

/// <summary>What became of one request.</summary>
/// <param name="Request">Its kind.</param>
/// <param name="Sequence">Its number, from 0, unique in the run.</param>
/// <param name="Failure">Null where it went well.</param>
/// <param name="Status">HTTP status; 0 without an answer.</param>
/// <param name="Body">Body of the answer, at most 64 KiB of it.</param>
public sealed record LoadOutcome(LoadRequest Request, long Sequence, LoadFailure? Failure, int Status, ReadOnlyMemory<byte> Body)
{
    /// <summary>It was sent and answered as expected: a write must now be found stored exactly once.</summary>
    public bool IsAccepted => Failure is null;
}
