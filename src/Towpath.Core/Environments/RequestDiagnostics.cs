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

    /// <summary>TP4730: a link that this control plane did not sign, or not so.</summary>
    public static Diagnostic LinkForged() => Error(
        "TP4730", "this link was not made by this control plane", ["a link that was cut or changed is none"], "open the whole link as it was sent, or confirm with `towpath confirm`");

    /// <summary>TP4731: a link that has ended.</summary>
    public static Diagnostic LinkExpired(string release, string environment, DateTimeOffset at) => Error(
        "TP4731", $"this link to confirm {release} for {environment} has expired", [$"it was good until {GateWords.Time(at)}"], "ask for another one with `towpath confirm --link`");

    /// <summary>TP4732: somebody who confirmed by this link already.</summary>
    public static Diagnostic LinkUsed(string actor, string release, string environment, string role) => Error(
        "TP4732", $"{actor} has confirmed {release} for {environment} as {role} already", ["each person uses a link once"], "nothing is left to do; see `towpath gates`");

    /// <summary>TP4733: what the link is about is something else by now.</summary>
    public static Diagnostic LinkOfAnotherPlan(string release, string environment) => Error(
        "TP4733", $"what {release} would be in {environment} has changed since this link was made",
        ["a secret has another value, or the deploy request says something else"], "look at it as it is now, and ask for another link with `towpath confirm --link`");

    /// <summary>TP4734: a link, and nobody knows where the control plane is reached.</summary>
    public static Diagnostic NoAddress() => Error(
        "TP4734", "this control plane does not know under which address people reach it", ["a link begins with it"], "write `url: https://towpath.example.org` into server.yaml, and start it again");

    /// <summary>TP4735: a yes to something else than what its author looked at.</summary>
    public static Diagnostic AnotherThanShown(string release, string environment) => Error(
        "TP4735", $"what {release} would be in {environment} has changed since you looked at it",
        ["a secret has another value, or the deploy request says something else"], "look at it as it is now, and say yes to that");

    private static Diagnostic Error(string code, string headline, string[] notes, string help) => new(code, Severity.Error, headline, Notes: [.. notes], Help: help);
}
