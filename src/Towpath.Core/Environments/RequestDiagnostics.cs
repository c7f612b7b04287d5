using System.Globalization;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Environments;

/// <summary>TP4720 to TP4749: deploy requests, emergencies, deliveries.</summary>
public static class RequestDiagnostics
{
    /// <summary>TP4720: a text that nobody would read.</summary>
    /// <param name="name">Field of the template, or <c>reason</c>.</param>
    /// <param name="length">Its characters.</param>
    public static Diagnostic TooLong(string name, int length) => Error(
        "TP4720", string.Create(CultureInfo.InvariantCulture, $"`{name}` has {length} characters, of {DeployRequestTemplate.MostText} at most"),
        ["it is stored in the journal and sent to chats"], "say it in fewer words, and link to the rest");

    /// <summary>TP4721: no request is there that could be refused.</summary>
    public static Diagnostic NothingToRefuse(string environment, string release, string why) => Error(
        "TP4721", $"there is no deploy request of {release} for {environment} that could be refused", [why], $"see `towpath requests {environment}`");

    /// <summary>TP4722: a refusal without a reason.</summary>
    public static Diagnostic NoReasonToRefuse(string environment) => Error(
        "TP4722", $"nobody would know why the deploy request for {environment} was refused",
        ["whoever handed it in has to know what to do better"], $"say it: `towpath request refuse {environment} --reason \"the rollback was never tried\"`");

    /// <summary>TP4723: an emergency without a reason.</summary>
    public static Diagnostic NoReasonForEmergency(string environment) => Error(
        "TP4723", $"nobody would know which emergency opens {environment}",
        ["an emergency is announced and counted, and people will ask for its reason"], $"say it: `towpath promote {environment} --emergency --reason \"checkout answers 500\"`");

    /// <summary>TP4724: a reason for an emergency that is none.</summary>
    public static Diagnostic NotAnEmergency(string environment) => Error(
        "TP4724", $"a reason was given, and {environment} is to be entered the usual way", ["only an emergency has one"], "add `--emergency`, or leave `--reason` out");

    /// <summary>TP4725: others changed the request each time that this change was to be stored.</summary>
    public static Diagnostic ChangedMeanwhile(string environment) => Error(
        "TP4725", $"the deploy request for {environment} is being changed by others", ["each change is stored on top of the one that was read"], "look with `towpath requests`, then ask again");

    private static Diagnostic Error(string code, string headline, string[] notes, string help) => new(code, Severity.Error, headline, Notes: [.. notes], Help: help);
}
