namespace Towpath.Simulation.World;

/// <summary>How the processes of an image behave; the same for all that run it.</summary>
internal sealed record ImageBehaviour
{
    /// <summary>Starts, becomes ready, answers.</summary>
    public static ImageBehaviour Good { get; } = new();

    /// <summary>From its start until it is ready; null for never.</summary>
    public TimeSpan? ReadyAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Its process ends by itself so long after its start; null for not at all.</summary>
    public TimeSpan? EndsAfter { get; init; }

    /// <summary>Share of its answers that are errors.</summary>
    public double Errors { get; init; }

    /// <summary>Share of its answers that are slow.</summary>
    public double Slow { get; init; }

    /// <summary>Answers a probe as expected.</summary>
    public bool Verifies { get; init; } = true;

    /// <summary>So long after its start it answers a probe as expected no more, though it does all else; null for never.</summary>
    public TimeSpan? SpoilsAfter { get; init; }

    /// <summary>Its migration ends well.</summary>
    public bool Migrates { get; init; } = true;

    /// <summary>Nothing about it gives a reason to refuse it.</summary>
    public bool IsGood => ReadyAfter is not null && EndsAfter is null && Errors == 0 && Slow == 0 && Verifies && SpoilsAfter is null && Migrates;
}
