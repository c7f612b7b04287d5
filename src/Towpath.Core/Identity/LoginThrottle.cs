using System.Collections.Immutable;

namespace Towpath.Core.Identity;

/// <summary>Logins that failed lately, of one account name, whether or not there is such an account.</summary>
/// <param name="Count">How many in a row.</param>
/// <param name="Last">When the last one was.</param>
public sealed record FailedLogins(int Count, DateTimeOffset Last);

/// <summary>
/// Decides which login is looked at. An account is locked after five failures in a row, for a minute, then twice as long with each further one, up to a
/// quarter of an hour. All together have forty failures in hand, and one more every two seconds: guessing many accounts is no way around. An attempt counts as
/// failed until it succeeded, so that many at once can't pass together. What is remembered is bounded.
/// </summary>
public sealed record LoginThrottle
{
    /// <summary>Failures in a row before an account is locked.</summary>
    public const int Free = 5;

    /// <summary>Failures that all together have in hand.</summary>
    public const int InHand = 40;

    /// <summary>Account names that are remembered at most. Filling them up takes longer than the longest lock, since <see cref="Refill"/> is slower.</summary>
    public const int MostNames = 1000;

    private static readonly TimeSpan FirstLock = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestLock = TimeSpan.FromMinutes(15);

    /// <summary>How long it takes until all together have one more in hand.</summary>
    public static TimeSpan Refill { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Nothing failed yet.</summary>
    public static LoginThrottle Empty { get; } = new();

    /// <summary>By account name.</summary>
    public ImmutableDictionary<string, FailedLogins> Failed { get; private init; } = ImmutableDictionary.Create<string, FailedLogins>(StringComparer.Ordinal);

    // Failures in all as debt that is paid off with time: when it would be paid off.
    private DateTimeOffset PaidOff { get; init; } = DateTimeOffset.MinValue;

    /// <summary>How long an attempt must wait; zero where it is looked at now.</summary>
    public TimeSpan Wait(string account, DateTimeOffset now)
    {
        var debt = PaidOff - now - (Refill * (InHand - 1));
        var locked = Failed.GetValueOrDefault(account) is { Count: >= Free } failed ? failed.Last + LockAfter(failed.Count) - now : TimeSpan.Zero;
        var wait = debt > locked ? debt : locked;
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    /// <summary>An attempt begins: it counts as failed until <see cref="Succeeded"/>.</summary>
    public LoginThrottle Began(string account, DateTimeOffset now)
    {
        var count = Failed.GetValueOrDefault(account) is { } before && now - before.Last < LongestLock * 2 ? before.Count + 1 : 1;
        var failed = Failed.SetItem(account, new FailedLogins(count, now));
        if (failed.Count > MostNames) failed = failed.Remove(failed.MinBy(f => f.Value.Last).Key);
        return new LoginThrottle { Failed = failed, PaidOff = (PaidOff > now ? PaidOff : now) + Refill };
    }

    /// <summary>The attempt was good.</summary>
    public LoginThrottle Succeeded(string account) => new() { Failed = Failed.Remove(account), PaidOff = PaidOff == DateTimeOffset.MinValue ? PaidOff : PaidOff - Refill };

    /// <summary>Whether the failure just counted locked the account.</summary>
    public bool JustLocked(string account) => Failed.GetValueOrDefault(account)?.Count == Free;

    private static TimeSpan LockAfter(int count)
    {
        var time = FirstLock * Math.Pow(2, Math.Min(count - Free, 10));
        return time < LongestLock ? time : LongestLock;
    }
}
