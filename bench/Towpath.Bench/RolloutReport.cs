using System.Globalization;
using Towpath.Cli.Terminal;
using Towpath.Load;

namespace Towpath.Bench;

/// <summary>What <c>bench/rollout</c> prints.</summary>
internal sealed record RolloutReport(Replacements Ours, Replacements? Naive)
{
    public void Write(TextWriter writer)
    {
        WriteRounds(writer);
        writer.WriteLine();
        WriteKinds(writer);
        writer.WriteLine();
        WriteComparison(writer);
        writer.WriteLine();
        WriteSummary(writer);
    }

    private void WriteRounds(TextWriter writer)
    {
        var table = new TextTable("ROUND", "REPLACED", "CONTROL PLANE", "PIPELINE", "DEPLOYMENT", "FAILED");
        foreach (var round in Ours.Rounds)
            table.Add($"{round.Number}", round.What, round.ControlPlane, Plain.Duration(round.Pipeline), Plain.Duration(round.Deployment), $"{round.Failed}");
        table.Write(writer);
    }

    private void WriteKinds(TextWriter writer)
    {
        var table = new TextTable("REQUEST", "SENT", "FAILED", "P50", "P99 STEADY", "P99 REPLACING", "P99 WITH DATABASE", "MAX");
        foreach (var kind in Ours.Total.Kinds.Append(Ours.Total.Total))
        {
            table.Add(
                kind.Name, $"{kind.Sent}", $"{kind.Failed}", Plain.Duration(kind.P50),
                P99(Ours.Steady, kind.Name), P99(Ours.Replacing, kind.Name), P99(Ours.ReplacingAll, kind.Name), Plain.Duration(kind.Max));
        }

        table.Write(writer);
    }

    private void WriteComparison(TextWriter writer)
    {
        var table = new TextTable("ORDER", "ROUNDS", "REQUESTS", "FAILED", "PER ROUND", "HOW", "P99 STEADY", "P99 REPLACING", "RATIO");
        foreach (var series in new[] { Ours, Naive }.OfType<Replacements>())
        {
            var total = series.Total.Total;
            table.Add(
                series.Name, $"{series.Rounds.Count}", $"{total.Sent}", $"{total.Failed}", Round((double)total.Failed / Math.Max(1, series.Rounds.Count)),
                total.Failures.Count == 0 ? "-" : string.Join(", ", total.Failures.Select(f => $"{f.Key} {f.Value}")),
                P99(series.Steady, ShopLoad.Compared), P99(series.Replacing, ShopLoad.Compared), Round(Ratio(series)));
        }

        table.Write(writer);
    }

    private void WriteSummary(TextWriter writer)
    {
        var total = Ours.Total.Total;
        if (Ours.Count is { } count)
            writer.WriteLine($"orders: {Ours.Load.Accepted.Count} accepted, {count.Total} stored, {count.Processed} processed, {count.Duplicates} twice");
        writer.WriteLine($"failed: {total.Failed} of {total.Sent}, {total.Failures.GetValueOrDefault(LoadFailure.Reset)} of them resets");
        writer.WriteLine($"ratio:  p99 of {ShopLoad.Compared} while replacing is {Round(Ratio(Ours))} times the steady one "
            + $"(the generator itself was late by {Plain.Duration(Ours.Steady.Report().LatenessP99)} and {Plain.Duration(Ours.Replacing.Report().LatenessP99)} at p99)");
    }

    private static double Ratio(Replacements series) =>
        Figures(series.Replacing, ShopLoad.Compared).P99 / Figures(series.Steady, ShopLoad.Compared).P99;

    private static string P99(LoadWindow window, string kind) => Figures(window, kind) is { Sent: > 0 } figures ? Plain.Duration(figures.P99) : "-";

    private static LoadFigures Figures(LoadWindow window, string kind) =>
        window.Report() is var report && kind == report.Total.Name ? report.Total : report.Kind(kind);

    private static string Round(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
