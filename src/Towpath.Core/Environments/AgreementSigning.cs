using System.Collections.Immutable;
using Towpath.Core.Applications;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Environments;

/// <summary>Who may still sign which text for which side. Whether an account is on that side is judged before, by its rights.</summary>
public static class AgreementSigning
{
    /// <summary>Digits of the hash that whoever signs must give at least, so that nobody signs a text that changed meanwhile.</summary>
    public const int LeastDigits = 8;

    private const int AllDigits = 64;

    /// <summary>Whether that can be the beginning of a hash, long enough to tell texts apart.</summary>
    public static bool IsHash(string text) => text.Length is >= LeastDigits and <= AllDigits && text.All(char.IsAsciiHexDigit);

    /// <summary>Sides of an agreement without a signature.</summary>
    public static ImmutableArray<string> Missing(Agreement agreement, IEnumerable<SignatureEvidence> signatures) =>
        agreement.Sides.RemoveRange(signatures.Select(s => s.Side));

    /// <summary>Lets a signature pass, also one that is there already.</summary>
    /// <param name="agreement">The text that is to be signed.</param>
    /// <param name="signatures">Signatures under it.</param>
    /// <param name="side">For which side.</param>
    /// <param name="actor">By whom.</param>
    /// <param name="hash">The beginning of the hash of the text that he has read.</param>
    /// <exception cref="DiagnosticException">He can't sign it: TP4621 to TP4625.</exception>
    public static void Check(Agreement agreement, IReadOnlyCollection<SignatureEvidence> signatures, string side, string actor, string hash)
    {
        if (!IsHash(hash)) throw new DiagnosticException(ExitCode.Usage, SigningDiagnostics.BadHash(hash));
        if (!agreement.Sides.Contains(side)) throw new DiagnosticException(ExitCode.NotFound, SigningDiagnostics.UnknownSide(agreement.File, side, agreement.Sides));
        if (!agreement.Hash.StartsWith(hash, StringComparison.OrdinalIgnoreCase))
            throw new DiagnosticException(ExitCode.GateClosed, SigningDiagnostics.OtherText(agreement.File, hash, agreement.Hash));
        if (signatures.FirstOrDefault(s => s.Actor == actor && s.Side != side) is { } other)
            throw new DiagnosticException(ExitCode.Forbidden, SigningDiagnostics.BothSides(actor, side, other.Side));
        if (signatures.FirstOrDefault(s => s.Side == side && s.Actor != actor) is { } first)
            throw new DiagnosticException(ExitCode.GateClosed, SigningDiagnostics.SideHasSigned(side, first.Actor, first.At));
    }
}
