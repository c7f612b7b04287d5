using System.Collections.Immutable;
using Towpath.Core.Applications;

namespace Towpath.Core.Environments;

/// <summary>What users saw within one span of time.</summary>
/// <param name="From">Its beginning.</param>
/// <param name="Seen">Requests in it.</param>
public sealed record SloBucket(DateTimeOffset From, RequestCounters Seen)
{
    /// <summary>A release came in at its beginning: it is never joined with what was before.</summary>
    public bool IsBeginning { get; init; }
}

/// <summary>
/// What users saw of an environment, in buckets: the newest are short, older ones are joined, so that the number stays bounded however
/// long the environment lives.
/// </summary>
/// <param name="Last">Counters at the last look.</param>
/// <param name="Buckets">Oldest first.</param>
public sealed record SloHistory(RequestCounters Last, ImmutableArray<SloBucket> Buckets)
{
    /// <summary>Nothing is kept for longer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(92);

    /// <summary>How often what was seen is added, at most: each addition is stored.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(10);

    // What is at most so old is kept in buckets that are so long.
    private static readonly (TimeSpan Age, TimeSpan Length)[] Lengths =
    [
        (TimeSpan.FromHours(1), TimeSpan.FromMinutes(1)),
        (TimeSpan.FromDays(2), TimeSpan.FromHours(1)),
        (Longest, TimeSpan.FromDays(1)),
    ];

    /// <summary>Nothing seen yet.</summary>
    public static SloHistory Empty { get; } = new(default, []);

    /// <summary>When something was added last.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>With what the counters of the public entry say now; itself where that is no news, or too early for it.</summary>
    public SloHistory Add(RequestCounters counters, DateTimeOffset now)
    {
        // A clock that was set back must not silence it.
        return counters == Last || (now >= At && now - At < Pace) ? this : Count(counters, now);
    }

    /// <summary>From now on another release answers; what came until now was answered by those before.</summary>
    /// <param name="counters">What the public entry says now; null where nobody could look.</param>
    /// <param name="now">The time.</param>
    public SloHistory Begin(RequestCounters? counters, DateTimeOffset now)
    {
        var before = counters is { } seen && seen != Last ? Count(seen, now) : this;
        return before with { Buckets = Joined(before.Buckets.Add(new SloBucket(now, default) { IsBeginning = true }), now) };
    }

    /// <summary>Nothing was promised to those who came before the first release: what they saw counts for nothing.</summary>
    public static SloHistory From(RequestCounters? counters) => Empty with { Last = counters ?? default };

    private SloHistory Count(RequestCounters counters, DateTimeOffset now)
    {
        var seen = counters.Since(Last);
        var start = Start(now, now);
        var newest = Buckets.IsEmpty ? null : Buckets[^1];
        // After a clock was set back the newest bucket lies in the future: it takes all until the clock has caught up, and windows are longer by as much, never shorter.
        var added = newest is not null && newest.From >= start
            ? Buckets.SetItem(Buckets.Length - 1, newest with { Seen = newest.Seen + seen })
            : Buckets.Add(new SloBucket(start, seen));
        return this with { Last = counters, At = now, Buckets = Joined(added, now) };
    }

    /// <summary>What was seen since a time; of a bucket that it falls into, all.</summary>
    public RequestCounters Since(DateTimeOffset since)
    {
        var sum = default(RequestCounters);
        for (var i = Buckets.Length - 1; i >= 0; i--)
        {
            sum += Buckets[i].Seen;
            if (Buckets[i].From <= since) break;
        }
        return sum;
    }

    /// <summary>What was seen since the release that came in at a time began to answer; it is looked at for the first time a little later.</summary>
    public RequestCounters SinceRelease(DateTimeOffset since) =>
        Since(Buckets.FirstOrDefault(b => b.IsBeginning && b.From >= since)?.From ?? since);

    /// <summary>Share of the error budget of an environment that is left, 0 to 1: what is promised over its window, less what was seen in it. All of it without requests or promise.</summary>
    public double BudgetLeft(SloSpec slo, DateTimeOffset now)
    {
        var seen = Since(now - slo.Window);
        var availability = slo.Availability is { } share ? Left(seen.ErrorShare, 1 - share) : 1;
        var latency = slo.Latency is not null ? Left(seen.SlowShare, 1 - slo.LatencyShare) : 1;
        return Math.Min(availability, latency);
    }

    /// <summary>Both objectives were kept since a time. Without requests nothing was broken.</summary>
    public bool IsKept(SloSpec slo, DateTimeOffset since) => IsKept(slo, Since(since));

    /// <summary>Both objectives were kept in these requests. Without requests nothing was broken.</summary>
    public static bool IsKept(SloSpec slo, RequestCounters seen) =>
        (slo.Availability is not { } share || seen.ErrorShare <= 1 - share + Rounding)
        && (slo.Latency is null || seen.SlowShare <= 1 - slo.LatencyShare + Rounding);

    // 1 - 0.999 is not quite 0.001.
    private const double Rounding = 1e-12;

    private static double Left(double spent, double budget) =>
        spent <= Rounding ? 1 : budget <= Rounding ? 0 : Math.Clamp(1 - (spent / budget), 0, 1);

    private static ImmutableArray<SloBucket> Joined(ImmutableArray<SloBucket> buckets, DateTimeOffset now)
    {
        var joined = ImmutableArray.CreateBuilder<SloBucket>(buckets.Length);
        foreach (var bucket in buckets.Where(b => now - b.From < Longest))
        {
            if (joined.Count > 0 && !bucket.IsBeginning && Start(joined[^1].From, now) == Start(bucket.From, now))
                joined[^1] = joined[^1] with { Seen = joined[^1].Seen + bucket.Seen };
            else
                joined.Add(bucket);
        }
        return joined.ToImmutable();
    }

    /// <summary>Beginning of the bucket that a time falls into, as long as buckets of its age are.</summary>
    private static DateTimeOffset Start(DateTimeOffset at, DateTimeOffset now)
    {
        var length = Lengths.First(l => now - at < l.Age || l.Age == Longest).Length;
        return new DateTimeOffset(at.UtcTicks - (at.UtcTicks % length.Ticks), TimeSpan.Zero);
    }
}
