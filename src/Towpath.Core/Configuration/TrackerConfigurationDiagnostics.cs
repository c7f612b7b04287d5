using Towpath.Core.Diagnostics;

namespace Towpath.Core.Configuration;

/// <summary>TP4850 to TP4853: <c>trackers</c> in <c>server.yaml</c>.</summary>
public static class TrackerConfigurationDiagnostics
{
    /// <summary>Two trackers with one name, or one with the name of a channel or a source.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="name">The name.</param>
    /// <param name="other">What has it already.</param>
    public static Diagnostic SameTracker(Location place, string name, string other) => new(
        "TP4850",
        Severity.Error,
        $"there is a {other} `{name}` already",
        place,
        Notes: ["what is written to a tracker waits in the same outbox as announcements, by its name; webhooks call sources and trackers by theirs"],
        Help: "give the tracker a name of its own");

    /// <summary>A project that can't be one of that kind of tracker.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="form">How it is written.</param>
    public static Diagnostic BadProject(Location place, string form) => new(
        "TP4851",
        Severity.Error,
        "this can't be a project",
        place,
        Help: $"write {form}");

    /// <summary>A token or a label that can't be sent.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="what">Its key.</param>
    /// <param name="why">Why not. The value itself may be a secret.</param>
    public static Diagnostic BadWord(Location place, string what, string why) => new(
        "TP4852",
        Severity.Error,
        $"this can't be the {what} of a tracker: {why}",
        place,
        Help: "write it as the tracker shows it, on one line");

    /// <summary>A tracker whose issues nobody could write.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="name">Name of the tracker.</param>
    public static Diagnostic NoAccounts(Location place, string name) => new(
        "TP4853",
        Severity.Warning,
        $"the tracker {name} names no accounts",
        place,
        Notes: ["an issue is a deploy request with the rights of its author's account: without accounts each is answered with the reason why it is none"],
        Help: "write `accounts: { NAME-THERE: ACCOUNT }`");
}
