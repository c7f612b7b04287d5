using Towpath.Core.Diagnostics;

namespace Towpath.Core.Environments;

/// <summary>TP4870 to TP4878: final deliveries and escalations.</summary>
public static class PeopleDiagnostics
{
    /// <summary>TP4870: a release that was rejected is to be delivered for good.</summary>
    public static Diagnostic DeliveryOfRejected(string release, string actor, string reason) => Error(
        "TP4870", $"{release} was rejected and can't be delivered for good", [$"{actor} rejected it: {reason}"], "ship a commit that mends it, and deliver that");

    /// <summary>TP4871: a delivery that is not said to be the final one.</summary>
    public static Diagnostic NotFinal(string release) => Error(
        "TP4871", $"{release} is delivered to be tested already", ["its pipeline did that"], $"write `towpath deliver {release} --final` where this is the release that is to enter");

    /// <summary>TP4872: there is nothing that could climb.</summary>
    public static Diagnostic NothingBlocked(string environment, string? release) => Error(
        "TP4872", $"no deploy request for {environment} is blocked{(release is null ? "" : $" for {release}")}", ["what only waits for time is not blocked"], "see `towpath requests` for how far each has come");

    /// <summary>TP4873: a step is asked for before those that come first.</summary>
    public static Diagnostic StepTooEarly(string asked, string? next) => Error(
        "TP4873", next is null ? "all steps were taken" : $"before the step {asked} comes the step {next}",
        [next is null ? "after the supervisor there is none" : "each step is asked for with proof of those before"],
        next is null ? "see them with `towpath escalation --dossier`" : $"take it with `--to {next}`, and give it its time");

    /// <summary>TP4874: an outcome, and no meeting.</summary>
    public static Diagnostic NoMeeting(string environment, string release) => Error(
        "TP4874", $"there was no meeting about {release} for {environment}", ["an outcome is written down after the step `meeting`"], "see `towpath escalation`; `towpath escalation raise --to meeting` asks for one");

    /// <summary>TP4875: the outcome stands, or is not the one that was read.</summary>
    public static Diagnostic OutcomeStands(string environment, string release, string why) => Error(
        "TP4875", $"the outcome of the meeting about {release} for {environment} is not changed", [why], "read it with `towpath escalation`, and ask again where it is another");

    /// <summary>TP4876: one side, or one person, for both.</summary>
    public static Diagnostic SameSide(string actor, string side, string writtenBy, string writtenFor) => Error(
        "TP4876", $"{actor} can't confirm it for {side}", [$"{writtenBy} wrote it down for {writtenFor}", "two people of different teams say what a meeting came to"], "let somebody of another team confirm it");

    /// <summary>TP4877: an outcome without words, or with too many.</summary>
    public static Diagnostic BadOutcome(int length, int most) => Error(
        "TP4877", length == 0 ? "the outcome says nothing" : $"the outcome has {length} characters, of {most} at most", ["both sides keep to it"], "write with `--text` what was decided, who does it, and by when");

    /// <summary>TP4878: there is no document of that kind.</summary>
    public static Diagnostic NothingWritten(string what) => Error(
        "TP4878", $"there is no {what}", ["each is written when its step is taken"], "see `towpath escalation` for the steps");

    /// <summary>The word of a step.</summary>
    public static string Word(EscalationLevel level) => level switch { EscalationLevel.Channel => "channel", EscalationLevel.Meeting => "meeting", _ => "supervisor" };

    private static Diagnostic Error(string code, string headline, string[] notes, string help) => new(code, Severity.Error, headline, Notes: [.. notes], Help: help);
}
