using Towpath.Core.Diagnostics;

namespace Towpath.Core.Trackers;

/// <summary>TP4855 to TP4862: issues that are deploy requests, and the trackers that they are in.</summary>
public static class TrackerDiagnostics
{
    /// <summary>An issue does not name what it is about.</summary>
    /// <param name="item">Item of the template.</param>
    /// <param name="meaning">What it is for.</param>
    public static Diagnostic ItemMissing(string item, string meaning) => new(
        "TP4855",
        Severity.Error,
        $"the issue does not name the {item}",
        Notes: [meaning],
        Help: $"write a line `{item}: …`, or a heading `### {item}` with the name below it");

    /// <summary>An item of an issue can't be read.</summary>
    /// <param name="item">Item of the template.</param>
    /// <param name="why">Why not, as a clause.</param>
    public static Diagnostic ItemUnreadable(string item, string why) => new(
        "TP4856",
        Severity.Error,
        $"the {item} of the issue can't be read: {why}",
        Help: "edit the issue; it is read again at once");

    /// <summary>Whoever wrote the issue has no account here.</summary>
    /// <param name="author">The name there.</param>
    /// <param name="tracker">Name of the tracker.</param>
    public static Diagnostic UnknownAuthor(string author, string tracker) => new(
        "TP4857",
        Severity.Error,
        $"the author {author} has no account here",
        Notes: ["rights are those of an account: an issue by somebody who has none asks for nothing"],
        Help: $"let who runs the control plane write `{author}` below `accounts` of the tracker {tracker} in server.yaml, with an account that exists and is not disabled; or let somebody else write the issue");

    /// <summary>Whoever wrote the issue may not request there.</summary>
    /// <param name="why">Why not, as a sentence.</param>
    /// <param name="needed">What is needed, as a sentence.</param>
    public static Diagnostic AuthorMayNot(string why, string needed) => new(
        "TP4858",
        Severity.Error,
        "the author of the issue may not request that",
        Notes: [why],
        Help: needed);

    /// <summary>Another issue asks for the same release in the same environment.</summary>
    /// <param name="other">Its number.</param>
    /// <param name="release">Release.</param>
    /// <param name="environment">Environment.</param>
    public static Diagnostic AskedElsewhere(long other, string release, string environment) => new(
        "TP4859",
        Severity.Error,
        $"issue {other} asks for {release} in {environment} already",
        Notes: ["there is one deploy request for a release in an environment, and one issue that speaks for it"],
        Help: $"edit issue {other}, or close it and edit this one");

    /// <summary>A tracker can't be read, or refuses.</summary>
    /// <param name="tracker">Name of the tracker.</param>
    /// <param name="detail">What it said, or what went wrong, without secrets.</param>
    public static Diagnostic Unreachable(string tracker, string detail) => new(
        "TP4860",
        Severity.Error,
        $"the tracker {tracker} can't be read: {detail}",
        Notes: ["nothing is lost: what was written there meanwhile is read as soon as that works again"],
        Help: "where it refuses (HTTP 401, 403, 404), look at the project and the token in server.yaml: the token needs to read and write issues; else wait");
}
