using System.Collections.Concurrent;
using System.Diagnostics;
using Towpath.Simulation.Runs;

namespace Towpath.Simulation.Clusters.Runs;

/// <summary>What came of many seeds of a cluster.</summary>
/// <param name="Seeds">Seeds that ran to their end, each twice.</param>
/// <param name="Failures">Those that failed, lowest seed first.</param>
/// <param name="Spent">Real time.</param>
/// <param name="Lived">Virtual time of all seeds together, each counted once.</param>
/// <param name="MostCalls">Most calls for each minute and environment at rest, with watches and without.</param>
internal sealed record ClusterSeriesResult(int Seeds, IReadOnlyList<SeedFailure> Failures, TimeSpan Spent, TimeSpan Lived, (double With, double Without) MostCalls);

/// <summary>Runs many seeds of a cluster, one on each core, each of them twice: two runs of one seed must write the same journal.</summary>
internal static class ClusterSeries
{
    /// <summary>Runs seeds from a first one on.</summary>
    public static ClusterSeriesResult Run(int first, Func<int, bool> goesOn, int mostFailures = int.MaxValue)
    {
        var watch = Stopwatch.StartNew();
        var failures = new ConcurrentBag<SeedFailure>();
        var calls = new ConcurrentBag<(bool HasView, double Calls)>();
        var (begun, ended, lived) = (0, 0, 0L);
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            while (failures.Count < mostFailures && Interlocked.Increment(ref begun) - 1 is var index && goesOn(index))
            {
                var options = ClusterOptions.Draw(first + index);
                using var run = new ClusterRun(options);
                var outcome = run.Run();
                Interlocked.Increment(ref ended);
                Interlocked.Add(ref lived, outcome.Lasted.Ticks);
                if (run.CallsAtRest is { } made) calls.Add((options.HasView, made / options.ControlPlanes));
                if ((outcome.Violation ?? Differs(options, outcome)) is { } failure) failures.Add(new SeedFailure(first + index, failure));
            }
        });
        double Most(bool hasView) => calls.Where(c => c.HasView == hasView).Select(c => c.Calls).DefaultIfEmpty().Max();
        return new ClusterSeriesResult(ended, [.. failures.OrderBy(f => f.Seed)], watch.Elapsed, TimeSpan.FromTicks(lived), (Most(true), Most(false)));
    }

    private static string? Differs(ClusterOptions options, SeedOutcome outcome)
    {
        using var again = new ClusterRun(options);
        return again.Run() == outcome ? null : "two runs of this seed did not do the same";
    }
}
