using System.Globalization;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Environments;

/// <summary>TP4620 to TP4639: signing the agreement.</summary>
public static class SigningDiagnostics
{
    /// <summary>TP4620: the release brings no agreement.</summary>
    public static Diagnostic NoAgreement(string release) => Error(
        "TP4620", $"{release} brings no agreement", ["its towpath.yaml names none"], "add `agreement: AGREEMENT.md` to towpath.yaml, and ship that commit");

    /// <summary>TP4621: what was given is no beginning of a hash.</summary>
    public static Diagnostic BadHash(string hash) => Error(
        "TP4621", string.Create(CultureInfo.InvariantCulture, $"a text is signed by {AgreementSigning.LeastDigits} digits of its hash at least"),
        [$"given was \"{Short(hash)}\""], "take the hash that `towpath agreement` shows, of the text that you have read");

    /// <summary>TP4622: the agreement has no such side.</summary>
    public static Diagnostic UnknownSide(string file, string side, IEnumerable<string> sides) => Error(
        "TP4622", $"{file} has no side \"{Short(side)}\"", [$"its sides are {string.Join(", ", sides)}"], "sign for one of these with `--side`");

    /// <summary>TP4623: the text is another one than the one that was read.</summary>
    public static Diagnostic OtherText(string file, string given, string hash) => Error(
        "TP4623", $"{file} is another text than the one that you want to sign",
        [$"given was {given.ToLowerInvariant()}, its hash is {hash}"], "read the text as it is now, then sign it by its hash");

    /// <summary>TP4624: one person for two sides.</summary>
    public static Diagnostic BothSides(string actor, string side, string other) => Error(
        "TP4624", $"{actor} can't sign for {side}", [$"{actor} signed this text for {other}", "the sides are different people: nobody agrees with himself"], $"let somebody else of {side} sign");

    /// <summary>TP4625: somebody else signed for that side.</summary>
    public static Diagnostic SideHasSigned(string side, string actor, DateTimeOffset at) => Error(
        "TP4625", $"{side} has signed this text", [$"{actor} signed it at {GateWords.Time(at)}", "a side signs a text once"], "nothing is left to do for this side; see `towpath agreement`");

    /// <summary>TP4626: the account is not on that side.</summary>
    public static Diagnostic NotOnSide(string account, string side, IEnumerable<string> teams) => Error(
        "TP4626", $"{account} can't sign for {Short(side)}",
        [teams.Any() ? $"{account} is in {string.Join(", ", teams)}" : $"{account} is in no team"], "let somebody of that team sign");

    /// <summary>TP4627: nobody is there who could be shown the text's hash.</summary>
    public static Diagnostic HashNeeded(string file, string side) => Error(
        "TP4627", $"{file} is not signed without its hash",
        ["there is no terminal, so nobody was shown which text it is"], $"run `towpath agreement`, then `towpath agreement sign --side {side} --hash HASH`");

    /// <summary>TP4628: whoever was asked did not say yes.</summary>
    public static Diagnostic NotSigned(string file) => Error("TP4628", $"{file} was not signed", ["the answer was not yes"], "read the text, then sign it");

    /// <summary>TP4629: no commit of the application was shipped yet.</summary>
    public static Diagnostic NoRelease(string application) => Error(
        "TP4629", $"{application} has no release yet, and so no agreement", ["what is signed is the text of a release"], "ship a commit with `towpath ship`");

    private static string Short(string text) => text.Length <= 64 ? text : text[..64] + "…";

    private static Diagnostic Error(string code, string headline, string[] notes, string help) => new(code, Severity.Error, headline, Notes: [.. notes], Help: help);
}
