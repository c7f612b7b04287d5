using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;

namespace Towpath.Simulation.Runs;

/// <summary>Draws the environments of an application.</summary>
internal static class LadderDraw
{
    private static readonly Location Here = new("towpath.yaml", 1, 1, 1, 2);

    /// <summary>A ladder of one to three rungs.</summary>
    public static Ladder Ladder(Random random) => new([.. Enumerable.Range(0, random.Next(1, 4)).Select(rung => Rung(random, rung))]);

    private static string Words(SloSpec? slo) => slo is null ? "promises nothing"
        : $"promises availability {slo.Availability?.ToString("P0", CultureInfo.InvariantCulture) ?? "any"}{(slo.Latency is null ? "" : $" and {slo.LatencyShare:P0} quick")} over {slo.Window.TotalMinutes:0} min";

    /// <summary>An environment in words.</summary>
    public static string Words(EnvironmentSpec e) =>
        $"{e.Name}: {e.Strategy.Kind} {string.Join('/', e.Strategy.Steps)} by-hand={e.Strategy.ByHand} surge={e.Strategy.Surge.Value} unavailable={e.Strategy.Unavailable.Value}, warm {e.Warm.TotalSeconds:0} s, drift {e.Drift}, "
        + $"automatic={e.Automatic}, verify {e.Verify.Length} every {e.VerifyEvery?.TotalSeconds ?? 0:0} s, {Words(e.Slo)}, {GateDraw.Words(e.Gates)}";

    /// <summary>One environment.</summary>
    public static EnvironmentSpec Rung(Random random, int rung) => Rung(random, rung, random.Next(3) == 0 ? Objectives(random) : null);

    /// <summary>Errors of the storm are forgotten some minutes later, or not before the end of the month.</summary>
    private static SloSpec Objectives(Random random) => new(
        random.Next(4) == 0 ? null : 1 - (random.Next(1, 11) / 100d), random.Next(2) == 0 ? TimeSpan.FromSeconds(1) : null, 0.9,
        random.Next(2) == 0 ? TimeSpan.FromMinutes(random.Next(2, 6)) : TimeSpan.FromDays(30), Here);

    private static EnvironmentSpec Rung(Random random, int rung, SloSpec? objectives) => new()
    {
        Slo = objectives,
        Name = rung switch { 0 => "development", 1 => "staging", _ => "production" },
        Location = Here,
        Automatic = rung == 0 ? random.Next(4) != 0 : random.Next(2) == 0,
        Gates = GateDraw.Gates(random, rung, objectives is not null),
        Strategy = Strategy(random),
        Warm = random.Next(3) == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(random.Next(10, 300)),
        Drift = random.Next(4) == 0 ? DriftPolicy.Report : DriftPolicy.Mend,
        VerifyEvery = random.Next(2) == 0 ? null : TimeSpan.FromSeconds(random.Next(5, 60)),
        Verify = random.Next(3) == 0 ? [] : [new VerificationProbe("smoke", "/api/healthz", 200, null, TimeSpan.FromSeconds(5), Here)],
        ReadyTimeout = TimeSpan.FromSeconds(30),
    };

    private static StrategySpec Strategy(Random random) => new()
    {
        Kind = (StrategyKind)random.Next(4),
        Surge = random.Next(3) == 0 ? new Portion(50, true) : new Portion(random.Next(1, 3), false),
        Unavailable = new Portion(random.Next(2), false),
        Steps = random.Next(2) == 0 ? [10, 50] : [25],
        Interval = TimeSpan.FromSeconds(random.Next(2, 15)),
        Analysis = new AnalysisSpec(random.Next(1, 20), 0.02, null, 0.3, TimeSpan.FromSeconds(60)),
        ByHand = random.Next(4) == 0,
    };
}
