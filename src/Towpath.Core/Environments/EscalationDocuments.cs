using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Towpath.Core.Diagnostics;
using Towpath.Core.Journal;

namespace Towpath.Core.Environments;

/// <summary>A fact with its seal in the journal.</summary>
/// <param name="Fact">The fact.</param>
/// <param name="Seal">Its seal.</param>
public sealed record ProvenFact(Fact Fact, string Seal);

/// <summary>What there is to say about a blocked request.</summary>
/// <param name="Application">Application.</param>
/// <param name="Environment">Environment that the release is to enter.</param>
/// <param name="Release">Release.</param>
/// <param name="Actor">Who changed the request last.</param>
/// <param name="Fields">What it says, by field.</param>
/// <param name="Gates">Verdicts of all gates.</param>
/// <param name="History">What happened to it, oldest first.</param>
/// <param name="State">How far it has climbed.</param>
/// <param name="Last">The last fact of the journal.</param>
public sealed record EscalationSubject(
    string Application, string Environment, string Release, string Actor, ImmutableSortedDictionary<string, string> Fields,
    ImmutableArray<GateVerdict> Gates, ImmutableArray<ProvenFact> History, EscalationState State, SealAnchor? Last);

/// <summary>The agenda of a meeting, and the dossier for a supervisor. What people wrote is shown as text, never as Markdown or HTML.</summary>
public static class EscalationDocuments
{
    /// <summary>The agenda.</summary>
    public static string Agenda(EscalationSubject subject, DateTimeOffset now)
    {
        var text = Begin($"Meeting about {subject.Release} for {subject.Environment} of {subject.Application}", subject, now);
        History(text, subject, sealedFacts: false);
        text.Append("\n## Decisions asked for\n\n");
        foreach (var blocking in subject.State.Blocking) text.Append($"- {MarkdownText.Escape(blocking)}: who brings it about, and by when?\n");
        text.Append($"- Does {subject.Release} enter {subject.Environment} at all? Else the request is refused.\n");
        text.Append($"\nAfterwards: `towpath escalation outcome {subject.Environment} {subject.Release} --side TEAM --text \"…\"`, and somebody of another team confirms it: ");
        return text.Append($"`towpath escalation confirm {subject.Environment} {subject.Release} --side TEAM`.\n").ToString();
    }

    /// <summary>The dossier. Each fact has its number and its seal, so that nobody has to believe it.</summary>
    public static string Dossier(EscalationSubject subject, DateTimeOffset now)
    {
        var text = Begin($"Dossier about {subject.Release} for {subject.Environment} of {subject.Application}", subject, now);
        text.Append("\n## Steps before\n\n");
        foreach (var step in subject.State.Steps) text.Append($"- {step.Level.ToString().ToLowerInvariant()}: {GateWords.Time(step.At)}, {(step.Actor is { } actor ? $"asked for by {MarkdownText.Escape(actor)}" : "by itself")}\n");
        text.Append($"\n## Outcome of the meeting\n\n{Outcome(subject.State.Outcome)}\n");
        History(text, subject, sealedFacts: true);
        if (subject.Last is { } last) text.Append($"\nTo verify: `towpath audit verify --seal {last}` looks through the whole journal; each seal covers all facts before it.\n");
        return text.ToString();
    }

    private static StringBuilder Begin(string title, EscalationSubject subject, DateTimeOffset now)
    {
        var text = new StringBuilder($"# {title}\n\nWritten by Towpath at {GateWords.Time(now)}. Nothing has moved since {GateWords.Time(subject.State.Since)}.\n");
        text.Append($"\n## Request\n\nBy {MarkdownText.Escape(subject.Actor)}.\n\n");
        foreach (var field in DeployRequestTemplate.Fields)
        {
            text.Append($"- {field.Name}: {(subject.Fields.GetValueOrDefault(field.Name) is { Length: > 0 } said ? MarkdownText.Escape(said) : "(not said)")}\n");
        }

        text.Append("\n## What is missing\n\n");
        foreach (var blocking in subject.State.Blocking) text.Append($"- {MarkdownText.Escape(blocking)}\n");
        text.Append("\n## Gates\n\n");
        foreach (var gate in subject.Gates) text.Append($"- {gate.Name} {(gate.Holds ? "holds" : "is closed")}: {MarkdownText.Escape(gate.Text)}\n");
        return text;
    }

    private static void History(StringBuilder text, EscalationSubject subject, bool sealedFacts)
    {
        text.Append("\n## What happened\n\n");
        foreach (var (fact, seal) in subject.History)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {fact.Sequence}: {GateWords.Time(fact.At)} {fact.Kind}: {MarkdownText.Escape(fact.Text)}{(sealedFacts ? $" ({seal})" : "")}\n");
        }
    }

    private static string Outcome(MeetingOutcome? outcome) => outcome switch
    {
        null => "None was written down.",
        { ConfirmedBy: null } => $"{MarkdownText.Escape(outcome.Text)}\n\nWritten down by {MarkdownText.Escape(outcome.Actor)} ({MarkdownText.Escape(outcome.Side)}) at {GateWords.Time(outcome.At)}; no other side has confirmed it.",
        _ => $"{MarkdownText.Escape(outcome.Text)}\n\nWritten down by {MarkdownText.Escape(outcome.Actor)} ({MarkdownText.Escape(outcome.Side)}) at {GateWords.Time(outcome.At)}, "
            + $"confirmed by {MarkdownText.Escape(outcome.ConfirmedBy)} ({MarkdownText.Escape(outcome.ConfirmedSide!)}) at {GateWords.Time(outcome.ConfirmedAt!.Value)}.",
    };
}
