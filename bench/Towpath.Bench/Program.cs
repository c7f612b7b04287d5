using System.Globalization;
using Towpath.Bench;
using Towpath.Bench.Strategies;
using Towpath.Core.Diagnostics;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    // What runs is asked to end, so that nothing is left behind.
    e.Cancel = true;
    stop.Cancel();
};
try
{
    return args switch
    {
        ["rollout", .. var rest] when rest.Contains("--strategy") => await StrategyBench.RunAsync(rest, stop.Token),
        ["strategy-life", var folder, var port, var deployment] => await StrategyBench.LiveAsync(folder, int.Parse(port, CultureInfo.InvariantCulture), deployment, stop.Token),
        ["rollout", .. var rest] => await RolloutBench.RunAsync(rest, stop.Token),
        ["ship", .. var rest] => await ShipBench.RunAsync(rest, stop.Token),
        ["bounded", .. var rest] => await BoundedBench.RunAsync(rest, stop.Token),
        ["reconcile", .. var rest] => await ReconcileBench.RunAsync(rest, stop.Token),
        ["api", .. var rest] => await ApiBench.RunAsync(rest, stop.Token),
        ["render", .. var rest] => await RenderBench.RunAsync(rest, stop.Token),
        ["render-print", var services] => RenderBench.Print(int.Parse(services, CultureInfo.InvariantCulture)),
        ["compose", .. var rest] => await ComposeBench.RunAsync(rest, stop.Token),
        _ => throw new BenchException("start a benchmark by its launcher: bench/rollout, bench/ship, bench/bounded, bench/compose, bench/render, bench/api, bench/reconcile"),
    };
}
catch (DiagnosticException e)
{
    await Console.Error.WriteLineAsync($"bench: {string.Join("; ", e.Diagnostics.Select(d => $"{d.Code}: {d.Headline}"))}");
    return 2;
}
catch (BenchException e)
{
    await Console.Error.WriteLineAsync($"bench: {e.Message}");
    return 2;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("bench: stopped");
    return 130;
}
