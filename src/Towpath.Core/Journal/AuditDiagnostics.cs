using System.Globalization;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Journal;

/// <summary>Diagnostics of the audit trail: TP4050 to TP4059.</summary>
public static class AuditDiagnostics
{
    private const string Help = "Keep the state folder as it is for whoever looks into it, and compare it with the newest backup or export.";

    /// <summary>TP4050: a fact is not what was written.</summary>
    public static Diagnostic Altered(long sequence, string what) => new(
        "TP4050", Severity.Error, string.Create(CultureInfo.InvariantCulture, $"fact {sequence} of the journal was altered"),
        Notes: [$"Of all before it nothing was; of it, {what}.", "Towpath writes a fact once and never changes it."], Help: Help);

    /// <summary>TP4051: facts are gone.</summary>
    /// <param name="first">The first that is gone.</param>
    /// <param name="last">The last that is gone.</param>
    public static Diagnostic Missing(long first, long last) => new(
        "TP4051", Severity.Error,
        string.Create(CultureInfo.InvariantCulture, $"{(first == last ? $"fact {first}" : $"facts {first} to {last}")} of the journal {(first == last ? "is" : "are")} gone"),
        Notes: ["Facts are numbered without gaps, and Towpath never removes one."], Help: Help);

    /// <summary>TP4052: the journal was sealed anew from a fact on.</summary>
    public static Diagnostic SealedAnew(SealAnchor noted, string found) => new(
        "TP4052", Severity.Error, string.Create(CultureInfo.InvariantCulture, $"the journal up to fact {noted.Sequence} is another than when its seal was noted"),
        Notes: [$"Noted was {noted.Seal}, found is {found[..Math.Min(found.Length, noted.Seal.Length)]}.", "All seals fit each other: somebody wrote the journal anew and sealed it."], Help: Help);

    /// <summary>TP4053: a noted seal that is none.</summary>
    public static Diagnostic NoAnchor(string text) => new(
        "TP4053", Severity.Error, $"`{text}` is not the seal of a fact",
        Notes: [string.Create(CultureInfo.InvariantCulture, $"It is the number of a fact, a colon, and at least {SealAnchor.LeastDigits} digits of its seal.")],
        Help: "`towpath audit verify` prints the one of the last fact; note it where nobody who can write to the state folder can.");
}
