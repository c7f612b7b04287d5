using System.Globalization;
using Towpath.Core.Applications;
using Towpath.Simulation.Checks;

namespace Towpath.Simulation.Runs;

/// <summary>Draws papers, and the gates that ask for them.</summary>
internal static class PaperDraw
{
    private const int Streams = 7919;

    /// <summary>The same simulation, in half of the seeds that dwell on nothing with papers.</summary>
    public static SimulationOptions On(SimulationOptions drawn)
    {
        var random = new Random(unchecked((drawn.Seed * Streams) + 1));
        if (drawn.Focus is not null || random.Next(2) == 0) return drawn;
        var overMidnight = random.Next(2) == 0;
        var midnight = SeedRun.Start.Date.AddDays(1);
        var papers = new PaperOptions
        {
            Stream = random.Next(),
            Start = overMidnight ? new DateTimeOffset(midnight, TimeSpan.Zero) - TimeSpan.FromSeconds(random.Next(30, (int)drawn.Storm.TotalSeconds + 60)) : SeedRun.Start,
            Acts = random.Next(10, 60),
            Wrong = random.NextDouble() * 0.3,
            TextChanges = random.NextDouble() * 0.5,
            GateChanges = random.NextDouble() * 0.3,
            BadPapers = random.Next(3) == 0 ? 0 : random.NextDouble() * 0.5,
            Signing = random.Next(2) == 0,
            KeyChanges = random.Next(2) == 0 ? 0 : random.NextDouble(),
        };
        return drawn with { Papers = papers, Applications = [.. drawn.Applications.Select(a => a.With(e => Rung(random, overMidnight, e)))] };
    }

    /// <summary>Other gates for papers, beside those that an environment has.</summary>
    public static GateSpecs Gates(Random random, GateSpecs gates)
    {
        var drawn = gates with
        {
            Agreement = random.Next(3) == 0 ? new AgreementGateSpec(random.Next(4) == 0 ? ["ops"] : ["dev", "ops"]) : null,
            Ci = random.Next(3) == 0 ? new CiGateSpec(random.Next(2) == 0 ? null : CiSystem.GitLab) : null,
            Delivery = random.Next(3) == 0 ? new DeliveryGateSpec(random.Next(2) == 0) : null,
            Vulnerabilities = random.Next(3) == 0 ? Vulnerabilities(random) : null,
            LeadFrom = null,
        };
        return random.Next(3) == 0 ? drawn with { Lead = TimeSpan.FromSeconds(random.Next(5, 60)), LeadFrom = DeliveryKind.Final } : drawn;
    }

    /// <summary>Gates for papers in words; empty for none.</summary>
    public static string Words(GateSpecs gates) => string.Concat(
        gates.Agreement is { } agreement ? $", agreement {string.Join('+', agreement.Sides)}" : "",
        gates.Ci is { } ci ? $", ci {ci.System?.ToString() ?? "anywhere"}" : "",
        gates.Delivery is { } delivery ? $", delivery final={delivery.Final}" : "",
        gates.LeadFrom is { } from ? $", lead from {from}" : "",
        gates.Vulnerabilities is { } v ? $", vulnerabilities {v.Severity} {v.MaxAge?.TotalSeconds.ToString("0 s", CultureInfo.InvariantCulture) ?? "of any age"}{string.Concat(v.Exceptions.Select(e => $" but {e.Id} until {e.Until:yyyy-MM-dd}"))}" : "");

    /// <summary>Windows are drawn around the hour at which all other simulations begin.</summary>
    private static EnvironmentSpec Rung(Random random, bool overMidnight, EnvironmentSpec environment) =>
        environment with { Gates = Gates(random, overMidnight ? environment.Gates with { Window = null } : environment.Gates) };

    private static VulnerabilityGateSpec Vulnerabilities(Random random) => new(
        (VulnerabilitySeverity)random.Next(5),
        [.. KnownAdvisory.All.SelectMany(a => a.Names.Prepend(a.Id)).Where(_ => random.Next(3) == 0).Select(id => new VulnerabilityException(id, Until(random), "it does not concern us"))],
        random.Next(3) == 0 ? TimeSpan.FromSeconds(random.Next(20, 120)) : null);

    /// <summary>Over since yesterday, or at its end tonight, or not before tomorrow's.</summary>
    private static DateOnly Until(Random random) => DateOnly.FromDateTime(SeedRun.Start.Date).AddDays(random.Next(4) switch { 0 => -1, 1 => 1, _ => 0 });
}
