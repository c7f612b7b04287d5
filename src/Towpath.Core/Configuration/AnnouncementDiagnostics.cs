using Towpath.Core.Diagnostics;

namespace Towpath.Core.Configuration;

/// <summary>TP4510 to TP4513: what can be asked about announcements.</summary>
public static class AnnouncementDiagnostics
{
    /// <summary>A channel that is not configured.</summary>
    /// <param name="channel">Its name.</param>
    /// <param name="known">Those that are.</param>
    public static Diagnostic UnknownChannel(string channel, IReadOnlyCollection<string> known) => new(
        "TP4510",
        Severity.Error,
        $"there is no channel `{channel}`",
        Notes: known.Count == 0 ? ["server.yaml names no channel"] : [$"there are {string.Join(", ", known)}"],
        Help: Suggest.Nearest(channel, known) is { } near ? $"did you mean `{near}`?" : "add it under `announce:` in server.yaml, and start the control plane anew");

    /// <summary>An announcement that is not stored.</summary>
    public static Diagnostic UnknownAnnouncement(string announcement) => new(
        "TP4511",
        Severity.Error,
        $"there is no announcement `{announcement}`",
        Notes: ["what was delivered is forgotten after 30 days; of what is dead, the newest 1000 of each channel are kept"],
        Help: "`towpath announcements` lists them; their names are a-1, a-2 ...");

    /// <summary>An announcement that needs no replay.</summary>
    /// <param name="announcement">Its name.</param>
    /// <param name="state">What became of it.</param>
    public static Diagnostic NotDead(string announcement, string state) => new(
        "TP4512",
        Severity.Error,
        $"{announcement} is {state}, not dead",
        Notes: ["only what is dead can be replayed: one that waits is tried by itself, one that was delivered would come twice"]);

    /// <summary>A receiver that did not take a test.</summary>
    /// <param name="channel">Channel.</param>
    /// <param name="answer">What it answered.</param>
    public static Diagnostic TestNotTaken(string channel, string answer) => new(
        "TP4513",
        Severity.Error,
        $"the channel {channel} did not take the test: {answer}",
        Help: "look at the channel's url and secrets in server.yaml, and whether this machine can reach it");
}
