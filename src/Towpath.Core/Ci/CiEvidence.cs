using System.Collections.Immutable;

namespace Towpath.Core.Ci;

/// <summary>What a run of the pipeline outside of the control plane says of itself. It is a claim: who vouches for it is another thing.</summary>
/// <param name="Application">Application, as its commit names it.</param>
/// <param name="Commit">Full object name.</param>
/// <param name="StartedAt">When the run began, by the clock of the machine there.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Steps">Steps in the order in which they ended; never empty.</param>
/// <param name="Images">Digest of each service's image there; empty where it was red.</param>
/// <param name="Place">Where it ran; null for a machine that says nothing of itself.</param>
public sealed record CiEvidence(
    string Application,
    string Commit,
    DateTimeOffset StartedAt,
    TimeSpan Duration,
    ImmutableArray<CiStep> Steps,
    ImmutableSortedDictionary<string, string> Images,
    CiPlace? Place)
{
    /// <summary>Every step ended well.</summary>
    public bool IsGreen => Steps.All(s => s.Succeeded);
}

/// <summary>One step.</summary>
/// <param name="Name">Step, such as <c>test:api</c>.</param>
/// <param name="Succeeded">It ended well.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Detail">What it found, for people; null where its end says all.</param>
public sealed record CiStep(string Name, bool Succeeded, TimeSpan Duration, string? Detail);
