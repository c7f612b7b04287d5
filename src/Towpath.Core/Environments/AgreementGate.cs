using System.Collections.Immutable;
using Towpath.Core.Applications;

namespace Towpath.Core.Environments;

/// <summary>Whether each side has signed exactly the text that a release brings. What was signed under another text has another hash, and so is not among the evidence.</summary>
internal static class AgreementGate
{
    private const string Name = "agreement";

    /// <summary>The verdict; it does not depend on the time, since a signature does not grow old.</summary>
    public static GateVerdict Judge(AgreementGateSpec asked, AgreementEvidence? evidence)
    {
        if (evidence is null) return new GateVerdict(Name, false, "the release brings no agreement that could be signed");
        var counted = Counted(asked.Sides, evidence.Signatures);
        var missing = asked.Sides.Where(side => !counted.Any(s => s.Side == side)).ToList();
        var text = $"{evidence.Text.File} {Agreement.Shown(evidence.Text.Hash)}";
        var signed = string.Join(" and ", counted.Select(s => $"{s.Actor} ({s.Side}) at {GateWords.Time(s.At)}"));
        if (missing.Count == 0) return new GateVerdict(Name, true, $"{text} was signed by {signed}");
        return new GateVerdict(Name, false, $"{text} waits for the signature of {string.Join(" and ", missing)}{(signed.Length == 0 ? "" : $"; signed by {signed}")}")
        {
            // A side that the release does not name can't sign its text.
            CanBeBroughtAbout = missing.All(side => evidence.Text.Sides.Contains(side)),
        };
    }

    /// <summary>One signature for each side, each by another person.</summary>
    private static ImmutableArray<SignatureEvidence> Counted(ImmutableArray<string> sides, ImmutableArray<SignatureEvidence> signatures)
    {
        var counted = ImmutableArray.CreateBuilder<SignatureEvidence>();
        foreach (var side in sides)
        {
            if (signatures.FirstOrDefault(s => s.Side == side && !counted.Any(c => c.Actor == s.Actor)) is { } signature) counted.Add(signature);
        }

        return counted.ToImmutable();
    }
}
