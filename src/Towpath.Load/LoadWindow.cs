using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Towpath.Load;

/// <summary>
/// A stretch of a run with counts of its own, such as a replacement. A request counts in the window in which it should have started.
/// </summary>
public sealed class LoadWindow
{
    private const int MaxSamples = 10;

    private readonly ImmutableArray<LoadRequest> _requests;
    private readonly Counter[] _kinds;
    private readonly Counter _total = new();
    private readonly LatencyHistogram _lateness = new();
    private readonly ConcurrentQueue<string> _samples = new();

    internal LoadWindow(string name, ImmutableArray<LoadRequest> requests)
    {
        Name = name;
        _requests = requests;
        _kinds = [.. requests.Select(_ => new Counter())];
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>What it saw so far.</summary>
    public LoadReport Report() => new(
        Name,
        [.. _kinds.Select((counter, i) => counter.Figures(_requests[i].Name))],
        _total.Figures("total"),
        _lateness.Percentile(0.99),
        [.. _samples]);

    internal void Late(TimeSpan lateness) => _lateness.Record(lateness);

    internal void Record(int kind, TimeSpan latency, LoadFailure? failure, string? reason)
    {
        _kinds[kind].Record(latency, failure);
        _total.Record(latency, failure);
        if (reason is not null && _samples.Count < MaxSamples) _samples.Enqueue($"{_requests[kind].Name}: {reason}");
    }

    private sealed class Counter
    {
        private static readonly LoadFailure[] AllFailures = Enum.GetValues<LoadFailure>();

        private readonly LatencyHistogram _latencies = new();
        private readonly long[] _failures = new long[AllFailures.Length];
        private long _succeeded;

        public void Record(TimeSpan latency, LoadFailure? failure)
        {
            // What was never sent has no latency; all else counts, so that a time-out is seen as the slow request that it was.
            if (failure != LoadFailure.NotSent) _latencies.Record(latency);
            if (failure is { } how) Interlocked.Increment(ref _failures[(int)how]);
            else Interlocked.Increment(ref _succeeded);
        }

        public LoadFigures Figures(string name)
        {
            var succeeded = Interlocked.Read(ref _succeeded);
            var failures = AllFailures.Select(f => (How: f, Count: Interlocked.Read(ref _failures[(int)f])))
                .Where(f => f.Count > 0).ToImmutableSortedDictionary(f => f.How, f => f.Count);
            return new LoadFigures(
                name,
                succeeded + failures.Values.Sum(),
                succeeded,
                failures,
                _latencies.Percentile(0.5),
                _latencies.Percentile(0.9),
                _latencies.Percentile(0.99),
                _latencies.Max);
        }
    }
}
