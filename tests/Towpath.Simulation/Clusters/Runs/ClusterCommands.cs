using System.Globalization;
using Towpath.Simulation.Runs;

namespace Towpath.Simulation.Clusters.Runs;

/// <summary>What can be asked of the program about clusters.</summary>
internal static class ClusterCommands
{
    /// <summary>One seed, with all that happens in it.</summary>
    public static int One(int seed, string? mutation, Action<string>? trace, TextWriter output)
    {
        var options = ClusterOptions.Draw(seed);
        var fault = mutation is null ? null : ClusterFaults.Find(mutation);
        output.WriteLine(options);
        if (fault is not null) output.WriteLine($"  with a fault put in: {fault.What}");
        using var run = new ClusterRun(options, fault, trace);
        var outcome = run.Run();
        output.WriteLine(outcome.Violation ?? $"all promises were kept for {outcome.Lasted.TotalSeconds:0} virtual seconds; {run.CallsAtRest:0} calls a minute for each environment at rest");
        output.WriteLine($"{outcome.Steps} pieces of work, {run.Calls} calls, {run.Changes} changes of objects");
        return outcome.Violation is null ? 0 : 1;
    }

    /// <summary>Many seeds, each twice.</summary>
    public static int Many(int first, Func<int, bool> goesOn, TextWriter output)
    {
        var result = ClusterSeries.Run(first, goesOn);
        foreach (var failure in result.Failures) output.WriteLine($"seed {failure.Seed}: {failure.What}");
        output.WriteLine($"{result.Seeds} seeds, each twice, in {result.Spent.TotalSeconds:0} s: {result.Seeds / result.Spent.TotalSeconds:0.0} a second; {result.Lived.TotalDays:0.0} virtual days");
        output.WriteLine($"at most {result.MostCalls.With:0} calls a minute for each environment at rest with watches, {result.MostCalls.Without:0} without");
        output.WriteLine($"{result.Failures.Count} failed");
        return result.Failures.Count == 0 ? 0 : 1;
    }

    /// <summary>Deliberate faults, and the seed that caught each.</summary>
    public static int Mutations(int seeds, string? only, TextWriter output)
    {
        var missed = 0;
        output.WriteLine(Towpath.Simulation.Mutations.MutationTable.Head);
        foreach (var fault in only is null ? [.. ClusterFaults.All] : only.Split(',').Select(ClusterFaults.Find))
        {
            var caught = Find(fault, seeds);
            if (caught is null) missed++;
            output.WriteLine($"| `{fault.Name}` | {fault.What} | {caught?.Seed.ToString(CultureInfo.InvariantCulture) ?? $"none of {seeds}"} | {caught?.What} |");
        }

        return missed == 0 ? 0 : 1;
    }

    private static SeedFailure? Find(ClusterMutation fault, int seeds)
    {
        for (var seed = 1; seed <= seeds; seed++)
        {
            using var with = new ClusterRun(ClusterOptions.Draw(seed), fault);
            if (with.Run().Violation is not { } violation) continue;
            using var without = new ClusterRun(ClusterOptions.Draw(seed));
            if (without.Run().Violation is null) return new SeedFailure(seed, violation);
        }

        return null;
    }
}
