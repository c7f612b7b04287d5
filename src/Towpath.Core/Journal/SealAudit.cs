using System.Globalization;
using System.Text.Json;
using Towpath.Core.Diagnostics;

namespace Towpath.Core.Journal;

/// <summary>A seal that was noted outside the journal: <c>NUMBER:SEAL</c>.</summary>
/// <param name="Sequence">Fact that it is of.</param>
/// <param name="Seal">The seal, or its first digits, at least <see cref="LeastDigits"/>.</param>
public sealed record SealAnchor(long Sequence, string Seal)
{
    /// <summary>Fewer digits could be met by chance, or by trying.</summary>
    public const int LeastDigits = 16;

    /// <summary>Reads one; null for what is none.</summary>
    public static SealAnchor? Parse(string text) => text.Split(':') is [var number, var seal]
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) && sequence > 0
        && seal.Length is >= LeastDigits and <= 64 && seal.All(char.IsAsciiHexDigitLower)
            ? new SealAnchor(sequence, seal)
            : null;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sequence}:{Seal}");
}

/// <summary>The journal looked through from its first fact, one by one. A pure fold: <see cref="After"/> for each fact, then <see cref="End"/>.</summary>
public sealed record SealAudit
{
    /// <summary>Nothing was looked at yet.</summary>
    public static SealAudit Start { get; } = new();

    /// <summary>Facts that were looked at, and hold.</summary>
    public long Facts { get; init; }

    /// <summary>Seal of the last of them.</summary>
    public string Seal { get; init; } = SealedFact.NoSeal;

    /// <summary>The first thing that is not as it was written; null for none. Nothing is looked at behind it.</summary>
    public Diagnostic? Broken { get; init; }

    /// <summary>With the next stored fact.</summary>
    /// <param name="next">The fact with the next higher number that is stored.</param>
    /// <param name="anchor">A seal that was noted elsewhere, or null.</param>
    public SealAudit After(SealedFact next, SealAnchor? anchor)
    {
        if (Broken is not null) return this;
        var expected = Facts + 1;
        if (next.Sequence != expected) return this with { Broken = AuditDiagnostics.Missing(expected, next.Sequence - 1) };
        if (SealedFact.SealOf(Seal, next.Sequence, next.Content) != next.Seal) return this with { Broken = AuditDiagnostics.Altered(next.Sequence, "its text does not fit its seal") };
        if (KeysOf(next.Content) != next.Keys) return this with { Broken = AuditDiagnostics.Altered(next.Sequence, "what it is found by does not fit its text") };
        if (anchor?.Sequence == next.Sequence && !next.Seal.StartsWith(anchor.Seal, StringComparison.Ordinal))
            return this with { Broken = AuditDiagnostics.SealedAnew(anchor, next.Seal) };
        return this with { Facts = expected, Seal = next.Seal };
    }

    /// <summary>When no stored fact is left.</summary>
    /// <param name="written">Facts that were ever written, as the store counts them.</param>
    /// <param name="anchor">A seal that was noted elsewhere, or null.</param>
    public SealAudit End(long written, SealAnchor? anchor)
    {
        var last = Math.Max(written, anchor?.Sequence ?? 0);
        return Broken is null && Facts < last ? this with { Broken = AuditDiagnostics.Missing(Facts + 1, last) } : this;
    }

    private static FactKeys? KeysOf(string content)
    {
        try
        {
            return JsonSerializer.Deserialize(content, JournalJson.Default.Fact) is { } fact ? FactKeys.Of(fact) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
