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
        new("budgets that are spent", Budgets, _ => new FaultRates()),
        new("verifications that fail later", Verifications, Calm),
        new("releases that are rejected while they wait", Rejections, rates => rates),
        new("weights whose answers are lost", Weights, rates => rates.With(FaultKind.ReplyLost, 0.25).With(FaultKind.SlowCall, 0.4)),
        new("what frozen deployments leave", Leftovers, rates => rates),
        new("clocks that jump", Clocks, rates => rates.With(FaultKind.ClockJump, 3)),
    ];

    /// <summary>A simulation that dwells on it.</summary>
    public SimulationOptions On(SimulationOptions drawn) => drawn with { Focus = this, Applications = [.. drawn.Applications.Select(Narrow)], Faults = Faults(drawn.Faults) };

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

    private static ApplicationOptions Verifications(ApplicationOptions drawn) => (Climbing(Bad(drawn, Defect.SpoilsLater)) with { Acts = 4 }).With(e => e with
    {
        Automatic = true,
        Gates = GateSpecs.None with { Verification = e.Name != "development", Soak = Soak(e) },
        Verify = [new VerificationProbe("smoke", "/api/healthz", 200, null, TimeSpan.FromSeconds(5), Here)],
        VerifyEvery = TimeSpan.FromSeconds(5),
    });

    private static ApplicationOptions Rejections(ApplicationOptions drawn) => (Climbing(drawn) with { Acts = 8, Rejections = 0.2 }).With(e => e with
    {
        Automatic = true,
        Gates = GateSpecs.None with { Soak = Soak(e) },
    });

    private static TimeSpan Soak(EnvironmentSpec environment) => environment.Name == "development" ? TimeSpan.Zero : TimeSpan.FromSeconds(20);

    /// <summary>Two environments at least.</summary>
    private static ApplicationOptions Climbing(ApplicationOptions drawn) => drawn.Ladder.Environments is not [var only] ? drawn
        : drawn with { Ladder = new Ladder([only, only with { Name = "staging" }]) };

    private static ApplicationOptions Weights(ApplicationOptions drawn) =>
        Weighted(Bad(drawn, Defect.NeverReady, Defect.EndsLater, Defect.VerificationFails, Defect.Errors)) with { Replicas = 3 };

    private static ApplicationOptions Leftovers(ApplicationOptions drawn) =>
        Weighted(Bad(drawn, Defect.VerificationFails, Defect.EndsLater, Defect.NeverReady)) with { Acts = 15, Migration = (false, false) };

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
