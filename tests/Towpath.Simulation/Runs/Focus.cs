using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;
using Towpath.Simulation.World;

namespace Towpath.Simulation.Runs;

/// <summary>
/// Something that a seed dwells on. Where all is drawn apart, what takes several rare things at once never comes up: so in some seeds they come together.
/// </summary>
/// <param name="Name">In words.</param>
/// <param name="Narrow">Narrows one application.</param>
/// <param name="Faults">Alters what goes wrong.</param>
internal sealed record Focus(string Name, Func<ApplicationOptions, ApplicationOptions> Narrow, Func<FaultRates, FaultRates> Faults)
{
    private static readonly Location Here = new("towpath.yaml", 1, 1, 1, 2);

    /// <summary>All of them.</summary>
    public static ImmutableArray<Focus> All { get; } =
    [
        new("canaries that answer with errors", Canaries, _ => new FaultRates()),
        new("budgets that are spent", Budgets, _ => new FaultRates()) { Longer = TimeSpan.FromMinutes(6) },
        new("verifications that fail later", Verifications, Calm),
        new("releases that are rejected while they wait", Rejections, rates => rates.With(FaultKind.KillAtWrite, 0.1)),
        new("weights whose answers are lost", Weights, rates => rates.With(FaultKind.ReplyLost, 0.25).With(FaultKind.SlowCall, 0.4)),
        new("what frozen deployments leave", Leftovers, rates => rates.With(FaultKind.ReplicaCrash, 3)) { Longer = TimeSpan.FromMinutes(4) },
        new("clocks that jump", Clocks, rates => rates.With(FaultKind.ClockJump, 3)),
    ];

    /// <summary>What its storm lasts beyond what was drawn.</summary>
    public TimeSpan Longer { get; init; }

    /// <summary>A simulation that dwells on it.</summary>
    public SimulationOptions On(SimulationOptions drawn) => drawn with { Focus = this, Storm = drawn.Storm + Longer, Applications = [.. drawn.Applications.Select(Narrow)], Faults = Faults(drawn.Faults) };

    private static ApplicationOptions Canaries(ApplicationOptions drawn) => Bad(drawn, Defect.Errors).With(e => e with
    {
        Automatic = true,
        Gates = GateSpecs.None,
        Strategy = e.Strategy with { Kind = StrategyKind.Canary, ByHand = false },
    });

    private static ApplicationOptions Budgets(ApplicationOptions drawn) => Bad(drawn, Defect.Errors).With(e => e with
    {
        Automatic = true,
        Gates = GateSpecs.None with { Budget = 0.5 },
        Slo = new SloSpec(0.95, null, 0.9, TimeSpan.FromDays(30), Here),
        Strategy = e.Strategy with { Kind = StrategyKind.Rolling },
    });

    private static ApplicationOptions Verifications(ApplicationOptions drawn) => (Climbing(Bad(drawn, Defect.SpoilsLater)) with { Acts = 4, BadReleases = 0.7 }).With(e => e with
    {
        Gates = GateSpecs.None with { Verification = e.Name != "development", Soak = Soak(e) },
        Verify = [new VerificationProbe("smoke", "/api/healthz", 200, null, TimeSpan.FromSeconds(5), Here)],
        VerifyEvery = TimeSpan.FromSeconds(5),
    });

    /// <summary>A control plane that is killed in the middle of a rejection leaves the wish for that release: a gate alone keeps it out then.</summary>
    private static ApplicationOptions Rejections(ApplicationOptions drawn) =>
        (Climbing(drawn) with { Acts = 8, Rejections = 0.25 }).With(e => e with { Gates = GateSpecs.None with { Soak = Soak(e) } });

    private static TimeSpan Soak(EnvironmentSpec environment) => environment.Name == "development" ? TimeSpan.Zero : TimeSpan.FromSeconds(20);

    /// <summary>Two environments at least, and quick ways into them.</summary>
    private static ApplicationOptions Climbing(ApplicationOptions drawn)
    {
        var quick = drawn with { Services = [] };
        if (drawn.Ladder.Environments is [var only]) quick = quick with { Ladder = new Ladder([only, only with { Name = "staging" }]) };
        return quick.With(e => e with { Automatic = true, Strategy = e.Strategy with { Kind = StrategyKind.Rolling } });
    }

    private static ApplicationOptions Weights(ApplicationOptions drawn) =>
        Weighted(Bad(drawn, Defect.NeverReady, Defect.EndsLater, Defect.VerificationFails, Defect.Errors)) with { Replicas = 3 };

    /// <summary>The API ends while the page is in the middle of its canary; the next release has the same page.</summary>
    private static ApplicationOptions Leftovers(ApplicationOptions drawn) => (Bad(drawn, Defect.EndsLater) with
    {
        Acts = 12,
        BadReleases = 0.5,
        Migration = (false, false),
        Services = ["web"],
        Restart = RestartPolicy.No,
    }).With(e => e with
    {
        Automatic = true,
        Gates = GateSpecs.None,
        Strategy = e.Strategy with { Kind = StrategyKind.Canary, Steps = [50], Interval = TimeSpan.FromSeconds(10), ByHand = false },
    });

    private static ApplicationOptions Clocks(ApplicationOptions drawn) => Bad(drawn, Defect.NeverReady).With(e => e with { Automatic = true, Gates = GateSpecs.None });

    private static ApplicationOptions Weighted(ApplicationOptions drawn) => drawn.With(e => e with
    {
        Automatic = true,
        Gates = GateSpecs.None,
        Strategy = e.Strategy with { Kind = e.Strategy.Kind == StrategyKind.Canary ? StrategyKind.Canary : StrategyKind.BlueGreen },
    });

    private static ApplicationOptions Bad(ApplicationOptions drawn, params ImmutableArray<Defect> defects) =>
        drawn with { Load = Math.Max(20, drawn.Load), BadReleases = 0.4, Defects = defects, LadderEdits = 0 };

    /// <summary>Only what passes by itself.</summary>
    private static FaultRates Calm(FaultRates drawn) =>
        drawn.With(FaultKind.GatewayCrash, 0).With(FaultKind.Reboot, 0).With(FaultKind.ReplicaCrash, 0).With(FaultKind.StoppedByHand, 0).With(FaultKind.RemovedByHand, 0);
}
