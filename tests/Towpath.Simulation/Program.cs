using System.Globalization;
using Towpath.Server.Reconcilers;
using Towpath.Simulation.Runs;

return args switch
{
    ["run", "--seed", var seed] => One(Number(seed), null),
    ["run", "--seed", var seed, "--trace"] => One(Number(seed), Console.WriteLine),
    ["many", var count] => Many(1, Number(count)),
    ["many", var count, "--from", var first] => Many(Number(first), Number(count)),
    _ => Usage(),
};

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static int One(int seed, Action<string>? trace)
{
    var options = SimulationOptions.Draw(seed);
    Console.WriteLine(options);
    var outcome = new Simulation(options, Machines.Real, trace: trace).Run();
    Console.WriteLine(outcome.Violation ?? $"all promises were kept for {outcome.Lasted.TotalSeconds:0} virtual seconds");
    return outcome.Violation is null ? 0 : 1;
}

static int Many(int first, int count)
{
    var result = Series.Run(first, n => n < count, Machines.Real);
    foreach (var failure in result.Failures.Take(400)) Console.WriteLine($"seed {failure.Seed}: {failure.What}");
    var (seen, all) = result.Coverage.Total;
    Console.WriteLine($"{result.Seeds} seeds in {result.Spent.TotalSeconds:0.0} s ({result.Seeds / result.Spent.TotalSeconds:0} a second), {result.Lived.TotalDays:0.0} virtual days");
    Console.WriteLine($"{seen} of {all} pairs of state and event; missing: {string.Join(", ", result.Coverage.Missing)}");
    Console.WriteLine($"{result.Failures.Count} failed");
    return result.Failures.Count == 0 ? 0 : 1;
}

static int Usage()
{
    Console.Error.WriteLine("usage: simulation run --seed N [--trace] | many COUNT [--from N]");
    return 2;
}
