namespace Towpath.Core.Announcements;

/// <summary>What to do after an attempt.</summary>
/// <param name="At">When to try again; null for never.</param>
/// <param name="Reason">Why never; null where it is tried again.</param>
public sealed record NextAttempt(DateTimeOffset? At, string? Reason);

/// <summary>
/// When a failed announcement is tried again: after 5 seconds, then twice as long each time up to a quarter of an hour, each made up to a half
/// longer by chance, so that many who failed together do not come back together. <see cref="MostAttempts"/> take about four hours. What the receiver
/// asks for by <c>Retry-After</c> is kept, up to <see cref="LongestAsked"/>.
/// </summary>
public static class RetryPolicy
{
    /// <summary>Attempts before an announcement is dead.</summary>
    public const int MostAttempts = 24;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <summary>The longest wait that a receiver can ask for.</summary>
    public static TimeSpan LongestAsked { get; } = TimeSpan.FromHours(1);

    /// <summary>What follows an attempt that was not taken.</summary>
    /// <param name="attempts">Attempts so far, this one included; at least 1.</param>
    /// <param name="attempt">How it ended.</param>
    /// <param name="now">When it ended.</param>
    /// <param name="chance">A random number from 0 to 1.</param>
    public static NextAttempt After(int attempts, DeliveryAttempt attempt, DateTimeOffset now, double chance)
    {
        if (attempt.Result == DeliveryResult.Refused)
        {
            return new NextAttempt(null, attempt.Detail);
        }

        if (attempts >= MostAttempts)
        {
            return new NextAttempt(null, FormattableString.Invariant($"given up after {attempts} attempts: {attempt.Detail}"));
        }

        var own = Wait(attempts, chance);
        var asked = attempt.RetryAfter is { } wait ? (wait < LongestAsked ? wait : LongestAsked) : TimeSpan.Zero;
        return new NextAttempt(now + (own > asked ? own : asked), null);
    }

    /// <summary>The wait after a failed attempt where the receiver asks for none.</summary>
    /// <param name="attempts">Attempts so far; at least 1.</param>
    /// <param name="chance">A random number from 0 to 1.</param>
    public static TimeSpan Wait(int attempts, double chance)
    {
        // Beyond 20 doublings any number is over the longest wait, and 2^n over what a number holds.
        var doubled = First * Math.Pow(2, Math.Min(attempts - 1, 20));
        return (doubled < Longest ? doubled : Longest) * (1 + (Math.Clamp(chance, 0, 1) / 2));
    }
}
