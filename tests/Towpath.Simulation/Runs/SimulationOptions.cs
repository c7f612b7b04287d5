using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Simulation.World;

namespace Towpath.Simulation.Runs;

/// <summary>What one seed is about: the shape of the application and its ladder, who works on it, and what goes wrong. All of it drawn from the seed.</summary>
internal sealed record SimulationOptions
{
    private static readonly Location Here = new("towpath.yaml", 1, 1, 1, 2);

    /// <summary>The seed.</summary>
    public required int Seed { get; init; }

    /// <summary>Virtual time for which faults come and people act.</summary>
    public TimeSpan Storm { get; init; }

    /// <summary>Control planes at once.</summary>
    public int ControlPlanes { get; init; } = 1;

    /// <summary>The environments.</summary>
    public required Ladder Ladder { get; init; }

    /// <summary>Services of the application beside its API.</summary>
    public required IReadOnlyList<string> Services { get; init; }

    /// <summary>Replicas of services behind the gateway.</summary>
    public int Replicas { get; init; }

    /// <summary>How the API's migration may be taken back; null without a migration.</summary>
    public (bool Reversible, bool CanRevert)? Migration { get; init; }

    /// <summary>Requests a second.</summary>
    public double Load { get; init; }

    /// <summary>Share of releases with something wrong.</summary>
    public double BadReleases { get; init; }

    /// <summary>Acts of people for each minute.</summary>
    public double Acts { get; init; }

    /// <summary>How often what goes wrong.</summary>
    public required FaultRates Faults { get; init; }

    /// <summary>Draws all of it.</summary>
    public static SimulationOptions Draw(int seed)
    {
        var random = new Random(seed);
        return new SimulationOptions
        {
            Seed = seed,
            Storm = TimeSpan.FromSeconds(random.Next(60, 300)),
            ControlPlanes = random.Next(4) == 0 ? 2 : 1,
            Ladder = new Ladder([.. Enumerable.Range(0, random.Next(1, 4)).Select(rung => Rung(random, rung))]),
            Services = [.. new[] { "web", "worker", "db", "setup" }.Where(_ => random.Next(2) == 0)],
            Replicas = random.Next(1, 4),
            Migration = random.Next(3) switch
            {
                0 => null,
                1 => (true, false),
                _ => (random.Next(2) == 0, random.Next(2) == 0),
            },
            Load = random.Next(4) == 0 ? 0 : random.Next(5, 100),
            BadReleases = random.Next(2) == 0 ? 0 : random.NextDouble() * 0.6,
            Acts = random.Next(2, 15),
            Faults = random.Next(8) == 0 ? new FaultRates() : FaultRates.Draw(random),
        };
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"""
        seed {Seed}: {Storm.TotalSeconds:0} s of storm, {ControlPlanes} control plane(s), {Acts:0} acts a minute, {Load:0} requests a second
          application: api {string.Join(' ', Services)}, {Replicas} replicas, migration {(Migration is { } m ? $"reversible={m.Reversible} revert={m.CanRevert}" : "none")}, {BadReleases:P0} bad releases
        {string.Join('\n', Ladder.Environments.Select(Words))}
          faults: {Faults}
        """;

    private static string Words(EnvironmentSpec e) =>
        $"  {e.Name}: {e.Strategy.Kind} {string.Join('/', e.Strategy.Steps)} by-hand={e.Strategy.ByHand} surge={e.Strategy.Surge.Value} unavailable={e.Strategy.Unavailable.Value}, warm {e.Warm.TotalSeconds:0} s, drift {e.Drift}, "
        + $"automatic={e.Automatic}, soak {e.Gates.Soak.TotalSeconds:0} s, confirmation {string.Join('+', e.Gates.Confirmation?.Roles ?? [])}, request={e.Gates.Request}, verify {e.Verify.Length}";

    private static EnvironmentSpec Rung(Random random, int rung) => new()
    {
        Name = rung switch { 0 => "development", 1 => "staging", _ => "production" },
        Location = Here,
        Automatic = rung == 0 ? random.Next(4) != 0 : random.Next(2) == 0,
        Gates = new GateSpecs
        {
            Soak = rung == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(random.Next(3) * 20),
            Confirmation = random.Next(3) == 0 ? new ConfirmationSpec(["dev", "ops"], random.Next(2) == 0) : null,
            Request = random.Next(5) == 0,
        },
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
