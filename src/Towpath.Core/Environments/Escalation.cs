using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Towpath.Core.Applications;

namespace Towpath.Core.Environments;

/// <summary>Steps of an escalation, each asked for with proof of those before.</summary>
public enum EscalationLevel
{
    /// <summary>Everybody is told who is waited for.</summary>
    Channel,

    /// <summary>A meeting gets its agenda.</summary>
    Meeting,

    /// <summary>A supervisor gets the dossier.</summary>
    Supervisor,
}

/// <summary>A step that was taken.</summary>
/// <param name="Level">Which.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who asked for it; null where its time had come.</param>
/// <param name="Document">What was written for it, as Markdown; null for none.</param>
public sealed record EscalationTaken(EscalationLevel Level, DateTimeOffset At, string? Actor, string? Document);

/// <summary>What a meeting came to. It counts once both sides have said so.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Side">Team that wrote it down.</param>
/// <param name="Actor">Who wrote it down.</param>
/// <param name="At">When.</param>
public sealed record MeetingOutcome(string Text, string Side, string Actor, DateTimeOffset At)
{
    /// <summary>Other team that confirms it; null until one does.</summary>
    public string? ConfirmedSide { get; init; }

    /// <summary>Who confirmed it.</summary>
    public string? ConfirmedBy { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>Hash of the text, 64 lower-case hexadecimal digits: whoever confirms says which text he has read.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));
}

/// <summary>What a deploy request is to an escalation.</summary>
/// <param name="At">When it was handed in, or changed last.</param>
/// <param name="State">How far it has come.</param>
/// <param name="Blocking">What people have to bring about, each in words that stay the same while nothing moves; empty where nobody is waited for.</param>
public sealed record BlockedRequest(DateTimeOffset At, RequestState State, ImmutableArray<string> Blocking)
{
    /// <summary>Derives it. What only needs time blocks nobody.</summary>
    /// <param name="at">When it was handed in, or changed last.</param>
    /// <param name="standing">Where it stands.</param>
    /// <param name="missing">Fields of the template that it does not have, in words.</param>
    /// <param name="verdicts">Verdicts of the environment's gates for its release.</param>
    public static BlockedRequest Of(DateTimeOffset at, RequestStanding standing, IEnumerable<string> missing, IReadOnlyCollection<GateVerdict> verdicts) => new(
        at, standing.State, standing.State is RequestState.Done or RequestState.Refused || verdicts.Any(v => v is { Name: "not-rejected", Holds: false })
            ? []
            : [.. missing, .. verdicts.Where(v => v is { Holds: false, HoldsAt: null } && v.Name is not ("request" or "window" or "lead" or "soak")).Select(v => $"{v.Name}: {v.Evidence}")]);
}

/// <summary>How far the escalation of a blocked deploy request has come; stored as it is.</summary>
public sealed record EscalationState
{
    /// <summary>Since when nothing moves.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>What has blocked it since then.</summary>
    public required ImmutableArray<string> Blocking { get; init; }

    /// <summary>When the request was changed last, by then.</summary>
    public required DateTimeOffset RequestAt { get; init; }

    /// <summary>Steps that were taken, in order.</summary>
    public ImmutableArray<EscalationTaken> Steps { get; init; } = [];

    /// <summary>What the meeting came to; null for nothing yet.</summary>
    public MeetingOutcome? Outcome { get; init; }

    /// <summary>When the request moved again; null while it does not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The step that comes next; null after the last.</summary>
    public EscalationLevel? NextLevel => Steps.Length < 3 ? (EscalationLevel)Steps.Length : null;
}

/// <summary>What there is to store, and the step that is taken with it.</summary>
/// <param name="Next">The next state.</param>
/// <param name="Take">Step to take; null for none.</param>
/// <param name="Moved">The request moves again, after a step was taken for it.</param>
public sealed record EscalationDecision(EscalationState Next, EscalationLevel? Take, bool Moved);

/// <summary>When a blocked request climbs. Time is an argument.</summary>
public static class Escalation
{
    /// <summary>What is to be done now; null for nothing.</summary>
    /// <param name="spec">The set times.</param>
    /// <param name="state">How far it has come; null where it never began.</param>
    /// <param name="request">The request as it is.</param>
    /// <param name="now">The time.</param>
    public static EscalationDecision? Next(EscalationSpec spec, EscalationState? state, BlockedRequest request, DateTimeOffset now)
    {
        var open = state is { EndedAt: null } ? state : null;
        if (request.Blocking.IsEmpty) return open is null ? null : new EscalationDecision(open with { EndedAt = now }, null, !open.Steps.IsEmpty);
        // Another text or one yes more is a movement: what is left is waited for from now on.
        if (open is null || open.RequestAt != request.At || !open.Blocking.SequenceEqual(request.Blocking))
            return new EscalationDecision(
                new EscalationState { Since = state is null ? Earlier(request.At, now) : now, Blocking = request.Blocking, RequestAt = request.At }, null, open is { Steps.IsEmpty: false });
        return open.NextLevel is { } level && now >= Due(spec, open, level) ? new EscalationDecision(open, level, false) : null;
    }

    /// <summary>When a step is due. A step that came late, since nobody looked, leaves those after it the time that they were to have.</summary>
    public static DateTimeOffset Due(EscalationSpec spec, EscalationState state, EscalationLevel level)
    {
        var due = state.Since + Time(spec, level);
        if (state.Steps.LastOrDefault() is not { } before) return due;
        var apart = before.At + (Time(spec, level) - Time(spec, before.Level));
        return due > apart ? due : apart;
    }

    private static TimeSpan Time(EscalationSpec spec, EscalationLevel level) => level switch
    {
        EscalationLevel.Channel => spec.Channel,
        EscalationLevel.Meeting => spec.Meeting,
        _ => spec.Supervisor,
    };

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
