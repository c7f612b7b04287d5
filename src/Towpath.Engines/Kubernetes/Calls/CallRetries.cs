using System.Net.Http.Headers;

namespace Towpath.Engines.Kubernetes.Calls;

/// <summary>How an attempt failed.</summary>
internal enum CallFault
{
    /// <summary>The server said that it did not take the call (429), or no connection was made.</summary>
    NotTaken,

    /// <summary>The server failed, or the connection broke: the call may have been done.</summary>
    Unknown,

    /// <summary>An answer that stays the same however often it is asked.</summary>
    Final,
}

/// <summary>
/// When a failed call is made again: after a fifth of a second, then twice as long each time up to ten seconds, each made up to a half longer by chance.
/// What the server asks for by <c>Retry-After</c> is kept, up to half a minute.
/// </summary>
internal static class CallRetries
{
    /// <summary>Attempts before a call has failed.</summary>
    public const int MostAttempts = 5;

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestAsked = TimeSpan.FromSeconds(30);

    /// <summary>The wait before the next attempt; null where there is none.</summary>
    /// <param name="attempts">Attempts so far; at least 1.</param>
    /// <param name="fault">How the last one failed.</param>
    /// <param name="isIdempotent">Whether doing it twice is like once.</param>
    /// <param name="asked">What the server asked for.</param>
    /// <param name="chance">A random number from 0 to 1.</param>
    public static TimeSpan? After(int attempts, CallFault fault, bool isIdempotent, TimeSpan? asked, double chance)
    {
        if (attempts >= MostAttempts || fault == CallFault.Final || (fault == CallFault.Unknown && !isIdempotent)) return null;
        var own = Wait(attempts, chance);
        var wanted = asked is { } wait ? (wait < LongestAsked ? wait : LongestAsked) : TimeSpan.Zero;
        return own > wanted ? own : wanted;
    }

    /// <summary>The wait after a number of failures in a row where nothing was asked for.</summary>
    public static TimeSpan Wait(int failures, double chance)
    {
        var doubled = First * Math.Pow(2, Math.Clamp(failures - 1, 0, 20));
        return (doubled < Longest ? doubled : Longest) * (1 + (Math.Clamp(chance, 0, 1) / 2));
    }

    /// <summary>What a status means for trying again.</summary>
    public static CallFault FaultOf(int code) => code switch
    {
        429 => CallFault.NotTaken,
        500 or 502 or 503 or 504 => CallFault.Unknown,
        _ => CallFault.Final,
    };

    /// <summary>What a header asks for: seconds, or a time.</summary>
    public static TimeSpan? Asked(RetryConditionHeaderValue? header, DateTimeOffset now) =>
        (header?.Delta ?? (header?.Date - now)) is { } wait && wait > TimeSpan.Zero ? wait : null;
}
