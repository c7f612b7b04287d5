using System.Collections.Concurrent;
using System.Diagnostics;
using Towpath.Server.Reconcilers;

namespace Towpath.Simulation.Runs;

/// <summary>A seed that broke a promise, or did not do the same twice.</summary>
internal sealed record SeedFailure(int Seed, string What);

/// <summary>What came of many seeds.</summary>
/// <param name="Seeds">Seeds that ran to their end, each twice.</param>
/// <param name="Failures">Those that failed, lowest seed first.</param>
/// <param name="Coverage">Pairs of state and event that were met.</param>
/// <param name="Spent">Real time.</param>
/// <param name="Lived">Virtual time of all seeds together, each counted once.</param>
internal sealed record SeriesResult(int Seeds, IReadOnlyList<SeedFailure> Failures, Coverage Coverage, TimeSpan Spent, TimeSpan Lived)
{
    /// <summary>Seeds in which a gate rightly stayed closed to the end, and why.</summary>
    public IReadOnlyList<(int Seed, string Why)> Closed { get; init; } = [];
}

/// <summary>Runs many seeds, one on each core, each of them twice: two runs of one seed must write the same journal.</summary>
internal static class Series
{
    /// <summary>Runs seeds from a first one on.</summary>
    /// <param name="first">First seed.</param>
    /// <param name="goesOn">Asked before each seed, with the number of those begun.</param>
    /// <param name="machines">Makes the decisions of one run.</param>
    /// <param name="mostFailures">Stops after so many.</param>
    public static SeriesResult Run(int first, Func<int, bool> goesOn, Func<Machines> machines, int mostFailures = int.MaxValue)
    {
        var watch = Stopwatch.StartNew();
        var coverage = new Coverage();
        var failures = new ConcurrentBag<SeedFailure>();
        var closed = new ConcurrentBag<(int Seed, string Why)>();
        var (begun, ended, lived) = (0, 0, 0L);
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            while (failures.Count < mostFailures && Interlocked.Increment(ref begun) - 1 is var index && goesOn(index))
            {
                var (outcome, failure) = Twice(first + index, machines, coverage);
                Interlocked.Increment(ref ended);
                Interlocked.Add(ref lived, outcome.Lasted.Ticks);
                if (outcome.Closed is { } why) closed.Add((first + index, why));
                if (failure is not null) failures.Add(new SeedFailure(first + index, failure));
            }
        });
        return new SeriesResult(ended, [.. failures.OrderBy(f => f.Seed)], coverage, watch.Elapsed, TimeSpan.FromTicks(lived)) { Closed = [.. closed.Order()] };
    }

    private static (SeedOutcome Outcome, string? Failure) Twice(int seed, Func<Machines> machines, Coverage coverage)
    {
        var seen = new Coverage();
        var outcome = new SeedRun(SimulationOptions.Draw(seed), seen.Count(machines())).Run();
        coverage.Add(seen);
        if (outcome.Violation is { } violation) return (outcome, violation);
        var again = new SeedRun(SimulationOptions.Draw(seed), machines()).Run();
        return (outcome, again.Journal == outcome.Journal ? null : "two runs of this seed wrote two different journals");
    }
}
