using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Simulation.World;

namespace Towpath.Simulation.Runs;

/// <summary>What one of a seed's applications is about: its shape, its ladder and what is wrong with its releases.</summary>
internal sealed record ApplicationOptions
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The environments of its first release.</summary>
    public required Ladder Ladder { get; init; }

    /// <summary>Services beside its API.</summary>
    public required IReadOnlyList<string> Services { get; init; }

    /// <summary>Replicas of services behind the gateway.</summary>
    public int Replicas { get; init; }

    /// <summary>What the engine does about processes that end.</summary>
    public RestartPolicy Restart { get; init; }

    /// <summary>How the API's migration may be taken back; null without a migration.</summary>
    public (bool Reversible, bool CanRevert)? Migration { get; init; }

    /// <summary>Requests a second.</summary>
    public double Load { get; init; }

    /// <summary>Share of releases with something wrong.</summary>
    public double BadReleases { get; init; }

    /// <summary>What may be wrong with one.</summary>
    public ImmutableArray<Defect> Defects { get; init; } = [.. Enum.GetValues<Defect>()];

    /// <summary>Share of images that are too large, run as root, are not signed or are not there.</summary>
    public double BadImages { get; init; }

    /// <summary>Share of releases that bring another ladder.</summary>
    public double LadderEdits { get; init; }

    /// <summary>Acts of its people for each minute.</summary>
    public double Acts { get; init; }

    /// <summary>Share of acts that reject one of the newest releases.</summary>
    public double Rejections { get; init; } = 1 / 60d;

    /// <summary>The same with other environments.</summary>
    public ApplicationOptions With(Func<EnvironmentSpec, EnvironmentSpec> environment) => this with { Ladder = new Ladder([.. Ladder.Environments.Select(environment)]) };

    /// <summary>Draws all of it.</summary>
    public static ApplicationOptions Draw(Random random, string name) => new()
    {
        Name = name,
        Ladder = LadderDraw.Ladder(random),
        Services = [.. new[] { "web", "worker", "db", "setup" }.Where(_ => random.Next(2) == 0)],
        Replicas = random.Next(1, 4),
        Restart = random.Next(2) == 0 ? RestartPolicy.No : RestartPolicy.OnFailure,
        Migration = random.Next(3) switch
        {
            0 => null,
            1 => (true, false),
            _ => (random.Next(2) == 0, random.Next(2) == 0),
        },
        Load = random.Next(4) == 0 ? 0 : random.Next(5, 100),
        BadReleases = random.Next(2) == 0 ? 0 : random.NextDouble() * 0.6,
        BadImages = random.Next(2) == 0 ? 0 : random.NextDouble() * 0.3,
        LadderEdits = random.Next(4) == 0 ? random.NextDouble() * 0.4 : 0,
        Acts = random.Next(2, 15),
    };

    /// <inheritdoc/>
    public override string ToString() =>
        $"""
          application {Name}: api {string.Join(' ', Services)}, {Replicas} replicas, restart {Restart}, {Load:0} requests a second, {Acts:0} acts a minute, {Rejections:P0} of them rejections
            migration {(Migration is { } m ? $"reversible={m.Reversible} revert={m.CanRevert}" : "none")}, {BadReleases:P0} bad releases ({(Defects.Length == Enum.GetValues<Defect>().Length ? "any defect" : string.Join(' ', Defects))}), {BadImages:P0} bad images, {LadderEdits:P0} of releases bring another ladder
        {string.Join('\n', Ladder.Environments.Select(e => "    " + LadderDraw.Words(e)))}
        """;
}
