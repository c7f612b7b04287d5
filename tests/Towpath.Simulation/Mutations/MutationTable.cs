using System.Collections.Immutable;
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
    /// <summary>Tries seeds from 1 on for each fault, until one catches it.</summary>
    public static ImmutableArray<MutationResult> Run(ImmutableArray<Mutation> mutations, int seeds)
    {
        var results = new MutationResult[mutations.Length];
        Parallel.For(0, mutations.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i => results[i] = Find(mutations[i], seeds));
        return [.. results];
    }

    /// <summary>The table, as it stands in docs/robustness.md.</summary>
    public static IEnumerable<string> Lines(ImmutableArray<MutationResult> results)
    {
        yield return "| fault put in | what is wrong then | seed | what the simulator says |";
        yield return "|---|---|---|---|";
        foreach (var result in results)
            yield return $"| `{result.Mutation.Name}` | {result.Mutation.What} | {result.Caught?.Seed.ToString() ?? $"none of {result.Tried}"} | {Short(result.Caught?.What ?? "")} |";
    }

    private static MutationResult Find(Mutation mutation, int seeds)
    {
        for (var seed = 1; seed <= seeds; seed++)
            if (new SeedRun(SimulationOptions.Draw(seed), mutation.Apply(Machines.Real)).Run().Violation is { } violation)
                return new MutationResult(mutation, seed, new SeedFailure(seed, violation));
        return new MutationResult(mutation, seeds, null);
    }

    private static string Short(string text) => text.Split('\n')[0] is var line && line.Length > 140 ? line[..139] + "…" : line;
}
