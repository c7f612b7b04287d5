using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Towpath.Server.Reconcilers;
using Towpath.Simulation.Clusters.Runs;
using Towpath.Simulation.Mutations;

namespace Towpath.Simulation.Runs;

/// <summary>What can be asked of the program.</summary>
internal static class CommandLine
{
    private const string Usage =
        """
        usage: simulation run --seed N [--mutation NAME] [--trace]   one seed, with all that happens in it
               simulation many COUNT [--from N]                      many seeds, each twice
               simulation bench --for DURATION [--from N]            as many as fit into a time such as 10m, 90s or 1h
               simulation mutations [--seeds COUNT] [--only NAMES]   deliberate faults (of these, with commas between), and the seed that caught each
        each with `--world cluster` for environments on Kubernetes; `--world machine` is what is meant otherwise
        """;

    private static ImmutableArray<Mutation> AllFaults => Mutation.All;

    /// <summary>Does it.</summary>
    /// <returns>0 where all promises were kept (and, for mutations, each was caught), 1 where not, 2 for a call that was not understood.</returns>
    public static int Run(IReadOnlyList<string> arguments, TextWriter output)
    {
        var options = new Queue<string>(arguments.Skip(1));
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        while (options.TryDequeue(out var name)) named[name] = name.StartsWith("--", StringComparison.Ordinal) && name != "--trace" ? options.TryDequeue(out var value) ? value : "" : "";
        try
        {
            var first = Number(named.GetValueOrDefault("--from", "1"));
            if (named.GetValueOrDefault("--world", "machine") is not "machine" and var world) return world == "cluster" ? Cluster(arguments, first, named, output) : Misunderstood(output);
            return (arguments is [var verb, ..] ? verb : "") switch
            {
                "run" => One(Number(named["--seed"]), Find(named.GetValueOrDefault("--mutation")), named.ContainsKey("--trace") ? output.WriteLine : null, output),
                "many" => Many(first, Number(arguments[1]), output),
                "bench" => Bench(first, Duration(named["--for"]), output),
                "mutations" => Mutations(Number(named.GetValueOrDefault("--seeds", "3000")), named.GetValueOrDefault("--only"), output),
                _ => Misunderstood(output),
            };
        }
        catch (Exception e) when (e is FormatException or KeyNotFoundException or ArgumentOutOfRangeException)
        {
            return Misunderstood(output);
        }
    }

    private static int Cluster(IReadOnlyList<string> arguments, int first, Dictionary<string, string> named, TextWriter output)
    {
        var watch = Stopwatch.StartNew();
        return arguments[0] switch
        {
            "run" => ClusterCommands.One(Number(named["--seed"]), named.GetValueOrDefault("--mutation"), named.ContainsKey("--trace") ? output.WriteLine : null, output),
            "many" => ClusterCommands.Many(first, Number(arguments[1]) is var count ? n => n < count : null!, output),
            "bench" => ClusterCommands.Many(first, Duration(named["--for"]) is var time ? _ => watch.Elapsed < time : null!, output),
            "mutations" => ClusterCommands.Mutations(Number(named.GetValueOrDefault("--seeds", "100")), named.GetValueOrDefault("--only"), output),
            _ => Misunderstood(output),
        };
    }

    private static int One(int seed, Mutation? mutation, Action<string>? trace, TextWriter output)
    {
        var options = SimulationOptions.Draw(seed);
        output.WriteLine(options);
        if (mutation is not null) output.WriteLine($"  with a fault put in: {mutation.What}");
        var outcome = (mutation?.On(options, trace) ?? new SeedRun(options, Machines.Real, trace: trace)).Run();
        output.WriteLine(outcome.Violation ?? $"all promises were kept for {outcome.Lasted.TotalSeconds:0} virtual seconds");
        if (outcome.Closed is { } closed) output.WriteLine($"closed to the end, rightly: {closed}");
        return outcome.Violation is null ? 0 : 1;
    }

    private static int Many(int first, int count, TextWriter output) => Tell(Series.Run(first, n => n < count, () => Machines.Real), output);

    private static int Bench(int first, TimeSpan time, TextWriter output)
    {
        var watch = Stopwatch.StartNew();
        return Tell(Series.Run(first, _ => watch.Elapsed < time, () => Machines.Real), output);
    }

    private static int Mutations(int seeds, string? only, TextWriter output)
    {
        output.WriteLine(MutationTable.Head);
        return MutationTable.Run(only is null ? AllFaults : [.. only.Split(',').Select(name => Find(name)!)], seeds, result => output.WriteLine(MutationTable.Line(result))) ? 0 : 1;
    }

    private static int Tell(SeriesResult result, TextWriter output)
    {
        foreach (var failure in result.Failures) output.WriteLine($"seed {failure.Seed}: {failure.What}");
        output.WriteLine($"{result.Seeds} seeds, each twice, in {result.Spent.TotalSeconds:0} s: {result.Seeds / result.Spent.TotalSeconds:0} a second; {result.Lived.TotalDays:0.0} virtual days");
        foreach (var line in result.Coverage.Lines) output.WriteLine(line);
        foreach (var (seed, why) in result.Closed) output.WriteLine($"closed to the end, rightly: seed {seed}: {why}");
        output.WriteLine($"{result.Failures.Count} failed");
        return result.Failures.Count == 0 ? 0 : 1;
    }

    private static Mutation? Find(string? name) => name is null ? null
        : AllFaults.FirstOrDefault(m => m.Name == name) ?? throw new FormatException($"there is no mutation {name}");

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static TimeSpan Duration(string text) => Number(text[..^1]) * text[^1] switch
    {
        's' => TimeSpan.FromSeconds(1),
        'm' => TimeSpan.FromMinutes(1),
        'h' => TimeSpan.FromHours(1),
        _ => throw new FormatException("a duration ends in s, m or h"),
    };

    private static int Misunderstood(TextWriter output)
    {
        output.WriteLine(Usage);
        return 2;
    }
}
