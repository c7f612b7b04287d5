using Towpath.Core.Environments;

namespace Towpath.Server.Api;

/// <summary>Takes the next step for a blocked request before its time has come.</summary>
/// <param name="Environment">Environment of the request.</param>
/// <param name="Release">Its release; null for the one that was blocked last.</param>
/// <param name="To">The step; refused where others come before it.</param>
/// <param name="Actor">Who asks for it.</param>
public sealed record RaiseRequest(string Environment, string? Release, EscalationLevel To, string Actor);

/// <summary>Writes down what the meeting about a blocked request came to.</summary>
/// <param name="Environment">Environment of the request.</param>
/// <param name="Release">Its release; null for the one that was blocked last.</param>
/// <param name="Side">Team that writes it down.</param>
/// <param name="Text">What was decided.</param>
/// <param name="Actor">Who writes it down.</param>
public sealed record OutcomeRequest(string Environment, string? Release, string Side, string Text, string Actor);

/// <summary>Confirms for another team what a meeting came to.</summary>
/// <param name="Environment">Environment of the request.</param>
/// <param name="Release">Its release; null for the one that was blocked last.</param>
/// <param name="Side">Team that confirms it.</param>
/// <param name="Hash">Hash of the text that was read, or its first 8 digits at least.</param>
/// <param name="Actor">Who confirms it.</param>
public sealed record OutcomeConfirmRequest(string Environment, string? Release, string Side, string Hash, string Actor);

/// <summary>How far a blocked request has climbed.</summary>
/// <param name="Environment">Environment of the request.</param>
/// <param name="Release">Its release.</param>
/// <param name="Since">Since when nothing moves.</param>
/// <param name="Blocking">What people have to bring about.</param>
/// <param name="Steps">Steps that were taken.</param>
/// <param name="Next">The step that comes next; null after the last, and where it moves again.</param>
/// <param name="NextAt">When it comes by itself; null where it does not.</param>
/// <param name="Outcome">What the meeting came to; null for nothing yet.</param>
/// <param name="EndedAt">When the request moved again; null while it does not.</param>
public sealed record EscalationAnswer(
    string Environment, string Release, DateTimeOffset Since, IReadOnlyList<string> Blocking, IReadOnlyList<EscalationStepAnswer> Steps, EscalationLevel? Next, DateTimeOffset? NextAt,
    OutcomeAnswer? Outcome, DateTimeOffset? EndedAt);

/// <summary>A step that was taken.</summary>
/// <param name="Level">Which.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who asked for it; null where its time had come.</param>
/// <param name="Document">The agenda or the dossier, as Markdown; null for none.</param>
public sealed record EscalationStepAnswer(EscalationLevel Level, DateTimeOffset At, string? Actor, string? Document);

/// <summary>What a meeting came to.</summary>
/// <param name="Text">What was decided.</param>
/// <param name="Hash">Hash of the text.</param>
/// <param name="Side">Team that wrote it down.</param>
/// <param name="Actor">Who wrote it down.</param>
/// <param name="At">When.</param>
/// <param name="ConfirmedSide">Other team that confirmed it; null until one does.</param>
/// <param name="ConfirmedBy">Who confirmed it.</param>
/// <param name="ConfirmedAt">When.</param>
public sealed record OutcomeAnswer(
    string Text, string Hash, string Side, string Actor, DateTimeOffset At, string? ConfirmedSide, string? ConfirmedBy, DateTimeOffset? ConfirmedAt);
