using System.Numerics;

namespace Towpath.Load;

/// <summary>
/// Counts of latencies in buckets that grow with the value: 64 to each doubling, so that a percentile is right to 1.6 %. Of fixed
/// size, and safe to use from many threads.
/// </summary>
public sealed class LatencyHistogram
{
    private const int SubBits = 6;
    private const int SubCount = 1 << SubBits;
    private const int Doublings = 36;
    private const long MaxMicroseconds = (1L << (Doublings + SubBits - 1)) - 1;

    private readonly long[] _counts = new long[SubCount * Doublings];
    private long _count;
    private long _max;

    /// <summary>Values recorded.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Largest value recorded, to the microsecond; zero before the first.</summary>
    public TimeSpan Max => TimeSpan.FromMicroseconds(Interlocked.Read(ref _max));

    /// <summary>Counts a value; a negative one counts as zero.</summary>
    public void Record(TimeSpan value)
    {
        var microseconds = Math.Clamp((long)value.TotalMicroseconds, 0, MaxMicroseconds);
        Interlocked.Increment(ref _counts[BucketOf(microseconds)]);
        Interlocked.Increment(ref _count);
        long seen;
        while (microseconds > (seen = Interlocked.Read(ref _max)) && Interlocked.CompareExchange(ref _max, microseconds, seen) != seen)
        {
        }
    }

    /// <summary>The value that this share of the values does not exceed; zero before the first.</summary>
    /// <param name="share">0 to 1.</param>
    public TimeSpan Percentile(double share)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(share * Count));
        long passed = 0;
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            passed += Interlocked.Read(ref _counts[bucket]);
            if (passed >= wanted) return TimeSpan.FromMicroseconds(Math.Min(UpperEdge(bucket), Interlocked.Read(ref _max)));
        }

        return Max;
    }

    // Below 64 each value has a bucket of its own; above, the six bits after the leading one choose it.
    private static int BucketOf(long value)
    {
        if (value < SubCount) return (int)value;
        var shift = BitOperations.Log2((ulong)value) - SubBits;
        return ((shift + 1) << SubBits) + (int)((value >> shift) - SubCount);
    }

    private static long UpperEdge(int bucket)
    {
        if (bucket < SubCount) return bucket;
        var shift = (bucket >> SubBits) - 1;
        return ((long)(SubCount + (bucket & (SubCount - 1)) + 1) << shift) - 1;
    }
}
