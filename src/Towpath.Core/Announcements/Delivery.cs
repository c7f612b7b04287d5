using System.Globalization;

namespace Towpath.Core.Announcements;

/// <summary>How an attempt ended.</summary>
public enum DeliveryResult
{
    /// <summary>The receiver took it.</summary>
    Taken,

    /// <summary>It did not work, and may work later.</summary>
    Failed,

    /// <summary>The receiver refused it: the same request would be refused again.</summary>
    Refused,
}

/// <summary>What came of one attempt.</summary>
/// <param name="Result">How it ended.</param>
/// <param name="Detail">What the receiver answered, or what went wrong: one line without secrets.</param>
/// <param name="RetryAfter">What the receiver asked for, or null.</param>
public sealed record DeliveryAttempt(DeliveryResult Result, string Detail, TimeSpan? RetryAfter = null)
{
    /// <summary>
    /// The meaning of an HTTP answer. 2xx: taken. 408 (RFC 9110, 15.5.9), 425 (RFC 8470), 429 (RFC 6585) and 5xx: later. All else, redirects
    /// too, since the body is meant for the receiver that was named and no other: refused.
    /// </summary>
    /// <param name="status">Status code.</param>
    /// <param name="detail">What the receiver said.</param>
    /// <param name="retryAfter">Value of <c>Retry-After</c>, or null.</param>
    /// <param name="now">The time, for a <c>Retry-After</c> that is a date.</param>
    public static DeliveryAttempt OfStatus(int status, string detail, string? retryAfter, DateTimeOffset now) => status switch
    {
        >= 200 and < 300 => new(DeliveryResult.Taken, detail),
        408 or 425 or 429 or >= 500 => new(DeliveryResult.Failed, detail, Wait(retryAfter, now)),
        >= 300 and < 400 => new(DeliveryResult.Refused, $"{detail}: it redirects, which is not followed; name the address that it leads to"),
        _ => new(DeliveryResult.Refused, detail),
    };

    /// <summary>
    /// The meaning of an SMTP reply (RFC 5321, 4.2.1): 4yz may work later, 5yz will not.
    /// </summary>
    /// <param name="code">Reply code.</param>
    /// <param name="detail">What the server said.</param>
    public static DeliveryAttempt OfReply(int code, string detail) =>
        new(code is >= 500 and < 600 ? DeliveryResult.Refused : DeliveryResult.Failed, detail);

    // Seconds, or a date (RFC 9110, 10.2.3). Discord sends fractions of seconds.
    private static TimeSpan? Wait(string? value, DateTimeOffset now)
    {
        if (double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            return TimeSpan.FromSeconds(Math.Min(seconds, RetryPolicy.LongestAsked.TotalSeconds));
        }

        return DateTimeOffset.TryParseExact(value, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) && date > now ? date - now : null;
    }
}
