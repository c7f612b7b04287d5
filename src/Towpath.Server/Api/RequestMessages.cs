using Towpath.Core.Environments;

namespace Towpath.Server.Api;

/// <summary>Refuses a deploy request.</summary>
/// <param name="Environment">Which.</param>
/// <param name="Release">As in <see cref="DeployRequest"/>.</param>
/// <param name="Reason">Why.</param>
/// <param name="Actor">Who refuses it.</param>
public sealed record RefuseRequest(string Environment, string? Release, string Reason, string Actor);

/// <summary>A deploy request and where it stands.</summary>
/// <param name="Environment">For which environment.</param>
/// <param name="Release">Of which release.</param>
/// <param name="State">How far it has come.</param>
/// <param name="Actor">Who changed it last.</param>
/// <param name="OpenedAt">When it was begun.</param>
/// <param name="At">When it was changed last.</param>
/// <param name="Fields">What it says, by field of the template.</param>
/// <param name="Missing">What keeps its release out, each named; empty once it is done or refused.</param>
/// <param name="Refusal">Its refusal, or null.</param>
public sealed record RequestAnswer(
    string Environment,
    string Release,
    RequestState State,
    string Actor,
    DateTimeOffset OpenedAt,
    DateTimeOffset At,
    IReadOnlyDictionary<string, string> Fields,
    IReadOnlyList<string> Missing,
    RefusalAnswer? Refusal)
{
    /// <summary>Sequence before the first fact that came of it; null where it was only looked at.</summary>
    public long? FirstFact { get; init; }
}

/// <summary>A deploy request was refused.</summary>
/// <param name="Actor">By whom.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">When.</param>
public sealed record RefusalAnswer(string Actor, string Reason, DateTimeOffset At);
