using System.Collections.Immutable;

namespace Towpath.Core.Environments;

/// <summary>How far a deploy request has come.</summary>
public enum RequestState
{
    /// <summary>Fields of the template are missing.</summary>
    Open,

    /// <summary>It says all that it must.</summary>
    Complete,

    /// <summary>It is complete, and everybody who must say yes has done so.</summary>
    Confirmed,

    /// <summary>Its release came into its environment.</summary>
    Done,

    /// <summary>An operator refused it; another one may follow.</summary>
    Refused,
}

/// <summary>Where a deploy request stands.</summary>
/// <param name="State">How far it has come.</param>
/// <param name="Missing">What keeps its release out, each named: fields that are not filled in, then closed gates. Empty once it is done or refused.</param>
public sealed record RequestStanding(RequestState State, ImmutableArray<string> Missing)
{
    /// <summary>Derives it: nothing of it is stored.</summary>
    /// <param name="request">The request as it was handed in.</param>
    /// <param name="stay">Last stay of its release in its environment; null where it never ran there.</param>
    /// <param name="verdicts">Verdicts of the environment's gates for its release.</param>
    public static RequestStanding Of(RequestEvidence request, StayEvidence? stay, IReadOnlyCollection<GateVerdict> verdicts)
    {
        if (stay is not null && (stay.Until is null || stay.Since >= request.At)) return new RequestStanding(RequestState.Done, []);
        if (request.Refusal is not null) return new RequestStanding(RequestState.Refused, []);
        // What the request itself lacks is named by its fields.
        var closed = verdicts.Where(v => !v.Holds && v.Name != "request").Select(v => $"{v.Name}: {v.Text}");
        var state = !request.Missing.IsEmpty ? RequestState.Open
            : verdicts.Any(v => v.Name == "confirmation" && v.Holds) ? RequestState.Confirmed
            : RequestState.Complete;
        return new RequestStanding(state, [.. DeployRequestTemplate.Told(request.Missing), .. closed]);
    }
}
