using System.Collections.Immutable;
using System.Globalization;
using Towpath.Server.Reconcilers;
using Towpath.Simulation.Runs;

namespace Towpath.Simulation.Mutations;

/// <summary>A deliberate fault and the first seed that caught it.</summary>
/// <param name="Mutation">The fault.</param>
/// <param name="Tried">Seeds that were run.</param>
/// <param name="Caught">The seed, and what it told; null where none did.</param>
internal sealed record MutationResult(Mutation Mutation, int Tried, SeedFailure? Caught);

/// <summary>Looks for the seed that catches each deliberate fault.</summary>
internal static class MutationTable
{
    /// <summary>The first lines of the table.</summary>
    public static string Head { get; } = "| fault put in | what is wrong then | seed | what the simulator says |\n|---|---|---|---|";

    /// <summary>Tries seeds from 1 on for each fault, until one catches it; told one by one, as they are found.</summary>
    /// <returns>True where each was caught.</returns>
    public static bool Run(ImmutableArray<Mutation> mutations, int seeds, Action<MutationResult> found)
    {
        var turn = new Lock();
        var missed = 0;
        Parallel.ForEach(mutations, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, mutation =>
        {
            var result = Find(mutation, seeds);
            if (result.Caught is null) Interlocked.Increment(ref missed);
            lock (turn) found(result);
        });
        return missed == 0;
    }

    /// <summary>A line of the table, as it stands in docs/robustness.md.</summary>
    public static string Line(MutationResult result) =>
        $"| `{result.Mutation.Name}` | {result.Mutation.What} | {result.Caught?.Seed.ToString(CultureInfo.InvariantCulture) ?? $"none of {result.Tried}"} | {Short(result.Caught?.What ?? "")} |";

    private static MutationResult Find(Mutation mutation, int seeds)
    {
        for (var seed = 1; seed <= seeds; seed++)
            if (mutation.On(SimulationOptions.Draw(seed)).Run().Violation is { } violation && new SeedRun(SimulationOptions.Draw(seed), Machines.Real).Run().Violation is null)
                return new MutationResult(mutation, seed, new SeedFailure(seed, violation));
        return new MutationResult(mutation, seeds, null);
    }

    private static string Short(string text) => text.Split('\n')[0] is var line && line.Length > 140 ? line[..139] + "…" : line;
}
