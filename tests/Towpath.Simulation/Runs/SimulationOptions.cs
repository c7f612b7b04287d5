using Towpath.Simulation.World;

namespace Towpath.Simulation.Runs;

/// <summary>What one seed is about: its applications, who works on them, and what goes wrong. All of it drawn from the seed.</summary>
internal sealed record SimulationOptions
{
    private static readonly string[] Names = ["shop", "blog", "desk"];

    /// <summary>The seed.</summary>
    public required int Seed { get; init; }

    /// <summary>Virtual time for which faults come and people act.</summary>
    public TimeSpan Storm { get; init; }

    /// <summary>Control planes at once.</summary>
    public int ControlPlanes { get; init; } = 1;

    /// <summary>The applications, all under the same control planes; their releases may have the same names.</summary>
    public required IReadOnlyList<ApplicationOptions> Applications { get; init; }

    /// <summary>How often what goes wrong.</summary>
    public required FaultRates Faults { get; init; }

    /// <summary>What it dwells on, or null for nothing in particular.</summary>
    public Focus? Focus { get; init; }

    /// <summary>What it draws of papers; null for none.</summary>
    public PaperOptions? Papers { get; init; }

    /// <summary>When it begins.</summary>
    public DateTimeOffset Start => Papers?.Start ?? SeedRun.Start;

    /// <summary>Draws all of it.</summary>
    public static SimulationOptions Draw(int seed)
    {
        var random = new Random(seed);
        var drawn = new SimulationOptions
        {
            Seed = seed,
            Storm = TimeSpan.FromSeconds(random.Next(60, 300)),
            ControlPlanes = random.Next(4) == 0 ? 2 : 1,
            Applications = [.. Names[..(random.Next(8) switch { < 5 => 1, < 7 => 2, _ => 3 })].Select(name => ApplicationOptions.Draw(random, name))],
            Faults = random.Next(8) == 0 ? new FaultRates() : FaultRates.Draw(random),
        };
        return PaperDraw.On(random.Next(3) == 0 ? Focus.All[random.Next(Focus.All.Length)].On(drawn) : drawn);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"""
        seed {Seed}: {Storm.TotalSeconds:0} s of storm, {ControlPlanes} control plane(s){(Focus is null ? "" : $", dwells on {Focus.Name}")}
        {string.Join('\n', Applications)}
          faults: {Faults}{(Papers is null ? "" : $"\n  {Papers}")}
        """;
}
